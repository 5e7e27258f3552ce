"""The commands an operator types: what is wrong is said in a line, never a traceback."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from joserfc.jwk import ECKey

from gateway import settings
from gateway.cli import main
from gateway.commands.serve import check_free
from gateway.settings import SettingsError
from mappings import ins

BODY = "1800299350001"
INS = f"{ins.NIR_TEST}|{BODY}{ins.key(BODY)}"
WHO = "urn:oid:1.2.250.1.71.4.2.1|899700990015"


def run(*arguments: str) -> Result:
    """Return what a command did."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    """Give good settings in a file."""
    keys = tmp_path / "keys.json"
    key = ECKey.generate_key("P-256", {"kid": "a"}).as_dict(private=False)
    keys.write_text(json.dumps({"keys": [key]}))
    path = tmp_path / "paravent.toml"
    path.write_text(
        f'data = "{tmp_path / "data"}"\ntest_identities = true\nport = 8123\n'
        f'[[issuers]]\nname = "https://a"\naudience = "b"\nalgorithms = ["ES256"]\n'
        f'vouches_for = ["professionals"]\njwks = "{keys}"\n'
    )
    return path


def opened(toml: Path, **changed: str) -> Result:
    """Run ``record open`` with some options changed."""
    options = {
        "settings": str(toml),
        "identifier": INS,
        "family": "DUPONT",
        "given": "JEANNE",
        "birth-date": "1980-02-29",
    } | {name.replace("_", "-"): value for name, value in changed.items()}
    return run(
        "record", "open", *(f"--{name}={value}" for name, value in options.items())
    )


def related(toml: Path, **changed: str) -> Result:
    """Run ``record relate`` with some options changed."""
    options = {
        "settings": str(toml),
        "identifier": INS,
        "who": WHO,
        "kind": "CARE_TEAM",
    } | changed
    return run(
        "record", "relate", *(f"--{name}={value}" for name, value in options.items())
    )


def test_good_settings_are_read(toml: Path) -> None:
    """The address follows host and port when it is not said."""
    assert settings.load(toml).base_url == "http://127.0.0.1:8123"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("port = 8123", "port = 0"),
        ("port = 8123", 'port = "8123"'),
        ("port = 8123", "prot = 8123"),
        ("port = 8123", "database_url = 3"),
        ("port = 8123", "host = 3"),
        ("port = 8123", "patient_domains = 3"),
        ("data = ", "dat = "),
        ("[[issuers]]", "issuers = 3\n[x]"),
        ('["ES256"]', '["HS256"]'),
        ('["ES256"]', '["none"]'),
        ('["ES256"]', '["ES257"]'),
        ('["ES256"]', "[256]"),
        ('["professionals"]', '["everybody"]'),
        ('vouches_for = ["professionals"]', ""),
        ("keys.json", "nothere.json"),
        ("[[issuers]]", "[[issuers"),
    ],
)
def test_settings_that_are_half_right_are_refused(
    toml: Path, old: str, new: str
) -> None:
    """An unknown, missing, mistyped or unsafe setting stops the start with its name."""
    text = toml.read_text()
    assert old in text
    toml.write_text(text.replace(old, new))
    with pytest.raises(SettingsError):
        settings.load(toml)
    result = run("serve", "--settings", str(toml))
    assert (result.exit_code, result.output[:7]) == (1, "Error: ")


def test_a_database_that_is_not_there_is_said_in_a_line(toml: Path) -> None:
    """No traceback when the database cannot be reached or the address is nonsense."""
    for url in ("postgresql+psycopg://127.0.0.1:1/none", "foo:bar"):
        toml.write_text(f'database_url = "{url}"\n' + toml.read_text())
        result = run("serve", "--settings", str(toml))
        assert (result.exit_code, result.output[:19]) == (1, "Error: database_url")
        toml.write_text(toml.read_text().split("\n", 1)[1])


def test_a_key_file_that_others_may_read_stops_the_start(
    toml: Path, tmp_path: Path
) -> None:
    """The key file is made with mode 0600, and refused with any other."""
    assert opened(toml).exit_code == 0
    key = tmp_path / "data" / "paravent.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.chmod(0o640)
    result = run("serve", "--settings", str(toml))
    assert (result.exit_code, "chmod 600" in result.output) == (1, True)


def test_a_record_is_opened_once(toml: Path) -> None:
    """The id is printed; the same person again is an error."""
    first, second = opened(toml), opened(toml)
    assert (first.exit_code, len(first.output.strip())) == (0, 32)
    assert second.exit_code == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"birth_date": "hier"},
        {"birth_date": "23/04/1991"},
        {"identifier": f"{ins.NIR_TEST}|180029935000199"},
        {"identifier": "urn:x|1"},
        {"identifier": INS.partition("|")[0]},
        {"settings": "nothere.toml"},
    ],
)
def test_a_record_needs_a_right_identity(toml: Path, changed: dict[str, str]) -> None:
    """A wrong date, key, domain or file opens nothing."""
    result = opened(toml, **changed)
    assert (result.exit_code, result.output[:7]) == (1, "Error: ")


@pytest.mark.parametrize(
    "changed",
    [
        {"until": "2027-01-01"},
        {"until": "2027-01-01T00:00:00"},
        {"until": "demain"},
        {"who": "garbage"},
        {"who": "urn:x|1"},
        {"identifier": f"{ins.NIR_TEST}|1800299350002{ins.key('1800299350002')}"},
    ],
)
def test_a_relation_that_could_not_be_asked_is_refused(
    toml: Path, changed: dict[str, str]
) -> None:
    """What would fail, or never match, when somebody asks is refused when declared."""
    assert opened(toml).exit_code == 0
    result = related(toml, **changed)
    assert (result.exit_code, result.output[:7]) == (1, "Error: ")


def test_a_relation_is_declared_and_said(toml: Path) -> None:
    """The command says what it declared."""
    assert opened(toml).exit_code == 0
    result = related(toml, until="2027-01-01T00:00:00+01:00")
    assert (result.exit_code, WHO in result.output) == (0, True)


def test_a_port_that_is_taken_is_said_before_any_work(tmp_path: Path) -> None:
    """`check_free` names the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match=str(port)):
            check_free("127.0.0.1", port)
        result = run("demo", "--port", str(port), "--data", str(tmp_path / "d"))
    assert (result.exit_code, result.output[:7]) == (1, "Error: ")
    assert not (tmp_path / "d" / "paravent.db").exists()


def test_the_demo_commands_want_a_demo(tmp_path: Path) -> None:
    """`token` and `why` make no second world in a folder without one."""
    for command in (("token", "gp"), ("why", "gp", "blood-count")):
        result = run(*command, "--data", str(tmp_path / "none"))
        assert (result.exit_code, "paravent demo" in result.output) == (1, True)
        assert not (tmp_path / "none").exists()


def test_what_cannot_be_read_is_an_error_as_json(tmp_path: Path) -> None:
    """`label FILE` exits with 2 and says why as JSON on standard error."""
    bad = tmp_path / "a.xml"
    bad.write_text("<a>")
    for path in (bad, tmp_path / "none"):
        result = run("label", str(path))
        assert result.exit_code == 2
        assert json.loads(result.stderr)["issues"]


def test_a_lost_key_file_stops_the_start(toml: Path, tmp_path: Path) -> None:
    """A new key is never made for a database that another one sealed."""
    assert opened(toml).exit_code == 0
    key = tmp_path / "data" / "paravent.key"
    kept = key.read_bytes()
    key.unlink()
    result = run("serve", "--settings", str(toml))
    assert (result.exit_code, "not the key" in result.output) == (1, True)
    assert not key.exists()
    key.write_bytes(kept)
    key.chmod(0o600)
    assert opened(toml).exit_code == 1


def test_the_database_is_for_its_owner_alone(toml: Path, tmp_path: Path) -> None:
    """The file of the database is made with mode 0600."""
    assert opened(toml).exit_code == 0
    for path in (tmp_path / "data").glob("paravent.db*"):
        assert path.stat().st_mode & 0o077 == 0
