"""The way out, and the only one: every answer to a reader is made here.

1. the token gave a principal; the time is asked once;  2. the record, the relation, the
directives in force;  3. the clearance;  4. every statement carries it;  5. each row is
judged a second time;  6. the view for this reader;  7. the audit event is committed
before the first byte;  8. the answer. Unknown, hidden and another person's are one
answer: None, an empty page.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from gateway import view
from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.consents import asking
from gateway.identity.principal import Principal
from gateway.references import Reference
from gateway.repository import columns, finding, records, search
from gateway.repository.finding import Selection
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    SUBMISSION_SET,
    Stored,
)
from gateway.repository.records import Record
from gateway.repository.search import Position, Search
from gateway.services import Services
from labels.policy.clearance import Clearance
from labels.policy.decide import clearance_for
from labels.policy.question import Question, Relation
from labels.policy.rule import Rules
from mappings.submission import Identifier

Json = dict[str, Any]
Answer = TypeVar("Answer")

KNOWN_TO = frozenset(Relation) - {Relation.BLOCKED}
"""Relations from which a person's record may be known to exist."""

_log = logging.getLogger("paravent.disclosure")


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One reader before one record, in one transaction."""

    connection: Connection
    principal: Principal
    record: Record
    at: datetime
    question: Question
    clearance: Clearance
    request_id: str = ""

    @property
    def by_patient(self) -> bool:
        """Whether the reader is the person of the record."""
        return Relation.SELF in self.question.relations


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a search: the resources, the exact total, where the next one starts."""

    resources: list[Json]
    total: int
    following: Position | None
    patient_id: str


@dataclass(frozen=True, slots=True)
class Original:
    """A document's bytes as received, and their media type."""

    body: bytes
    content_type: str
    resource_id: str


@contextmanager
def inquiry(
    services: Services,
    principal: Principal,
    find: Callable[[Connection], Record],
    request_id: str = "",
) -> Iterator[Inquiry]:
    """Open a transaction in which the principal stands before the record found."""
    at = services.clock.now()
    with services.store.unit() as connection:
        record = find(connection)
        question = asking.question(connection, principal, record, at)
        clearance = clearance_for(question, services.rules)
        yield Inquiry(
            connection, principal, record, at, question, clearance, request_id
        )


def by_id(services: Services, patient_id: str) -> Callable[[Connection], Record]:
    """Return how to find a record by its id."""
    return lambda connection: records.by_id(connection, services.store.keys, patient_id)


def by_identifier(
    services: Services, identifier: Identifier
) -> Callable[[Connection], Record]:
    """Return how to find a record by an identifier of a domain we know."""
    known = identifier.system in services.settings.domains
    found = (identifier,) if known else ()
    return lambda connection: records.by_identifiers(
        connection, services.store.keys, *found
    )


def document(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> tuple[Json, int] | None:
    """Return a DocumentReference and its version, or None (read)."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquiry(services, principal, find, request_id) as asked:
        stored = _found(asked, target.item_id)
        shown = None
        if stored is not None:
            shown = (_documents(asked, [stored])[0], view.version(stored))
        names = _names(asked, [stored] if stored else [])
        _trace(asked, Interaction.READ, names, f"{DOCUMENT}/{public_id}")
    return shown


def original(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Original | None:
    """Return the bytes of a document, or None (ITI-68 Retrieve Document)."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquiry(services, principal, find, request_id) as asked:
        stored = _found(asked, target.item_id)
        shown = None
        if stored is not None:
            body = finding.original(asked.connection, asked.record, stored)
            attachment = stored.content["content"][0]["attachment"]
            shown = Original(body, attachment["contentType"], public_id)
        names = _names(asked, [stored] if stored else [], "Binary")
        _trace(asked, Interaction.READ, names, f"Binary/{public_id}")
    return shown


def documents(asked: Inquiry, wanted: Search, query: str = "") -> Page:
    """Return a page of DocumentReferences (ITI-67 Find Document References)."""
    found, total, following = _searched(asked, DOCUMENT, wanted, [])
    shown = _documents(asked, found)
    _trace(asked, Interaction.SEARCH, _names(asked, found), query)
    return Page(shown, total, following, asked.record.patient_id)


def submission_sets(asked: Inquiry, wanted: Search, query: str = "") -> Page:
    """Return a page of Lists (ITI-66): those with a member the reader may see."""
    held = finding.has_target(asked.record, asked.clearance, MEMBER)
    found, total, following = _searched(asked, SUBMISSION_SET, wanted, [held])
    members = _targets(asked, MEMBER, found)
    shown = [
        view.submission_set(asked.record, each, members[each.id]) for each in found
    ]
    _trace(asked, Interaction.SEARCH, _names(asked, found, SUBMISSION_SET), query)
    return Page(shown, total, following, asked.record.patient_id)


def patient(asked: Inquiry, query: str = "") -> Page:
    """Return the Patient to who has a relation, and nothing to anybody else."""
    known = bool(asked.question.relations & KNOWN_TO) and asked.record.known
    known = known and Relation.BLOCKED not in asked.question.relations
    shown = [view.patient(asked.record)] if known else []
    names = tuple(f"Patient/{each['id']}" for each in shown)
    _trace(asked, Interaction.SEARCH, names, query)
    return Page(shown, len(shown), None, asked.record.patient_id)


def stored_documents(asked: Inquiry, wanted: Search) -> list[Stored]:
    """Return documents as stored, for the patient's own pages; traced as a search."""
    found, _, _ = _searched(asked, DOCUMENT, wanted, [])
    _trace(asked, Interaction.SEARCH, _names(asked, found))
    return found


def seen_as(asked: Inquiry, reader: Principal, rules: Rules) -> Inquiry:
    """Return the inquiry in which a patient looks at the own record as ``reader`` would.

    The clearance is the reader's, less what the patient may not see yet: a preview never
    tells of a held announcement. Still the patient's own in the trail. Raises
    PermissionError when anybody but the patient looks.
    """
    if not asked.by_patient:
        raise PermissionError
    question = asking.question(asked.connection, reader, asked.record, asked.at)
    clearance = clearance_for(question, rules)
    denials = (*clearance.denials, *asked.clearance.denials)
    seen = replace(clearance, denials=denials)
    return replace(asked, question=question, clearance=seen)


def _documents(asked: Inquiry, found: list[Stored]) -> list[Json]:
    replaced = _targets(asked, REPLACES, found)
    return [
        view.document(
            asked.record, each, replaced[each.id], to_patient=asked.by_patient
        )
        for each in found
    ]


def _found(asked: Inquiry, item_id: str) -> Stored | None:
    stored = finding.find(asked.connection, asked.record, asked.clearance, item_id)
    guarded = _guarded(asked, [stored] if stored else [])
    return guarded[0] if guarded else None


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
    return _guarded(asked, shown), total, following


def _guarded(asked: Inquiry, found: list[Stored]) -> list[Stored]:
    """Judge each row a second time: one that SQL let pass and judge denies is withheld.

    The two are held equal by a property test; a disagreement is a fault, so it raises
    an alarm, without saying what the row is.
    """
    agreed = [each for each in found if asked.clearance.judge(each.facts).permitted]
    if len(agreed) != len(found):
        _log.critical("clearance and query disagree; rows were withheld")
    return agreed


def _targets(asked: Inquiry, code: str, found: list[Stored]) -> dict[str, list[str]]:
    return finding.targets(
        asked.connection,
        asked.record,
        asked.clearance,
        code,
        [each.id for each in found],
    )


def _names(
    asked: Inquiry, found: list[Stored], kind: str = DOCUMENT
) -> tuple[str, ...]:
    return tuple(f"{kind}/{view.public_id(asked.record, each.id)}" for each in found)


def _trace(
    asked: Inquiry, interaction: Interaction, names: tuple[str, ...], query: str = ""
) -> None:
    trace = Trace(
        interaction,
        asked.principal,
        granted=bool(names) or interaction is Interaction.SEARCH,
        patient_id=asked.record.patient_id,
        items=names,
        query=query,
        rules=tuple(sorted({each.rule for each in asked.clearance.permits})),
        request_id=asked.request_id,
    )
    trail.append(asked.connection, asked.record, audit_event(trace, asked.at), asked.at)
