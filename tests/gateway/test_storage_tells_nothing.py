"""A stolen data folder tells nothing of what was deposited."""

from importlib.resources import files

from gateway.services import Services

CANARIES = (
    (files("gateway.demo.world") / "canaries.txt").read_text("utf-8").splitlines()
)


def encodings(word: str) -> list[bytes]:
    """Return the ways in which a word may stand in a file."""
    return [word.encode(each) for each in ("utf-8", "latin-1", "utf-16-le")]


def test_no_file_of_the_data_folder_holds_a_canary(services: Services) -> None:
    """Database, WAL and whatever else is there hold none of the words, in any case."""
    canaries = [each.strip() for each in CANARIES if each.strip() and each[0] != "#"]
    assert len(canaries) >= 20
    content = b"".join(
        path.read_bytes()
        for path in services.settings.data.rglob("*")
        if path.is_file()
    ).lower()
    assert len(content) > 100_000
    found = [
        word
        for word in canaries
        for written in {word, word.upper(), word.lower()}
        for bytes_ in encodings(written)
        if bytes_.lower() in content
    ]
    assert found == []
