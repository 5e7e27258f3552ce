"""Labelling anew: shown first, monotone, restartable, under the patient's last word."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from gateway import last_word, relabelling
from gateway.audit import trail
from gateway.cli import main
from gateway.clock import Clock
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.relabelling import Change
from gateway.repository import finding, items, keeping, records
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import Stored
from gateway.repository.tables import audit_event, entry, item, record
from gateway.services import Services
from labels.codes import Category, Confidentiality
from labels.detection.service import RULES_VERSION
from labels.item import Item
from labels.label import NOTHING, Evidence, Label
from labels.last_word import Word
from mappings.pdf import PdfText
from tests.gateway.world import seeded

WORLD = load()
TRISTAN = WORLD.readers["tristan"]
HIV = frozenset({Category.HIV})
OLD = "2020-01-01.1"


def forgotten(label: HeldLabel) -> HeldLabel:
    """Return the label as rules that found nothing would have left it."""
    return replace(label, computed=NOTHING, version=OLD)


def rewrite(
    services: Services, change: Callable[[HeldLabel], HeldLabel] = forgotten
) -> None:
    """Change the label of every item that is kept, behind the gateway's back."""
    with services.store.unit() as connection:
        for patient_id in records.every_open(connection):
            found = records.by_id(connection, services.store.keys, patient_id)
            for stored in list(keeping.every(connection, found)):
                changed = items.with_label(stored, change(stored.label))
                items.relabel(connection, found, changed)


def held(services: Services) -> list[Stored]:
    """Return every item of every record."""
    with services.store.unit() as connection:
        return [
            stored
            for patient_id in records.every_open(connection)
            for stored in keeping.every(
                connection, records.by_id(connection, services.store.keys, patient_id)
            )
        ]


def facts(services: Services) -> dict[str, Item]:
    """Return what policy would be asked about the whole of each item."""
    return {each.id: each.whole for each in held(services)}


def masks(services: Services) -> dict[str, int]:
    """Return the column that searches filter by, item by item."""
    with services.store.unit() as connection:
        return {row.id: row.mask for row in connection.execute(select(item))}


def run(services: Services, batch: int = finding.AT_A_TIME) -> int:
    """Label anew to the end; returns how many items were done."""
    return sum(relabelling.relabel(services, batch))


def test_what_the_rules_of_today_labelled_is_left_alone(services: Services) -> None:
    """A world that was just deposited has nothing to label anew."""
    assert relabelling.preview(services) == Change()
    assert run(services) == 0


def test_labelling_anew_from_the_originals_gives_what_depositing_gave(
    services: Services,
) -> None:
    """All that was computed is found again, from what is kept alone."""
    before, columns = facts(services), masks(services)
    rewrite(services)
    assert facts(services) != before
    assert run(services) == len(before)
    assert facts(services) == before
    assert masks(services) == columns
    assert {each.label.version for each in held(services)} == {RULES_VERSION}


def test_a_dry_run_tells_the_counts_and_changes_nothing(services: Services) -> None:
    """The counts are those of what comes after; not a byte of the database is other."""
    right = facts(services)
    rewrite(services)
    wrong = facts(services)
    before = whole(services)
    told = relabelling.preview(services, batch=3)
    assert whole(services) == before
    changed = [key for key in right if right[key] != wrong[key]]
    assert (told.items, told.changed) == (len(right), len(changed))
    assert told.records == len(records_of(services))
    assert 0 < told.touched <= told.records
    assert told.gained[Category.HIV] == sum(
        Category.HIV in right[key].categories - wrong[key].categories for key in right
    )
    assert told == relabelling.preview(services)


def whole(services: Services) -> list[object]:
    """Return every row that labelling could touch."""
    with services.store.unit() as connection:
        return [
            tuple(row)
            for table in (item, audit_event, entry)
            for row in connection.execute(select(table).order_by(table.c.id))
        ]


def records_of(services: Services) -> list[str]:
    """Return the records that hold something."""
    with services.store.unit() as connection:
        return sorted(set(connection.execute(select(item.c.patient_id)).scalars()))


@pytest.mark.parametrize("batches", [1, 4])
def test_killed_between_batches_and_run_again_is_as_one_run(
    services: Services, batches: int
) -> None:
    """What is done is skipped, the rest is done, and the end is the same."""
    right = facts(services)
    rewrite(services)
    done = sum(islice(relabelling.relabel(services, batch=2), batches))
    assert relabelling.preview(services).items == len(right) - done
    assert run(services, batch=2) == len(right) - done
    assert facts(services) == right


class Stopping:
    """A clock that fails after so many questions: a crash at an awkward moment."""

    def __init__(self, clock: Clock, times: int) -> None:
        """Tell the time so many times."""
        self.clock, self.left = clock, times

    def now(self) -> datetime:
        """Tell the time, or fail."""
        self.left -= 1
        if self.left < 0:
            raise InterruptedError
        return self.clock.now()


def test_a_failure_in_the_middle_of_a_run_loses_nothing(services: Services) -> None:
    """The batches before it are kept for good; another run does the rest."""
    right = facts(services)
    rewrite(services)
    failing = replace(services, clock=Stopping(services.clock, 3))
    with pytest.raises(InterruptedError):
        run(failing, batch=1)
    assert relabelling.preview(services).items == len(right) - 3
    run(services)
    assert facts(services) == right


def test_nothing_is_lowered_by_newer_rules(services: Services) -> None:
    """What older rules found stays, with its evidence, beside what is found today."""
    old = Evidence("tobacco/term/of-old", "terms", "/a", "x")
    found = Label(Confidentiality.V, frozenset({Category.TOBACCO}), evidence=(old,))
    rewrite(services, lambda label: replace(label, computed=found, version=OLD))
    before = facts(services)
    run(services)
    for stored in held(services):
        assert stored.whole.confidentiality is Confidentiality.V
        assert stored.whole.categories >= before[stored.id].categories
        assert old in stored.label.computed.evidence


def test_what_only_the_record_knows_is_told_apart_anew(services: Services) -> None:
    """Also of labels kept before the two were: others are shown what they were shown."""
    before = {each.id: each.label.of_content for each in held(services)}
    apart = [each for each in held(services) if each.label.said is not None]
    assert apart
    rewrite(services, lambda label: replace(label, said=None, version=OLD))
    shown = {each.id: each.label.of_content for each in held(services)}
    assert shown != before
    run(services)
    shown = {each.id: each.label.of_content for each in held(services)}
    assert {i: _seen(each) for i, each in shown.items()} == {
        i: _seen(each) for i, each in before.items()
    }


def _seen(label: Label) -> tuple[Confidentiality, frozenset[Category]]:
    return label.confidentiality, label.categories


def test_what_the_patient_said_survives(services: Services) -> None:
    """A *not* and a *yes* apply to what is found anew, and can still be taken back."""
    tristan = principal_of(TRISTAN)
    hiv = [each for each in held(services) if Category.HIV in each.whole.categories]
    first, second = (each.id for each in hiv[:2])
    no = Word(sensitive=False, categories=HIV, items=frozenset({first}))
    yes = Word(
        sensitive=True,
        categories=frozenset({Category.VIOLENCE}),
        items=frozenset({second}),
    )
    ids = [last_word.say(services, tristan, each) for each in (no, yes)]
    assert all(ids)
    right = facts(services)
    rewrite(services)
    run(services)
    assert facts(services) == right
    assert Category.HIV not in facts(services)[first].categories
    last_word.take_back(services, tristan, str(ids[0]))
    assert Category.HIV in facts(services)[first].categories


def test_each_record_has_one_event_of_it(services: Services) -> None:
    """However many batches; the event names the rules and no item."""
    rewrite(services)
    run(services, batch=1)
    with services.store.unit() as connection:
        for patient_id in records.every_open(connection):
            found = records.by_id(connection, services.store.keys, patient_id)
            ours = [
                each
                for each in trail.of_record(connection, found)
                if "paravent relabel" in str(each["agent"])
            ]
            expected = 1 if list(keeping.every(connection, found)) else 0
            assert len(ours) == expected


def test_labels_from_before_versions_were_named_are_made_anew(
    services: Services,
) -> None:
    """A label that names no version was made by other rules."""
    rewrite(services, lambda label: replace(label, version=""))
    told = relabelling.preview(services)
    assert (told.items, told.changed) == (len(facts(services)), 0)


def test_a_record_that_is_closed_meanwhile_is_left_as_it_is(
    services: Services,
) -> None:
    """Closed while its documents were read: nothing is kept, and the rest goes on."""
    rewrite(services)
    closed: set[str] = set()

    def closing(data: bytes) -> PdfText:
        """Close the record that holds Solène's letter when the letter is read."""
        identifier = WORLD.patients["solene"].identifier
        with services.store.unit() as connection:
            found = records.by_identifiers(connection, services.store.keys, identifier)
            if found.known:
                closed.add(found.patient_id)
                mine = record.c.patient_id == found.patient_id
                connection.execute(update(record).where(mine).values(state="closed"))
        return services.pdf(data)

    run(replace(services, pdf=closing))
    [patient_id] = closed
    with services.store.unit() as connection:
        connection.execute(update(record).values(state=records.OPEN))
        found = records.by_id(connection, services.store.keys, patient_id)
        versions = {e.label.version for e in keeping.every(connection, found)}
    assert OLD in versions
    run(services)
    assert {each.label.version for each in held(services)} == {RULES_VERSION}


def command(services: Services, *options: str) -> Result:
    """Run ``paravent relabel`` on the data folder of a demo."""
    data = str(services.settings.data)
    arguments = ["relabel", "--data", data, *options]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_the_command_shows_counts_and_no_title(tmp_path: Path) -> None:
    """A dry run and then a run print the same counts, the second run finds nothing."""
    services = seeded(tmp_path)
    rewrite(services)
    dry = command(services, "--dry-run")
    assert dry.exit_code == 0
    assert "  hiv: +" in dry.output
    said = {
        each.content["content"][0]["attachment"].get("title")
        for each in held(services)
        if "content" in each.content
    }
    assert not any(title in dry.output for title in said if title)
    wet = command(services)
    assert wet.output.startswith(dry.output)
    assert wet.output.splitlines()[-1] == f"{len(facts(services))} done"
    assert "labelled by other rules: 0 items in 0 records" in command(services).output


def test_the_command_needs_a_demo_that_is_there(tmp_path: Path) -> None:
    """A folder without a demo, and settings that are not there, are a line, not a trace."""
    for options in (
        ["--data", str(tmp_path)],
        ["--settings", str(tmp_path / "x.toml")],
    ):
        answer = CliRunner().invoke(main, ["relabel", *options])
        assert answer.exit_code == 1
        assert answer.output.startswith("Error: ")
