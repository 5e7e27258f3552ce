"""An event of ours as IHE BALP writes it: a FHIR AuditEvent for those who read the log.

What is kept stays as it was written; this is how it is told. A reading of one resource
and a search follow the profiles PatientRead and PatientQuery; other events have no
profile of BALP that says what they are.
"""

from base64 import b64encode
from dataclasses import dataclass

from gateway.audit import reading
from gateway.audit.events import DICOM, ENTITY_TYPE, Interaction, Json
from gateway.references import Reference

BALP = "https://profiles.ihe.net/ITI/BALP"
PROFILE = f"{BALP}/StructureDefinition/IHE.BasicAudit."
READ, QUERY = f"{PROFILE}PatientRead", f"{PROFILE}PatientQuery"
PROFILES = (QUERY, READ)
REQUEST = f"{BALP}/CodeSystem/BasicAuditEntityType"
REQUEST_ID = "X-Request-Id"
PARTICIPATION = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
SOURCE_TYPE = "http://terminology.hl7.org/CodeSystem/security-source-type"
RESOURCES = "http://hl7.org/fhir/resource-types"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
FROM, TO = "110153", "110152"
"""Source and destination role (DICOM): of data for a reading, of the question for the rest."""
PERSON, OBJECT, URI = "1", "2", "5"


@dataclass(frozen=True, slots=True)
class Place:
    """Where events are told: the record, its person's identifiers, our address."""

    patient_id: str
    person: frozenset[str]
    base_url: str


def written(event: Json, place: Place) -> Json:
    """Return an event as a whole AuditEvent; ``event`` holds only what may be told."""
    recorded = event["recorded"]
    head: Json = {
        "resourceType": "AuditEvent",
        "id": str(Reference(place.patient_id, event["id"])),
        "meta": {"versionId": "1", "lastUpdated": recorded},
    }
    if profile := _profile(event):
        head["meta"]["profile"] = [profile]
    said = {name: event[name] for name in ("type", "subtype", "action", "recorded")}
    said["outcome"] = event["outcome"]
    if reason := reading.reason(event):
        said["outcomeDesc"] = reason
    return (
        head
        | said
        | {
            "purposeOfEvent": event["purposeOfEvent"],
            "agent": [_user(event, place), _client(event), _server(event, place)],
            "source": {
                "observer": {"display": "Paravent"},
                "type": [{"system": SOURCE_TYPE, "code": "4"}],
            },
            "entity": _entities(event),
        }
    )


def _profile(event: Json) -> str:
    if not reading.granted(event):
        return ""
    if _one_read(event):
        return READ
    searched = reading.interaction(event) is Interaction.SEARCH
    return QUERY if searched and reading.query(event) else ""


def _one_read(event: Json) -> bool:
    read = reading.interaction(event) in (Interaction.READ, Interaction.VREAD)
    return read and len(reading.items(event)) == 1


def _user(event: Json, place: Place) -> Json:
    held: Json = event["agent"][0]
    told: Json = {"type": _concept(PARTICIPATION, "IRCP")}
    told |= {n: held[n] for n in ("role", "location") if n in held}
    system, _, value = reading.agent(event).partition("|")
    who: Json = {}
    if reading.agent(event) in place.person:
        who["reference"] = f"Patient/{place.patient_id}"
    identifier = {"system": system, "value": value}
    if known := {name: text for name, text in identifier.items() if text}:
        who["identifier"] = known
    if name := reading.name(event):
        who["display"] = told["name"] = name
    told["who"] = who or {"display": "?"}
    return told | {"requestor": True, "purposeOfUse": event["purposeOfEvent"]}


def _client(event: Json) -> Json:
    """Return the application; where it stands in the network is not kept (BALP asks it)."""
    absent = [{"url": ABSENT, "valueCode": "unknown"}]
    others = event["agent"][1:]
    who = dict(others[0]["who"]) if others else {"display": "not stated"}
    read = reading.interaction(event) in (Interaction.READ, Interaction.VREAD)
    return {
        "type": _concept(DICOM, TO if read else FROM),
        "who": who,
        "requestor": False,
        "network": {"extension": absent},
    }


def _server(event: Json, place: Place) -> Json:
    read = reading.interaction(event) in (Interaction.READ, Interaction.VREAD)
    return {
        "type": _concept(DICOM, FROM if read else TO),
        "who": {"display": "Paravent"},
        "requestor": False,
        "network": {"address": f"{place.base_url}/fhir", "type": URI},
    }


def _entities(event: Json) -> list[Json]:
    patient, *others = event["entity"]
    told = [{"type": _coding(ENTITY_TYPE, PERSON)} | patient]
    alone = _one_read(event)
    for each in others:
        if alone and "query" in each:
            continue  # what was read says it, and the profile has one object
        kind = _coding(ENTITY_TYPE, OBJECT)
        if "what" in each and not alone:
            named = each["what"]["reference"].partition("/")[0]
            kind = _coding(RESOURCES, named)
        told.append({"type": kind} | each)
    for each in patient.get("detail", ()):
        if each["type"] == REQUEST_ID:
            what = {"identifier": {"value": each["valueString"]}}
            told.append({"type": _coding(REQUEST, "XrequestId"), "what": what})
    return told


def asked_in(event: Json, query: str) -> Json:
    """Return an event in which something else stands where its query was."""
    entities = [
        each | {"query": b64encode(query.encode()).decode()}
        if "query" in each
        else each
        for each in event["entity"]
    ]
    return event | {"entity": entities}


def without(event: Json, *details: str) -> Json:
    """Return an event that says nothing of these kinds about the person."""
    person, *others = event["entity"]
    kept = [each for each in person.get("detail", ()) if each["type"] not in details]
    less = {name: value for name, value in person.items() if name != "detail"}
    less |= {"detail": kept} if kept else {}
    return event | {"entity": [less, *others]}


def _concept(system: str, code: str) -> Json:
    return {"coding": [_coding(system, code)]}


def _coding(system: str, code: str) -> Json:
    return {"system": system, "code": code}
