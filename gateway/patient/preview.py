"""*Voir comme*: the list another reader would get, by the call that answers the API."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from gateway import disclosure
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, seen_as
from gateway.patient.record import Open
from gateway.repository.items import Stored
from gateway.repository.search import MOST, Search
from labels.policy.clearance import Clearance
from labels.policy.rule import Rules

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reader would be shown, in the order of the answer, and what not, and why."""

    shown: tuple[Stored, ...]
    withheld: tuple[Stored, ...]
    clearance: Clearance


def preview(
    record: Open, reader: Principal, rules: Rules, count: int = MOST
) -> Preview:
    """Return what ``reader`` would see; PermissionError unless the patient looks."""
    theirs = seen_as(record.asked, reader, rules)
    rows = {record.public_id(each): each for each in record.situation.documents}
    answered = [each["id"] for each in _answered(theirs, count)]
    shown = tuple(rows[each] for each in answered if each in rows)
    withheld = (row for each, row in rows.items() if each not in set(answered))
    return Preview(shown, tuple(withheld), theirs.clearance)


def _answered(theirs: Inquiry, count: int) -> Iterator[Json]:
    """Yield what the search of the API (ITI-67) answers, page by page."""
    wanted = Search(count=count)
    while True:
        page = disclosure.documents(theirs, wanted, "preview")
        yield from page.resources
        if page.following is None:
            return
        wanted = replace(wanted, after=page.following)
