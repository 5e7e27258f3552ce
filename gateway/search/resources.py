"""Resources made from documents: a page of them, or one; only what the reader may see.

1. the documents that the clearance lets see and that are current for this reader;  2. what
the reader is given of each;  3. the resources in that, labelled and judged one by one;
4. match, count, order, page;  5. the trace. Nothing of a document that may not be seen is
read, so the work depends on what may be seen alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from gateway import disclosure
from gateway.audit.events import Interaction
from gateway.disclosure import Page
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.repository import columns, finding, search
from gateway.repository.finding import Selection
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.search import DEFAULT_COUNT, MOST, Position, Search
from gateway.search.addresses import Address
from gateway.search.dates import Span
from gateway.search.definitions import Definition
from gateway.search.labelled import facts
from gateway.search.matching import Condition, compares, spans
from gateway.services import Services

Json = dict[str, Any]

CURRENT = frozenset({"current"})


class Found(Protocol):
    """What can be matched and ordered: a resource, with when it came in and of when it is."""

    @property
    def resource(self) -> Json:
        """The resource as this reader gets it."""

    @property
    def recorded(self) -> datetime:
        """When it came in."""

    @property
    def dated(self) -> datetime:
        """Of when it is, where it says no date of its own."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for: a type, criteria that must all hold, an order, a page.

    ``by`` is the date that orders; None: when the document came in.
    """

    kind: str
    criteria: tuple[Condition, ...] = ()
    ids: tuple[frozenset[str], ...] = ()
    updated: tuple[tuple[str, Span], ...] = ()
    by: Definition | None = None
    ascending: bool = False
    count: int = DEFAULT_COUNT
    after: Position | None = None

    def matches(self, fact: Found) -> bool:
        """Tell whether a resource is what was asked for."""
        resource, at = fact.resource, Span(fact.recorded, fact.recorded)
        return (
            resource["resourceType"] == self.kind
            and all(resource["id"] in each for each in self.ids)
            and all(compares(prefix, each, at) for prefix, each in self.updated)
            and all(each.matches(resource) for each in self.criteria)
        )

    def place(self, fact: Found) -> tuple[int, str]:
        """Return where a resource stands in the order: ties by id, which tells nothing."""
        at = _milliseconds(self._dated(fact))
        return (at if self.ascending else -at), str(fact.resource["id"])

    def _dated(self, fact: Found) -> datetime:
        if self.by is not None:
            for each in spans(fact.resource, self.by):
                return each.start
            return fact.dated
        return fact.recorded


def find(asked: Inquiry, wanted: Wanted, query: str = "") -> Page:
    """Return a page of resources of a type, with the exact total."""
    page = paged(wanted, facts(asked, current(asked)), asked.record.patient_id)
    names = tuple(f"{wanted.kind}/{each['id']}" for each in page.resources)
    asked.searched(names, query, wanted.after)
    return page


def paged(wanted: Wanted, every: Iterable[Found], patient_id: str) -> Page:
    """Return the page of what matches, in order, with the exact total."""
    found = sorted(filter(wanted.matches, every), key=wanted.place)
    rest = [each for each in found if _beyond(wanted, each)]
    shown = [each.resource for each in rest[: wanted.count]]
    following = None
    if wanted.count and len(rest) > wanted.count:
        following = Position(*wanted.place(rest[wanted.count - 1]))
    return Page(shown, len(found), following, patient_id)


def read(
    services: Services,
    principal: Principal,
    kind: str,
    public_id: str,
    request_id: str = "",
) -> Json | None:
    """Return one resource, or None: unknown, hidden and of another type are one answer."""
    found = document_of(services, principal, kind, public_id, request_id)
    return found[0] if found else None


def document_of(
    services: Services,
    principal: Principal,
    kind: str,
    public_id: str,
    request_id: str = "",
) -> list[Json]:
    """Return a resource, and after it all others that its document gives to this reader.

    Empty when there is no such resource for the reader.
    """
    address = Address.parse(public_id)
    opened = by_id(services, address.patient_id)
    with inquire(services, principal, opened, request_id) as asked:
        stored = finding.find(*asked.place, asked.clearance, address.item_id)
        wanted = Wanted(kind, ids=(frozenset({public_id}),))
        whole = disclosure.guarded(asked, [stored] if stored else [])
        all_of_it = facts(asked, whole)
        found = [each for each in all_of_it if wanted.matches(each)]
        names = tuple(f"{kind}/{public_id}" for _ in found)
        query = f"{kind}/{public_id}"
        asked.trace(Interaction.READ, granted=bool(found), items=names, query=query)
    if not found:
        return []
    others = [each.resource for each in all_of_it if each is not found[0]]
    return [found[0].resource, *others]


def everything(asked: Inquiry, query: str = "") -> list[Json]:
    """Return every resource made from documents that the reader may see, in order."""
    found = facts(asked, current(asked))
    found.sort(key=lambda each: (each.resource["resourceType"], each.resource["id"]))
    shown = [each.resource for each in found]
    names = tuple(f"{each['resourceType']}/{each['id']}" for each in shown)
    asked.trace(Interaction.SEARCH, granted=True, items=names, query=query)
    return shown


def current(asked: Inquiry) -> Iterator[Stored]:
    """Yield the documents that may be seen and that nothing the reader sees replaces."""
    return documents(asked, CURRENT)


def documents(asked: Inquiry, *statuses: frozenset[str]) -> Iterator[Stored]:
    """Yield the documents that may be seen, of all the statuses if any are named."""
    after: Position | None = None
    while True:
        wanted = Search(statuses=statuses, count=MOST, after=after)
        selection = Selection(
            DOCUMENT,
            search.criteria(asked.record, asked.clearance, wanted),
            search.beyond(wanted),
            search.order(wanted),
            wanted.count,
        )
        page = finding.page(*asked.place, asked.clearance, selection)
        yield from disclosure.guarded(asked, page)
        if len(page) < wanted.count:
            return
        last = page[-1]
        after = Position(columns.shifted(asked.record, last.dated), last.id)


def _beyond(wanted: Wanted, fact: Found) -> bool:
    if wanted.after is None:
        return True
    return wanted.place(fact) > (wanted.after.dated, wanted.after.id)


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)
