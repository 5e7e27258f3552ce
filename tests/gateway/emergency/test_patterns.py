"""Patterns are noticed and kept for the officer; they stop nobody and tell nobody else."""

import logging
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.cli import main
from gateway.emergency import alerts, review
from gateway.emergency.alerts import Alert
from gateway.emergency.data import PATTERNS, REASONS, Reason
from gateway.identity.principal import Principal
from labels.codes import Purpose
from mappings.submission import Traits
from tests.gateway.emergency.scene import Scene


def kept(scene: Scene) -> list[Alert]:
    """Return the alerts, the latest first."""
    store = scene.services.store
    with store.unit() as connection:
        return [each for _, each in alerts.kept(connection, store.keys)]


def test_many_in_a_day_by_one_person(scene: Scene) -> None:
    """The tenth in a day is noticed, once, with its count, and about no record."""
    for number in range(10):
        assert kept(scene) == []
        scene.break_glass("psychiatrist", "octave" if number % 2 else "nobody")
        scene.later(minutes=7)
        scene.deliver()
    (alert,) = kept(scene)
    assert (alert.pattern, alert.count, alert.record) == (alerts.MANY, 10, "")
    assert alert.who == scene.who("psychiatrist")
    scene.break_glass("psychiatrist", "tristan")
    scene.deliver()
    assert [each.count for each in kept(scene)] == [11]


def test_somebody_of_the_same_family_name(scene: Scene) -> None:
    """A professional who asks about somebody of his own name is noticed at once."""
    scene.sign_in_as("psychiatrist", family_name="Pasqualucci")
    scene.break_glass("psychiatrist", "octave")
    scene.deliver()
    (alert,) = kept(scene)
    assert alert.pattern == alerts.SURNAME
    assert alert.record == scene.record("octave").patient_id


@pytest.mark.parametrize(
    ("name", "shares"),
    [
        ("Jean MARTIN", True),
        ("Jean Claude  Le Goff", True),
        ("jean-claude LE-GOFF", True),
        ("Anne Dumartin", False),
        ("Martin Durand", False),
        ("Martin", False),
        ("", False),
        ("Zoë Pérez", True),
        ("Zoe PEREZ", True),
    ],
)
def test_a_family_name_is_what_a_name_ends_with(name: str, *, shares: bool) -> None:
    """Accents, hyphens and spaces do not matter; a first name is no family name."""
    known = any(
        review.shares_surname(name, Traits((), family=each))
        for each in ("MARTIN", "LE GOFF", "PÉREZ")
    )
    assert known is shares


def test_a_person_without_a_name_shares_none() -> None:
    """The record of nobody has no family."""
    assert not review.shares_surname("Jean MARTIN", Traits(()))


def test_reading_everything_after_an_emergency(scene: Scene) -> None:
    """So many documents opened within the hour are noticed while it lasts."""
    scene.operate("tristan", "/fhir/Consent/$emergency-choices", masked=True)
    scene.break_glass("psychiatrist", "tristan")
    bundle = scene.software.search("psychiatrist", "tristan").get_json()
    ids = [each["resource"]["id"] for each in bundle["entry"]]
    for each in ids:
        scene.software.ask("psychiatrist", f"/fhir/Binary/{each}")
    who = scene.who("psychiatrist")
    assert len(review.documents_opened(scene.events("tristan"), who)) == len(ids) > 1
    assert review.documents_opened(scene.events("tristan"), scene.who("gp")) == set()


def test_mass_reading_is_noticed_while_it_lasts(scene: Scene) -> None:
    """Thirty documents opened within the hour are an alert, with their number."""
    scene.break_glass("psychiatrist", "octave")
    scene.deliver()
    record, at = scene.record("octave"), scene.clock.now()
    who = Principal(subject=scene.who("psychiatrist"))
    for number in range(PATTERNS.mass_reading):
        read = Trace(
            Interaction.READ,
            who,
            granted=True,
            patient_id=record.patient_id,
            items=(f"Binary/{number}",),
        )
        with scene.services.store.unit() as connection:
            trail.append(connection, record, audit_event(read, at), at)
    assert kept(scene) == []
    scene.later(minutes=5)
    scene.deliver()
    (alert,) = kept(scene)
    assert (alert.pattern, alert.count) == (alerts.READING, PATTERNS.mass_reading)


def test_an_emergency_is_watched_until_it_is_over_and_no_longer(scene: Scene) -> None:
    """It is looked at every five minutes; after the hour nothing is left to do."""
    scene.break_glass("psychiatrist", "octave")
    looks = 0
    for _ in range(70):
        looks += scene.deliver()["again"]
        scene.later(minutes=1)
    assert looks == 60 / PATTERNS.watched_every_minutes + 1
    scene.later(minutes=1)
    assert scene.deliver() == {}


def test_no_log_names_anybody(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    """The log says which pattern, and nothing of whom."""
    with caplog.at_level(logging.INFO, "paravent"):
        scene.sign_in_as("psychiatrist", family_name="Pasqualucci")
        scene.break_glass("psychiatrist", "octave")
        scene.deliver()
    assert "own-surname" in caplog.text
    patient_id = scene.record("octave").patient_id
    for secret in ("PASQUALUCCI", "Pasqualucci", patient_id, "138032A"):
        assert secret not in caplog.text


def test_an_alert_is_closed_once(scene: Scene) -> None:
    """An officer closes an alert; the same day's pattern does not open it again."""
    scene.sign_in_as("psychiatrist", family_name="Pasqualucci")
    scene.break_glass("psychiatrist", "octave")
    scene.deliver()
    store, at = scene.services.store, scene.clock.now()
    with store.unit() as connection:
        ((alert_id, _),) = alerts.kept(connection, store.keys)
        assert alerts.close(connection, store.keys, alert_id, at)
        assert not alerts.close(connection, store.keys, alert_id, at)
        assert not alerts.close(connection, store.keys, "0" * 32, at)
    scene.later(minutes=6)
    scene.deliver()
    assert [bool(each.closed) for each in kept(scene)] == [True]


def settings_of(scene: Scene, more: str = "") -> str:
    """Write the settings of the scene's gateway, as an operator would, and say where."""
    held = scene.services.settings
    path = held.data / "paravent.toml"
    path.write_text(f'data = "{held.data}"\ntest_identities = true\n{more}', "utf-8")
    scene.services.store.engine.dispose()
    return str(path)


def test_the_officer_reads_and_closes_alerts(scene: Scene) -> None:
    """`paravent alerts` names pattern and professional, the record by its id alone."""
    scene.clock.instant = datetime.now(UTC)  # what a command goes by
    scene.sign_in_as("psychiatrist", family_name="Pasqualucci", given_name="Gaspard")
    scene.break_glass("psychiatrist", "octave")
    path = settings_of(scene)
    run = CliRunner()
    done = run.invoke(main, ["outbox", "--settings", path], catch_exceptions=False)
    assert done.output.splitlines() == ["again: 1", "done: 1"]
    shown = run.invoke(main, ["alerts", "--settings", path]).output
    alert_id, _, pattern, count, *_ = shown.split()
    assert (pattern, count) == ("own-surname", "x1")
    assert scene.record("octave").patient_id in shown
    assert "Octave" not in shown
    closed = run.invoke(main, ["alerts", "--settings", path, "--close", alert_id])
    assert closed.output == "no alert\n"
    every = run.invoke(main, ["alerts", "--settings", path, "--all"]).output
    assert every.strip().endswith("(closed)")
    again = run.invoke(main, ["alerts", "--settings", path, "--close", alert_id])
    assert again.exit_code == 1
    quiet = run.invoke(main, ["outbox", "--settings", path])
    assert "done" in quiet.output or quiet.output == "nothing is due\n"


def test_every_reason_speaks_both_languages() -> None:
    """A reason says itself in French and English, and for which purpose it holds."""
    assert {p for each in REASONS.values() for p in each.purposes} == {
        Purpose.BTG,
        Purpose.ETREAT,
    }
    assert all(each.fr and each.en for each in REASONS.values())
    with pytest.raises(ValueError, match="reason"):
        Reason(frozenset({Purpose.TREAT}), "fr", "en")
