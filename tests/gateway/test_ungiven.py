"""What can be given to a reader is decided before it is counted, never at giving."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gateway import masking
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.references import Reference
from labels.consent import Audience, AudienceKind, Directive, Effect
from tests.gateway.test_deposit import CDA, renamed, send
from tests.gateway.world import Software, seeded

Json = dict[str, Any]
WORLD = load()
SOLENE = WORLD.patients["solene"]
TOKEN = f"patient.identifier={SOLENE.identifier.system}|{SOLENE.identifier.value}"
FORMER = SOLENE.former_given[0].title()
CARER = re.compile(rb"<given>[^<]*</given>\s*<family>RIVECOURT")


def told_by_a_carer() -> bytes:
    """Return the ordinary visit by an author of the patient's family and former name."""
    own = f"<given>{FORMER}</given><family>ORVANNEAU".encode()
    return CARER.sub(own, renamed(CDA, "2.25.77001"))


def counted(software: Software, query: str) -> tuple[int, int]:
    """Return the total of a search by the dentist, and how many entries came."""
    answer = software.ask("dentist", f"/fhir/DocumentReference?{TOKEN}{query}")
    bundle = answer.get_json(force=True)
    return bundle["total"], len(bundle.get("entry", []))


QUERIES = ("", "&_count=1", "&_summary=count", "&date=2026-09-14")


def test_what_has_no_rendition_is_as_if_it_were_not_there(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Totals, pages and counts are those of a world without it, and no alarm is raised."""
    here, there = Software(seeded(tmp_path / "a")), Software(seeded(tmp_path / "b"))
    answer = send(here, CDA, told_by_a_carer())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    document = answer.headers["Location"].rpartition("/")[2]
    path = f"/fhir/DocumentReference/{document}"
    assert here.ask("dentist", path).status_code == 404
    assert here.ask("solene", path).status_code == 200
    for query in QUERIES:
        assert counted(here, query) == counted(there, query)
    assert "withheld" not in caplog.text


def test_a_resource_has_the_version_its_reader_sees(tmp_path: Path) -> None:
    """Whoever read it first: a hidden replacement makes no version."""
    software = Software(seeded(tmp_path))
    first = _deposited(software, renamed(CDA, "2.25.77002"))
    replaces = (
        b'<relatedDocument typeCode="RPLC"><parentDocument><id root="2.25.77002"/>'
        b"</parentDocument></relatedDocument><componentOf>"
    )
    newer = renamed(CDA, "2.25.77003").replace(b"<componentOf>", replaces, 1)
    second = _deposited(software, newer)
    dentist = principal_of(WORLD.readers["dentist"]).subject
    mask = Directive(
        "",
        Effect.MASK,
        Audience(AudienceKind.PERSON, dentist),
        items=frozenset({Reference.parse(second).item_id}),
    )
    masking.decide(software.services, principal_of(WORLD.readers["solene"]), mask)
    # Of a document that is replaced no resource is found: by its id it is still read.
    [made] = [
        each["resource"]
        for each in _compositions(software, "dentist")
        if each["resource"]["meta"]["source"].endswith(first)
    ]
    seen = [
        software.ask(reader, f"/fhir/Composition/{made['id']}").headers["ETag"]
        for reader in ("pharmacist", "dentist", "pharmacist")
    ]
    assert seen == ['W/"2"', 'W/"1"', 'W/"2"']


def _deposited(software: Software, body: bytes) -> str:
    answer = send(software, CDA, body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.headers["Location"].rpartition("/")[2]


def _compositions(software: Software, reader: str) -> list[Json]:
    answer = software.ask(reader, f"/fhir/Composition?{TOKEN}&_count=200")
    entries: list[Json] = answer.get_json(force=True).get("entry", [])
    return entries


NOTE = next(each for each in WORLD.deposits if each.name == "vaccination-note")
ELSEWHERE: list[Json] = [
    {"extension": [{"url": "http://x.example/vih-positif", "valueBoolean": True}]},
    {"reasonReference": [{"reference": "Condition/infection-vih"}]},
    {"reasonReference": [{"reference": "Condition/1", "type": "InfectionVIH"}]},
    {"language": "x-vih"},
]


def test_words_that_nobody_is_shown_hide_the_whole(tmp_path: Path) -> None:
    """A fact told by a link or the name of an extension is in no place to leave out."""
    software = Software(seeded(tmp_path))
    known = WORLD.documents()["vaccination-note"].identifier
    for number, said in enumerate(ELSEWHERE):
        bundle = json.loads(NOTE.body)
        shot, *_ = (
            each["resource"]
            for each in bundle["entry"]
            if each["resource"]["resourceType"] == "Immunization"
        )
        shot.update(said)
        text = json.dumps(bundle, ensure_ascii=False)
        text = text.replace(known.removeprefix("urn:oid:"), f"2.25.7710{number}")
        answer = send(software, NOTE, text.encode())
        assert answer.status_code in {200, 201}, answer.get_data(as_text=True)
        document = answer.headers["Location"].rpartition("/")[2]
        path = f"/fhir/DocumentReference/{document}"
        assert software.ask("pharmacist", path).status_code == 404
        assert software.ask("gp", path).status_code == 200
