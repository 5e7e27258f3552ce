"""Whom somebody lets in, blocks, what he contests: as people send it."""

from typing import Any

from tests.gateway.consenting import patient_of
from tests.noninterference.documents import world

Json = dict[str, Any]

ROLE = "urn:paravent:relation"
EMPTY: Json = {"resourceType": "Parameters"}


def who(reader: str) -> Json:
    """Return the Identifier of a professional."""
    system, _, value = world().readers[reader].id.partition("|")
    return {"system": system, "value": value}


def team(patient: str, reader: str) -> Json:
    """Return how a professional is let in."""
    member = {"identifier": who(reader), "display": "Dr"}
    role = [{"coding": [{"system": ROLE, "code": "CARE_TEAM"}]}]
    participant = [{"role": role, "member": member}]
    subject = patient_of(patient)
    return {"resourceType": "CareTeam", "subject": subject, "participant": participant}


def carer(patient: str, person: str) -> Json:
    """Return how another person is let in."""
    identifier = world().patients[person].identifier
    return {
        "resourceType": "RelatedPerson",
        "patient": patient_of(patient),
        "identifier": [{"system": identifier.system, "value": identifier.value}],
        "relationship": [{"coding": [{"system": ROLE, "code": "CARER"}]}],
        "extension": [{"url": "urn:paravent:opened-category", "valueCode": "tobacco"}],
    }


def blocking(reader: str) -> Json:
    """Return the parameters by which the person blocks a professional."""
    return EMPTY | {"parameter": [{"name": "who", "valueIdentifier": who(reader)}]}


def parameters(**codes: str) -> Json:
    """Return the parameters of an operation, each a code."""
    named = [{"name": name, "valueCode": code} for name, code in codes.items()]
    return EMPTY | {"parameter": named}


def contest(event_id: str) -> Json:
    """Return how an event of the log is contested."""
    focus = {"reference": f"AuditEvent/{event_id}"}
    return {"resourceType": "Task", "description": "Why?", "focus": focus}
