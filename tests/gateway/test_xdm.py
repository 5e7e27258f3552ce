"""``POST /xdm``: a medium is a deposit like any other, and tells as little."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from zipfile import ZIP_STORED

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client, TestResponse

from gateway.app import create_app
from gateway.repository import tables
from gateway.services import Services
from mappings import ins
from tests.gateway.world import Software
from tests.mappings.xdm.media import (
    Association,
    Lot,
    Sheet,
    lot,
    medium,
    patient,
    second,
)

ZIP = "application/zip"
SHEET = Sheet()
BAD = {
    "no zip": b"PK",
    "no metadata": medium(Lot()).replace(b"METADATA", b"MEGADATA"),
    "damaged": medium(Lot(), method=ZIP_STORED).replace(SHEET.body, SHEET.body[::-1]),
    "wrong hash": medium(lot(replace(SHEET, slots={"hash": ("0" * 40,)}))),
    "unknown label": medium(lot(replace(SHEET, labels=(("X", "1.2.3", "x"),)))),
    "bomb": medium(lot(replace(SHEET, body=bytes(5_000_000)))),
    "second is wrong": medium(lot(SHEET, second(slots={"size": ("1",)}))),
}


def send(
    software: Software, data: bytes, reader: str = "gp", media: str = ZIP
) -> TestResponse:
    """Post a medium as a persona."""
    return software.ask(reader, "/xdm", "POST", data=data, content_type=media)


def kept(services: Services) -> Iterator[int]:
    """Count what is stored, for comparison."""
    with services.store.unit() as connection:
        for table in (tables.item, tables.blob, tables.search_token, tables.link):
            yield connection.scalar(select(func.count()).select_from(table)) or 0


def issues(answer: TestResponse) -> list[dict[str, object]]:
    """Return the issues of an OperationOutcome."""
    outcome = answer.get_json(force=True)
    assert outcome["resourceType"] == "OperationOutcome"
    return list(outcome["issue"])


def test_a_medium_becomes_its_documents_and_its_set(software: Software) -> None:
    """As many entries as objects, created; each is read back with the bytes of the zip."""
    answer = send(software, medium(lot(SHEET, second())))
    assert answer.status_code == 200
    bundle = answer.get_json(force=True)
    assert bundle["type"] == "transaction-response"
    responses = [each["response"] for each in bundle["entry"]]
    assert [each["status"] for each in responses] == ["201 Created"] * 3
    kinds = [each["location"].partition("/")[0] for each in responses]
    assert kinds == ["List", "DocumentReference", "DocumentReference"]
    for response, sheet in zip(responses[1:], (SHEET, second()), strict=True):
        public_id = response["location"].partition("/")[2]
        read = software.ask("gp", f"/fhir/DocumentReference/{public_id}")
        assert read.get_json(force=True)["content"][0]["attachment"]["size"] == len(
            sheet.body
        )
        binary = software.ask(
            "gp", f"/fhir/Binary/{public_id}", headers={"Accept": "text/plain"}
        )
        assert binary.get_data() == sheet.body


def test_a_repeated_medium_is_the_same_deposit(
    services: Services, software: Software
) -> None:
    """The second time everything is 200 with the same locations, and nothing is added."""
    first = send(software, medium(lot(SHEET, second()))).get_json(force=True)
    before = list(kept(services))
    again = send(software, medium(lot(SHEET, second()))).get_json(force=True)
    locations = [
        [each["response"]["location"] for each in bundle["entry"]]
        for bundle in (first, again)
    ]
    assert locations[0] == locations[1]
    assert {each["response"]["status"] for each in again["entry"]} == {"200 OK"}
    assert before == list(kept(services))


def test_a_replacement_of_nothing_is_taken_with_a_doubt(software: Software) -> None:
    """The document replaced may never have come here: said in the entry of the new one."""
    old = "urn:uuid:11111111-2222-4333-8444-555555555555"
    joined = Association(SHEET.entry, "urn:ihe:iti:2007:AssociationType:RPLC", old)
    answer = send(software, medium(Lot(associations=(joined,))))
    [_, response] = [e["response"] for e in answer.get_json(force=True)["entry"]]
    assert response["status"] == "201 Created"
    assert response["outcome"]["issue"][0]["code"] == "not-found"


def test_a_replacement_of_what_came_before_supersedes_it(software: Software) -> None:
    """The registry's UUID of a medium names the document on the next one."""
    send(software, medium(Lot()))
    joined = Association(
        second().entry, "urn:ihe:iti:2007:AssociationType:RPLC", SHEET.entry
    )
    given = replace(
        lot(second()),
        associations=(joined,),
        set_unique="1.2.250.1.213.9.10",
    )
    answer = send(software, medium(given)).get_json(force=True)
    statuses = {
        each["resource"]["masterIdentifier"]["value"]: each["resource"]["status"]
        for each in software.search("gp", "solene", "&_count=200").get_json(force=True)[
            "entry"
        ]
    }
    assert "outcome" not in answer["entry"][1]["response"]
    assert statuses["urn:oid:1.2.250.1.213.9.1"] == "superseded"


@pytest.mark.parametrize("case", BAD)
def test_a_bad_medium_is_refused_whole(
    services: Services, software: Software, case: str
) -> None:
    """An OperationOutcome in both languages with a place; nothing of it is stored."""
    before = list(kept(services))
    answer = send(software, BAD[case])
    assert answer.status_code in {400, 413, 422}
    for issue in issues(answer):
        assert issue["expression"]
        assert "valueString" in json.dumps(issue["details"])
    assert before == list(kept(services))


@pytest.mark.parametrize("media", ["text/plain", "application/fhir+json", ""])
def test_another_media_type_is_refused(software: Software, media: str) -> None:
    """A medium is an application/zip."""
    assert send(software, medium(Lot()), media=media).status_code == 415


def test_nobody_deposits_in_anothers_name(
    services: Services, software: Software
) -> None:
    """Who carries the medium is not who wrote it: a 403, and nothing is kept."""
    before = list(kept(services))
    assert send(software, medium(Lot()), reader="dentist").status_code == 403
    assert before == list(kept(services))


def test_an_unknown_person_and_a_contradiction_are_one_answer(
    software: Software,
) -> None:
    """As for POST /cda: who has a record here is not found out by a medium."""
    body = "1111199999999"
    nobody = patient(body + ins.key(body))
    unknown = medium(Lot(sheets=(replace(SHEET, patient=nobody),), patient=nobody))
    other = ("PID-5|AUTRE^NOM^^^^^L", "PID-7|19500101", "PID-8|F")
    contradicting = medium(lot(replace(SHEET, slots={"sourcePatientInfo": other})))
    answers = [send(software, data) for data in (unknown, contradicting)]
    seen = {(each.status, str(each.headers), each.get_data()) for each in answers}
    assert len(seen) == 1
    assert answers[0].status_code == 422
    assert issues(answers[0])[0]["code"] == "not-found"


def test_an_identifier_that_is_hidden_tells_nothing(software: Software) -> None:
    """The identifier of a document that is hidden is taken as a free one is."""
    shown = software.identifiers("dentist", "solene")
    hidden = next(
        each.identifier.removeprefix("urn:oid:")
        for each in software.world.documents().values()
        if each.patient == "solene" and each.identifier not in shown
    )
    free, known = (
        observed(send(software, by_the_dentist(software, unique, number), "dentist"))
        for number, unique in enumerate(("1.2.250.1.213.9.55", hidden))
    )
    assert free == known
    assert free[0] == "200 OK"


def by_the_dentist(software: Software, unique: str, number: int) -> bytes:
    """Return a medium that the dentist wrote, with a document of this identifier."""
    rpps = software.world.readers["dentist"].identifier.value
    author = f"{rpps}^DENTISTE^D^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
    sheet = replace(
        SHEET,
        unique=unique,
        body=bytes([97 + number]),
        author={"authorPerson": (author,)},
    )
    return medium(replace(lot(sheet), set_unique=f"1.2.250.1.213.9.{60 + number}"))


def observed(answer: TestResponse) -> tuple[str, str, str]:
    """Return all that a client sees of an answer but the random ids."""
    body = re.sub("[0-9a-f]{64}", "<id>", answer.get_data(as_text=True))
    return answer.status, str(answer.headers), body


def test_the_way_in_is_served_and_stated(
    services: Services, software: Software
) -> None:
    """Of both applications /xdm is the software's; /metadata names it."""
    both = Client(create_app(services))
    assert both.post("/xdm", data=medium(Lot()), content_type=ZIP).status_code == 401
    statement = software.client.get("/fhir/metadata").get_json(force=True)
    assert "POST /xdm" in statement["rest"][0]["documentation"]
