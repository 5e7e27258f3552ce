"""NIA: what a gateway says beside its answers."""

import json
import logging
from dataclasses import replace
from string import Formatter

import pytest

from gateway.notify.occasions import OCCASIONS, WORDINGS
from tests.attacks.room import PATIENT, READER, Room, paper
from tests.gateway.patient.browser import Browser, people
from tests.gateway.world import Software
from tests.noninterference import leaving
from tests.noninterference.pair import HOOK
from tests.noninterference.playing import happen
from tests.noninterference.story import Deposit

NAMED = frozenset({"reference"})
FHIR = "application/fhir+json"


def test_nia_01_no_other_resource_tells_of_a_restriction(room: Room) -> None:
    """Consents, events, origins, tasks: those of the purge; a stranger's Consent is absent."""
    for kind in ("AuditEvent", "Provenance", "Consent", "Flag", "Task"):
        for query in ("", f"&target=DocumentReference/{room.secret}"):
            room.ask(f"/fhir/{kind}?{room.patient}{query}")
    hidden = room.ask(f"/fhir/Provenance/{room.secret}")
    assert hidden == room.ask(f"/fhir/Provenance/{room.never}")


def _subscription(room: Room) -> bytes:
    person = room.twin.story.person.identifier
    criteria = f"DocumentReference?patient.identifier={person.system}|{person.value}"
    base = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
    content = [{"url": f"{base}backport-payload-content", "valueCode": "id-only"}]
    channel = {
        "type": "rest-hook",
        "endpoint": f"{HOOK}/{READER}",
        "payload": FHIR,
        "_payload": {"extension": content},
    }
    return json.dumps(
        {
            "resourceType": "Subscription",
            "status": "requested",
            "reason": "what comes is read here",
            "criteria": criteria,
            "channel": channel,
        }
    ).encode()


def test_nia_02_a_subscriber_is_told_of_what_he_sees(room: Room) -> None:
    """After a hidden and a visible deposit both worlds send the same messages, one of them."""
    body = _subscription(room)
    asked = room.ask("/fhir/Subscription", "POST", data=body, content_type=FHIR)
    assert asked.status[:3] == "201"
    sent = [[leaving.passed(each, "greeting")] for each in room.pair.both]
    telling = Deposit(
        "h", PATIENT, "surgeon", replace(paper("2.25.91"), level="R"), "iti105"
    )
    room.left(telling, Deposit("v", PATIENT, "gp", paper("2.25.92"), "cda"))
    happen(
        room.pair.right,
        [Deposit("v", PATIENT, "gp", paper("2.25.92"), "cda")],
        PATIENT,
        {},
    )
    for gateway, said in zip(room.pair.both, sent, strict=True):
        said += [leaving.passed(gateway, f"pass {n}") for n in range(2)]
    assert sent[0] == sent[1]


def test_nia_03_what_a_notice_says_is_fixed() -> None:
    """One letter in each language, with places for an address and nothing of a record."""
    for each in WORDINGS.values():
        texts = (each.subject, each.body, each.reference)
        fields = {name for text in texts for _, name, *_ in Formatter().parse(text)}
        assert fields - {None} <= NAMED
    assert not [n for n, each in OCCASIONS.items() if "{" in each.fr + each.en]


def test_nia_04_a_bulk_export_is_the_person_s_alone(room: Room) -> None:
    """To anybody else there is no such job, hidden documents or none."""
    record = room.secret[:32]
    for path in (
        f"/fhir/Patient/{record}/$export",
        "/fhir/Patient/$export",
        f"/fhir/Patient/$export-status/{'a' * 32}",
        f"/fhir/Binary/$export-file/{'a' * 32}",
    ):
        for reader in (READER, "gp", "dpi"):
            asked = room.ask(path, reader=reader, headers={"Prefer": "respond-async"})
            assert asked.status[:3] in ("400", "403", "404")


def test_nia_05_no_log_names_what_was_withheld(
    room: Room, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither id nor title in any line written for the operator; there are no metrics."""
    with caplog.at_level(logging.DEBUG):
        for path in (
            f"/fhir/DocumentReference/{room.secret}",
            "/fhir/List?x=zq00000002",
        ):
            room.ask(path)
        room.ask(f"/fhir/DocumentReference?{room.patient}")
    lines = "\n".join(each.getMessage() for each in caplog.records)
    assert room.secret not in lines
    assert "zq00000002" not in lines
    for path in ("/metrics", "/debug", "/fhir/metrics"):
        assert room.ask(path).status[:1] == "4"


def test_nia_06_professionals_have_no_pages(still: Software) -> None:
    """The pages are for the person: a professional cannot sign in, so no badge tells."""
    browser = Browser(still.services)
    for each in ("gp", "dentist", "dpi"):
        assert browser.post("/entree", account=each).status_code == 404
    assert set(people(still.world).accounts).isdisjoint({"gp", "dentist"})


def test_nia_09_who_acts_for_a_minor_reads_no_secret(still: Software) -> None:
    """Her mother's list, $everything and papers name neither contraception document."""
    hidden = [
        still.id_of(n) for n in ("contraception-visit", "contraception-prescription")
    ]
    visible = still.id_of("ankle-visit")
    base = f"/fhir/Patient/{visible[:32]}"
    everything = still.ask("corentine", f"{base}/$everything").get_data(as_text=True)
    assert visible in everything
    browser = Browser(still.services).sign_in("corentine-inaya")
    pages = everything + browser.text("/documents")
    assert not [each for each in hidden if each in pages]
