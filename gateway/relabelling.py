"""Labelling anew what was labelled under other rules: monotone, in batches, restartable.

What is worked out now is joined to what was worked out before, so nothing is lowered by
a new rule; what the patient said applies to both. An item that names the version of the
rules of today is left alone: a run that was killed is simply run again. Originals never
change, so they are read and labelled before the record is held to keep the outcome.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from sqlalchemy import Connection

from gateway import joining, labelling
from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.identity.principal import Principal
from gateway.labelling import Labelled
from gateway.repository import finding, items, keeping, records
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.records import Record
from gateway.sandbox import PDFS, at_most
from gateway.services import Services
from labels.codes import Category
from labels.detection.service import RULES_VERSION

OPERATOR = Principal("urn:operator|paravent relabel", name="paravent relabel")


@dataclass(frozen=True, slots=True)
class Change:
    """What labelling anew does, in numbers: never which item, never whose.

    ``items`` and ``records`` were labelled under other rules; the label that policy goes
    by changes for ``changed`` of the items, in ``touched`` of the records; ``gained``
    counts the items that come to carry each category.
    """

    items: int = 0
    records: int = 0
    changed: int = 0
    touched: int = 0
    gained: Counter[Category] = field(default_factory=Counter)

    def __add__(self, other: "Change") -> "Change":
        """Return both together; they must be about different records."""
        return Change(
            self.items + other.items,
            self.records + other.records,
            self.changed + other.changed,
            self.touched + other.touched,
            self.gained + other.gained,
        )


Found = dict[str, Labelled]
"""What the rules of today say, by id of the item."""


def preview(services: Services, batch: int = finding.AT_A_TIME) -> Change:
    """Return what :func:`relabel` would change; changes and traces nothing."""
    whole = Change()
    for patient_id in _records(services):
        found = Change()
        for stale in _batches(services, patient_id, batch):
            found += _compared(stale, _labels(services, patient_id, stale))
        whole += _one_record(found)
    return whole


def relabel(services: Services, batch: int = finding.AT_A_TIME) -> Iterator[int]:
    """Label anew; yields how many items were done each time a batch is kept for good.

    One event stands in each record's trail, kept with the first batch of the record.
    """
    for patient_id in _records(services):
        for number, stale in enumerate(_batches(services, patient_id, batch)):
            labels = _labels(services, patient_id, stale)
            yield _keep(services, patient_id, labels, trace=number == 0)


def _records(services: Services) -> list[str]:
    with services.store.unit() as connection:
        return records.every_open(connection)


def _batches(services: Services, patient_id: str, count: int) -> Iterator[list[Stored]]:
    """Yield the items that other rules labelled, so many at a time, each once."""
    after = keeping.START
    while stale := _stale(services, patient_id, after, count):
        yield stale
        after = keeping.place_of(stale[-1])


def _stale(
    services: Services, patient_id: str, after: keeping.Place, count: int
) -> list[Stored]:
    with services.store.unit() as connection:
        record = records.by_id(connection, services.store.keys, patient_id)
        found = keeping.every(connection, record, after)
        stale = (each for each in found if each.label.version != RULES_VERSION)
        return list(islice(stale, count))


def _labels(services: Services, patient_id: str, stale: list[Stored]) -> Found:
    """Label each item by the rules of today; one at a time, since originals are large."""
    found = {}
    for each in stale:
        with services.store.unit() as connection:
            record = records.by_id(connection, services.store.keys, patient_id)
            if not record.known:  # closed or erased in the meantime: not ours to read
                return {}
            original = _original(connection, record, each)
        pdf = at_most(PDFS, services.pdf)
        found[each.id] = labelling.label_again(
            each.kind, each.content, original, record.identity, pdf
        )
    return found


def _original(connection: Connection, record: Record, stored: Stored) -> bytes:
    if stored.kind != DOCUMENT:
        return b""
    return finding.original(connection, record, stored)


def _keep(services: Services, patient_id: str, found: Found, *, trace: bool) -> int:
    """Join the labels to those that are there now, in one transaction with its trace.

    Returns how many items that were; none when the record was closed in the meantime.
    """
    at = services.clock.now()
    with services.store.unit() as connection:
        keys = services.store.keys
        opened = records.by_id(connection, keys, patient_id)
        record = records.hold(connection, keys, opened)
        if not record.known:
            return 0
        for stored in keeping.named(connection, record, frozenset(found)):
            labelled = found[stored.id]
            changed = _anew(stored, labelled)
            items.relabel(connection, record, changed, labelled.places)
        if trace:
            event = audit_event(_trace(record), at)
            trail.append(connection, record, event, at)
    return len(found)


def _anew(stored: Stored, found: Labelled) -> Stored:
    """Return the item under the rules of today."""
    return items.with_label(stored, joining.joined(stored.label, found.label))


def _compared(stale: list[Stored], found: Found) -> Change:
    changed, gained = 0, Counter[Category]()
    for each in (one for one in stale if one.id in found):
        after = _anew(each, found[each.id])
        changed += (each.facts, each.whole) != (after.facts, after.whole)
        gained.update(after.whole.categories - each.whole.categories)
    return Change(items=len(stale), changed=changed, gained=gained)


def _one_record(found: Change) -> Change:
    return replace(found, records=int(found.items > 0), touched=int(found.changed > 0))


def _trace(record: Record) -> Trace:
    return Trace(
        Interaction.OPERATION,
        OPERATOR,
        granted=True,
        patient_id=record.patient_id,
        query=f"relabel {RULES_VERSION}",
    )
