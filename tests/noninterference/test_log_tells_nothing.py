"""What is done about what a reader may not see moves no byte of the log, nor of standing.

One world, before and after: who may read the secret reads it in every way, its depositor
calls it an error and puts it away, its person marks it; the log, the documents, the facts
and where they come from answer the reader as before.
"""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from gateway.audit import reading
from gateway.audit.events import Interaction
from gateway.clock import FixedClock
from gateway.view import IS_ARCHIVED
from labels import fhir
from labels.codes import Mark
from labels.label import Label
from tests.gateway.subscribing.hearing import listening
from tests.gateway.subscribing.scene import FHIR, Scene, subscription
from tests.gateway.world import Software, seeded
from tests.noninterference.documents import Paper, lot, sheet

JSON_PATCH = "application/json-patch+json"
EXTENSION = {"url": IS_ARCHIVED, "valueBoolean": True}
STANDING = (
    {"op": "replace", "path": "/status", "value": "entered-in-error"},
    {"op": "add", "path": "/extension/-", "value": EXTENSION},
)
MASK = fhir.security_label(Label(marks=frozenset({Mark.MASQUE_PS})))[1]
SEARCHES: tuple[tuple[str, dict[str, str]], ...] = (
    ("AuditEvent", {"_count": "200"}),
    ("AuditEvent", {"outcome": "4"}),
    ("Provenance", {}),
    ("DocumentReference", {}),
    ("DocumentReference", {"status": "entered-in-error"}),
    ("DocumentReference", {"status": "current"}),
    ("DocumentReference", {"isArchived": "true"}),
    ("Composition", {}),
    ("List", {}),
)


def person(software: Software, patient: str) -> str:
    """Return how a search names a patient."""
    identifier = software.world.patients[patient].identifier
    return f"{identifier.system}|{identifier.value}"


def observed(software: Software, reader: str, patient: str) -> list[object]:
    """Return all that a reader sees of the searches."""
    found: list[object] = []
    for kind, more in SEARCHES:
        query = urlencode({"patient.identifier": person(software, patient)} | more)
        answer = software.ask(reader, f"/fhir/{kind}?{query}")
        held = answer.get_json(force=True)
        if kind == "AuditEvent":  # but for what the reader did just now
            own = person(software, reader)
            others = [each["resource"] for each in held.pop("entry", [])]
            held["entry"] = [e for e in others if reading.agent(e) != own]
            assert held.pop("total") == len(others)
        found.append((answer.status, held))
    return found


def patch(software: Software, reader: str, document: str, operation: object) -> int:
    """Patch a document with one operation."""
    return software.ask(
        reader,
        f"/fhir/DocumentReference/{document}",
        "PATCH",
        data=json.dumps([operation]).encode(),
        content_type=JSON_PATCH,
    ).status_code


@pytest.mark.parametrize(
    ("reader", "patient", "document", "readers"),
    [
        ("corentine", "inaya", "contraception-visit", ("midwife", "gp", "inaya")),
        ("octave", "octave", "biopsy", ("pathologist", "gp")),
    ],
)
def test_what_is_done_about_the_hidden_moves_nothing(
    tmp_path: Path, reader: str, patient: str, document: str, readers: tuple[str, ...]
) -> None:
    """Readings, patches: for a mother, and before an announcement."""
    software = Software(seeded(tmp_path))
    public_id = software.id_of(document)
    depositor = software.world.documents()[document].author
    before = observed(software, reader, patient)
    assert before
    for each in readers:
        for kind in ("Binary", "DocumentReference"):
            path = f"/fhir/{kind}/{public_id}"
            assert software.ask(each, path).status_code == 200
        software.ask(each, f"/fhir/DocumentReference/{public_id}/_history")
    for operation in STANDING:
        assert patch(software, depositor, public_id, operation) == 200
    if patient != reader:
        mask = {"op": "add", "path": "/securityLabel/-", "value": MASK}
        assert patch(software, patient, public_id, mask) == 200
    assert observed(software, reader, patient) == before


def searches(software: Software, reader: str, patient: str) -> list[list[str]]:
    """Return what each search of the doctor names, in order, as a reader is told."""
    query = urlencode({"patient.identifier": person(software, patient), "_count": 200})
    held = software.ask(reader, f"/fhir/AuditEvent?{query}").get_json(force=True)
    doctor = software.world.readers["gp"].identifier
    gp = f"{doctor.system}|{doctor.value}"
    found = (each["resource"] for each in held.get("entry", []))
    return [
        list(reading.items(each))
        for each in found
        if reading.agent(each) == gp and reading.interaction(each) is Interaction.SEARCH
    ]


@pytest.mark.parametrize(
    ("reader", "patient"), [("corentine", "inaya"), ("octave", "octave")]
)
def test_pages_of_a_search_do_not_count_what_is_hidden(
    tmp_path: Path, reader: str, patient: str
) -> None:
    """Read by one, two, or all at once: one event that names the same in one order.

    At one instant, where nothing but an event's id says which page came first.
    """
    services = seeded(tmp_path)
    still = FixedClock(services.clock.now())
    software = Software(replace(services, clock=still))
    mine = software.search(reader, patient).get_json(force=True)["total"]
    told = []
    for size in (50, 2, 1):
        still.instant += timedelta(minutes=1)
        before = searches(software, reader, patient)
        query = {"patient.identifier": person(software, patient), "_count": size}
        path, pages = f"/fhir/DocumentReference?{urlencode(query)}", 0
        while path:
            bundle = software.ask("gp", path).get_json(force=True)
            links = {each["relation"]: each["url"] for each in bundle["link"]}
            pages += len(bundle["entry"])
            path = links.get("next", "")
            path = path.removeprefix(software.services.settings.base_url)
        assert pages == bundle["total"] > mine
        after = searches(software, reader, patient)
        assert len(after) == len(before) + 1
        told.append(after[0])
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == mine


def test_what_an_event_names_is_in_the_order_of_the_names(tmp_path: Path) -> None:
    """As it was found, it would tell where the pages of a search ended."""
    software = Software(seeded(tmp_path))
    told = []
    for order in ("date", "-date"):
        software.search("gp", "octave", f"&_sort={order}")
        told.append(searches(software, "octave", "octave")[0])
    assert told[0] == told[1] == sorted(told[0])
    assert len(told[0]) > 1


def rules(software: Software, reader: str) -> set[str]:
    """Return the rules that a reader of the girl's log is told."""
    query = urlencode({"patient.identifier": person(software, "inaya"), "_count": 200})
    held = software.ask(reader, f"/fhir/AuditEvent?{query}").get_json(force=True)
    assert held["entry"]
    return {
        detail["valueString"]
        for each in held["entry"]
        for detail in each["resource"]["entity"][0].get("detail", ())
        if detail["type"] != "X-Request-Id"
    }


def test_what_opened_the_record_is_told_to_the_person_alone(tmp_path: Path) -> None:
    """A rule shows a permission: a minor's, given in secret, would show to her mother."""
    software = Software(seeded(tmp_path))
    software.search("gp", "inaya")
    software.search("corentine", "inaya")
    assert rules(software, "inaya") >= {"depositor-sees-own"}
    assert rules(software, "corentine") == set()


def test_a_subscription_does_not_tell_that_something_waits(tmp_path: Path) -> None:
    """An event that only a document before its announcement made is none to the person."""
    with listening() as ear:
        scene = Scene(tmp_path, ear.address)
        asked = subscription(ear.address, "octave")
        assert scene.subscribe(asked, "gp").status_code == 201
        scene.deliver()
        before = observed(scene.software, "octave", "octave")
        writer = scene.software.world.readers["cardiologist"]
        who = scene.software.world.patients["octave"]
        at = scene.clock.instant - timedelta(days=1)
        paper = Paper("2.25.99887766", "11488-4", "Consultation", at)
        held = sheet(paper, who, writer, ("INVISIBLE_PATIENT",))
        sent = lot("held", [(paper, held)], who, writer)
        answer = scene.software.ask(
            "cardiologist", "/fhir", "POST", data=sent, content_type=FHIR
        )
        assert answer.status_code == 200
        scene.deliver()
        assert len(ear.events) == 1
        assert observed(scene.software, "octave", "octave") == before
