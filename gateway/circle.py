"""The people around a record: whom the patient lets in, ends, blocks; whom others attest.

Who is there is told to the patient alone; a representative, for whom the same is done, is
told whom representatives let in. A structure attests a member of its own to a
record that the patient opened to it before, by a code or by declaring it: the initial
consent that the arrêté lacked (Conseil d'État, 15/10/2025), never a box to tick.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from gateway.audit.events import Interaction
from gateway.consents import asking, directives, relations, tying
from gateway.consents.relations import HeldRelation
from gateway.identification import only_the_patient, own_record, record_for
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, inquire
from gateway.notify import notices
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

FOR_ANOTHER = frozenset({Relation.CARE_TEAM, Relation.AUTHORISED, Relation.CARER})
"""Whom a representative lets in for the person. A block is the person's own: it would shut
out whom a minor trusts. The treating doctor is the insurer's fact (CSS L.162-5-3)."""

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
    services: Services,
    principal: Principal,
    find: Find,
    request_id: str = "",
    *,
    following: bool = False,
) -> list[Tie]:
    """Return all relations of a record, past ones too, to its patient.

    To a representative those that representatives declared, and never that the patient
    has ended one. None to anybody else, as for a record that is not there. ``following``:
    for a further page.
    """
    with inquire(services, principal, find, request_id) as asked:
        acts = asking.represents(asked.question)
        granted = asked.by_patient or acts
        asked.trace(
            Interaction.SEARCH, granted=granted, reason=LOOK, following=following
        )
        record_id, at = asked.record.patient_id, asked.at
        kept = relations.kept(*asked.place) if granted else []
        if not asked.by_patient:
            kept = [(i, _as_declared(held)) for i, held in kept if held.declared_by]
        return [Tie(record_id, i, held, held.holds(at)) for i, held in kept]


def declare(
    services: Services,
    principal: Principal,
    held: HeldRelation,
    opened: frozenset[Category] = frozenset(),
    request_id: str = "",
    find: Find | None = None,
) -> str | None:
    """Keep a relation the patient declares, from now on; returns its id.

    ``opened`` are the categories a carer is shown, as long as the care lasts; ``find``
    finds the record of whom the principal represents. None when the principal is not
    the person of an open record, and does not act for that person in such a relation.
    Raises ``Refused``: 403 to anybody but a person, 422 for what cannot be declared.
    """
    check(held)
    with record_for(services, principal, find, request_id, hold=True) as asked:
        for_another = held.kind in FOR_ANOTHER and asking.represents(asked.question)
        granted = asked.by_patient or for_another
        _trace(asked, DECLARE, granted=granted)
        if not granted:
            return None
        said_by = "" if asked.by_patient else principal.subject
        made = replace(held, by="", proposed=False, declared_by=said_by)
        tie = tying.introduce if said_by else tying.tie
        tied = tie(*asked.place, made, asked.at)
        if opened:
            directives.decide(*asked.place, _shown(made, opened, asked.at))
        return tied


def end(
    services: Services,
    principal: Principal,
    relation_id: str,
    request_id: str = "",
    find: Find | None = None,
) -> bool:
    """End a relation of the patient's at once; False when there was none to end.

    A representative ends, in the record that ``find`` finds, what one of them declared.
    """
    with record_for(services, principal, find, request_id, hold=True) as asked:
        acts = asking.represents(asked.question)
        _trace(asked, END, granted=asked.by_patient or acts)
        if asked.by_patient:
            return tying.untie(*asked.place, relation_id, asked.at) is not None
        if acts:
            return tying.withdraw(*asked.place, relation_id, asked.at)
        return False


def confirm(
    services: Services, principal: Principal, relation_id: str, request_id: str = ""
) -> bool:
    """Take in whom a structure attested and who waits for the patient's word."""
    with own_record(services, principal, request_id, hold=True) as asked:
        _trace(asked, DECLARE, granted=asked.by_patient)
        if not asked.by_patient:
            return False
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
    with own_record(services, principal, request_id, hold=True) as asked:
        _trace(asked, END, granted=asked.by_patient)
        if not asked.by_patient:
            return False
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
    with inquire(services, principal, find, request_id, hold=True) as asked:
        allowed = _consented(asked)
        _trace(asked, ATTEST, granted=allowed)
        if allowed:
            attested = replace(held, by=principal.organization, declared_by=_let(asked))
            tying.attest(*asked.place, attested, asked.at)
            notices.tell(*asked.place, "team-attested", asked.at)
        return allowed


def _consented(asked: Inquiry) -> bool:
    """Whether the patient himself opened the record to who asks, and did not block him.

    What was attested lets nobody attest: a team does not prolong itself.
    """
    return Relation.BLOCKED not in asked.question.relations and bool(_given(asked))


def _given(asked: Inquiry) -> list[HeldRelation]:
    """Return the relations of who asks that let others in, the patient's own first."""
    held = relations.of_record(*asked.place)
    lets = relations.standing_in(asked.record, held, asked.at) | {""}
    found = [
        each
        for each in held
        if each.kind in LETS_ATTEST
        and not each.by
        and each.declared_by in lets
        and each.is_of(asked.principal)
        and each.holds(asked.at)
    ]
    return sorted(found, key=lambda each: each.declared_by)


def _let(asked: Inquiry) -> str:
    """Return on whose word the team is let in: a representative's, else the patient's."""
    return _given(asked)[0].declared_by


def _as_declared(held: HeldRelation) -> HeldRelation:
    """Return a relation as representatives know it: less the patient's word, and whose it was."""
    return replace(tying.as_declared(held), declared_by="")


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
    return Directive(
        "",
        Effect.SHOW,
        whom,
        categories=opened,
        start=at,
        end=until,
        said_by=held.declared_by,
    )


def _trace(asked: Inquiry, what: str, *, granted: bool) -> None:
    asked.trace(Interaction.OPERATION, granted=granted, reason=what)
