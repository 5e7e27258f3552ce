"""What people of a scene ask for, in the words of the API."""

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from werkzeug.test import TestResponse

from gateway.demo.tour.stage import Stage
from gateway.identity.claims import PERSON_SYSTEM
from labels.codes import Category
from labels.fhir_consent import terms
from labels.fhir_consent.write import POLICY

Json = dict[str, Any]

NOBODY = "0" * 64
"""An id that no document has."""
KINDS = (
    "List",
    "Communication",
    "CareTeam",
    "AllergyIntolerance",
    "Composition",
    "Condition",
    "DiagnosticReport",
    "Immunization",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Procedure",
)
"""What else than documents is searched of a record, to know all that somebody gets."""
PRIVACY = "http://terminology.hl7.org/CodeSystem/consentscope"


class Code(str):
    """A parameter that is sent as a code."""

    __slots__ = ()


def record(stage: Stage, patient: str) -> str:
    """Return the parameter that names whose record a search is about."""
    named = stage.identifier(patient)
    return f"patient.identifier={named['system']}|{named['value']}"


def search(
    stage: Stage, who: str, patient: str, kind: str = "DocumentReference"
) -> Json:
    """Search what somebody may see of a kind in a record; return the Bundle."""
    path = f"/fhir/{kind}?{record(stage, patient)}"
    found: Json = stage.ask(who, "GET", path).get_json(force=True)
    return found


def documents(stage: Stage, who: str, patient: str) -> dict[str, Json]:
    """Return what somebody finds, by the names of the scene; the total must say no more.

    A document seen in part bears an identifier of its own and names its original.
    """
    return named(stage, search(stage, who, patient))


def seen(stage: Stage, who: str, patient: str) -> set[str]:
    """Return the names of the documents that somebody finds."""
    return set(documents(stage, who, patient))


def named(stage: Stage, bundle: Json) -> dict[str, Json]:
    """Return the documents of a Bundle by name; raises when its total says more."""
    found = {}
    for each in bundle.get("entry", []):
        found[_name(stage, each["resource"])] = each["resource"]
    if bundle["total"] != len(found):
        raise ValueError("a total says more than the entries")
    return found


def content(stage: Stage, who: str, found: Json) -> str:
    """Return the text of a document's bytes, as somebody gets them."""
    url = found["content"][0]["attachment"]["url"]
    return stage.ask(who, "GET", f"/fhir/{url}").get_data(as_text=True)


def received(stage: Stage, who: str, patient: str) -> str:
    """Return all that somebody gets of a record: every search, all bytes, $everything."""
    found = documents(stage, who, patient)
    got = [str(found), *(content(stage, who, each) for each in found.values())]
    got += [str(search(stage, who, patient, kind)) for kind in KINDS]
    named = stage.identifier(patient)
    path = f"/fhir/Patient?identifier={named['system']}|{named['value']}"
    persons: Json = stage.ask(who, "GET", path).get_json(force=True)
    for each in persons.get("entry", []):
        path = f"/fhir/Patient/{each['resource']['id']}/$everything"
        got.append(stage.ask(who, "GET", path).get_data(as_text=True))
    return "\n".join(got)


def tells(text: str, *words: str) -> bool:
    """Return whether a text has one of some words, in capitals or not."""
    return any(each.casefold() in text.casefold() for each in words)


def acts(stage: Stage, who: str, patient: str) -> list[Json]:
    """Return what a patient's log says of somebody."""
    number = stage.people[who].identifier.value
    return [
        each
        for each in events(stage, patient)
        if each["agent"][0]["who"]["identifier"]["value"] == number
    ]


def read(stage: Stage, who: str, public_id: str) -> tuple[int, bytes]:
    """Read a document by its id; return the status and the body."""
    answer = stage.ask(who, "GET", f"/fhir/DocumentReference/{public_id}")
    return answer.status_code, answer.get_data().replace(public_id.encode(), b"")


def is_unknown(stage: Stage, who: str, public_id: str) -> bool:
    """Return whether a document's id gets the answer of an id that nothing has."""
    return read(stage, who, public_id) == read(stage, who, NOBODY)


def is_stranger(stage: Stage, who: str, other: str, patient: str) -> bool:
    """Return whether somebody finds of a record what somebody unknown to it finds."""
    pair = [dict(search(stage, each, patient)) for each in (who, other)]
    for bundle in pair:
        bundle.pop("link", None)
        bundle.pop("id", None)
    return pair[0] == pair[1]


def operate(stage: Stage, who: str, path: str, **values: object) -> TestResponse:
    """Call an operation with parameters, each sent as its type wants."""
    parameters = [{"name": name, **_value(each)} for name, each in values.items()]
    body: Json = {"resourceType": "Parameters", "parameter": parameters}
    return stage.ask(who, "POST", f"/fhir/{path}", body)


def consent(stage: Stage, patient: str, provision: Json) -> TestResponse:
    """Let a patient say who may see what, as a FHIR Consent (IHE PCF)."""
    of = {"identifier": stage.identifier(patient)}
    body: Json = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": PRIVACY, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": of,
        "dateTime": stage.clock.now().date().isoformat(),
        "performer": [of],
        "organization": [{"display": "Paravent"}],
        "sourceAttachment": {"title": "Paravent"},
        "policy": [{"uri": POLICY}],
        "provision": provision,
    }
    return stage.ask(patient, "POST", "/fhir/Consent", body)


def to(stage: Stage, who: str) -> Json:
    """Return the actor of a provision: a professional, by name."""
    role = {"coding": [{"system": terms.PARTICIPATION, "code": terms.RECIPIENT}]}
    named = f"{PERSON_SYSTEM}|{stage.people[who].identifier.value}"
    return {"role": role, "reference": terms.logical("Practitioner", named)}


def about(public_id: str) -> Json:
    """Return the data of a provision: one document."""
    reference = {"reference": f"DocumentReference/{public_id}"}
    return {"meaning": "instance", "reference": reference}


def on_subject(category: Category) -> Json:
    """Return the security label of a provision: one sensitive subject."""
    return {"system": terms.CATEGORY, "code": category.value}


def events(stage: Stage, patient: str) -> list[Json]:
    """Return the log that a patient reads, from the export of everything."""
    held = exported(stage, patient)["log.json"]
    return [each["resource"] for each in json.loads(held).get("entry", [])]


def exported(stage: Stage, patient: str) -> dict[str, bytes]:
    """Return the files of the export that a person asks for of the own record."""
    answer = stage.ask(patient, "GET", "/fhir/Patient/$export")
    with ZipFile(BytesIO(answer.get_data())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def occasions(stage: Stage, who: str, patient: str) -> list[str]:
    """Return what the notices that somebody reads about a record are about."""
    bundle = search(stage, who, patient, "Communication")
    found = [each["resource"] for each in bundle.get("entry", [])]
    return [each["topic"]["coding"][0]["code"] for each in found]


def _name(stage: Stage, resource: Json) -> str:
    names = {identifier: name for name, identifier in stage.papers.items()}
    given = [resource["masterIdentifier"], *resource.get("identifier", [])]
    return next(names[each["value"]] for each in given if each["value"] in names)


def _value(value: object) -> Json:
    match value:
        case Code():
            return {"valueCode": str(value)}
        case bool():
            return {"valueBoolean": value}
        case int():
            return {"valueInteger": value}
        case str():
            return {"valueString": value}
        case _:
            return {"valueIdentifier": value}
