"""An emergency opens what is open; of the rest, and of who has a record, it tells nothing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from gateway.fhir.app import create_app
from gateway.fhir.emergency_routes import ROUTES
from gateway.fhir.route import Route
from tests.gateway.consenting import about, consent, to_person
from tests.gateway.world import Software, seeded
from tests.noninterference.documents import world
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.side_by_side import by_person
from tests.noninterference.twoworlds import Two, paper

Json = dict[str, Any]

UNKNOWN = "100000000000063"
NEVER = "0" * 64
STRANGER = "psychiatrist"
FHIR = "application/fhir+json"


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world: what a stranger does here opens nothing he is asked about."""
    return Software(seeded(tmp_path_factory.mktemp("emergency")))


def observed(answer: TestResponse) -> tuple[str, list[tuple[str, str]], Json]:
    """Return all that a client sees of an answer but the link that repeats the question."""
    body = answer.get_json(force=True)
    body.pop("link", None)
    headers = [each for each in answer.headers.items() if each[0] != "Content-Length"]
    return answer.status, headers, body


def parameters(**values: Json) -> str:
    """Return Parameters with these values."""
    named = [{"name": name, **value} for name, value in values.items()]
    return json.dumps({"resourceType": "Parameters", "parameter": named})


def ask(software: Software, route: Route, ins: str, item: str) -> TestResponse:
    """Ask a route about a person and an item, as a stranger."""
    system = software.world.patients["octave"].identifier.system
    patient = {"valueIdentifier": {"system": system, "value": ins}}
    path = route.path.replace("<resource_id>", item)
    if route.method == "GET":
        named = route.interaction in {"search-type", "$settings"}
        named = named and route.resource == "Communication"
        query = f"?patient.identifier={system}|{ins}" if named else ""
        return software.ask(STRANGER, path + query)
    if route.path.endswith("_search"):
        form = {"patient.identifier": f"{system}|{ins}"}
        return software.ask(STRANGER, path, "POST", data=form)
    body = {
        "$settings": parameters(patient=patient),
        "$break-glass": parameters(
            patient=patient,
            reason={"valueCode": "unconscious"},
            words={"valueString": "found in the street"},
        ),
        "create": json.dumps(
            {
                "resourceType": "Task",
                "focus": {"reference": f"AuditEvent/{item[:32]}"},
                "description": "why",
            }
        ),
    }.get(route.interaction, parameters(words={"valueString": "why"}))
    return software.ask(STRANGER, path, "POST", data=body, content_type=FHIR)


@pytest.fixture(scope="module")
def kept(software: Software) -> dict[str, str]:
    """Give a case and a notice of Octave's record, which are not the stranger's."""
    system = software.world.patients["octave"].identifier.system
    ins = software.world.patients["octave"].identifier.value
    asked = parameters(
        patient={"valueIdentifier": {"system": system, "value": ins}},
        reason={"valueCode": "unconscious"},
        words={"valueString": "found in the street"},
    )
    software.ask(
        "endocrinologist",
        "/fhir/Consent/$break-glass",
        "POST",
        data=asked,
        content_type=FHIR,
    )
    path = f"/fhir/Communication?patient.identifier={system}|{ins}"
    notice = software.ask("octave", path).get_json()["entry"][0]["resource"]
    made = software.ask(
        "octave",
        "/fhir/Task",
        "POST",
        data=json.dumps(
            {
                "resourceType": "Task",
                "focus": notice["about"][0],
                "description": "why",
            }
        ),
        content_type=FHIR,
    )
    return {"Communication": notice["id"], "Task": made.get_json()["id"]}


@pytest.mark.parametrize("route", ROUTES, ids=lambda each: f"{each.method} {each.path}")
def test_what_is_there_and_what_never_was_are_one_answer(
    software: Software, kept: dict[str, str], route: Route
) -> None:
    """A stranger gets of Octave's record what he gets of one that nobody has."""
    ins = software.world.patients["octave"].identifier.value
    hidden = ask(software, route, ins, kept.get(route.resource, NEVER))
    absent = ask(software, route, UNKNOWN, NEVER)
    one, other = observed(hidden), observed(absent)
    if route.interaction == "$break-glass":  # the instant differs, by design alone
        one, other = without_instant(one), without_instant(other)
    assert one == other


def without_instant(
    seen: tuple[str, list[tuple[str, str]], Json],
) -> tuple[str, list[tuple[str, str]], Json]:
    """Return what was seen, the end of the hour apart."""
    status, headers, body = seen
    body["parameter"] = [e for e in body["parameter"] if e["name"] != "until"]
    return status, headers, body


def test_what_an_emergency_does_not_open_is_absent(
    software: Software, documents: Callable[[str], dict[str, str]]
) -> None:
    """Of a very discreet record, each document that stays hidden answers as a random id."""
    system = software.world.patients["melisande"].identifier.system
    ins = software.world.patients["melisande"].identifier.value
    asked = parameters(
        patient={"valueIdentifier": {"system": system, "value": ins}},
        reason={"valueCode": "unconscious"},
        words={"valueString": "found in the street"},
    )
    path = "/fhir/Consent/$break-glass"
    software.ask("surgeon", path, "POST", data=asked, content_type=FHIR)
    seen = software.identifiers("surgeon", "melisande")
    hidden = {i: d for i, d in documents("melisande").items() if i not in seen}
    assert seen
    assert hidden
    for each in hidden.values():
        for kind in ("DocumentReference", "Binary"):
            found = software.ask("surgeon", f"/fhir/{kind}/{each}")
            never = software.ask("surgeon", f"/fhir/{kind}/{NEVER}")
            assert observed(found) == observed(never)


@pytest.fixture(scope="module")
def documents(software: Software) -> Callable[[str], dict[str, str]]:
    """Give the public ids of a patient's documents, by master identifier."""

    def of(patient: str) -> dict[str, str]:
        bundle = software.search(patient, patient, "&_count=200").get_json()
        found = [each["resource"] for each in bundle["entry"]]
        return {each["masterIdentifier"]["value"]: each["id"] for each in found}

    return of


PERSON, REGULATING = "octave", "cardiologist"
REASONS = {"BTG": "unconscious", "ETREAT": "regulation"}
REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds in which a structure is a SAMU."""
    with pair() as both:
        left, right = map(_with_a_samu, both.both)
        yield Two(replace(both, left=left, right=right))


def _with_a_samu(gateway: Gateway) -> Gateway:
    samu = frozenset({world().readers[REGULATING].organization})
    settings = replace(gateway.services.settings, samu=samu)
    services = replace(gateway.services, settings=settings)
    return replace(gateway, services=services, client=Client(create_app(services)))


def asking(purpose: str) -> Json:
    """Return how a regulating doctor asks for one of the two accesses."""
    who = world().patients[PERSON].identifier
    named: dict[str, Json] = {
        "patient": {"valueIdentifier": {"system": who.system, "value": who.value}},
        "purpose": {"valueCode": purpose},
        "reason": {"valueCode": REASONS[purpose]},
        "words": {"valueString": "found in the street"},
    }
    whole: Json = json.loads(parameters(**named))
    return whole


@pytest.mark.parametrize(
    ("first", "second", "opposed"),
    [("BTG", "ETREAT", "samu"), ("ETREAT", "BTG", "others")],
)
def test_a_second_request_does_not_tell_that_it_is_opposed(
    two: Two, first: str, second: str, opposed: str
) -> None:
    """What was granted stays granted, whether the other access is opposed or not.

    Also after the first was asked for again, and where a mask holds for the second alone.
    """
    document = two.deposited(PERSON, paper(1))
    purpose = [{"system": REASON, "code": second}]
    deny = {"type": "deny", "actor": [to_person(REGULATING)], "purpose": purpose}
    said = consent(PERSON, deny | {"data": [about(document)]})
    assert two.same(PERSON, "/fhir/Consent", "POST", said).status.startswith("201")
    choice = json.loads(parameters(**{opposed: {"valueBoolean": False}}))
    two.apart(PERSON, "/fhir/Consent/$emergency-choices", body=choice)
    for each in (first, second, first, second):
        asked = REGULATING, "/fhir/Consent/$break-glass", "POST", asking(each)
        assert two.same(*asked).status == "200 OK"
        assert found(two, f"DocumentReference/{document}") == "200 OK"
        found(two, f"Patient?{by_person(PERSON).removeprefix('patient.')}")
        found(two, f"DocumentReference?{by_person(PERSON)}")


def found(two: Two, path: str) -> str:
    """Return the status of what the regulating doctor finds in both worlds."""
    return two.same(REGULATING, f"/fhir/{path}").status
