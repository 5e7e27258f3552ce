"""What an operator types for a person who is there."""

from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.repository.vault import Vault, VaultError
from mappings import ins

PERSON = f"{ins.NIR_TEST}|{ins.identifier(ins.NIR_TEST, '1800299999123').value}"
OTHER = f"{ins.NIR_TEST}|{ins.identifier(ins.NIR_TEST, '2800299999123').value}"


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """Give the settings file of an empty gateway that takes test identities."""
    path = tmp_path / "paravent.toml"
    path.write_text(f'data = "{tmp_path / "data"}"\ntest_identities = true\n')
    return path


def run(settings: Path, *words: str, who: str = PERSON) -> Result:
    """Run ``paravent record`` with words, for a person."""
    named = ("--identifier", who) if who else ()
    name = words[:2] if words[0] == "certificate" else words[:1]
    rest = words[len(name) :]
    command = ["record", *name, "--settings", str(settings), *named, *rest]
    return CliRunner().invoke(main, command)


def opened(settings: Path, who: str = PERSON) -> Result:
    """Open a record for a person."""
    traits = ("--family", "DUPONT", "--given", "JEANNE", "--birth-date", "1980-02-29")
    return run(settings, "open", *traits, "--zone", "Indian/Reunion", who=who)


def test_a_whole_life(settings: Path, tmp_path: Path) -> None:
    """Opened, exported, closed, opened again, erased, and the certificate verified."""
    assert opened(settings).exit_code == 0
    assert opened(settings).exit_code == 1
    out = tmp_path / "export.zip"
    assert run(settings, "export", "--out", str(out)).exit_code == 0
    with ZipFile(out) as archive:
        assert "bundle.json" in archive.namelist()
    pdf = tmp_path / "certificate.pdf"
    closed = run(settings, "close", "--out", str(pdf))
    assert closed.exit_code == 0
    assert pdf.read_bytes().startswith(b"%PDF")
    assert run(settings, "close", "--out", str(pdf)).exit_code == 1
    assert run(settings, "reopen").exit_code == 0
    erased = run(settings, "erase", "--out", str(pdf))
    code = erased.output.splitlines()[-1]
    verified = run(settings, "certificate", "verify", code)
    assert verified.output.startswith("record-erasure: ")
    assert run(settings, "certificate", "verify", code, who=OTHER).exit_code == 1
    assert run(settings, "certificate", "key", who="").exit_code == 0
    assert run(settings, "reopen").exit_code == 1


def test_two_numbers_of_one_person(settings: Path) -> None:
    """Merged, then two again; a day of death is noted and taken back."""
    for who in (PERSON, OTHER):
        assert opened(settings, who).exit_code == 0
    assert run(settings, "merge", "--absorb", OTHER).output == "merged\n"
    assert run(settings, "merge", "--absorb", OTHER).exit_code == 1
    assert run(settings, "unmerge").output == "unmerged: 1\n"
    assert run(settings, "decease", "--on", "2026-11-01").output == "noted\n"
    assert run(settings, "decease", "--on", "yesterday").exit_code == 1
    assert run(settings, "decease", "--not").output == "noted\n"
    assert run(settings, "restore").output == "restored\n"


def test_opposed_and_withdrawn(settings: Path, tmp_path: Path) -> None:
    """Who opposed is opened no record; who withdrew may be."""
    out = ("--out", str(tmp_path / "certificate.pdf"))
    assert run(settings, "oppose", *out).exit_code == 0
    assert opened(settings).exit_code == 1
    assert run(settings, "withdraw", *out).exit_code == 0
    assert opened(settings).exit_code == 0


def test_secrets_that_others_read_stop_the_start(settings: Path) -> None:
    """A folder that is open to others is refused by name, in one line."""
    assert opened(settings).exit_code == 0
    folder = settings.parent / "data" / "paravent.records"
    folder.chmod(0o755)
    refused = run(settings, "reopen")
    assert refused.exit_code == 1
    assert refused.output == (
        "Error: paravent.records: readable by others; run chmod 700 on it\n"
    )
    with pytest.raises(VaultError):
        Vault(folder).check()


def test_a_gateway_without_its_secrets_does_not_start(settings: Path) -> None:
    """The folder that was left behind is missed at once, and nothing is lost by it."""
    assert opened(settings).exit_code == 0
    folder = settings.parent / "data" / "paravent.records"
    folder.rename(folder.with_suffix(".elsewhere"))
    assert run(settings, "reopen").exit_code == 1
    folder.rmdir()
    folder.with_suffix(".elsewhere").rename(folder)
    assert opened(settings).exit_code == 1


def test_a_secret_is_made_once_and_destroyed_once(tmp_path: Path) -> None:
    """None is replaced, a foreign id is none, and what is destroyed is gone."""
    vault = Vault(tmp_path / "secrets")
    vault.check()
    made = vault.make("a" * 32)
    assert vault.find("a" * 32) == made
    with pytest.raises(FileExistsError):
        vault.make("a" * 32)
    assert vault.destroy("a" * 32)
    assert not vault.destroy("a" * 32)
    assert vault.find("a" * 32) is None
    with pytest.raises(ValueError, match="not the id"):
        vault.find("../key")
