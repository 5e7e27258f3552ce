"""The people a patient knows to be around the record, and what each of them sees.

Known are those tied by a relation, and those who wrote a document the patient can see,
also when a structure's software handed it in for them. Each is there once, and is asked
about by the same question as when he asks himself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.consents import asking, relations
from gateway.consents.relations import HeldRelation
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry
from gateway.patient.papers import author_of
from gateway.repository.items import Stored
from labels.policy import matrix
from labels.policy.question import Question, Relation
from mappings.submission import Identifier

SHOWN = (
    Relation.TREATING_DOCTOR,
    Relation.CARE_TEAM,
    Relation.AUTHORISED,
    Relation.CARER,
    Relation.REPRESENTATIVE,
    Relation.BLOCKED,
)
"""The relations in the order in which people are listed; authors come after them."""

PRIVATE = (Relation.REPRESENTATIVE, Relation.CARER)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody around the record. ``relation`` is None for who only wrote in it."""

    principal: Principal
    name: str
    relation: Relation | None
    question: Question

    @property
    def key(self) -> str:
        """How forms name this reader: ``system|value``."""
        return self.principal.subject or self.principal.organization

    @property
    def column(self) -> str:
        """The profession as the matrix knows it; empty when it is not known."""
        return matrix.column(self.principal.profession, self.principal.skill)

    @property
    def private(self) -> bool:
        """Whether this is a relative rather than a professional."""
        return self.relation in PRIVATE


STRANGER = Principal("urn:paravent:stranger|", profession="10")
"""A doctor nobody here knows."""


def known(
    asked: Inquiry, documents: Iterable[Stored], directory: Sequence[Principal]
) -> list[Reader]:
    """Return the people around the record, each once, in the order of ``SHOWN``.

    What the directory says of a person goes before what a document says of its author.
    """
    # Who handed in another's document may have a name in a document of his own: it wins.
    named = sorted(_authors(documents), key=lambda each: bool(each.name))
    authors = {each.subject: each for each in named}
    listed = authors | {each.subject: each for each in directory}
    found: dict[str, tuple[Principal, str, Relation | None]] = {}
    for held in sorted(_relations(asked), key=lambda each: SHOWN.index(each.kind)):
        principal = listed.get(held.who) or _principal(held)
        found.setdefault(held.who, (principal, held.name, held.kind))
    for subject, author in authors.items():
        name = author.name or listed[subject].name or subject.rpartition("|")[2]
        found.setdefault(subject, (listed[subject], name, None))
    return [_reader(asked, *each) for each in found.values()]


def stranger(asked: Inquiry) -> Reader:
    """Return a doctor who has nothing to do with this record."""
    return _reader(asked, STRANGER, "", None)


def reader(asked: Inquiry, principal: Principal, held: HeldRelation) -> Reader:
    """Return somebody who is not around the record yet, as the patient names them."""
    return _reader(asked, principal, held.name, None)


def _reader(
    asked: Inquiry, principal: Principal, name: str, relation: Relation | None
) -> Reader:
    question = asking.question(asked.connection, principal, asked.record, asked.at)
    return Reader(principal, name or principal.name, relation, question)


def _relations(asked: Inquiry) -> Iterator[HeldRelation]:
    for held in relations.of_record(asked.connection, asked.record):
        if held.kind in SHOWN and held.holds(asked.at) and _lasts(asked, held):
            yield held


def _lasts(asked: Inquiry, held: HeldRelation) -> bool:
    """A representative is one only until the person is of age."""
    minor = relations.is_minor(asked.record, asked.at)
    return minor or held.kind is not Relation.REPRESENTATIVE


def _principal(held: HeldRelation) -> Principal:
    """Return who holds a relation, when no directory says more than the relation."""
    principal = Principal(held.who, name=held.name)
    if held.kind in PRIVATE:
        system, _, value = held.who.partition("|")
        return replace(principal, patient=(Identifier(system, value),))
    return principal


def _authors(documents: Iterable[Stored]) -> Iterator[Principal]:
    """Yield who wrote each document, and who handed it in if that is somebody else."""
    for each in documents:
        author, depositor = author_of(each), each.facts.author
        subject = author.person or depositor
        if subject:
            yield Principal(
                subject,
                each.facts.organization,
                author.profession,
                author.skill,
                author.name,
            )
        if depositor not in {"", subject} and depositor.startswith(PERSON_SYSTEM):
            yield Principal(depositor, each.facts.organization)
