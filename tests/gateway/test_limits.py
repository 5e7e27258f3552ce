"""Limits are settings: lower than the built-in ones, never higher; over one is a 413."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from gateway.demo.world.load import WorldDeposit
from gateway.edge import MAX_BODY, Limits
from gateway.fhir.app import create_app
from gateway.settings import SettingsError, load
from tests.gateway.world import Software


def written(folder: Path, limits: str) -> Path:
    """Return a settings file with limits."""
    path = folder / "paravent.toml"
    path.write_text(f'data = "{folder.as_posix()}"\n[limits]\n{limits}\n', "utf-8")
    return path


def test_limits_are_read(tmp_path: Path) -> None:
    """What is not named is as built in."""
    found = load(written(tmp_path, "entries = 20")).limits
    assert found == Limits(body=MAX_BODY, entries=20)


@pytest.mark.parametrize(
    "limits",
    [
        "entries = 501",
        "body = 0",
        "places = 100001",
        "entries = true",
        'body = "1"',
        "depth = 3",
        "json_depth = 65",
        "xml_depth = 129",
    ],
)
def test_a_limit_that_is_none_stops_the_start(tmp_path: Path, limits: str) -> None:
    """Higher than what was tested, not a number, or unknown: refused by name."""
    with pytest.raises(SettingsError, match="limits"):
        load(written(tmp_path, limits))


def test_a_body_over_the_limit_is_refused_in_an_outcome(software: Software) -> None:
    """413, in both forms."""
    limit(software, Limits(body=1000))
    for form in ("json", "xml"):
        answer = software.ask(
            "gp",
            "/fhir",
            "POST",
            data=b"x" * 1001,
            content_type=f"application/fhir+{form}",
        )
        assert answer.status_code == 413
        assert answer.get_json(force=True)["resourceType"] == "OperationOutcome"


BUNDLE = '{"resourceType":"Bundle","type":"batch","entry":[%s]}'
ENTRY = '{"request":{"method":"GET","url":"metadata"}}'
"""Four levels: the Bundle, its entries, one of them, its request."""


@pytest.mark.parametrize(("most", "status"), [(3, 400), (4, 200)])
def test_json_over_the_depth_that_is_set_is_refused(
    software: Software, most: int, status: int
) -> None:
    """A level above the setting is a 400; as deep as the setting is taken."""
    limit(software, Limits(json_depth=most))
    options = {"content_type": "application/fhir+json"}
    answer = software.ask("gp", "/fhir", "POST", data=BUNDLE % ENTRY, **options)
    assert answer.status_code == status
    if status == 400:
        assert answer.get_json(force=True)["issue"][0]["code"] == "too-costly"


def test_a_json_patch_counts_its_own_levels(software: Software) -> None:
    """The list is the first level: what wraps it to be read is not counted."""
    options = {"content_type": "application/json-patch+json"}
    body = '[{"op":"test","path":"/securityLabel","value":[]}]'
    for most, code in ((2, "too-costly"), (3, "not-found")):
        limit(software, Limits(json_depth=most))
        path = f"/fhir/DocumentReference/{'0' * 64}"
        answer = software.ask("tristan", path, "PATCH", data=body, **options)
        assert answer.get_json(force=True)["issue"][0]["code"] == code


@pytest.mark.parametrize("path", ["/fhir", "/cda"])
def test_xml_over_the_depth_that_is_set_is_refused(
    software: Software, path: str
) -> None:
    """FHIR and CDA alike; one level less gets an answer about what it says."""
    found = []
    for most in (2, 3):
        limit(software, Limits(xml_depth=most))
        body = "<a><b><c/></b></a>"
        answer = software.ask(
            "gp", path, "POST", data=body, content_type="application/xml"
        )
        found.append(answer.get_json(force=True)["issue"][0]["code"])
    assert (found[0], found[1] != "too-costly") == ("too-costly", True)


def test_a_document_of_more_places_than_are_labelled_is_refused(
    software: Software,
) -> None:
    """413 before anything is labelled, and nothing is kept; as many as allowed are taken."""
    held = deposit(software, "ankle-visit")
    refused = sent(software, held, 5)
    issue = refused.get_json(force=True)["issue"][0]
    assert (refused.status_code, issue["code"]) == (413, "too-costly")
    assert "More than 5 paragraphs" in issue["details"]["text"]
    assert sent(software, held, 100_000).status_code in {200, 201}


@pytest.mark.parametrize(("notes", "entry"), [(1, 1), (80, 0)])
def test_of_a_transaction_the_entry_with_too_many_places_is_named(
    software: Software, notes: int, entry: int
) -> None:
    """A document, or the set when its own words are too many: 80 notes, 60 allowed."""
    held = deposit(software, "hiv-lab-corrected" if entry else "contraception-visit")
    bundle = json.loads(held.body)
    bundle["entry"][0]["resource"]["note"] = [{"text": "a"}] * notes
    refused = sent(software, replace(held, body=json.dumps(bundle).encode()), 60)
    issue = refused.get_json(force=True)["issue"][0]
    assert (refused.status_code, issue["code"]) == (413, "too-costly")
    assert issue["expression"] == [f"Bundle.entry[{entry}].resource"]


def deposit(software: Software, name: str) -> WorldDeposit:
    """Return a deposit of the demo."""
    return next(each for each in software.world.deposits if each.name == name)


def sent(software: Software, held: WorldDeposit, places: int) -> TestResponse:
    """Send a deposit to a gateway with another limit of places."""
    limit(software, Limits(places=places))
    kind = held.content_type
    return software.ask(
        held.depositor, held.path, "POST", data=held.body, content_type=kind
    )


def limit(software: Software, limits: Limits) -> None:
    """Let the gateway run with other limits."""
    settings = replace(software.services.settings, limits=limits)
    software.client = Client(create_app(replace(software.services, settings=settings)))
