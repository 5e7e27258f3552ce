"""One reader before one record: who asks, what he may see, and the trace he leaves.

Whatever is answered, decided or explained about a record happens inside an inquiry: one
transaction, one clearance, one instant.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.consents import asking
from gateway.identity.principal import Principal
from gateway.repository import records
from gateway.repository.records import Record
from gateway.repository.search import Position
from gateway.sandbox import PDFS, at_most
from gateway.services import Services
from labels.policy.clearance import Clearance, Permit
from labels.policy.decide import clearance_for
from labels.policy.question import Question, Relation
from labels.policy.rule import Rules
from mappings.pdf import PdfReader
from mappings.submission import Identifier

Find = Callable[[Connection], Record]
"""How the record is found; the record of nobody when there is none."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One reader before one record, in one transaction."""

    connection: Connection
    principal: Principal
    record: Record
    at: datetime
    question: Question
    clearance: Clearance
    pdf: PdfReader
    request_id: str = ""

    @property
    def by_patient(self) -> bool:
        """Whether the reader is the person of the record."""
        return Relation.SELF in self.question.relations

    @property
    def own(self) -> Clearance:
        """What who asks may speak of as a depositor: their own, and their structure's.

        Their own only, once the patient has blocked them, as for what they may read.
        """
        mine = {self.principal.subject}
        if Relation.BLOCKED not in self.question.relations:
            mine.add(self.principal.depositor)
        return Clearance((Permit("depositor", own_of=frozenset(mine - {""})),))

    @property
    def place(self) -> tuple[Connection, Record]:
        """The transaction and the record, which every statement is about."""
        return self.connection, self.record

    def trace(
        self,
        interaction: Interaction,
        *,
        granted: bool,
        items: tuple[str, ...] = (),
        query: str = "",
        reason: str = "",
        following: bool = False,
    ) -> str:
        """Append what happened to the record's trail, in this transaction; its id.

        ``items`` are references to resources; ``following`` is a further page of a
        search. A search and a read name the rules that open the record to this reader,
        and the emergency they happen in.
        """
        asked = interaction in (Interaction.READ, Interaction.SEARCH)
        rules = {each.rule for each in self.clearance.permits} if asked else ()
        trace = Trace(
            interaction,
            self._who(),
            granted=granted,
            patient_id=self.record.patient_id,
            items=items,
            query=query,
            rules=tuple(sorted(rules)),
            request_id=self.request_id,
            reason=reason,
            following=following,
        )
        return trail.append(*self.place, audit_event(trace, self.at), self.at)

    def searched(
        self, names: tuple[str, ...], query: str, after: Position | None
    ) -> None:
        """Trace a page of a search; ``after`` is where it begins, None for the first."""
        further = after is not None
        search = Interaction.SEARCH
        self.trace(search, granted=True, items=names, query=query, following=further)

    def _who(self) -> Principal:
        """Return who asks, with the purpose that was granted in an emergency."""
        urgent = self.question.urgent and not self.principal.patient
        purpose = self.question.purpose if urgent else self.principal.purpose
        return replace(self.principal, purpose=purpose)


@contextmanager
def inquire(
    services: Services,
    principal: Principal,
    find: Find,
    request_id: str = "",
    *,
    hold: bool = False,
) -> Iterator[Inquiry]:
    """Open a transaction in which the principal stands before the record found.

    Nobody changes the record before its end: what is decided on readers, and what they
    read, are of one moment. ``hold`` is for who changes the record: one at a time.
    """
    stand = records.hold if hold else records.still
    with services.store.unit() as connection:
        record = stand(connection, services.store.keys, find(connection))
        at = services.clock.now()
        asked = before(services, principal, (connection, record), at)
        yield replace(asked, request_id=request_id)


def before(
    services: Services,
    principal: Principal,
    place: tuple[Connection, Record],
    at: datetime,
    *,
    urgent: bool = True,
) -> Inquiry:
    """Return the inquiry of a principal in a transaction that is open already.

    For what leaves by itself, ``urgent`` is False: an emergency opens nothing to it.
    """
    connection, record = place
    question = asking.question(connection, principal, record, at, urgent=urgent)
    if principal.own_only and Relation.SELF not in question.relations:
        # A SMART scope for one record reaches no other, also where the person might.
        record = records.by_id(connection, services.store.keys, records.HOUSE)
        question = asking.question(connection, principal, record, at, urgent=urgent)
    clearance = clearance_for(question, services.rules)
    pdf = at_most(PDFS, services.pdf)
    return Inquiry(connection, principal, record, at, question, clearance, pdf)


def by_id(services: Services, patient_id: str) -> Find:
    """Return how to find a record by its id."""
    return lambda connection: records.by_id(connection, services.store.keys, patient_id)


def by_identifier(services: Services, identifier: Identifier) -> Find:
    """Return how to find a record by an identifier of a domain we know."""
    known = identifier.system in services.settings.domains
    found = (identifier,) if known else ()
    return lambda connection: records.by_identifiers(
        connection, services.store.keys, *found
    )


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
