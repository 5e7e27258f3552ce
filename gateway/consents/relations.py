"""Relations: who is what to the patient, from when and until when.

Declared by the patient, or attested by a structure and then shown to the patient. A
representative is one only while the patient is a minor: that ends by the clock. Who
represents may let others in: for as long as he represents, and to no more than he sees.
What else follows when one is declared or ended: ``tying.py``.
"""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from gateway.identity.principal import Principal
from gateway.repository import entries
from gateway.repository.entries import RELATION
from gateway.repository.records import Record
from labels.policy.question import Relation
from mappings.submission import Traits

MAJORITY = 18

OPENING = frozenset(
    {
        Relation.TREATING_DOCTOR,
        Relation.CARE_TEAM,
        Relation.AUTHORISED,
        Relation.CARER,
    }
)
"""Relations by which somebody sees what a representative does not, if the person said so."""


@dataclass(frozen=True, slots=True)
class HeldRelation:
    """One relation. ``who`` is a person or a structure, as ``system|value``.

    ``since`` and ``until`` are ISO instants with a time zone; empty means always.
    ``within`` is the structure for which alone a person holds it, empty for any. ``by`` is
    who attested it, empty when the patient declared it. ``ended`` is when somebody ended
    it before its time. ``proposed``: attested again after the patient ended it, so it
    waits for the patient. ``declared_by`` is the representative who said it for the
    patient. ``sole``: of a representative, who holds parental authority alone. Raises
    ``ValueError`` for anything else, so that no relation can fail when it is asked.
    """

    kind: Relation
    who: str
    name: str = ""
    since: str = ""
    until: str = ""
    within: str = ""
    by: str = ""
    ended: str = ""
    proposed: bool = False
    declared_by: str = ""
    sole: bool = False

    def __post_init__(self) -> None:
        """Check here what could otherwise fail while answering somebody."""
        for text in filter(None, (self.since, self.until, self.ended)):
            if datetime.fromisoformat(text).utcoffset() is None:
                message = "a relation begins and ends at instants with a time zone"
                raise ValueError(message)
        if "|" not in self.who:
            message = "who: system|value is needed"
            raise ValueError(message)

    def holds(self, at: datetime) -> bool:
        """Return whether the relation is in force at an instant."""
        started = not self.since or datetime.fromisoformat(self.since) <= at
        return started and not self.proposed and not self.over(at)

    def over(self, at: datetime) -> bool:
        """Return whether the relation has ended, by its date or by somebody."""
        ends = filter(None, (self.until, self.ended))
        return any(datetime.fromisoformat(text) <= at for text in ends)

    def is_of(self, principal: Principal) -> bool:
        """Return whether it speaks of who asks, or of the structure asked for."""
        asker = {principal.subject, principal.organization} - {""}
        return self.who in asker and self.within in {"", principal.organization}


def declare(connection: Connection, record: Record, held: HeldRelation) -> str:
    """Keep a relation of the record and return its id."""
    return entries.append(connection, RELATION, record.keys, asdict(held))


def of_record(connection: Connection, record: Record) -> list[HeldRelation]:
    """Return all relations of the record, ended ones too."""
    return [held for _, held in kept(connection, record)]


def kept(connection: Connection, record: Record) -> list[tuple[str, HeldRelation]]:
    """Return all relations of the record with their ids, ended ones too."""
    rows = entries.of_record(connection, RELATION, record.keys)
    return [
        (row_id, HeldRelation(**held | {"kind": Relation(held["kind"])}))
        for row_id, held in rows
    ]


def end(
    connection: Connection, record: Record, relation_id: str, at: datetime
) -> HeldRelation | None:
    """End a relation now and return it; None when there is none that is not over."""
    for row_id, held in kept(connection, record):
        if row_id == relation_id and not held.over(at):
            ended = replace(held, ended=at.isoformat())
            change(connection, record, row_id, ended)
            return ended
    return None


def change(
    connection: Connection, record: Record, relation_id: str, held: HeldRelation
) -> None:
    """Put ``held`` in place of a relation of the record."""
    entries.replace(connection, RELATION, record.keys, relation_id, asdict(held))


def between(
    principal: Principal, record: Record, held: list[HeldRelation], at: datetime
) -> frozenset[Relation]:
    """Return what the asker is to the patient of the record, at an instant.

    What a representative said holds while he represents. INTRODUCED: only by such. After
    a death nobody is anything any more, the person too: a block alone holds.
    """
    found = _in_life(principal, record, held, at)
    return found & {Relation.BLOCKED} if record.died else found


def _in_life(
    principal: Principal, record: Record, held: list[HeldRelation], at: datetime
) -> frozenset[Relation]:
    own = [each for each in held if each.is_of(principal) and each.holds(at)]
    lets = standing_in(record, held, at)
    said = {each.kind for each in own if not each.declared_by}
    let_in = {each.kind for each in own if each.declared_by in lets}
    found = said | let_in
    if let_in and not said & OPENING:
        found.add(Relation.INTRODUCED)
    if not is_minor(record, at):
        found.discard(Relation.REPRESENTATIVE)
    if record.known and set(principal.patient) & set(record.identity.identifiers):
        found.add(Relation.SELF)
    return frozenset(found)


def standing_in(
    record: Record, held: list[HeldRelation], at: datetime
) -> frozenset[str]:
    """Return who acts for the person: a minor's representatives, an adult's guardians.

    Nobody whom the person shut out, and nobody after a death.
    """
    kind = Relation.REPRESENTATIVE if is_minor(record, at) else Relation.GUARDIAN
    now = [] if record.died else [each for each in held if each.holds(at)]
    shut = {each.who for each in now if each.kind is Relation.BLOCKED}
    return frozenset(each.who for each in now if each.kind is kind) - shut


def is_minor(record: Record, at: datetime, majority: int = MAJORITY) -> bool:
    """Return whether the person is under 18 (or another age); no for a date not whole.

    The birthday begins at midnight where the person lives (``Record.zone``). An unknown
    age gives no representative any right, which is the closed side.
    """
    age = age_at(record.identity, at.astimezone(ZoneInfo(record.zone)).date())
    return age is not None and age < majority


def age_at(identity: Traits, on: date) -> int | None:
    """Return the age in whole years, or None when the birth date is not a full date."""
    try:
        born = date.fromisoformat(identity.birth_date)
    except ValueError:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
