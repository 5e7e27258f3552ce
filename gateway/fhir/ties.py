"""Relations in FHIR: a professional's as a CareTeam of one, a relative's as RelatedPerson.

One resource for one relation, so that each has its own beginning and end. The role is a
code of this gateway (``urn:paravent:relation``): FHIR has no code system for what the law
ties rights to.
"""

from collections.abc import Iterable
from typing import Any

from gateway.circle import Tie, unsuitable
from gateway.consents.relations import HeldRelation
from gateway.fhir import operation
from gateway.references import Reference
from labels.codes import Category
from labels.policy.question import Relation
from mappings.submission import Identifier

Json = dict[str, Any]

CARE_TEAM, RELATED_PERSON = "CareTeam", "RelatedPerson"
ROLE = "urn:paravent:relation"
OPENED = "urn:paravent:opened-category"
"""An extension of RelatedPerson: a category that is shown to a carer."""
DECLARED_BY = "urn:paravent:declared-by"
"""An extension of both, for the patient: who represents and said it for the patient."""

PROFESSIONALS = frozenset(
    {
        Relation.TREATING_DOCTOR,
        Relation.CARE_TEAM,
        Relation.AUTHORISED,
        Relation.REFERRING_MIDWIFE,
        Relation.CORRESPONDING_PHARMACIST,
    }
)
RELATIVES = frozenset({Relation.CARER, Relation.REPRESENTATIVE, Relation.GUARDIAN})
KINDS = {CARE_TEAM: PROFESSIONALS, RELATED_PERSON: RELATIVES}


def written(tie: Tie) -> Json:
    """Return the resource of a relation, as its patient is shown it."""
    held = tie.held
    public_id = str(Reference(tie.patient_id, tie.id))
    if held.kind in RELATIVES:
        return _relative(tie, public_id)
    return {
        "resourceType": CARE_TEAM,
        "id": public_id,
        "status": _status(tie),
        "subject": {"reference": f"Patient/{tie.patient_id}"},
        **_declared(held),
        **_team(held),
    }


def accepted(held: HeldRelation, subject: Json) -> Json:
    """Return what a structure that attested a member is answered: the same in all cases."""
    return {
        "resourceType": CARE_TEAM,
        "status": "active",
        "subject": subject,
        **_team(held),
    }


def team(body: Json) -> tuple[Identifier, HeldRelation]:
    """Read a CareTeam of one; raises ``Refused`` (400, 422) naming the element."""
    subject = _dict(body.get("subject"), "CareTeam.subject")
    patient = operation.identifier(
        subject.get("identifier"), "CareTeam.subject.identifier"
    )
    participants = body.get("participant")
    if not isinstance(participants, list) or len(participants) != 1:
        raise operation.unclear("CareTeam.participant")
    one = _dict(participants[0], "CareTeam.participant[0]")
    place = "CareTeam.participant[0]"
    member = _dict(one.get("member"), f"{place}.member")
    who = operation.identifier(member.get("identifier"), f"{place}.member.identifier")
    return patient, HeldRelation(
        _role(one.get("role"), f"{place}.role"),
        str(who),
        _text(member.get("display", ""), f"{place}.member.display"),
        until=_end(one.get("period"), f"{place}.period"),
        within=_within(one.get("onBehalfOf"), f"{place}.onBehalfOf"),
    )


def relative(body: Json) -> tuple[Identifier, HeldRelation, frozenset[Category]]:
    """Read a RelatedPerson: a carer, and the categories opened to that carer."""
    patient = _dict(body.get("patient"), "RelatedPerson.patient")
    of = operation.identifier(
        patient.get("identifier"), "RelatedPerson.patient.identifier"
    )
    who = operation.identifier(
        _first(body, "identifier"), "RelatedPerson.identifier[0]"
    )
    name = _dict(_first(body, "name", {}), "RelatedPerson.name[0]")
    held = HeldRelation(
        Relation.CARER,
        str(who),
        _text(name.get("text", ""), "RelatedPerson.name[0].text"),
        until=_end(body.get("period"), "RelatedPerson.period"),
    )
    return of, held, _opened(body.get("extension", []))


def _team(held: HeldRelation) -> Json:
    system, _, value = held.who.partition("|")
    member: Json = {"identifier": {"system": system, "value": value}}
    member |= {"display": held.name} if held.name else {}
    participant: Json = {"role": [_coded(held.kind)], "member": member}
    if held.within:
        system, _, value = held.within.partition("|")
        identifier = {"system": system, "value": value}
        participant["onBehalfOf"] = {"identifier": identifier}
    shown: Json = {"participant": [participant | _period(held)]}
    if held.by:
        system, _, value = held.by.partition("|")
        identifier = {"system": system, "value": value}
        shown["managingOrganization"] = [{"identifier": identifier}]
    return shown


def _relative(tie: Tie, public_id: str) -> Json:
    held = tie.held
    system, _, value = held.who.partition("|")
    shown: Json = {
        "resourceType": RELATED_PERSON,
        "id": public_id,
        "identifier": [{"system": system, "value": value}],
        "active": tie.holds,
        "patient": {"reference": f"Patient/{tie.patient_id}"},
        "relationship": [_coded(held.kind)],
        **_declared(held),
    }
    shown |= {"name": [{"text": held.name}]} if held.name else {}
    return shown | _period(held)


def _declared(held: HeldRelation) -> Json:
    if not held.declared_by:
        return {}
    system, _, value = held.declared_by.partition("|")
    identifier = {"system": system, "value": value}
    return {"extension": [{"url": DECLARED_BY, "valueIdentifier": identifier}]}


def _coded(kind: Relation) -> Json:
    return {"coding": [{"system": ROLE, "code": kind.value}]}


def _period(held: HeldRelation) -> Json:
    ends = [text for text in (held.until, held.ended) if text]
    period = {"start": held.since, "end": min(ends, default="")}
    said = {name: text for name, text in period.items() if text}
    return {"period": said} if said else {}


def _status(tie: Tie) -> str:
    if tie.held.proposed:
        return "proposed"
    return "active" if tie.holds else "inactive"


def _role(roles: object, place: str) -> Relation:
    concepts = roles if isinstance(roles, list) else []
    codes = [
        coding.get("code")
        for concept in concepts
        for coding in _codings(concept)
        if isinstance(coding, dict) and coding.get("system") == ROLE
    ]
    if len(codes) != 1 or codes[0] not in {each.value for each in PROFESSIONALS}:
        raise unsuitable(place)
    return Relation(codes[0])


def _codings(concept: object) -> Iterable[Any]:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return codings if isinstance(codings, list) else ()


def _within(value: object, place: str) -> str:
    if value is None:
        return ""
    held = _dict(value, place)
    return str(operation.identifier(held.get("identifier"), f"{place}.identifier"))


def _end(period: object, place: str) -> str:
    held = {} if period is None else _dict(period, place)
    text = held.get("end")
    return "" if text is None else operation.instant(text, f"{place}.end")


def _opened(extensions: object) -> frozenset[Category]:
    held = extensions if isinstance(extensions, list) else [None]
    found = set()
    for index, each in enumerate(held):
        place = f"RelatedPerson.extension[{index}]"
        one = _dict(each, place)
        if one.get("url") != OPENED or one.get("valueCode") not in set(Category):
            raise operation.unclear(place)
        found.add(Category(one["valueCode"]))
    return frozenset(found)


def _first(body: Json, name: str, default: object = None) -> object:
    held = body.get(name)
    return held[0] if isinstance(held, list) and len(held) == 1 else default


def _dict(value: object, place: str) -> Json:
    if not isinstance(value, dict):
        raise operation.unclear(place)
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise operation.unclear(place)
    return value
