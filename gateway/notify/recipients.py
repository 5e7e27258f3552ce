"""Who is told, worked out at the moment the message leaves.

A representation that ended or was suspended, a doctor who is no more the declared one,
an address taken back, a record that was closed since: nobody is written to for what was
right when it happened.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import relations
from gateway.consents.asking import SECRET_AGE
from gateway.consents.relations import HeldRelation
from gateway.identity.principal import Principal
from gateway.notify import preferences
from gateway.notify.occasions import (
    LANGUAGES,
    OCCASIONS,
    PATIENT,
    REPRESENTATIVES,
    TREATING_DOCTOR,
)
from gateway.repository.records import OPEN, Record
from labels.policy.question import Relation
from mappings.submission import Identifier

Directory = Mapping[str, str]
"""Addresses of professionals (MSSanté), by ``system|value``: the deployment's own list."""

TOLD_AS = {
    TREATING_DOCTOR: frozenset({Relation.TREATING_DOCTOR}),
    REPRESENTATIVES: frozenset({Relation.REPRESENTATIVE, Relation.GUARDIAN}),
}
"""By which relations somebody is one of an audience."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is told: as what, and who (empty for the patient)."""

    audience: str
    who: str = ""

    @property
    def key(self) -> str:
        """How the notice names whom it was sent to."""
        return f"{self.audience} {self.who}".strip()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes, and in which language."""

    address: str
    language: str


def recipients(
    connection: Connection, record: Record, occasion: str, at: datetime
) -> list[Recipient]:
    """Return who is told of an occasion now.

    Nobody of a record that is not open, or whose person has died.
    """
    if not record.known or record.state != OPEN or record.died:
        return []
    held = relations.of_record(connection, record)
    named = [
        Recipient(audience, who)
        for audience in OCCASIONS[occasion].to
        if audience != PATIENT
        for who in sorted({each.who for each in held})
        if _is(audience, who, record, held, at)
    ]
    patient = PATIENT in OCCASIONS[occasion].to
    return [*([Recipient(PATIENT)] if patient else []), *named]


def is_told(
    relation: frozenset[Relation], audience: str, record: Record, at: datetime
) -> bool:
    """Return whether somebody with these relations is one of an audience.

    From 15 on a minor's emergencies are the minor's own: where they were treated tells.
    """
    if audience == PATIENT:
        return Relation.SELF in relation
    if Relation.BLOCKED in relation or not relation & TOLD_AS[audience]:
        return False
    if Relation.REPRESENTATIVE in relation and audience == REPRESENTATIVES:
        return relations.is_minor(record, at, SECRET_AGE)
    return True


def address(
    connection: Connection, record: Record, to: Recipient, directory: Directory
) -> Address | None:
    """Return where a recipient is written to; None for one who wants no e-mail."""
    if to.audience == TREATING_DOCTOR:
        found = directory.get(to.who, "")
        return Address(found, LANGUAGES[0]) if found else None
    wanted = preferences.of(connection, record, to.who)
    if wanted.silent or not wanted.address:
        return None
    return Address(wanted.address, wanted.language)


def _is(
    audience: str, who: str, record: Record, held: list[HeldRelation], at: datetime
) -> bool:
    system, _, value = who.partition("|")
    somebody = Principal(subject=who, patient=(Identifier(system, value),))
    between = relations.between(somebody, record, held, at)
    return is_told(between, audience, record, at)
