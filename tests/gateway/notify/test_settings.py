"""The settings of mail and of SAMU: half right is refused, by name, without the value."""

from pathlib import Path

import pytest

from gateway.notify.smtp import Security
from gateway.settings import Settings, SettingsError, load

MAIL = '[mail]\nhost = "mail.example.org"\nsender = "messages@example.org"\n'


def settings(tmp_path: Path, more: str) -> Settings:
    """Load settings with more in them."""
    path = tmp_path / "paravent.toml"
    path.write_text(f'data = "{tmp_path}"\n{more}', "utf-8")
    return load(path)


def test_without_mail_nothing_leaves(tmp_path: Path) -> None:
    """No mail server is named, no structure regulates calls."""
    found = settings(tmp_path, "")
    assert (found.mail, found.samu) == (None, frozenset())


def test_mail_is_protected_unless_said_otherwise(tmp_path: Path) -> None:
    """STARTTLS on the submission port; the directory gives addresses."""
    directory = tmp_path / "directory.tsv"
    directory.write_text("urn:oid:1|8\tdoctor@example.org\n\n", "utf-8")
    found = settings(tmp_path, f'{MAIL}directory = "{directory}"\n').mail
    assert found is not None
    assert (found.port, found.security) == (587, Security.STARTTLS)
    assert dict(found.directory) == {"urn:oid:1|8": "doctor@example.org"}


def test_a_samu_is_named_by_its_identifier(tmp_path: Path) -> None:
    """Structures as tokens name them."""
    found = settings(tmp_path, 'samu = ["urn:oid:1|1990099052"]\n')
    assert found.samu == {"urn:oid:1|1990099052"}


WRONG = {
    "mail.sender": '[mail]\nhost = "h"\nsender = "nobody"\n',
    "sender": '[mail]\nhost = "h"\n',
    "mail: unknown": f"{MAIL}colour = 1\n",
    "mail: .*password": f'{MAIL}user = "me"\n',
    "mail: security": f'{MAIL}security = "none"\n',
    "mail: .*perhaps": f'{MAIL}security = "perhaps"\n',
    "port": f"{MAIL}port = 0\n",
    "mail.directory: FileNotFound": f'{MAIL}directory = "nowhere"\n',
    "samu": 'samu = ["1990099052"]\n',
}


@pytest.mark.parametrize("says", WRONG)
def test_what_is_half_right_is_refused(tmp_path: Path, says: str) -> None:
    """The message names the setting."""
    with pytest.raises(SettingsError, match=says):
        settings(tmp_path, WRONG[says])


def test_a_line_of_the_directory_that_is_none_is_named(tmp_path: Path) -> None:
    """By its number, never by what it says."""
    directory = tmp_path / "directory.tsv"
    directory.write_text("urn:oid:1|8\tdoctor@example.org\nsecret\n", "utf-8")
    with pytest.raises(SettingsError, match="line 2") as refused:
        settings(tmp_path, f'{MAIL}directory = "{directory}"\n')
    assert "secret" not in str(refused.value)
