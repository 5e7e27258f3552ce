"""NIR: reading by id what one may not see."""

import json

import pytest

from tests.attacks.room import Room
from tests.gateway.world import Software

ACCEPTS = ("*/*", "application/pdf", "text/xml", "application/fhir+json")
BUNDLE = {"resourceType": "Bundle", "type": "searchset", "total": 0}


def test_nir_01_a_hidden_id_and_a_random_one_are_one_answer(room: Room) -> None:
    """Status, headers, length and body are those of an id that never was."""
    for kind in ("DocumentReference", "Binary"):
        hidden = room.ask(f"/fhir/{kind}/{room.secret}")
        assert hidden == room.ask(f"/fhir/{kind}/{room.never}")
        assert hidden.status[:3] == "404"
        assert room.secret.encode() not in hidden.body


@pytest.mark.parametrize("accept", ACCEPTS)
def test_nir_02_the_bytes_of_a_hidden_document_are_in_no_form(
    room: Room, accept: str
) -> None:
    """A guessed Binary is absent, whatever is accepted and whatever context is claimed."""
    context = f"Patient/{room.secret[:32]}"
    headers = {"Accept": accept, "X-Security-Context": context}
    hidden = room.ask(f"/fhir/Binary/{room.secret}", headers=headers)
    assert hidden == room.ask(f"/fhir/Binary/{room.never}", headers=headers)
    assert hidden.status[:3] == "404"


def test_nir_03_conditions_and_other_methods_tell_nothing(room: Room) -> None:
    """No 206, 304, 412 and no list of methods that another id would not have."""
    later = "Fri, 01 Jan 2100 00:00:00 GMT"
    conditions = {
        "Range": "bytes=0-0",
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": later,
    }
    asked: list[tuple[str, dict[str, str]]] = [("HEAD", {}), ("OPTIONS", {})]
    asked += [("GET", {name: value}) for name, value in conditions.items()]
    for method, headers in asked:
        for kind in ("DocumentReference", "Binary"):
            hidden, never = (
                room.ask(f"/fhir/{kind}/{each}", method, headers=headers)
                for each in (room.secret, room.never)
            )
            assert hidden == never
            assert hidden.status[:3] == ("204" if method == "OPTIONS" else "404")


def test_nir_04_everything_is_everything_that_is_seen(room: Room) -> None:
    """All pages of $everything, and of parts of it, are those of the purge."""
    base = f"/fhir/Patient/{room.secret[:32]}/$everything"
    for more in ("?_type=Condition", "?_since=2026-11-01"):
        room.ask(base + more)
    following, pages = f"{base}?_count=20", 0
    while following and pages < 30:
        links = json.loads(room.ask(following).body).get("link", [])
        following = next((e["url"] for e in links if e["relation"] == "next"), "")
        pages += 1
    other = room.ask(f"/fhir/Patient/{'1' * 32}/$everything", reader="psychiatrist")
    mine = room.ask(base, reader="psychiatrist")
    assert (mine.status, mine.headers, mine.body) == (
        other.status,
        other.headers,
        other.body,
    )


def test_nir_05_a_stranger_finds_nobody_by_number(still: Software) -> None:
    """A known person, an unknown one, a very discreet one: one empty answer."""
    system = still.world.patients["tristan"].identifier.system
    numbers = [
        still.world.patients[n].identifier.value for n in ("tristan", "melisande")
    ]
    found = []
    for number in (*numbers, "100000000000063"):
        path = f"/fhir/Patient?identifier={system}|{number}"
        answer = still.ask("psychiatrist", path)
        bundle = answer.get_json(force=True)
        links = [each["relation"] for each in bundle.pop("link")]
        bundle.pop("meta", None), bundle.pop("id", None), bundle.pop("timestamp", None)
        found.append((answer.status_code, list(answer.headers.keys()), links, bundle))
    assert found[0] == found[1] == found[2]
    assert found[0][3] == BUNDLE


def test_nir_08_what_waits_to_be_told_is_in_no_answer_to_the_person(
    still: Software,
) -> None:
    """Octave's biopsy is absent for him, and so is whoever opened it meanwhile."""
    held = still.id_of("biopsy")
    never = held[:32] + "0" * 32
    read, absent = (
        still.ask("octave", f"/fhir/DocumentReference/{each}") for each in (held, never)
    )
    assert (read.status_code, read.get_data()) == (404, absent.get_data())
    assert still.ask("gp", f"/fhir/DocumentReference/{held}").status_code == 200
    person = still.world.patients["octave"].identifier
    path = f"/fhir/AuditEvent?patient.identifier={person.system}|{person.value}"
    log = still.ask("octave", f"{path}&_count=200").get_data(as_text=True)
    assert '"AuditEvent"' in log
    assert held not in log
