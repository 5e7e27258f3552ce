"""What integrators stumble on elsewhere: works here, or is refused clearly.

Over HTTP, since much of it is in the way: a path with a slash too much, a proxy's headers,
a media type with a parameter. Each is an issue of a client or a server, named beside it.
"""

import json
from typing import Any
from urllib.parse import quote

import pytest
import requests

from tests.clients import sent
from tests.clients.journey import ABSENT, DOCUMENT
from tests.clients.running import Paravent

Json = dict[str, Any]

PERSON = "tristan"
PATIENCE = 30


def ask(
    paravent: Paravent,
    path: str,
    method: str = "GET",
    reader: str = "gp",
    **more: Any,  # noqa: ANN401 - as requests takes it
) -> requests.Response:
    """Send a request as somebody, below the FHIR base."""
    token = {"Authorization": f"Bearer {paravent.token(reader)}"}
    headers = token | more.pop("headers", {})
    address = f"{paravent.base}{path}"
    return requests.request(method, address, headers=headers, timeout=PATIENCE, **more)


def whose(paravent: Paravent, patient: str = PERSON) -> str:
    """Return the parameter that names a record."""
    return f"patient.identifier={quote(paravent.person(patient))}"


@pytest.mark.parametrize(
    "accept",
    [
        "application/fhir+json",
        "application/fhir+json;charset=utf-8",
        "application/fhir+json; fhirVersion=4.0",
        "application/json",
        "application/json, text/plain, */*",  # axios
        "*/*",
        "text/html,application/xhtml+xml,*/*;q=0.8",
    ],
)
def test_json_is_given_to_whoever_can_take_it(paravent: Paravent, accept: str) -> None:
    """In FHIR's own media type, as UTF-8 and said so (obds-to-fhir 720)."""
    answer = ask(paravent, "/metadata", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    assert answer.json()["resourceType"] == "CapabilityStatement"


@pytest.mark.parametrize("name", ["json", "application/json", "application/fhir+json"])
def test_format_is_taken_unescaped(paravent: Paravent, name: str) -> None:
    """``_format=application/fhir+json``, where the plus arrives as a blank."""
    answer = ask(paravent, f"/metadata?_format={name}", headers={"Accept": "text/html"})
    assert answer.json()["resourceType"] == "CapabilityStatement"


@pytest.mark.parametrize(
    "path", ["/metadata/", f"/{DOCUMENT}/?", f"/{DOCUMENT}/_search/"]
)
def test_a_slash_too_much_is_no_other_address(paravent: Paravent, path: str) -> None:
    """No redirect, which would lose the body of a POST (fhir-kit-client posts to ``/``)."""
    posted = path.endswith("_search/")
    pairs = {"patient.identifier": paravent.person(PERSON)}
    more: Json = {"data": pairs} if posted else {"params": pairs}
    more = {} if path.startswith("/metadata") else more
    answer = ask(paravent, path, "POST" if posted else "GET", **more)
    assert (answer.status_code, answer.history) == (200, [])


def test_links_are_absolute_and_ours(paravent: Paravent) -> None:
    """Whatever a proxy's headers or the Host say (fhir-server 1317, blaze 330)."""
    headers = {
        "Host": "elsewhere.example",
        "X-Forwarded-Host": "elsewhere.example",
        "X-Forwarded-Proto": "https",
        "Forwarded": "host=elsewhere.example;proto=https",
    }
    path = f"/{DOCUMENT}?{whose(paravent)}&_count=1"
    bundle = ask(paravent, path, headers=headers).json()
    addresses = [each["url"] for each in bundle["link"]]
    addresses += [each["fullUrl"] for each in bundle["entry"]]
    assert len(addresses) == 3
    assert all(each.startswith(f"{paravent.base}/") for each in addresses)


@pytest.mark.parametrize("kind", [DOCUMENT, "Provenance", "Consent"])
def test_a_page_may_be_asked_for_with_its_size(paravent: Paravent, kind: str) -> None:
    """The link says ``_count`` again, and another one is kept to (Medplum adds 1000)."""
    active = "&status=active" if kind == "Consent" else ""
    path = f"/{kind}?{whose(paravent, 'solene')}{active}"
    reader = "solene"
    whole = ask(paravent, f"{path}&_count=200", reader=reader).json()
    first = ask(paravent, f"{path}&_count=1", reader=reader).json()
    address = {e["relation"]: e["url"] for e in first["link"]}["next"]
    following = address.removeprefix(paravent.base)
    assert len(ask(paravent, following, reader=reader).json()["entry"]) == 1
    larger = following.replace("_count=1", "_count=1000")
    rest = ask(paravent, larger, reader=reader).json()["entry"]
    ids = [each["resource"]["id"] for each in (*first["entry"], *rest)]
    assert ids == [each["resource"]["id"] for each in whole["entry"]]


def test_nothing_found_is_an_empty_bundle(paravent: Paravent) -> None:
    """200, a total of 0 and no ``entry``, which may not be empty in FHIR."""
    answer = ask(paravent, f"/{DOCUMENT}?{whose(paravent)}&date=lt1900")
    bundle = answer.json()
    assert (answer.status_code, bundle["total"]) == (200, 0)
    assert "entry" not in bundle


def test_a_count_is_asked_for_as_the_standard_says(paravent: Paravent) -> None:
    """``_summary=count``; Aidbox's own ``_totalMethod`` (fhirpy's count) is named and refused."""
    path = f"/{DOCUMENT}?{whose(paravent)}"
    counted = ask(paravent, f"{path}&_summary=count").json()
    assert counted["total"] == ask(paravent, path).json()["total"]
    answer = ask(paravent, f"{path}&_count=0&_totalMethod=count")
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == ["_totalMethod"]


@pytest.mark.parametrize(
    ("stated", "status"),
    [('W/"1"', 200), ('"1"', 200), ("*", 200), ('W/"7"', 412), ("1", 412)],
)
def test_a_version_is_named_weakly_or_not(
    paravent: Paravent, stated: str, status: int
) -> None:
    """If-Match on a PATCH; a bare number is no entity tag, and matches nothing."""
    found = ask(paravent, f"/{DOCUMENT}?{whose(paravent)}", reader=PERSON).json()
    path = f"/{DOCUMENT}/{found['entry'][0]['resource']['id']}"
    label = ask(paravent, path, reader=PERSON).json()["securityLabel"]
    answer = ask(
        paravent,
        path,
        "PATCH",
        PERSON,
        json=[{"op": "test", "path": "/securityLabel", "value": label}],
        headers={"If-Match": stated, "Content-Type": "application/json-patch+json"},
    )
    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    "kind", ["application/json", "application/fhir+json; charset=UTF-8"]
)
@pytest.mark.parametrize("preferred", ["", "return=representation", "return=minimal"])
def test_what_is_created_comes_back_as_preferred(
    paravent: Paravent, kind: str, preferred: str
) -> None:
    """With where it is, in any case; fhirpy and axios say ``application/json``."""
    body = json.dumps(sent.alone(paravent.world, PERSON, 81)).encode()
    headers = {"Content-Type": kind} | ({"Prefer": preferred} if preferred else {})
    answer = ask(paravent, f"/{DOCUMENT}", "POST", data=body, headers=headers)
    assert answer.status_code in (200, 201)
    assert answer.headers["Location"].startswith(f"{paravent.base}/{DOCUMENT}/")
    assert bool(answer.content) is (preferred != "return=minimal")


def test_a_condition_in_the_address_is_refused(paravent: Paravent) -> None:
    """The get_or_create of fhirpy writes it there; to ignore it would deposit twice."""
    body = sent.alone(paravent.world, PERSON, 82)
    path = f"/{DOCUMENT}?identifier={sent.identifiers(82, 9)}"
    answer = ask(paravent, path, "POST", json=body)
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["expression"] == ["identifier"]
    found = ask(
        paravent, f"/{DOCUMENT}?{whose(paravent)}&identifier={sent.identifiers(82, 9)}"
    )
    assert found.json()["total"] == 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", f"/{DOCUMENT}/{ABSENT}", 405),
        ("DELETE", f"/{DOCUMENT}/{ABSENT}", 405),
        ("GET", f"/{DOCUMENT}/{ABSENT}/_history/1/2", 404),
        ("GET", f"/Patient/{ABSENT}/{DOCUMENT}", 404),
    ],
)
def test_what_is_not_offered_is_an_outcome(
    paravent: Paravent, method: str, path: str, status: int
) -> None:
    """Never a page of HTML, on which clients break."""
    answer = ask(paravent, path, method)
    assert answer.status_code == status
    assert answer.json()["resourceType"] == "OperationOutcome"
