"""The way out, and the only one: every answer to a reader is made here.

1. the token gave a principal; the time is asked once;  2. the record, the relation, the
directives in force;  3. the clearance;  4. every statement carries it;  5. each row is
judged a second time;  6. the original or a rendition, and the view of it;  7. the audit
event is committed before the first byte;  8. the answer. Unknown, hidden and another
person's are one answer: None, an empty page.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway import rendering, view
from gateway.audit.events import Interaction
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.references import Reference
from gateway.rendering import Shown
from gateway.repository import columns, finding, items, search
from gateway.repository.finding import Selection
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    SUBMISSION_SET,
    Stored,
)
from gateway.repository.search import Position, Search
from gateway.services import Services
from labels.policy.question import Relation

Json = dict[str, Any]

KNOWN_TO = frozenset(Relation) - {Relation.BLOCKED}
"""Relations from which a person's record may be known to exist."""

_log = logging.getLogger("paravent.disclosure")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search: the resources, the exact total, where the next one starts."""

    resources: list[Json]
    total: int
    following: Position | None
    patient_id: str


@dataclass(frozen=True, slots=True)
class Body:
    """The bytes of a document as a reader gets it, and their media type."""

    body: bytes
    content_type: str
    resource_id: str


def document(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> tuple[Json, int] | None:
    """Return a DocumentReference and its version, or None (read)."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        stored = _found(asked, target.item_id)
        given = as_given(asked, as_it_stands(asked, [stored] if stored else []))
        made = zip(_documents(asked, given), given, strict=True)
        shown = [(each, view.version(one.stored)) for each, one in made]
        _trace(asked, Interaction.READ, _names(asked, given), f"{DOCUMENT}/{public_id}")
    return shown[0] if shown else None


def body(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Body | None:
    """Return the bytes of a document, or None (ITI-68 Retrieve Document)."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        stored = _found(asked, target.item_id)
        given = as_given(asked, [stored] if stored else [])
        shown = [_body(asked, each) for each in given]
        names = _names(asked, given, "Binary")
        _trace(asked, Interaction.READ, names, f"Binary/{public_id}")
    return shown[0] if shown else None


def documents(asked: Inquiry, wanted: Search, query: str = "") -> Page:
    """Return a page of DocumentReferences (ITI-67 Find Document References)."""
    found, total, following = _searched(asked, DOCUMENT, wanted, [])
    given = as_given(asked, as_it_stands(asked, found))
    shown = _documents(asked, given)
    asked.searched(_names(asked, given), query, wanted.after)
    return Page(shown, total, following, asked.record.patient_id)


def submission_sets(asked: Inquiry, wanted: Search, query: str = "") -> Page:
    """Return a page of Lists (ITI-66): those with a member the reader may see."""
    held = finding.has_target(asked.record, asked.clearance, MEMBER)
    found, total, following = _searched(asked, SUBMISSION_SET, wanted, [held])
    members = _targets(asked, MEMBER, [each.id for each in found])
    shown = [
        view.submission_set(asked.record, each, members[each.id]) for each in found
    ]
    names = tuple(f"{SUBMISSION_SET}/{each['id']}" for each in shown)
    asked.searched(names, query, wanted.after)
    return Page(shown, total, following, asked.record.patient_id)


def matching(
    asked: Inquiry,
    kind: str,
    wanted: Search,
    matches: Callable[[Json], bool],
    query: str = "",
) -> Page:
    """Return a page of documents or sets that also match as this reader is shown them.

    For what no column answers: all that meets the rest of the search and may be seen is
    looked through, so a match can tell nothing that is not shown.
    """
    found = _shown_all(asked, kind, wanted)
    chosen = [(one, each) for one, each in found if matches(each)]
    rest = [pair for pair in chosen if _comes_after(asked, wanted, pair[0])]
    page = rest[: wanted.count]
    following = None
    if page and len(rest) > wanted.count:
        last = page[-1][0]
        following = Position(columns.shifted(asked.record, last.dated), last.id)
    names = tuple(f"{kind}/{each['id']}" for _, each in page)
    asked.searched(names, query, wanted.after)
    shown = [each for _, each in page]
    return Page(shown, len(chosen), following, asked.record.patient_id)


def _shown_all(asked: Inquiry, kind: str, wanted: Search) -> list[tuple[Stored, Json]]:
    """Return all that meets a search, in its order, each as this reader is shown it."""
    held = finding.has_target(asked.record, asked.clearance, MEMBER)
    extra = [held] if kind == SUBMISSION_SET else []
    found: list[Stored] = []
    at: Search | None = replace(wanted, count=search.MOST, after=None)
    while at is not None:
        page, _, following = _searched(asked, kind, at, extra)
        found += page
        at = None if following is None else replace(at, after=following)
    if kind == SUBMISSION_SET:
        members = _targets(asked, MEMBER, [each.id for each in found])
        make = view.submission_set
        return [(each, make(asked.record, each, members[each.id])) for each in found]
    given = as_given(asked, as_it_stands(asked, found))
    stored = [each.stored for each in given]
    return list(zip(stored, _documents(asked, given), strict=True))


def _comes_after(asked: Inquiry, wanted: Search, stored: Stored) -> bool:
    if wanted.after is None:
        return True
    at, sign = wanted.after, 1 if wanted.ascending else -1
    dated = columns.shifted(asked.record, stored.dated)
    return (sign * dated, stored.id) > (sign * at.dated, at.id)


def patient(asked: Inquiry, query: str = "") -> Page:
    """Return the Patient to who has a relation, and nothing to anybody else."""
    known = bool(asked.question.relations & KNOWN_TO) and asked.record.known
    known = known and Relation.BLOCKED not in asked.question.relations
    shown = [view.patient(asked.record)] if known else []
    names = tuple(f"Patient/{each['id']}" for each in shown)
    _trace(asked, Interaction.SEARCH, names, query)
    return Page(shown, len(shown), None, asked.record.patient_id)


def given_documents(asked: Inquiry, wanted: Search) -> list[Shown]:
    """Return documents as this reader gets them, for the pages; traced as a search."""
    found, _, _ = _searched(asked, DOCUMENT, wanted, [])
    given = as_given(asked, as_it_stands(asked, found))
    _trace(asked, Interaction.SEARCH, _names(asked, given))
    return given


def given_to(asked: Inquiry, found: Iterable[Stored]) -> list[tuple[Shown, bytes]]:
    """Return documents that may be seen, with the bytes this reader gets; not traced.

    For what works on what a reader sees: the exposure of a record.
    """
    return [(each, rendering.body(asked, each)) for each in as_given(asked, found)]


def as_given(asked: Inquiry, found: Iterable[Stored]) -> list[Shown]:
    """Return how the reader gets each document; one that he cannot get is withheld.

    What a clearance lets see always leaves something to give, as was made sure when the
    document was labelled; otherwise it is a fault, so it raises an alarm.
    """
    documents = list(found)
    given = rendering.shown(asked, documents)
    if len(given) != len(documents):
        _log.critical("a document that may be seen has no rendition; it was withheld")
    return given


def as_it_stands(asked: Inquiry, found: Iterable[Stored]) -> list[Stored]:
    """Return documents that may be seen with what was said of each after its deposit."""
    return items.as_it_stands(*asked.place, found)


def _documents(asked: Inquiry, given: list[Shown]) -> list[Json]:
    replaced = _targets(asked, REPLACES, [each.stored.id for each in given])
    record, own = asked.record, asked.by_patient
    return [
        view.document(record, each, replaced[each.stored.id], to_patient=own)
        for each in given
    ]


def _body(asked: Inquiry, given: Shown) -> Body:
    attachment = given.content["content"][0]["attachment"]
    return Body(
        rendering.body(asked, given),
        attachment["contentType"],
        view.public_id(asked.record, given.stored.id),
    )


def _found(asked: Inquiry, item_id: str) -> Stored | None:
    stored = finding.find(asked.connection, asked.record, asked.clearance, item_id)
    judged = guarded(asked, [stored] if stored else [])
    return judged[0] if judged else None


def _searched(
    asked: Inquiry, kind: str, wanted: Search, extra: Sequence[Any]
) -> tuple[list[Stored], int, Position | None]:
    """Return the page, the total and the next position, all under the clearance."""
    selection = Selection(
        kind,
        [*search.criteria(asked.record, asked.clearance, wanted), *extra],
        search.beyond(wanted),
        search.order(wanted),
        wanted.count + 1,
    )
    place = (asked.connection, asked.record, asked.clearance)
    total = finding.total(*place, selection)
    rows = finding.page(*place, selection)
    shown = rows[: wanted.count]
    following = None
    if len(rows) > wanted.count and shown:
        last = shown[-1]
        following = Position(columns.shifted(asked.record, last.dated), last.id)
    return guarded(asked, shown), total, following


def guarded(asked: Inquiry, found: list[Stored]) -> list[Stored]:
    """Judge each row a second time: one that SQL let pass and judge denies is withheld.

    The two are held equal by a property test; a disagreement is a fault, so it raises
    an alarm, without saying what the row is.
    """
    agreed = [each for each in found if asked.clearance.judge(each.facts).permitted]
    if len(agreed) != len(found):
        _log.critical("clearance and query disagree; rows were withheld")
    return agreed


def _targets(asked: Inquiry, code: str, ids: list[str]) -> dict[str, list[str]]:
    return finding.targets(*asked.place, asked.clearance, code, ids)


def _names(asked: Inquiry, given: list[Shown], kind: str = DOCUMENT) -> tuple[str, ...]:
    ids = (view.public_id(asked.record, each.stored.id) for each in given)
    return tuple(f"{kind}/{each}" for each in ids)


def _trace(
    asked: Inquiry, interaction: Interaction, names: tuple[str, ...], query: str = ""
) -> None:
    granted = bool(names) or interaction is Interaction.SEARCH
    asked.trace(interaction, granted=granted, items=names, query=query)
