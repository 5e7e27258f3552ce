"""What an AuditEvent says (FHIR R4, IHE BALP): who, what, when, why, with what result.

Events are sealed in the record they concern; they hold ids, codes and rule names.
"""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from gateway.identity.principal import Principal
from labels.codes import Purpose

Json = dict[str, Any]

DICOM = "http://dicom.nema.org/resources/ontology/DCM"
EVENT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
INTERACTION = "http://hl7.org/fhir/restful-interaction"
ACT_REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
ENTITY_TYPE = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
ENTITY_ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
NOS = "https://mos.esante.gouv.fr/NOS"
PROFESSION = f"{NOS}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante"
SKILL = (
    f"{NOS}/TRE_R01-EnsembleSavoirFaire-CISIS/FHIR/TRE-R01-EnsembleSavoirFaire-CISIS"
)
"""The systems that tell a profession from a savoir-faire among the roles of an agent."""

COUNTING = frozenset({("_summary", "count"), ("_count", "0")})
"""What of a search asks how many there are, and for none of them (R4, search)."""

RULE, PAGE = "rule", "page"
"""Details of an event: a rule that opened the record; that the page is a further one."""
FOLLOWING = "following"
CLIENT = "urn:paravent:client"
"""The system of the ids of applications."""


class Interaction(StrEnum):
    """What was asked, as a FHIR RESTful interaction."""

    CREATE = "create"
    READ = "read"
    SEARCH = "search-type"
    VREAD = "vread"
    UPDATE = "update"
    PATCH = "patch"
    TRANSACTION = "transaction"
    OPERATION = "operation"


ACTIONS = {
    Interaction.CREATE: "C",
    Interaction.TRANSACTION: "C",
    Interaction.READ: "R",
    Interaction.SEARCH: "E",
    Interaction.VREAD: "R",
    Interaction.UPDATE: "U",
    Interaction.PATCH: "U",
    Interaction.OPERATION: "E",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """What happened, before it is written as an AuditEvent.

    ``following`` is a further page of a search that stands in the trail already.
    """

    interaction: Interaction
    principal: Principal
    granted: bool
    patient_id: str
    items: tuple[str, ...] = ()
    query: str = ""
    rules: tuple[str, ...] = ()
    request_id: str = ""
    reason: str = field(default="")
    following: bool = False


def counts(query: str) -> bool:
    """Whether a search, as it stands in an address, asks for nothing but how many."""
    return bool(COUNTING & set(dict(parse_qsl(query)).items()))


def audit_event(trace: Trace, recorded: datetime) -> Json:
    """Return the AuditEvent for a trace."""
    return {
        "resourceType": "AuditEvent",
        "type": {"system": EVENT_TYPE, "code": "rest"},
        "subtype": [{"system": INTERACTION, "code": trace.interaction.value}],
        "action": ACTIONS[trace.interaction],
        "recorded": recorded.isoformat(),
        "outcome": "0" if trace.granted else "4",
        "outcomeDesc": trace.reason,
        "purposeOfEvent": [purpose_of(trace.principal.purpose)],
        "agent": [_agent(trace.principal), *_application(trace.principal)],
        "source": {"observer": {"display": "Paravent"}},
        "entity": _entities(trace),
    }


def purpose_of(purpose: Purpose) -> Json:
    """Return a purpose of use as an event states it."""
    return {"coding": [{"system": ACT_REASON, "code": purpose.value}]}


def _agent(principal: Principal) -> Json:
    system, _, value = principal.subject.partition("|")
    organization = principal.organization.partition("|")
    agent: Json = {
        "who": {
            "identifier": {"system": system, "value": value},
            "display": principal.name,
        },
        "requestor": True,
    }
    roles = ((PROFESSION, principal.profession), (SKILL, principal.skill))
    if known := [{"system": name, "code": code} for name, code in roles if code]:
        agent["role"] = [{"coding": [each]} for each in known]
    if principal.organization:
        agent["location"] = {
            "identifier": {"system": organization[0], "value": organization[2]}
        }
    return agent


def _application(principal: Principal) -> list[Json]:
    """Return the application through which was asked, as a second agent (IHE BALP)."""
    if not principal.client:
        return []
    return [
        {
            "type": {"coding": [{"system": DICOM, "code": "110150"}]},
            "who": {
                "identifier": {"system": CLIENT, "value": principal.client},
                "display": principal.application,
            },
            "requestor": False,
        }
    ]


def _entities(trace: Trace) -> list[Json]:
    patient: Json = {"what": {"reference": f"Patient/{trace.patient_id}"}}
    patient["role"] = _role("1")
    # Who asks how many is shown none of them: nothing is named as seen.
    counted = trace.interaction is Interaction.SEARCH and counts(trace.query)
    items = [
        {"what": {"reference": reference}, "role": _role("3")}
        for reference in (() if counted else trace.items)
    ]
    query = [{"query": b64encode(trace.query.encode()).decode(), "role": _role("24")}]
    page = FOLLOWING if trace.following else ""
    details = {RULE: trace.rules, "X-Request-Id": (trace.request_id,), PAGE: (page,)}
    detail = [
        {"type": kind, "valueString": value}
        for kind, values in details.items()
        for value in values
        if value
    ]
    patient |= {"detail": detail} if detail else {}
    return [patient, *items, *(query if trace.query else [])]


def _role(code: str) -> Json:
    return {"system": ENTITY_ROLE, "code": code}
