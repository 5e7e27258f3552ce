"""Consents as the tests of the registry send them."""

import json
from typing import Any

from joserfc import jwt
from werkzeug.test import TestResponse

from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, claims_of
from gateway.demo.world.load import load
from gateway.identity.claims import PERSON_SYSTEM
from labels.fhir_consent import terms
from labels.fhir_consent.write import POLICY
from tests.gateway.world import Software

Json = dict[str, Any]

WORLD = load()
HIV = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "HIV"}
ROLE = {"coding": [{"system": terms.PARTICIPATION, "code": terms.RECIPIENT}]}


def patient_of(name: str) -> Json:
    """Return the patient of a Consent, by the INS."""
    identifier = WORLD.patients[name].identifier
    return {"identifier": {"system": identifier.system, "value": identifier.value}}


def to_person(reader: str) -> Json:
    """Return an actor: a persona by the national identifier."""
    value = WORLD.readers[reader].identifier.value
    reference = terms.logical("Practitioner", f"{PERSON_SYSTEM}|{value}")
    return {"role": ROLE, "reference": reference}


def about(document_id: str, place: str = "") -> Json:
    """Return the data of a provision: a document, or one place of it."""
    reference = {"reference": f"DocumentReference/{document_id}"}
    found: Json = {"meaning": "instance", "reference": reference}
    if place:
        extension = {"url": "urn:paravent:consent-place", "valueString": place}
        found = {"extension": [extension]} | found
    return found


def consent(patient: str, provision: Json, /, **changed: object) -> Json:
    """Return a Consent of a demo patient."""
    whole: Json = {
        "resourceType": "Consent",
        "status": "active",
        "scope": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
                    "code": "patient-privacy",
                }
            ]
        },
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": patient_of(patient),
        "dateTime": "2026-11-22",
        "performer": [patient_of(patient)],
        "organization": [{"display": "here"}],
        "sourceAttachment": {"title": "said here"},
        "policy": [{"uri": POLICY}],
        "provision": provision,
    }
    return whole | changed


def post(
    software: Software, reader: str, resource: Json, **headers: str
) -> TestResponse:
    """Send a Consent as a persona."""
    return software.ask(
        reader,
        "/fhir/Consent",
        "POST",
        data=json.dumps(resource),
        content_type="application/fhir+json",
        headers=headers,
    )


def put(
    software: Software, reader: str, resource: Json, **headers: str
) -> TestResponse:
    """Send a changed Consent as a persona."""
    return software.ask(
        reader,
        f"/fhir/Consent/{resource['id']}",
        "PUT",
        data=json.dumps(resource),
        content_type="application/fhir+json",
        headers={name.replace("_", "-"): text for name, text in headers.items()},
    )


def found(software: Software, reader: str, patient: str, more: str = "") -> list[Json]:
    """Return the Consents that a search gives."""
    identifier = WORLD.patients[patient].identifier
    token = f"{identifier.system}|{identifier.value}"
    status = "" if "status=" in more else "&status=active"
    bundle = software.ask(
        reader, f"/fhir/Consent?patient.identifier={token}{status}{more}"
    ).get_json(force=True)
    return [each["resource"] for each in bundle.get("entry", [])]


def bearer(software: Software, reader: str, **claims: object) -> str:
    """Return the Authorization of a persona with claims of its own."""
    now = int(software.services.clock.now().timestamp())
    whole = {"iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + 300, "jti": "r"}
    held = whole | claims_of(WORLD.readers[reader]) | claims
    header = {"alg": ALGORITHM, "kid": software.issuer.key.kid}
    return f"Bearer {jwt.encode(header, held, software.issuer.key)}"
