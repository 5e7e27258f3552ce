"""A merge undone: what it added goes, what was deposited or decided since stays."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection

from gateway.consents import directives
from gateway.consents import keeping as kept_directives
from gateway.lifecycle import belonging, refusals, settled
from gateway.lifecycle.share import Share, left, spoken_of
from gateway.lifecycle.sight import shown
from gateway.repository import entries, erasing, keeping, outbox, records, renditions
from gateway.repository.entries import DIRECTIVE
from gateway.repository.records import Record
from labels.consent import Directive, Effect
from labels.policy.clearance import Clearance


def undone(
    connection: Connection, kept: Record, held: dict[str, Any], seen: Clearance
) -> Record:
    """Take out of the kept record what a merge added; returns it as it is then."""
    for item_id in held["items"]:
        erasing.erase(connection, kept, item_id)
    still = {each.id: each for each in directives.of_record(connection, kept)}
    gone = held.get("named")
    for kind, row_id in held["entries"]:
        if kind == DIRECTIVE and gone is not None and row_id in still:
            _keep_rest(connection, kept, left(still[row_id], gone), seen)
        else:
            entries.remove(connection, kind, kept.keys, row_id)
    for row_id in held.get("erasures", ()):
        outbox.remove(connection, kept, row_id)
    belonging.forget(connection, kept, held.get("own", ""))
    settled.lengthen(connection, kept, held.get("shortened", []))
    settled.emergency_put_back(connection, kept, held.get("emergency", {}))
    refusals.put_back(connection, kept, held.get("intake", []))
    restored = settled.put_back(kept, held)
    records.keep(connection, restored)
    renditions.forget(connection, kept)
    return restored


def _keep_rest(
    connection: Connection, kept: Record, said: Directive, seen: Clearance
) -> None:
    """Keep a decision of a merge for what came since; without any it goes.

    A permission is kept for what the person sees alone, so that none tells of the rest.
    """
    found = list(keeping.named(connection, kept, spoken_of(said)))
    named, there = shown(found, seen), frozenset(each.id for each in found)
    stays = named if said.effect is Effect.SHOW else there
    said = left(said, spoken_of(said) - stays)
    if not spoken_of(said):
        entries.remove(connection, DIRECTIVE, kept.keys, said.id)
        return
    share = Share(uuid4().hex, spoken_of(said), named)
    belonging.keep(connection, kept, share)
    kept_directives.keep(connection, kept, share.spoken(said, named))
