"""The parts of the benchmark that stand alone: canaries, decoys, facts, links, profiles."""

import base64
import json
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakbench import canaries, shape
from leakbench.exchange import Answer, located
from leakbench.facts import read
from leakbench.following import further
from leakbench.profile import ProfileError, load
from tests.leakbench.serving import PROFILES

WORD = "zqcanary7"


@given(st.binary(max_size=9), st.binary(max_size=9))
def test_a_word_is_found_in_base64_wherever_it_stands(
    before: bytes, after: bytes
) -> None:
    """At each of the three offsets, whatever its neighbours."""
    found = canaries.pattern(frozenset({WORD}))
    assert found
    assert found.search(base64.b64encode(before + WORD.encode() + after))


@pytest.mark.parametrize(
    "written",
    [
        WORD,
        WORD.upper(),
        WORD.encode().hex(),
        "".join(f"\\u{ord(e):04x}" for e in WORD),
    ],
)
def test_a_word_is_found_however_it_is_written(written: str) -> None:
    """Plain, in capitals, in hexadecimal, as escapes of JSON."""
    found = canaries.pattern(frozenset({WORD, "other-word"}))
    assert found
    assert found.search(f"x{written}y".encode())
    assert not found.search(b"nothing of the kind")


def test_a_short_word_is_no_canary() -> None:
    """It may stand anywhere by chance."""
    assert canaries.pattern(frozenset({"B24"})) is None


@given(st.uuids(version=4), st.integers())
def test_a_decoy_is_of_the_shape_of_what_it_stands_for(
    value: object, seed: int
) -> None:
    """A UUID for a UUID, of the same version; numbers for numbers."""
    chance = Random(seed)  # noqa: S311 - words, no secrets
    for text in (str(value), "urn:oid:2.25.123456789012345678", "1234", "AbC-9"):
        drawn = shape.decoy(text, chance)
        assert len(drawn) == len(text)
        assert [c.isdigit() for c in drawn] == [c.isdigit() for c in text]
    assert shape.decoy(str(value), chance)[:19] == str(value)[:19]
    assert shape.decoy("urn:oid:2.25.123456789012345678", chance).startswith(
        "urn:oid:2.25."
    )


def test_what_may_be_guessed_of_a_resource() -> None:
    """Its own identifiers, its codes, dates, labels and attachments."""
    held = {
        "resourceType": "DocumentReference",
        "meta": {"security": [{"system": "s", "code": "R"}], "versionId": "3"},
        "masterIdentifier": {"system": "urn:x", "value": "1"},
        "subject": {"identifier": {"system": "ins", "value": "not its own"}},
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "date": "2026-02-01",
        "content": [{"attachment": {"url": "http://h/fhir/Binary/b-1"}}],
    }
    found = read(json.dumps(held).encode(), 'W/"3"')
    assert found.identifiers == ("urn:x|1",)
    assert found.codes == ("http://loinc.org|11488-4",)
    assert (found.dates, found.labels) == (("2026-02-01",), ("s|R",))
    assert (found.binaries, found.version) == (("b-1",), "3")
    assert read(b"<xml/>", "").identifiers == ()


def test_a_link_never_leads_to_another_server() -> None:
    """A token is sent to the target only, whatever a server writes in its links."""
    body = {"link": [{"relation": "next", "url": "http://evil.example/fhir?page=2"}]}
    answer = Answer(200, "OK", (), json.dumps(body).encode())
    (path,) = further(answer)
    assert (
        located("http://127.0.0.1:8080/fhir", path)
        == "http://127.0.0.1:8080/fhir?page=2"
    )
    job = Answer(
        202, "Accepted", (("Content-Location", "https://evil.example/j"),), b""
    )
    assert located("http://127.0.0.1/fhir", *further(job)) == "http://127.0.0.1/j"


@pytest.mark.parametrize("name", ["leaky", "hapi"])
def test_the_profiles_that_come_along_are_read(name: str) -> None:
    """With the tokens they ask of the environment."""
    environment = {
        f"LEAKBENCH_{each}": "x"
        for each in ("WRITER", "RESTRICTED", "FULL", "REAL", "TWIN")
    }
    profile = load(PROFILES / f"{name}.toml", environment)
    assert profile.sides == ("real", "twin")
    assert any(each.hidden for each in profile.items)
    assert "tokens" not in repr(profile)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("[tokens]", "[tokens]\nnobody = 'env:NO_SUCH_NAME'"), "NO_SUCH_NAME"),
        (("[patients.twin]", "[patients.somebody]"), "unknown somebody"),
        (("[compare]", "[compare]\nhurry = 1"), "unknown hurry"),
        (("observation.json", "missing.json"), "missing.json"),
        (
            ('restricted = "restricted"', 'restricted = ""'),
            "tokens.restricted is empty",
        ),
    ],
)
def test_a_profile_that_is_not_understood_is_refused(
    changed: tuple[str, str], message: str, tmp_path: Path
) -> None:
    """What is misspelt would otherwise be left out in silence."""
    for each in ("observation.json", "document.json"):
        (tmp_path / each).write_text((PROFILES / each).read_text("utf-8"), "utf-8")
    path = tmp_path / "profile.toml"
    path.write_text(
        (PROFILES / "leaky.toml").read_text("utf-8").replace(*changed), "utf-8"
    )
    with pytest.raises(ProfileError, match=message):
        load(path, {})
