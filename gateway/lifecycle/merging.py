"""Two records of one person made one, and two again, exactly as they were.

The kept record takes copies of the absorbed one's items; the absorbed one is sealed as it
is. Its identifier then leads nowhere, as if there had never been a record: a number that
changed with the civil status is itself a secret, so it does not lead to the new one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection

from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.consents import directives, relations
from gateway.identity.principal import Principal
from gateway.lifecycle import (
    audience,
    belonging,
    holding,
    refusals,
    settled,
    transfer,
)
from gateway.lifecycle.act import CannotFollowError
from gateway.lifecycle.share import Share, spoken_of
from gateway.lifecycle.sight import shown, sight
from gateway.lifecycle.undoing import undone
from gateway.repository import entries, keeping, records, renditions
from gateway.repository.entries import (
    CONSENT,
    DIRECTIVE,
    IN_ERROR,
    MERGE,
    RELATION,
    REVIEW,
    STANDING,
    WORD,
)
from gateway.repository.items import Stored
from gateway.repository.records import MERGED, OPEN, Record
from gateway.services import Services
from gateway.smart import grants
from gateway.subscribing import kept as subscriptions
from labels.policy.clearance import Clearance
from mappings.pdf import PdfReader
from mappings.submission import Identifier

MERGED_WITH, UNMERGED = "records-merged", "records-unmerged"
"""What the trail calls each act."""
ADDED = (RELATION, DIRECTIVE, WORD, CONSENT, STANDING, IN_ERROR, REVIEW)
"""The kinds of entries that a merge adds to."""


@dataclass(frozen=True, slots=True)
class _Two:
    """Two open records before they are one, in one transaction."""

    connection: Connection
    kept: Record
    absorbed: Record
    at: datetime
    seen: Clearance
    pdf: PdfReader

    def share(self, found: Iterable[Stored]) -> Share:
        """Return what one of the two brought, as masks speak of it."""
        every = list(found)
        items = frozenset(each.id for each in every)
        return Share(uuid4().hex, items, shown(every, self.seen))


def merge(
    services: Services, kept: Identifier, absorbed: Identifier, by: Principal
) -> None:
    """Make one record of two of the same person; the first goes on.

    Raises ``CannotFollowError`` unless both are open, of traits that do not contradict
    each other, and nothing in the second waits for a review.
    """
    at, keys = services.clock.now(), services.store.keys
    with services.store.unit() as connection:
        first, second = holding.both(connection, keys, kept, absorbed)
        seen = sight(services, connection, first, at)
        _merge(_Two(connection, first, second, at, seen, services.pdf))
        if second.died and not first.died:
            grants.end_all(connection, first, at, by)
        grants.end_all(connection, second, at, by)
        for each in (first, second):
            _trace(connection, each, MERGED_WITH, by, at)


def unmerge(services: Services, kept: Identifier, by: Principal) -> int:
    """Undo every merge into a record, the latest first; returns how many there were.

    What was deposited or decided since then stays in the kept record, and masked as it is.
    """
    at, keys = services.clock.now(), services.store.keys
    with services.store.unit() as connection:
        first = holding.merged(connection, keys, kept)
        merges = entries.of_record(connection, MERGE, first.keys)
        latest = sorted(merges, key=lambda each: each[1]["at"], reverse=True)
        for row_id, held in latest:
            seen = sight(services, connection, first, at)
            first = undone(connection, first, held, seen)
            entries.remove(connection, MERGE, first.keys, row_id)
            second = records.in_any_state(connection, keys, held["absorbed"])
            if second is not None and second.state == MERGED:
                records.keep(connection, replace(second, state=OPEN))
                _trace(connection, second, UNMERGED, by, at)
        _trace(connection, first, UNMERGED, by, at)
        return len(merges)


def _merge(two: _Two) -> None:
    connection, absorbed = two.connection, two.absorbed
    before = _entry_ids(connection, two.kept)
    try:
        found = transfer.transferable(connection, absorbed)
    except ValueError:
        raise CannotFollowError from None
    kept = settled.joined(two.kept, absorbed)
    own = two.share(keeping.every(connection, kept))
    ids = transfer.transfer(connection, absorbed, kept, found, two.pdf)
    erasures = refusals.carry(connection, (absorbed, kept), found, ids, two.at)
    named = _join_audiences(replace(two, kept=kept), ids, own)
    added = _entry_ids(connection, kept) - before
    held = {
        "absorbed": absorbed.patient_id,
        "at": two.at.isoformat(),
        "items": sorted(ids.values()),
        "entries": sorted(added),
        "named": sorted(named),
        "own": own.episode,
        "shortened": settled.shorten(connection, two.kept, absorbed, two.at),
        "emergency": settled.emergency(connection, two.kept, absorbed, two.at),
        "erasures": erasures,
        "intake": refusals.stricter(connection, two.kept, absorbed),
        **settled.remembered(two.kept, kept),
    }
    entries.append(connection, MERGE, kept.keys, held)
    records.keep(connection, kept)
    records.keep(connection, replace(absorbed, state=MERGED))
    subscriptions.end_all(connection, absorbed)
    for each in (kept, absorbed):
        settled.end_emergencies(connection, each)
    renditions.forget(connection, kept)


def _join_audiences(two: _Two, ids: dict[str, str], own: Share) -> frozenset[str]:
    """Apply the rules of ``audience``: nobody gains sight; returns what is spoken of."""
    connection, kept, absorbed, at = two.connection, two.kept, two.absorbed, two.at
    ours = relations.of_record(connection, kept)
    theirs = relations.of_record(connection, absorbed)
    said = directives.of_record(connection, kept)
    said_there = [
        belonging.itemised(connection, absorbed, each)
        for each in directives.of_record(connection, absorbed)
    ]
    copies = two.share(keeping.named(connection, kept, frozenset(ids.values())))
    translated = audience.decided(said_there, ids, copies, at)
    for share in dict.fromkeys((own, copies, *(share for _, share in translated))):
        belonging.keep(connection, kept, share)
    decided = [
        *(said_now for said_now, _ in translated),
        *audience.apart(ours, theirs, said, copies, at),
        *audience.apart(theirs, ours, said_there, own, at),
    ]
    for relation in audience.ties(ours, theirs, at):
        relations.declare(connection, kept, relation)
    for said_now in decided:
        directives.decide(connection, kept, said_now)
    return frozenset().union(*map(spoken_of, decided))


def _entry_ids(connection: Connection, record: Record) -> set[tuple[str, str]]:
    return {
        (kind, row_id)
        for kind in ADDED
        for row_id, _ in entries.of_record(connection, kind, record.keys)
    }


def _trace(
    connection: Connection, record: Record, what: str, by: Principal, at: datetime
) -> None:
    trace = Trace(
        Interaction.OPERATION,
        by,
        granted=True,
        patient_id=record.patient_id,
        reason=what,
    )
    trail.append(connection, record, audit_event(trace, at), at)
