"""Bodies for what takes one: patches, Parameters, resources that nobody can take."""

import json
from random import Random
from typing import Any

from tests.noninterference.surface import Way
from tests.noninterference.values import Guesses, any_of

Json = dict[str, Any]

FHIR = "application/fhir+json"
LEVELS = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
PARAMETERS: dict[str, str] = {
    "patient": "valueIdentifier",
    "reader": "valueIdentifier",
    "who": "valueIdentifier",
    "representative": "valueIdentifier",
    "depositor": "valueIdentifier",
    "organization": "valueIdentifier",
    "code": "valueString",
    "id": "valueString",
    "name": "valueString",
    "words": "valueString",
    "decision": "valueCode",
    "answer": "valueCode",
    "category": "valueCode",
    "reason": "valueCode",
    "purpose": "valueCode",
    "language": "valueCode",
    "hours": "valueInteger",
    "resource": "valueReference",
    "target": "valueReference",
    "meta": "valueMeta",
}
NEEDED: dict[str, tuple[str, ...]] = {
    "$announced": (),
    "$review": ("decision",),
    "$explain": ("reader",),
    "$meta-add": ("meta",),
    "$meta-delete": ("meta",),
    "$block": ("who", "name"),
    "$unblock": ("who",),
    "$present-code": ("patient", "code"),
    "$revoke-code": ("id",),
    "$docref": ("patient",),
}
"""What operations take, so that half of what they are sent is not refused at once."""
DECISIONS = ("accept", "refuse", "hide")
CODES = tuple(
    "accept refuse hide review hiv psychiatry unconscious BTG ETREAT TREAT fr en".split()
)


class Writes:
    """Bodies for what takes one; a harness for another world gives its own."""

    def body(
        self, chance: Random, way: Way, guesses: Guesses, path: str
    ) -> tuple[bytes, str]:
        """Return the body and its media type."""
        if way.method == "PATCH":
            if chance.random() < 0.3:
                return _dump(_path_patch(chance)), FHIR
            return _patch(chance), "application/json-patch+json"
        if "$" in path:
            return _dump(parameters(chance, guesses, path)), FHIR
        resource: Json = {"resourceType": way.kind or "Bundle"}
        if way.arguments:
            resource["id"] = path.split("/")[3]
        held = guesses.bag(chance)
        resource["identifier"] = [
            {"system": "urn:ietf:rfc:3986", "value": any_of(chance, held)}
        ]
        resource["focus"] = {"reference": f"AuditEvent/{any_of(chance, held)}"}
        resource["description"] = "why"
        return _dump(resource), FHIR


def _patch(chance: Random) -> bytes:
    path = chance.choice(
        ("/securityLabel/-", "/securityLabel/0", "/status", "/description")
    )
    mask = {
        "coding": [
            {
                "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument"
                "/FHIR/TRE-A07-StatutVisibiliteDocument",
                "code": "MASQUE_PS",
            }
        ]
    }
    value: object = mask if "security" in path else "current"
    operation = {
        "op": chance.choice(("add", "replace", "test", "remove")),
        "path": path,
    }
    return _dump(
        [operation | ({} if operation["op"] == "remove" else {"value": value})]
    )


def _path_patch(chance: Random) -> Json:
    """Return a FHIRPath Patch."""
    path = chance.choice(("DocumentReference", "DocumentReference.securityLabel[0]"))
    parts: list[Json] = [
        {"name": "type", "valueCode": chance.choice(("add", "delete", "replace"))},
        {"name": "path", "valueString": path},
        {"name": "name", "valueString": "securityLabel"},
        {"name": "value", "valueCodeableConcept": {"coding": [{"code": "R"}]}},
    ]
    operation = {"name": "operation", "part": parts}
    return {"resourceType": "Parameters", "parameter": [operation]}


def parameters(chance: Random, guesses: Guesses, path: str) -> Json:
    """Return Parameters with the names that an operation has, or with any."""
    needed = NEEDED.get(path.rpartition("/")[2])
    if needed is None or chance.random() < 0.4:
        needed = ("patient",) if chance.random() < 0.5 else ()
        needed += tuple(chance.sample(sorted(PARAMETERS), chance.choice((0, 0, 1, 2))))
    names = [*needed]
    found = []
    for name in dict.fromkeys(names):
        kind = PARAMETERS[name]
        found.append({"name": name, kind: _parameter(chance, name, kind, guesses)})
    body: Json = {"resourceType": "Parameters"}
    return body | ({"parameter": found} if found else {})


def _parameter(chance: Random, name: str, kind: str, guesses: Guesses) -> object:
    held, (system, value, _) = guesses.bag(chance), guesses.person
    match kind:
        case "valueIdentifier":
            other = ("urn:ietf:rfc:3986", any_of(chance, held))
            chosen = (system, value) if name == "patient" else other
            return {"system": chosen[0], "value": chosen[1]}
        case "valueCode":
            return chance.choice(DECISIONS if name == "decision" else CODES)
        case "valueInteger":
            return chance.choice((1, 24, 9999))
        case "valueReference":
            return {"reference": f"DocumentReference/{any_of(chance, held)}"}
        case "valueMeta":
            return {"security": [{"system": LEVELS, "code": chance.choice("NRV")}]}
        case _:
            return any_of(chance, held)


def _dump(value: object) -> bytes:
    return json.dumps(value).encode()
