"""Relations: who is what to the patient, from when and until when.

Declared by the patient, or attested by a structure and then shown to the patient. A
representative is one only while the patient is a minor: that ends by the clock.
"""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from gateway.identity.principal import Principal
from gateway.repository import entries
from gateway.repository.entries import RELATION
from gateway.repository.records import Record
from labels.policy.question import Relation
from mappings.submission import Traits

MAJORITY = 18


@dataclass(frozen=True, slots=True)
class HeldRelation:
    """One relation. ``who`` is a person or a structure, as ``system|value``.

    ``since`` and ``until`` are ISO instants with a time zone; empty means always. Raises
    ``ValueError`` for anything else, so that no relation can fail when it is asked.
    """

    kind: Relation
    who: str
    name: str = ""
    since: str = ""
    until: str = ""

    def __post_init__(self) -> None:
        """Check here what could otherwise fail while answering somebody."""
        for text in filter(None, (self.since, self.until)):
            if datetime.fromisoformat(text).utcoffset() is None:
                message = "a relation begins and ends at instants with a time zone"
                raise ValueError(message)
        if "|" not in self.who:
            message = "who: system|value is needed"
            raise ValueError(message)

    def holds(self, at: datetime) -> bool:
        """Return whether the relation is in force at an instant."""
        started = not self.since or datetime.fromisoformat(self.since) <= at
        return started and (not self.until or at < datetime.fromisoformat(self.until))


def declare(connection: Connection, record: Record, held: HeldRelation) -> str:
    """Keep a relation of the record and return its id."""
    return entries.append(connection, RELATION, record.keys, asdict(held))


def of_record(connection: Connection, record: Record) -> list[HeldRelation]:
    """Return all relations of the record, ended ones too."""
    rows = entries.of_record(connection, RELATION, record.keys)
    return [HeldRelation(**held | {"kind": Relation(held["kind"])}) for _, held in rows]


def between(
    principal: Principal, record: Record, held: list[HeldRelation], at: datetime
) -> frozenset[Relation]:
    """Return what the asker is to the patient of the record, at an instant."""
    asker = {principal.subject, principal.organization} - {""}
    found = {each.kind for each in held if each.who in asker and each.holds(at)}
    if not is_minor(record.identity, at):
        found.discard(Relation.REPRESENTATIVE)
    if record.known and set(principal.patient) & set(record.identity.identifiers):
        found.add(Relation.SELF)
    return frozenset(found)


def is_minor(identity: Traits, at: datetime) -> bool:
    """Return whether the person is under 18; a date that is not whole means no.

    An unknown age gives no representative any right, which is the closed side.
    """
    age = age_at(identity, at.date())
    return age is not None and age < MAJORITY


def age_at(identity: Traits, on: date) -> int | None:
    """Return the age in whole years, or None when the birth date is not a full date."""
    try:
        born = date.fromisoformat(identity.birth_date)
    except ValueError:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
