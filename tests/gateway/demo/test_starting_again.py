"""What a demo is after an interruption, in its log, and for an operator's commands."""

import json
from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner, Result
from joserfc.jwk import ECKey

from gateway.audit import trail
from gateway.cli import main
from gateway.commands.demo import invitation
from gateway.consents import directives
from gateway.demo import table
from gateway.demo.environment import open_demo, settings_in, write_settings
from gateway.demo.seed import seed
from gateway.demo.world.load import World, load
from gateway.repository import records
from gateway.services import Services
from gateway.settings import load as settings_of
from labels.consent import Directive

WORLD = load()
PATIENT = "tristan"


def small() -> World:
    """Return the world of one patient, with what a directive of theirs names."""
    named = {i for each in WORLD.patients[PATIENT].directives for i in each.items}
    deposits = [e for e in WORLD.deposits if named & {d.name for d in e.documents}]
    return replace(
        WORLD, patients={PATIENT: WORLD.patients[PATIENT]}, deposits=tuple(deposits)
    )


def run(*arguments: str) -> Result:
    """Return what a command did."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def decided(services: Services) -> tuple[Directive, ...]:
    """Return all directives of the patient."""
    keys, who = services.store.keys, WORLD.patients[PATIENT].identifier
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, keys, who)
        return directives.of_record(connection, record)


def test_an_interrupted_start_is_finished_by_the_next(tmp_path: Path) -> None:
    """Directives come last: who was stopped before has them after; nobody has them twice."""
    services, issuer = open_demo(settings_in(tmp_path))
    world = small()
    whole = world.patients[PATIENT]
    stopped = replace(world, patients={PATIENT: replace(whole, directives=())})
    seed(services, issuer, stopped)
    assert decided(services) == ()
    for _ in range(2):
        seed(services, issuer, world)
        assert len(decided(services)) == len(whole.directives) > 0


def test_what_the_patient_took_back_stays_so(services: Services) -> None:
    """Starting again makes no directive anew that was ended since."""
    keys, who = services.store.keys, WORLD.patients[PATIENT].identifier
    at = services.clock.now()
    with services.store.unit() as connection:
        record = records.by_identifiers(connection, keys, who)
        for each in directives.of_record(connection, record):
            directives.end(connection, record, each.id, at)
    seed(services, open_demo(services.settings)[1], replace(small(), deposits=()))
    assert all(each.end is not None for each in decided(services))


def test_the_table_is_no_visit(services: Services) -> None:
    """Printing who sees what asks in everybody's name, and stands in nobody's log."""
    patient = WORLD.patients[PATIENT]

    def events() -> int:
        with services.store.unit() as connection:
            keys = services.store.keys
            record = records.by_identifiers(connection, keys, patient.identifier)
            return len(trail.of_record(connection, record))

    before = events()
    assert "Virologie" in table.written(services, WORLD, patient)
    assert events() == before


def test_an_operator_s_commands_take_the_demo_s_settings(tmp_path: Path) -> None:
    """The file says what the demo is: an application is registered as printed."""
    settings = settings_in(tmp_path, 8123)
    services, _ = open_demo(settings)
    services.store.engine.dispose()
    path = write_settings(settings)
    told = settings_of(path)
    assert replace(told, issuers=()) == replace(settings, demo=False, issuers=())
    assert [e.name for e in told.issuers] == [e.name for e in settings.issuers]
    key = ECKey.generate_key("P-384", {"kid": "a"}).as_dict(private=False)
    one, keys = tmp_path / "one.json", tmp_path / "keys.json"
    one.write_text(json.dumps(key))
    keys.write_text(json.dumps({"keys": [key]}))
    whose = "urn:oid:1.2.250.1.71.4.2.2|1750000001"
    words = ["--kind", "backend", "--name", "A", "--structure", whose]
    words += ["--scope", "system/*.rs", "--settings", str(path)]
    assert run("client", "add", *words, "--jwks", str(keys)).exit_code == 0
    refused = run("client", "add", *words, "--jwks", str(one))
    assert "put a single key in one" in refused.output
    gone = run("client", "add", *words, "--jwks", str(tmp_path / "none.json"))
    assert "none.json: No such file or directory" in gone.output


def test_settings_that_are_not_there_are_named_with_the_option(tmp_path: Path) -> None:
    """No name of a class: which file, and how another one is named."""
    path = tmp_path / "none.toml"
    said = run("client", "list", "--settings", str(path)).output
    assert str(path) in said
    assert "--settings" in said
    assert "Error:" in said
    assert "FileNotFoundError" not in said


def test_printed_commands_speak_of_this_folder(tmp_path: Path) -> None:
    """With --data, what is printed to go on with has it too; else it is told."""
    folder = tmp_path / "a folder"
    services, issuer = open_demo(settings_in(folder))
    said = invitation(services, issuer, WORLD)
    assert f"paravent token PERSONA --data '{folder}'" in said
    assert f"--settings '{folder / 'demo.toml'}'" in said
    for name in (["token", "gp"], ["why", "gp", "hiv-consultation"], ["twins"]):
        refused = run(*name, "--data", str(tmp_path / "nope"))
        assert refused.exit_code == 1
        assert f"{tmp_path / 'nope'}: run" in refused.output
        assert "--data" in refused.output
    lost = run("why", "gp", "hiv-consultation", "--data", str(folder))
    assert "is not in this demo" in lost.output
