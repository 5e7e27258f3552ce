"""What /metadata advertises is answered; every other interaction of R4 is refused."""

import pkgutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from fhir.resources import R4B
from fhir.resources.R4B import fhirtypes
from werkzeug.test import TestResponse

from tests.gateway.world import Software

Json = dict[str, Any]

FHIR = "application/fhir+json"
NEVER = "0" * 64
EACH = 5
"""Of the parameters a type has not, every fifth is tried: others for each type."""
PATIENT = "tristan"
SMALLEST = "corentine"
"""Whose record has one document: hundreds of searches are to be quick."""
MODULES = {each.name for each in pkgutil.iter_modules(R4B.__path__)}
KINDS = sorted(
    name.removesuffix("Type")
    for name in dir(fhirtypes)
    if name.removesuffix("Type").lower() in MODULES and name != "BackboneElementType"
)
"""Every name of a type that R4B has: resources, and a few that are none."""
VALUES = {"token": "x", "date": "2020", "string": "x", "reference": f"Patient/{NEVER}"}
OWN = {"_id": NEVER, "status": "current"}
ADDRESSES = {
    "read": ("GET", "/{kind}/" + NEVER),
    "vread": ("GET", "/{kind}/" + NEVER + "/_history/1"),
    "update": ("PUT", "/{kind}/" + NEVER),
    "patch": ("PATCH", "/{kind}/" + NEVER),
    "delete": ("DELETE", "/{kind}/" + NEVER),
    "history-instance": ("GET", "/{kind}/" + NEVER + "/_history"),
    "history-type": ("GET", "/{kind}/_history"),
    "create": ("POST", "/{kind}"),
    "search-type": ("GET", "/{kind}"),
}
"""Method and address of every interaction of R4 with a type."""
SYSTEM = (
    ("GET", "/fhir"),
    ("POST", "/fhir/_search"),
    ("GET", "/fhir/_history"),
    ("DELETE", "/fhir"),
    ("PUT", "/fhir"),
    ("PATCH", "/fhir"),
    ("DELETE", "/fhir/metadata"),
    ("POST", "/fhir/metadata"),
    ("GET", "/fhir/$export"),
    ("GET", "/fhir/$everything"),
)
"""Interactions with the whole of a server, which are not offered."""
ELSEWHERE = ("$everything", "$validate", "$meta", "$graphql", "$expunge", "$diff")


@pytest.fixture(scope="module")
def said(still: Software) -> dict[str, Json]:
    """Give what /metadata says of each type."""
    rest = still.client.get("/fhir/metadata").get_json(force=True)["rest"][0]
    return {each["type"]: each for each in rest["resource"]}


def interactions(said: Json) -> set[str]:
    """Return the interactions that are said of a type."""
    return {each["code"] for each in said.get("interaction", [])}


def is_outcome(answer: TestResponse) -> bool:
    """Whether an answer is an OperationOutcome."""
    found: Json = answer.get_json(force=True)
    return bool(found["resourceType"] == "OperationOutcome")


def asked(still: Software, kind: str, code: str) -> TestResponse:
    """Call an interaction with a type: of nothing that is there, or with no resource."""
    method, address = ADDRESSES[code]
    path = f"/fhir{address.format(kind=kind)}"
    sent = {"json": {}, "content_type": FHIR} if method in ("POST", "PUT") else {}
    return still.ask(PATIENT, path, method, **sent)


def test_every_interaction_that_is_said_is_answered(
    still: Software, said: dict[str, Json]
) -> None:
    """By its own handler: about the id or the body, never about method or address."""
    for kind, each in said.items():
        for code in interactions(each) - {"search-type"}:
            answer = asked(still, kind, code)
            bodiless = ADDRESSES[code][0] in ("GET", "DELETE")
            expected = (404,) if bodiless else (400, 415)
            assert answer.status_code in expected, (kind, code)
            assert is_outcome(answer)


def calls(said: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield method and path of every operation, as its documentation writes them."""
    for each in said.values():
        for operation in each.get("operation", []):
            for line in operation["documentation"].splitlines():
                method, _, address = line.partition(" ")
                path = address.replace("[base]", "/fhir").replace("[id]", NEVER)
                yield method, path


def test_every_operation_that_is_said_is_answered(
    still: Software, said: dict[str, Json]
) -> None:
    """As /metadata writes it; with another resource than Parameters nothing is done."""
    other = {"json": {"resourceType": "Basic"}, "content_type": FHIR}
    called = list(calls(said))
    assert len(called) >= sum(len(each.get("operation", [])) for each in said.values())
    for method, path in called:
        answer = still.ask(PATIENT, path, method, **(other if method == "POST" else {}))
        expected = {400, 403, 404, 415} | ({200} if method == "GET" else set())
        assert answer.status_code in expected, (method, path)
        allowed = still.client.options(path).headers.get("Allow", "")
        assert method in allowed.split(", "), (method, path)


def test_every_search_parameter_is_taken_both_ways(
    still: Software, said: dict[str, Json]
) -> None:
    """By GET and by POST, with a value of its type: 200, and the same Bundle.

    Alone: whose record it is; then all others of the type together.
    """
    identifier = still.world.patients[SMALLEST].identifier
    person = f"{identifier.system}|{identifier.value}"
    for kind, each in said.items():
        if "search-type" not in interactions(each):
            continue
        given = {one["name"]: one for one in each.get("searchParam", [])}
        own = OWN | ({"status": "active"} if kind == "Consent" else {})
        pairs = {n: own.get(n, VALUES[one["type"]]) for n, one in given.items()}
        needed = {n: pairs[n] for n, one in given.items() if "documentation" in one}
        whose = {n: person for n in ("patient.identifier",) if n in given}
        if "patient" in given:
            both(still, kind, needed | {"patient": pairs.pop("patient")})
        elif "identifier" in given:
            pairs["identifier"] = person
        both(still, kind, (needed if whose else pairs) | whose)
        both(still, kind, pairs | whose)


def both(still: Software, kind: str, pairs: dict[str, str]) -> None:
    """Search in both ways and compare."""
    path = f"/fhir/{kind}?{urlencode(pairs)}" if pairs else f"/fhir/{kind}"
    by_address = still.ask(SMALLEST, path)
    assert by_address.status_code == 200, (kind, pairs, by_address.get_data())
    by_form = still.ask(SMALLEST, f"/fhir/{kind}/_search", "POST", data=pairs)
    assert by_form.status_code == 200, (kind, pairs)
    found, same = (e.get_json(force=True) for e in (by_address, by_form))
    del found["link"], same["link"]
    assert found == same


def test_every_interaction_that_is_not_said_is_refused(
    still: Software, said: dict[str, Json]
) -> None:
    """Of every type of R4, also of those unknown here: 404 or 405, in an outcome.

    The history of a known type reads as one of its ids, which no id can be: 400.
    """
    assert set(said) <= set(KINDS)
    for kind in KINDS:
        known = interactions(said.get(kind, {}))
        for code in ADDRESSES.keys() - known:
            answer = asked(still, kind, code)
            odd = code == "history-type" and "read" in known
            refused = (400, 404, 405) if odd else (404, 405)
            assert answer.status_code in refused, (kind, code)
            assert is_outcome(answer)


def test_every_operation_that_is_not_said_is_refused(
    still: Software, said: dict[str, Json]
) -> None:
    """On a type or an instance: 404 or 405, and 400 for what cannot be an id."""
    routed = set(calls(said))
    for kind in KINDS:
        for name in ELSEWHERE if kind in said else ELSEWHERE[:1]:
            for path in (f"/fhir/{kind}/{name}", f"/fhir/{kind}/{NEVER}/{name}"):
                for method in ("GET", "POST"):
                    if (method, path) not in routed:
                        answer = still.ask(PATIENT, path, method)
                        assert answer.status_code in (400, 404, 405), (method, path)
                        assert is_outcome(answer)


@pytest.mark.parametrize(("method", "path"), SYSTEM)
def test_the_whole_of_the_server_is_not_asked(
    still: Software, method: str, path: str
) -> None:
    """No search, history or operation over all records."""
    answer = still.ask(PATIENT, path, method)
    assert answer.status_code in (404, 405)
    assert is_outcome(answer)


def test_parameters_that_are_not_said_are_refused(
    still: Software, said: dict[str, Json]
) -> None:
    """Those of other types: 400 that names the parameter; some for each type."""
    names = {p["name"] for e in said.values() for p in e.get("searchParam", [])}
    identifier = still.world.patients[PATIENT].identifier
    person = {"patient.identifier": f"{identifier.system}|{identifier.value}"}
    for turn, (kind, each) in enumerate(sorted(said.items())):
        if "search-type" not in interactions(each):
            continue
        own = {p["name"] for p in each.get("searchParam", [])}
        for name in sorted(names - own)[turn % EACH :: EACH]:
            pairs = (person if "patient" in own else {}) | {name: "x"}
            answer = still.ask(PATIENT, f"/fhir/{kind}?{urlencode(pairs)}")
            issue = answer.get_json(force=True)["issue"][0]
            assert (answer.status_code, issue["expression"]) == (400, [name]), kind
