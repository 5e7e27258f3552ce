"""The conventions of FHIR R4 over HTTP: forms, parts, conditions, preferences, errors."""

import json
from typing import Any

import pytest

from gateway.fhir.routes import ROUTES
from mappings.fhir.xml.read import read
from mappings.fhir.xml.write import written
from tests.gateway.world import Software

Json = dict[str, Any]

XML = "application/fhir+xml"
PATIENT = "tristan"


def person(software: Software, name: str = PATIENT) -> str:
    """Return the parameter that names a persona's record."""
    identifier = software.world.patients[name].identifier
    return f"patient.identifier={identifier.system}|{identifier.value}"


@pytest.mark.parametrize("kind", ["DocumentReference", "List", "Condition", "Consent"])
def test_xml_and_json_say_the_same(still: Software, kind: str) -> None:
    """A search in XML, read back, is the search in JSON, but for the links' own words."""
    query = f"/fhir/{kind}?{person(still)}&status=active"
    query = query.replace("&status=active", "") if kind != "Consent" else query
    plain = still.ask(PATIENT, query).get_json(force=True)
    answer = still.ask(PATIENT, query, headers={"Accept": XML})
    assert answer.mimetype == XML
    found = read(answer.get_data())
    for each in (plain, found):
        del each["link"]
        for entry in each.get("entry", []):
            entry["resource"].pop("text", None)  # XHTML may be written in two ways
    assert found == plain


@pytest.mark.parametrize("name", ["xml", "text/xml", "application/fhir xml", XML])
def test_format_goes_before_accept(still: Software, name: str) -> None:
    """``_format`` names a form in words or by its media type, for who cannot say Accept."""
    headers = {"Accept": "application/fhir+json"}
    query = {"_format": name}
    answer = still.ask(PATIENT, "/fhir/metadata", query_string=query, headers=headers)
    assert (answer.status_code, answer.mimetype) == (200, XML)


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("application/fhir+json; fhirVersion=4.0", 200),
        ("application/fhir+json; fhirVersion=5.0", 406),
        ("application/fhir+xml;q=0.1, application/json", 200),
        ("text/html, */*;q=0.1", 200),
    ],
)
def test_only_a_form_we_speak_is_answered(
    still: Software, accept: str, status: int
) -> None:
    """A client that takes neither form, or another version, is told so in an outcome."""
    answer = still.ask(PATIENT, "/fhir/metadata", headers={"Accept": accept})
    assert answer.status_code == status
    if status != 200:
        assert answer.get_json(force=True)["resourceType"] == "OperationOutcome"


def test_a_deposit_may_come_in_xml(still: Software) -> None:
    """The same ITI-65 request in XML is the same request: nothing is deposited twice."""
    sent = next(each for each in still.world.deposits if each.route == "iti65")
    body = written(json.loads(sent.body))
    answer = still.ask(sent.depositor, sent.path, "POST", data=body, content_type=XML)
    assert answer.status_code == 200
    statuses = [
        each["response"]["status"] for each in answer.get_json(force=True)["entry"]
    ]
    assert set(statuses) == {"200 OK"}


def test_xml_that_is_not_fhir_is_refused_in_an_outcome(still: Software) -> None:
    """An attack on the parser is a 400 that names a place."""
    body = b"<!DOCTYPE a [<!ENTITY b 'c'>]><Bundle xmlns='http://hl7.org/fhir'/>"
    answer = still.ask("gp", "/fhir", "POST", data=body, content_type=XML)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["issue"][0]["expression"]


def test_pretty_is_only_white_space(still: Software) -> None:
    """Indented, with the same values in the same order."""
    query = f"/fhir/DocumentReference?{person(still)}"
    plain = still.ask(PATIENT, query).get_json(force=True)
    answer = still.ask(PATIENT, f"{query}&_pretty=true")
    assert answer.get_data().count(b"\n") > 50
    pretty = json.loads(answer.get_data())
    del plain["link"], pretty["link"]
    assert list(pretty) == list(plain)
    assert pretty == plain


def test_a_part_keeps_its_labels_and_says_it_is_one(still: Software) -> None:
    """``_elements`` leaves out what was not asked for, never what protects."""
    query = f"/fhir/DocumentReference?{person(still)}&_elements=date"
    for each in still.ask(PATIENT, query).get_json(force=True)["entry"]:
        resource = each["resource"]
        assert {"date", "status", "content"} <= set(resource)
        assert not {"securityLabel", "author", "context"} & set(resource)
        assert resource["meta"]["security"]
        assert resource["meta"]["tag"][0]["code"] == "SUBSETTED"


def test_a_count_has_no_entries(still: Software) -> None:
    """``_summary=count`` gives the total and neither entries nor pages."""
    query = f"/fhir/DocumentReference?{person(still)}&_summary=count&_count=1"
    bundle = still.ask(PATIENT, query).get_json(force=True)
    assert bundle["total"] > 1
    assert "entry" not in bundle
    assert [each["relation"] for each in bundle["link"]] == ["self"]


def test_no_total_is_given_when_none_is_wanted(still: Software) -> None:
    """``_total=none`` is kept to."""
    query = f"/fhir/DocumentReference?{person(still)}&_total=none"
    assert "total" not in still.ask(PATIENT, query).get_json(force=True)


@pytest.mark.parametrize(
    "query",
    [
        "_summary=much",
        "_pretty=1",
        "_total=all",
        "_elements=",
        "_elements=a.b",
        "_elements=id&_summary=true",
        "_summary=true&_summary=text",
    ],
)
def test_a_wrong_word_on_the_writing_is_refused(still: Software, query: str) -> None:
    """400 before any data is touched, for whoever asks."""
    answer = still.ask(PATIENT, f"/fhir/DocumentReference?{person(still)}&{query}")
    assert answer.status_code == 400


def test_pages_keep_the_form_and_hold_all(still: Software) -> None:
    """A walk by links in XML meets every document once."""
    query = f"/fhir/DocumentReference?{person(still)}"
    all_ids = [
        each["resource"]["id"]
        for each in still.ask(PATIENT, query).get_json(force=True)["entry"]
    ]
    url, met = f"{query}&_count=1&_format=xml", []
    while url:
        answer = still.ask(PATIENT, url)
        assert answer.mimetype == XML
        bundle = read(answer.get_data())
        met += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        url = "/fhir/" + links["next"].partition("/fhir/")[2] if "next" in links else ""
    assert met == all_ids


def test_a_page_link_is_its_readers_own(still: Software) -> None:
    """Another reader's link is refused, like one that was made up."""
    query = f"/fhir/DocumentReference?{person(still)}&_count=1"
    links = still.ask(PATIENT, query).get_json(force=True)["link"]
    path = "/fhir/" + links[1]["url"].partition("/fhir/")[2]
    assert still.ask("gp", path).status_code == 400
    assert still.ask(PATIENT, path.replace("page=", "page=A")).status_code == 400


def test_what_has_not_changed_is_not_sent_again(still: Software) -> None:
    """If-None-Match with the version the reader has: 304, no body."""
    document = still.id_of("hiv-consultation")
    path = f"/fhir/DocumentReference/{document}"
    etag = still.ask(PATIENT, path).headers["ETag"]
    answer = still.ask(PATIENT, path, headers={"If-None-Match": etag})
    assert (answer.status_code, answer.get_data()) == (304, b"")
    other = still.ask(PATIENT, path, headers={"If-None-Match": 'W/"9"'})
    assert other.status_code == 200


def test_a_patch_of_another_version_is_refused(still: Software) -> None:
    """If-Match is kept to: 412, and nothing changes."""
    document = still.id_of("hiv-consultation")
    answer = still.ask(
        PATIENT,
        f"/fhir/DocumentReference/{document}",
        "PATCH",
        data=json.dumps([{"op": "test", "path": "/securityLabel", "value": []}]),
        content_type="application/json-patch+json",
        headers={"If-Match": 'W/"7"'},
    )
    assert answer.status_code == 412


@pytest.mark.parametrize(
    "name",
    ["_include", "_revinclude", "_has:List:item:code", "author.address", "type:not"],
)
@pytest.mark.parametrize("prefer", ["", "handling=lenient"])
def test_what_could_tell_is_refused_for_everybody(
    still: Software, name: str, prefer: str
) -> None:
    """Joins, chains and modifiers: 400 also for who prefers leniency."""
    query = f"/fhir/DocumentReference?{person(still)}&{name}=a"
    answer = still.ask(PATIENT, query, headers={"Prefer": prefer})
    assert answer.status_code == 400


def test_lenient_ignores_and_says_what(still: Software) -> None:
    """A parameter of somebody's own is left out of the self link and named."""
    query = f"/fhir/Condition?{person(still)}&colour=red"
    assert still.ask(PATIENT, query).status_code == 400
    answer = still.ask(PATIENT, query, headers={"Prefer": "handling=lenient"})
    bundle = answer.get_json(force=True)
    assert "colour" not in bundle["link"][0]["url"]
    said = [e for e in bundle["entry"] if e["search"]["mode"] == "outcome"]
    assert "colour" in said[0]["resource"]["issue"][0]["details"]["text"]


def test_an_address_that_is_none_is_not_said_to_be_hidden(still: Software) -> None:
    """A type that is not served is told as such, to anybody; an absent id is not."""
    never = "0" * 64
    for path in ("Nope", f"Encounter/{never}", f"DocumentReference/{never}/x"):
        (issue,) = still.ask("gp", f"/fhir/{path}").get_json(force=True)["issue"]
        assert issue["code"] == "not-supported", path
    absent = still.ask("gp", f"/fhir/DocumentReference/{never}")
    assert absent.get_json(force=True)["issue"][0]["code"] == "not-found"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/fhir/Nothing", 404),
        ("DELETE", "/fhir/DocumentReference/a", 405),
        ("GET", "/fhir/DocumentReference/a_b", 400),
        ("POST", "/fhir", 415),
    ],
)
@pytest.mark.parametrize("form", ["application/fhir+json", XML])
def test_every_error_is_an_outcome_in_the_form_asked_for(
    still: Software, method: str, path: str, status: int, form: str
) -> None:
    """Also those that no route of ours answers."""
    answer = still.ask("gp", path, method, headers={"Accept": form})
    assert (answer.status_code, answer.mimetype) == (status, form)
    body = answer.get_data()
    outcome = read(body) if form == XML else json.loads(body)
    assert outcome["resourceType"] == "OperationOutcome"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Request-Id"] == "00000000-test"


def test_options_tells_the_methods_of_an_address(still: Software) -> None:
    """Of its form alone: an id that never was has the same."""
    answer = still.client.options("/fhir/Condition/never")
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


def test_minimal_gives_the_address_alone(still: Software) -> None:
    """``Prefer: return=minimal``: status and Location, no body."""
    sent = next(each for each in still.world.deposits if each.route == "iti105")
    answer = still.ask(
        sent.depositor,
        sent.path,
        "POST",
        data=sent.body,
        content_type=sent.content_type,
        headers={"Prefer": "return=minimal"},
    )
    assert (answer.status_code, answer.get_data()) == (200, b"")
    assert "/DocumentReference/" in answer.headers["Location"]


def test_every_interaction_that_is_advertised_is_a_route(still: Software) -> None:
    """/metadata and the routes name the same interactions, type by type."""
    rest = still.client.get("/fhir/metadata").get_json(force=True)["rest"][0]
    said = {
        (each["type"], code)
        for each in rest["resource"]
        for code in (
            *(one["code"] for one in each.get("interaction", [])),
            *(f"${one['name']}" for one in each.get("operation", [])),
        )
    }
    assert said == {
        (each.resource, each.interaction) for each in ROUTES if each.resource
    }
