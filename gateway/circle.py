"""The people around a record: whom the patient lets in, ends, blocks; whom others attest.

Who is there is told to the patient alone. A structure attests a member of its own to a
record that the patient opened to it before, by a code or by declaring it: the initial
consent that the arrêté lacked (Conseil d'État, 15/10/2025), never a box to tick.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.audit.events import Interaction
from gateway.consents import directives, relations, tying
from gateway.consents.relations import HeldRelation
from gateway.identification import only_the_patient, own_record
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, inquire
from gateway.notify import notices
from gateway.repository import records
from gateway.services import Services
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from mappings import ins
from mappings.mapped import Refused, refuse

DECLARED = frozenset(
    {
        Relation.TREATING_DOCTOR,
        Relation.CARE_TEAM,
        Relation.AUTHORISED,
        Relation.REFERRING_MIDWIFE,
        Relation.CORRESPONDING_PHARMACIST,
        Relation.CARER,
        Relation.BLOCKED,
    }
)
"""What the patient may say of somebody. Representatives are not his to name."""

STRUCTURES = frozenset({Relation.CARE_TEAM, Relation.AUTHORISED, Relation.BLOCKED})
"""What may be said of a whole structure."""

LETS_ATTEST = frozenset({Relation.CARE_TEAM, Relation.AUTHORISED})
"""The patient's consent to a professional or a structure, which extends to their team."""

DECLARE, END, ATTEST, LOOK = (
    "relation-declared",
    "relation-ended",
    "relation-attested",
    "relations",
)
"""What the trail calls each act."""


@dataclass(frozen=True, slots=True)
class Tie:
    """A relation with its id, and whether it is in force at the instant it is shown."""

    patient_id: str
    id: str
    held: HeldRelation
    holds: bool


def ties(
    services: Services, principal: Principal, find: Find, request_id: str = ""
) -> list[Tie]:
    """Return all relations of a record, past ones too, to its patient.

    None of them to anybody else, as for a record that is not there.
    """
    with inquire(services, principal, find, request_id) as asked:
        asked.trace(Interaction.SEARCH, granted=asked.by_patient, reason=LOOK)
        if not asked.by_patient:
            return []
        kept = relations.kept(*asked.place)
        record_id, at = asked.record.patient_id, asked.at
        return [Tie(record_id, i, held, held.holds(at)) for i, held in kept]


def declare(
    services: Services,
    principal: Principal,
    held: HeldRelation,
    opened: frozenset[Category] = frozenset(),
    request_id: str = "",
) -> str | None:
    """Keep a relation the patient declares, from now on; returns its id.

    ``opened`` are the categories a carer is shown, as long as the care lasts. None when
    the principal is not the person of an open record. Raises ``Refused``: 403 to anybody
    but a patient, 422 for what cannot be declared of that one.
    """
    check(held)
    with own_record(services, principal, request_id) as asked:
        _trace(asked, DECLARE, granted=asked.by_patient)
        if not asked.by_patient:
            return None
        records.lock(*asked.place)
        tied = tying.tie(*asked.place, replace(held, by="", proposed=False), asked.at)
        if opened:
            directives.decide(*asked.place, _shown(held, opened, asked.at))
        return tied


def end(
    services: Services, principal: Principal, relation_id: str, request_id: str = ""
) -> bool:
    """End a relation of the patient's at once; False when there was none to end."""
    with own_record(services, principal, request_id) as asked:
        _trace(asked, END, granted=asked.by_patient)
        if not asked.by_patient:
            return False
        records.lock(*asked.place)
        return tying.untie(*asked.place, relation_id, asked.at) is not None


def confirm(
    services: Services, principal: Principal, relation_id: str, request_id: str = ""
) -> bool:
    """Take in whom a structure attested and who waits for the patient's word."""
    with own_record(services, principal, request_id) as asked:
        _trace(asked, DECLARE, granted=asked.by_patient)
        if not asked.by_patient:
            return False
        records.lock(*asked.place)
        return tying.confirm(*asked.place, relation_id, asked.at) is not None


def block(
    services: Services, principal: Principal, who: str, name: str, request_id: str = ""
) -> str | None:
    """Shut a person or a structure out, also one that never came; returns its id."""
    held = HeldRelation(Relation.BLOCKED, who, name)
    return declare(services, principal, held, request_id=request_id)


def unblock(
    services: Services, principal: Principal, who: str, request_id: str = ""
) -> bool:
    """Lift a block; what it ended stays ended. False when there was none."""
    with own_record(services, principal, request_id) as asked:
        _trace(asked, END, granted=asked.by_patient)
        if not asked.by_patient:
            return False
        records.lock(*asked.place)
        blocks = [
            row_id
            for row_id, held in relations.kept(*asked.place)
            if held.kind is Relation.BLOCKED and held.who == who
        ]
        lifted = [tying.untie(*asked.place, each, asked.at) for each in blocks]
        return any(lifted)


def attest(
    services: Services,
    principal: Principal,
    find: Find,
    held: HeldRelation,
    request_id: str = "",
) -> bool:
    """Keep that a structure counts somebody of its own in the care team.

    False when the patient never opened the record to who attests: the same as for a
    record that is not there. Raises ``Refused``: 403 without a structure, 422 for a
    member of another.
    """
    if not principal.organization or principal.patient:
        raise only_the_patient()
    if held.kind is not Relation.CARE_TEAM:
        raise unsuitable("role")
    if principal.organization not in {held.who, held.within}:
        raise unsuitable("onBehalfOf")
    check(held)
    with inquire(services, principal, find, request_id) as asked:
        allowed = _consented(asked)
        _trace(asked, ATTEST, granted=allowed)
        if allowed:
            records.lock(*asked.place)
            attested = replace(held, by=principal.organization)
            tying.attest(*asked.place, attested, asked.at)
            notices.tell(*asked.place, "team-attested", asked.at)
        return allowed


def _consented(asked: Inquiry) -> bool:
    """Whether the patient himself opened the record to who asks, and did not block him.

    What was attested lets nobody attest: a team does not prolong itself.
    """
    given = [
        held
        for held in relations.of_record(*asked.place)
        if held.kind in LETS_ATTEST and not held.by and held.is_of(asked.principal)
    ]
    blocked = Relation.BLOCKED in asked.question.relations
    return not blocked and any(each.holds(asked.at) for each in given)


def check(held: HeldRelation) -> None:
    """Raise ``Refused`` (422) for a relation that nobody can have with that one."""
    system, _, value = held.who.partition("|")
    person = system == PERSON_SYSTEM
    structure = system == STRUCTURE_SYSTEM and held.kind in STRUCTURES
    if held.kind is Relation.CARER:
        suits = system in ins.SYSTEMS and ins.valid(system, value)
    else:
        suits = held.kind in DECLARED and (person or structure)
    if not suits or not value:
        raise unsuitable("member")


def unsuitable(part: str) -> Refused:
    """Return the refusal (422) of a part of a relation."""
    return refuse(
        422,
        "value",
        part,
        "This relation cannot be declared of this person or structure.",
        "Cette relation ne peut pas être déclarée pour cette personne ou structure.",
    )


def _shown(held: HeldRelation, opened: frozenset[Category], at: datetime) -> Directive:
    """Return what opens the categories to a carer, for as long as the relation lasts."""
    until = datetime.fromisoformat(held.until) if held.until else None
    whom = Audience(AudienceKind.PERSON, held.who)
    return Directive("", Effect.SHOW, whom, categories=opened, start=at, end=until)


def _trace(asked: Inquiry, what: str, *, granted: bool) -> None:
    asked.trace(Interaction.OPERATION, granted=granted, reason=what)
