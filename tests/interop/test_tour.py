"""Everything that is emitted on a tour over all of /metadata is right for others."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gateway.demo.world.load import World
from mappings.fhir.parse import dump
from tests.clients import sent
from tests.gateway.subscribing.scene import Scene, subscription
from tests.gateway.world import Software
from tests.interop.validators import Validators

Json = dict[str, Any]

FHIR = "application/fhir+json"
NEVER = "0" * 64
PERSON = "solene"
HOOK = "https://software.example"
PAIRS = (
    *(("gp", PERSON), (PERSON, PERSON), ("dentist", PERSON)),
    *(("dpi", "tristan"), ("tristan", "tristan")),
    *(("inaya", "inaya"), ("corentine", "inaya")),
)
"""Who looks at whose record: professionals, software, people, a representative."""
EACH = 1
"""Of each type, how many are read alone, with their versions and operations."""
MADE = frozenset({"Parameters", "Bundle", "OperationOutcome", "CapabilityStatement"})
"""What is in no record, and emitted."""
NOT_IN_THE_DEMO = {"AllergyIntolerance", "CarePlan", "FamilyMemberHistory"}
"""What no document of the demo says; these are validated in ``test_mapped.py``."""


class Tour:
    """Goes everywhere as some readers, and keeps each distinct resource it is given."""

    def __init__(self, software: Software) -> None:
        """Begin with what /metadata says."""
        self.software = software
        self.seen: dict[bytes, Json] = {}
        (rest,) = self.asked("gp", "/metadata")["rest"]
        self.said = {each["type"]: each for each in rest["resource"]}

    def asked(self, reader: str, path: str, method: str = "GET", **more: Any) -> Json:  # noqa: ANN401
        """Ask, keep what comes back, and return it; nothing when it is no resource."""
        answer = self.software.ask(reader, f"/fhir{path}", method, **more)
        if not str(answer.mimetype).endswith("json") or not answer.get_data():
            return {}
        found: Json = answer.get_json(force=True)
        if "resourceType" in found:
            self.seen.setdefault(dump(found), found)
        return found

    def sent(self, reader: str, path: str, body: Any, method: str = "POST") -> Json:  # noqa: ANN401
        """Send a resource, or a JSON Patch, and keep what comes back."""
        kind = FHIR if isinstance(body, dict) else "application/json-patch+json"
        return self.asked(
            reader, path, method, data=json.dumps(body), content_type=kind
        )

    def person(self, patient: str) -> str:
        """Return the identifier of a patient, as a parameter."""
        return str(self.software.world.patients[patient].identifier)

    def searches(self, reader: str, patient: str) -> Iterator[tuple[str, str]]:
        """Search every type; yield types and ids of some of what is found."""
        for kind, said in self.said.items():
            if "search-type" not in codes(said):
                continue
            name = "identifier" if kind == "Patient" else "patient.identifier"
            query = f"?{name}={self.person(patient)}"
            query = "" if kind == "Task" else query
            query += "&status=active" if kind == "Consent" else ""
            found = self.asked(reader, f"/{kind}{query}").get("entry", [])
            for each in found[:EACH]:
                yield kind, each["resource"]["id"]

    def reads(self, reader: str, kind: str, resource_id: str) -> None:
        """Read one resource in every way that is said of its type."""
        ways = {"read": "", "history-instance": "/_history", "vread": "/_history/1"}
        for code in ways.keys() & codes(self.said[kind]):
            self.asked(reader, f"/{kind}/{resource_id}{ways[code]}")
        for path in self.operations(kind):
            self.asked(reader, path.replace("[id]", resource_id))

    def operations(self, kind: str) -> Iterator[str]:
        """Yield the addresses of the operations that only read."""
        for each in self.said[kind].get("operation", []):
            for line in each["documentation"].splitlines():
                method, _, address = line.partition(" ")
                if method == "GET":
                    yield address.removeprefix("[base]")

    def kept(self) -> set[str]:
        """Return the types of resources that were seen, also inside Bundles."""
        held = [*self.seen.values()]
        entries = [e for each in held for e in each.get("entry", []) if "resource" in e]
        return {
            each["resourceType"] for each in [*held, *(e["resource"] for e in entries)]
        }


def codes(said: Json) -> set[str]:
    """Return the interactions that are said of a type."""
    return {each["code"] for each in said.get("interaction", [])}


PROFESSIONALS = "urn:oid:1.2.250.1.71.4.2.1"
"""Who is named in it can be asked why: an act of one's own is not contested."""


def look_round(tour: Tour) -> None:
    """Search and read, as each of some readers of each of some people."""
    for reader, patient in PAIRS:
        for kind, resource_id in tour.searches(reader, patient):
            tour.reads(reader, kind, resource_id)


def write(tour: Tour) -> None:
    """Deposit, decide, patch, ask in a batch, break the glass, contest, subscribe."""
    world = tour.software.world
    tour.sent("gp", "", sent.lot(world, PERSON, 51))
    alone = tour.sent("gp", "/DocumentReference", sent.alone(world, PERSON, 51))
    document = f"DocumentReference/{alone['id']}"
    tour.sent(PERSON, "/Consent", sent.consent(world, PERSON))
    tour.sent(PERSON, f"/{document}", sent.MASKING, "PATCH")
    gets = (document, f"Binary/{alone['id']}", f"List/{NEVER}")
    entries = [{"request": {"method": "GET", "url": each}} for each in gets]
    tour.sent("gp", "", {"resourceType": "Bundle", "type": "batch", "entry": entries})
    tour.sent("psychiatrist", "/Consent/$break-glass", glass(world, PERSON))
    query = f"?patient.identifier={tour.person(PERSON)}"
    events = tour.asked(PERSON, f"/AuditEvent{query}")["entry"]
    by_others = [e["resource"] for e in events if PROFESSIONALS in json.dumps(e)]
    focus = {"reference": f"AuditEvent/{by_others[0]['id']}"}
    case = {"resourceType": "Task", "focus": focus, "description": "Who was that?"}
    tour.sent(PERSON, "/Task", case)
    tour.sent("dentist", "/Subscription", subscription(f"{HOOK}/hook"))


def glass(world: World, patient: str) -> Json:
    """Return what a doctor says to break the glass."""
    named = world.patients[patient].identifier
    whose = {"system": named.system, "value": named.value}
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "patient", "valueIdentifier": whose},
            {"name": "purpose", "valueCode": "BTG"},
            {"name": "reason", "valueCode": "unconscious"},
            {"name": "words", "valueString": "found unconscious in the street"},
        ],
    }


def fail(tour: Tour) -> None:
    """Be wrong in every way that has an outcome of its own."""
    for kind in tour.said:
        tour.sent("gp", f"/{kind}/$validate", {"resourceType": kind})
        tour.asked("gp", f"/{kind}/{NEVER}")
        tour.asked("gp", f"/{kind}?colour=red&patient={NEVER}")
    tour.sent("dentist", f"/DocumentReference/{NEVER}", sent.MASKING, "PATCH")
    tour.sent("gp", "", {"resourceType": "Bundle", "type": "batch"})
    tour.sent("gp", "/Nothing", {})
    tour.asked("gp", "/metadata", headers={"Accept": "text/html"})


def export(tour: Tour, deliver: Callable[[], object]) -> None:
    """Export a record in bulk: every line is a resource."""
    found = tour.asked(PERSON, f"/Patient?identifier={tour.person(PERSON)}")
    record = found["entry"][0]["resource"]["id"]
    path = f"/fhir/Patient/{record}/$export"
    begun = tour.software.ask(PERSON, path, headers={"Prefer": "respond-async"})
    deliver()
    address = begun.headers["Content-Location"].partition("/fhir")[2]
    for each in tour.asked(PERSON, address)["output"]:
        path = each["url"].partition("/fhir/")[2]
        lines = tour.software.ask(PERSON, f"/fhir/{path}").get_data().splitlines()
        assert len(lines) == each["count"]
        tour.seen |= {line: json.loads(line) for line in lines}


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Tour:
    """Give a tour that has been everywhere."""
    scene = Scene(tmp_path_factory.mktemp("tour"), HOOK)
    found = Tour(scene.software)
    write(found)
    fail(found)
    look_round(found)
    export(found, scene.deliver)
    return found


def test_every_type_that_is_said_is_met(tour: Tour) -> None:
    """The tour is no tour of empty Bundles: all that can be searched was found."""
    said = {kind for kind, each in tour.said.items() if "search-type" in codes(each)}
    assert said - tour.kept() == NOT_IN_THE_DEMO
    assert tour.kept() >= MADE


def test_everything_that_was_met_is_valid(tour: Tour, validators: Validators) -> None:
    """No error in any of it, from either validator."""
    wrong = {
        (each["resourceType"], str(finding))
        for each in tour.seen.values()
        for finding in validators.judge(each)
    }
    assert wrong == set()
