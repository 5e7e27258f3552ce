"""The versions of a document as one reader sees them: one more for each replacement seen.

What was deposited never changes; what changes is that a document is replaced, called
entered in error, or put away. A mask and
a label make no version: the labels shown with every version are those of today.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from gateway import disclosure, view
from gateway.audit.events import Interaction
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.references import Reference
from gateway.rendering import Shown
from gateway.repository import finding
from gateway.repository.items import DOCUMENT, REPLACES
from gateway.services import Services

Json = dict[str, Any]


def history(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> list[Json]:
    """Return every version of a document, the present one first; none: nothing to see."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        found = _versions(asked, target.item_id)
        name, names = f"{DOCUMENT}/{public_id}", _names(found)
        query = f"{name}/_history"
        asked.trace(Interaction.READ, granted=bool(found), items=names, query=query)
    return found[::-1]


def version(
    services: Services,
    principal: Principal,
    public_id: str,
    number: int,
    request_id: str = "",
) -> Json | None:
    """Return a document as it was in one of its versions; None: nothing to see."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        found = _versions(asked, target.item_id)[max(number - 1, 0) :][: number > 0]
        query = f"{DOCUMENT}/{public_id}/_history/{number}"
        asked.trace(
            Interaction.VREAD, granted=bool(found), items=_names(found), query=query
        )
    return found[0] if found else None


def _versions(asked: Inquiry, item_id: str) -> list[Json]:
    """Return the versions, the first one first: the last is what a read gives."""
    stored = finding.find(*asked.place, asked.clearance, item_id)
    judged = disclosure.guarded(asked, [stored] if stored else [])
    given = disclosure.as_given(asked, disclosure.as_it_stands(asked, judged))
    if not given:
        return []
    replaces = finding.targets(*asked.place, asked.clearance, REPLACES, [item_id])
    times = finding.replaced_at(*asked.place, asked.clearance, item_id)
    changes = given[0].stored.standing.changes
    # In order of time; what replaces comes before what is said at the same instant.
    moments = sorted([*((at, 0) for at in times), *((e.at, 1) for e in changes)])
    return [
        view.document(
            asked.record,
            _as_of(given[0], times, [kind for _, kind in moments[:seen]]),
            replaces[item_id],
            to_patient=asked.by_patient,
        )
        for seen in range(len(moments) + 1)
    ]


def _as_of(given: Shown, times: list[datetime], kinds: list[int]) -> Shown:
    """Return a document when only the first of what happened to it had happened."""
    seen = times[: kinds.count(0)]
    last = seen[-1] if seen else None
    standing = given.stored.standing.after(kinds.count(1))
    stored = replace(
        given.stored, replacements=len(seen), replaced=last, standing=standing
    )
    return replace(given, stored=stored)


def _names(found: list[Json]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{DOCUMENT}/{each['id']}" for each in found))
