"""What an operator types for a patient on paper: declared, shown, ended, and traced."""

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from joserfc.jwk import ECKey

from gateway.audit import trail
from gateway.cli import main
from gateway.commands import national
from gateway.repository import records
from gateway.services import start
from gateway.settings import load
from mappings import ins
from mappings.submission import Identifier

BODY = "1800299350001"
INS = f"{ins.NIR_TEST}|{BODY}{ins.key(BODY)}"
WHO = "urn:oid:1.2.250.1.71.4.2.1|899700990015"


def run(toml: Path, command: str, *arguments: str, identifier: str = INS) -> Result:
    """Return what ``paravent record`` did."""
    options = (f"--settings={toml}", f"--identifier={identifier}")
    return CliRunner().invoke(
        main, ("record", command, *options, *arguments), catch_exceptions=False
    )


@pytest.fixture
def toml(tmp_path: Path) -> Path:
    """Give settings in a file, and an open record."""
    keys = tmp_path / "keys.json"
    key = ECKey.generate_key("P-256", {"kid": "a"}).as_dict(private=False)
    keys.write_text(json.dumps({"keys": [key]}))
    path = tmp_path / "paravent.toml"
    path.write_text(
        f'data = "{tmp_path / "data"}"\ntest_identities = true\n'
        f'[[issuers]]\nname = "https://a"\naudience = "b"\nalgorithms = ["ES256"]\n'
        f'vouches_for = ["professionals"]\njwks = "{keys}"\n'
    )
    person = ("--family=DUPONT", "--given=JEANNE", "--birth-date=1980-02-29")
    assert run(path, "open", *person).exit_code == 0
    return path


def test_a_relation_is_declared_shown_and_ended(toml: Path) -> None:
    """Each command says what it did; what ended stays in the list, as over."""
    assert run(toml, "show").stdout == "nobody\n"
    declared = run(toml, "relate", f"--who={WHO}", "--kind=CARE_TEAM")
    relation = declared.stdout.rpartition("[")[2].strip("]\n")
    assert run(toml, "show").stdout == f"CARE_TEAM {WHO} in force [{relation}]\n"
    assert run(toml, "end", relation).stdout == f"CARE_TEAM: {WHO}, ended\n"
    assert run(toml, "show").stdout == f"CARE_TEAM {WHO} over [{relation}]\n"
    again = run(toml, "end", relation)
    assert (again.exit_code, again.stderr) == (
        1,
        "Error: there is no such relation to end\n",
    )


@pytest.mark.parametrize(
    ("who", "taken"),
    [
        ("urn:oid:1.2.250.1.71.4.2.1|8<RPPS>", False),
        ("urn:oid:1.2.250.1.71.4.2.1|10100000001", False),
        ("urn:oid:1.2.250.1.71.4.2.2|1…", False),
        ("urn:oid:1.2.250.1.71.4.2.2|133009999", False),
        ("urn:oid:1.2.250.1.71.4.2.1|3990099011/42", True),
        ("urn:oid:1.2.250.1.71.4.2.2|12A0000014", True),
        ("urn:oid:1.2.250.1.71.4.2.2|335600000000048", True),
    ],
)
def test_a_national_identifier_has_its_form(who: str, *, taken: bool) -> None:
    """What a guide prints in place of one, or a digit lost, is refused by every command."""
    if taken:
        assert national.checked(who, "--who") == who
        return
    with pytest.raises(click.BadParameter):
        national.checked(who, "--who")


def test_a_placeholder_is_not_kept(toml: Path) -> None:
    """Neither of a person nor of the structure of an application."""
    who = "--who=urn:oid:1.2.250.1.71.4.2.1|8<RPPS>"
    assert run(toml, "relate", who, "--kind=CARE_TEAM").exit_code == 2
    assert run(toml, "show").stdout == "nobody\n"
    words = ("add", f"--settings={toml}", "--name=a", "--kind=backend", "--scope=x")
    structure = "--structure=urn:oid:1.2.250.1.71.4.2.2|1…"
    made = CliRunner().invoke(main, ("client", *words, structure))
    assert (made.exit_code, "--structure" in made.output) == (2, True)


def test_an_operator_declares_neither_the_patient_nor_an_emergency(toml: Path) -> None:
    """Who the patient is, and who was let in in an emergency, is not typed by hand."""
    for kind, why in (
        ("SELF", "identifier of the record"),
        ("EMERGENCY", "$break-glass"),
        ("INTRODUCED", "let in by a representative"),
        ("COUSIN", "CARE_TEAM"),
    ):
        refused = run(toml, "relate", f"--who={WHO}", f"--kind={kind}")
        assert refused.exit_code == 2
        assert why in " ".join(refused.stderr.split())
    assert run(toml, "show").stdout == "nobody\n"


def test_a_parent_alone_is_said_so(toml: Path) -> None:
    """*Sole* is said of a representative, and of nobody else."""
    parent = f"{ins.NIR_TEST}|{BODY}{ins.key(BODY)}"
    alone = ("relate", f"--who={parent}", "--sole")
    assert run(toml, *alone, "--kind=CARER").exit_code == 2
    assert run(toml, *alone, "--kind=REPRESENTATIVE").exit_code == 0
    assert f"REPRESENTATIVE {parent} in force alone [" in run(toml, "show").stdout


def test_an_unknown_record_is_said_plainly(toml: Path) -> None:
    """A record that is not there is one line, for every command."""
    body = "1800299350002"
    other = f"{ins.NIR_TEST}|{body}{ins.key(body)}"
    refused = run(toml, "show", identifier=other)
    assert (refused.exit_code, refused.stderr) == (
        1,
        "Error: there is no open record for this identifier\n",
    )


def test_each_act_stands_in_the_trail(toml: Path) -> None:
    """The patient can read that an operator looked, declared and ended."""
    declared = run(toml, "relate", f"--who={WHO}", "--kind=CARE_TEAM")
    run(toml, "show")
    run(toml, "end", declared.stdout.rpartition("[")[2].strip("]\n"))
    services = start(load(toml))
    system, _, value = INS.partition("|")
    store = services.store
    with store.unit() as connection:
        found = records.by_identifiers(
            connection, store.keys, Identifier(system, value)
        )
        events = trail.of_record(connection, found)
    store.engine.dispose()
    told = [each["outcomeDesc"] for each in events]
    assert {"relation-declared", "relations", "relation-ended"} <= set(told)
