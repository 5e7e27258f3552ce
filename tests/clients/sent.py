"""What every client sends: short documents, in the envelopes of the standard."""

import json
from typing import Any

from gateway.demo.world.build import document_reference, transaction
from gateway.demo.world.load import World
from gateway.demo.world.reference import VISIBILITY, Sheet

Json = dict[str, Any]

URI = "urn:ietf:rfc:3986"
AUTHOR = "gp"
READER = "pharmacist"
"""Who cares for every person here, and sees what is about nothing sensitive."""
SIZE = 3
"""How many documents a lot has: as many pages of one."""
MASK = {"coding": [{"system": VISIBILITY, "code": "MASQUE_PS"}]}
"""The label by which a person hides a document from professionals."""
MASKING = [{"op": "add", "path": "/securityLabel/-", "value": MASK}]
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"


def sheet(root: int, number: int) -> Sheet:
    """Return a document of its own: a text that is about nothing sensitive."""
    return Sheet(
        name=f"note-{root}-{number}",
        oid=f"2.25.{root}{number}",
        type="11488-4",
        type_class="10",
        title=f"Consultation {number}",
        date=f"2026-03-0{number}T09:00:00+01:00",
        format="urn:ihe:iti:xds:2017:mimeTypeSufficient",
        content_type="text/plain",
        body=f"Entorse de la cheville droite, consultation {root}.{number}.".encode(),
    )


def lot(world: World, patient: str, root: int) -> Json:
    """Return an ITI-65 transaction of some documents; the same root is the same lot."""
    sheets = [sheet(root, number) for number in range(1, SIZE + 1)]
    to, by = world.patients[patient], world.readers[AUTHOR]
    held: Json = json.loads(transaction(f"lot-{root}", sheets, to, by))
    return held


def alone(world: World, patient: str, root: int) -> Json:
    """Return an ITI-105 DocumentReference with its document in it."""
    to, by = world.patients[patient], world.readers[AUTHOR]
    held: Json = json.loads(document_reference(sheet(root, 9), to, by))
    return held


def identifiers(root: int, *numbers: int) -> str:
    """Return the masterIdentifiers of documents, as a search parameter takes them."""
    return ",".join(f"{URI}|urn:oid:{sheet(root, each).oid}" for each in numbers)


def consent(world: World, patient: str) -> Json:
    """Return a Consent (IHE PCF): what is about HIV is hidden."""
    named = world.patients[patient].identifier
    return {
        "resourceType": "Consent",
        "status": "active",
        "scope": {"coding": [{"system": SCOPE, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0"}]}],
        "patient": {"identifier": {"system": named.system, "value": named.value}},
        "dateTime": "2026-11-22",
        "performer": [{"display": "the patient"}],
        "organization": [{"display": "Paravent"}],
        "sourceAttachment": {"title": "said in the app"},
        "policy": [{"uri": "urn:paravent:policy"}],
        "provision": {
            "type": "deny",
            "securityLabel": [{"system": ACT_CODE, "code": "HIV"}],
        },
    }
