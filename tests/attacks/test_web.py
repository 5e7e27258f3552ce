"""WEB: the pages for people, through a browser's eyes."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from gateway.clock import FixedClock
from gateway.services import Services
from tests.attacks.deposits import body, seen, send
from tests.gateway.patient.browser import Browser
from tests.gateway.world import Software

COOKIE = "paravent"
CHANGES = ("/choix", "/choix/confirme", "/codes/nouveau", "/dossier/fait", "/sortie")
MASK = {"what": "document", "decision": "mask"}


@pytest.mark.parametrize("path", CHANGES)
def test_web_01_a_form_of_another_changes_nothing(still: Software, path: str) -> None:
    """Without the secret, with another session's, from elsewhere, or in another type: 403."""
    browser = Browser(still.services).sign_in("solene")
    other = Browser(still.services).sign_in("tristan")
    secret = browser.secret()
    for fields, headers in (
        (MASK, {"Origin": browser.origin}),
        (MASK | {"csrf": other.secret()}, {"Origin": browser.origin}),
        (MASK | {"csrf": secret}, {"Origin": "null"}),
        (MASK | {"csrf": secret}, {"Origin": "https://evil.example"}),
        (MASK | {"csrf": secret}, {"Sec_Fetch_Site": "cross-site"}),
    ):
        assert browser.send(path, fields, **headers).status_code == 403
    for kind in ("text/plain", "application/json", "multipart/form-data; boundary=x"):
        sent = browser.client.post(
            path,
            data=f"csrf={secret}",
            content_type=kind,
            headers={"Origin": browser.origin},
        )
        assert sent.status_code == 403
    assert browser.get("/documents").status_code == 200


def _held(browser: Browser) -> str:
    found = browser.client.get_cookie(COOKIE)
    return found.value if found else ""


def test_web_02_a_session_is_new_bound_and_ends(services: Services) -> None:
    """A planted id opens nothing; attributes; ended by sign-out, by idling, by age."""
    clock = FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC))
    browser = Browser(replace(services, clock=clock))
    browser.client.set_cookie(COOKIE, "planted")
    answer = browser.post("/entree", account="solene")
    said = answer.headers["Set-Cookie"]
    assert "HttpOnly" in said
    assert "SameSite=" in said
    held = _held(browser)
    assert held not in ("", "planted")
    assert browser.get("/documents").headers["Cache-Control"] == "no-store"
    clock.instant += timedelta(minutes=16)
    assert browser.get("/documents").location == "/"
    browser.sign_in("solene")
    held = _held(browser)
    browser.post("/sortie")
    browser.client.set_cookie(COOKIE, held)
    assert browser.get("/documents").location == "/"
    settings = replace(services.settings, base_url="https://paravent.example")
    safe = Browser(replace(services, settings=settings))
    said = safe.post("/entree", account="solene").headers["Set-Cookie"]
    assert said.startswith("__Host-")
    assert "Secure" in said


@pytest.mark.parametrize(
    "back",
    [
        *("//evil.example", "/\\evil", "https:evil", "%2f%2fevil", "javascript:x"),
        *("data:text/html,x", "/\r\nSet-Cookie: a=b", "/documents/../..//evil"),
    ],
)
def test_web_03_we_lead_to_our_own_pages(still: Software, back: str) -> None:
    """Anything else that is asked for leads to the first page."""
    browser = Browser(still.services)
    query = {"vers": "en", "retour": back}
    answer = browser.client.get("/langue", query_string=query)
    assert answer.location == "/"
    assert "a" not in {name.lower() for name, _ in answer.headers}


def test_web_04_guessing_a_code_is_stopped(software: Software) -> None:
    """One refusal for every wrong code, for the known and the unknown; then one too many."""
    person = software.world.patients["solene"].identifier
    found = []
    for reader, number in (
        ("psychiatrist", person.value),
        ("cardiologist", "100000000000063"),
    ):
        patient = {"system": person.system, "value": number}
        told = []
        for turn in range(12):
            parameters = [
                {"name": "patient", "valueIdentifier": patient},
                {"name": "code", "valueString": f"2222-22{turn + 20}"},
            ]
            answer = software.ask(
                reader,
                "/fhir/Consent/$present-code",
                "POST",
                json={"resourceType": "Parameters", "parameter": parameters},
                content_type="application/fhir+json",
            )
            told.append((answer.status_code, answer.get_data()))
        found.append(told)
    assert found[0] == found[1]
    assert {status for status, _ in found[0]} == {404, 429}
    assert len({body for _, body in found[0][:5]}) == 1


def test_web_05_no_page_can_be_framed_or_run(services: Services) -> None:
    """Our policy, no sniffing, no referrer, and over https only https."""
    settings = replace(services.settings, base_url="https://paravent.example")
    browser = Browser(replace(services, settings=settings))
    for path in ("/", "/documents", "/authorize", "/nowhere", "/entree"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Strict-Transport-Security"]


HOSTILE = (
    '<linkHtml href="javascript:alert(1)">a</linkHtml>',
    '<linkHtml href=" \tjavascript:alert(1)">a</linkHtml>',
    '<renderMultiMedia referencedObject="http://tracker.example/x"/>',
    '<paragraph styleCode="expression(alert(1))">a</paragraph>',
    '<content onmouseover="alert(1)">a</content>',
    "<script>alert(1)</script>",
    '<img src="http://tracker.example/x"/>',
    '<svg><foreignObject onload="alert(1)"/></svg>',
)
RUNS = re.compile(
    r"<script|javascript:|\son\w+=|<img|<svg|<iframe|<base|tracker\.example|expression\("
)


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_web_07_a_hostile_cda_is_read_as_text(busy: Software, number: int) -> None:
    """Refused, or shown on a page with nothing that runs and nothing from outside."""
    oid = f"2.25.8207{number}"
    sent = body(oid, "cda").replace(
        b"x Gorge douloureuse", HOSTILE[number].encode() + b" Gorge", 1
    )
    assert HOSTILE[number].encode() in sent
    start = b'<?xml-stylesheet type="text/xsl" href="http://tracker.example/x"?>'
    sent = sent.replace(b"<ClinicalDocument", start + b"<ClinicalDocument", 1)
    found = send(busy, sent, "/cda")
    assert found.status_code in (201, 400, 422)
    if found.status_code == 201:
        public_id = seen(busy, "solene", oid)["id"]
        browser = Browser(busy.services).sign_in("solene")
        page = browser.text(f"/documents/{public_id}/lecture")
        assert not RUNS.search(page)


@pytest.mark.parametrize(
    "div",
    [
        "<script>alert(1)</script>",
        '<a href="javascript:alert(1)">a</a>',
        '<a href="&#x1;javascript:alert(1)">a</a>',
        '<img src="http://tracker.example/x" alt="a"/>',
        '<p onclick="alert(1)">a</p>',
        '<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
        '<p style="background:url(http://tracker.example)">a</p>',
        '<base href="http://tracker.example"/>',
        '<meta http-equiv="refresh" content="0"/>',
    ],
)
def test_web_06_a_hostile_narrative_is_inert(busy: Software, div: str) -> None:
    """A FHIR document with it is refused, or read on a page where nothing runs."""
    note = next(e for e in busy.world.deposits if e.name == "vaccination-note")
    sent = json.loads(note.body)
    sent["identifier"]["value"] = f"urn:oid:2.25.8206{len(div)}"
    for each in sent["entry"]:
        for section in each["resource"].get("section", []):
            section["text"] = {
                "status": "generated",
                "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{div}</div>',
            }
    found = send(busy, sent, "/fhir")
    assert found.status_code in (200, 201, 400, 409, 422)
    if found.status_code in (200, 201):
        public_id = found.headers["Location"].rpartition("/")[2]
        browser = Browser(busy.services).sign_in("inaya")
        assert not RUNS.search(browser.text(f"/documents/{public_id}/lecture"))


def test_web_10_who_no_longer_acts_for_somebody_changes_nothing(
    software: Software,
) -> None:
    """Suspended while the page is open: the next act is refused, whatever the form holds."""
    browser = Browser(software.services).sign_in("corentine-inaya")
    visible = software.id_of("ankle-visit")
    assert browser.get(f"/documents/{visible}").status_code == 200
    patient = software.world.patients["inaya"].identifier
    representative = software.world.readers["corentine"].identifier
    parameters = [
        {
            "name": "patient",
            "valueIdentifier": {"system": patient.system, "value": patient.value},
        },
        {
            "name": "representative",
            "valueIdentifier": {
                "system": representative.system,
                "value": representative.value,
            },
        },
    ]
    done = software.ask(
        "gp",
        "/fhir/Patient/$suspend-representation",
        "POST",
        json={"resourceType": "Parameters", "parameter": parameters},
        content_type="application/fhir+json",
    )
    assert done.status_code == 200, done.get_data()
    assert browser.get(f"/documents/{visible}").status_code in (303, 404)
    answer = browser.post("/choix", what="document", document=visible, decision="mask")
    assert answer.status_code in (303, 400, 403, 404)
    assert seen_by(software, visible)


def seen_by(software: Software, public_id: str) -> bool:
    """Whether the pharmacist of the team still sees it: nobody masked it."""
    path = f"/fhir/DocumentReference/{public_id}"
    return software.ask("pharmacist", path).status_code == 200
