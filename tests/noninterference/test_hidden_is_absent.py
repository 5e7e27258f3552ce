"""What a reader may not see answers like what never existed, byte for byte."""

import json
from collections.abc import Callable
from functools import cache
from itertools import chain
from uuid import uuid4

import pytest
from werkzeug.test import TestResponse

from gateway.demo.world import expected
from gateway.demo.world.load import load
from tests.gateway.world import Software, seeded

WORLD = load()
PAIRS = [
    (reader, name)
    for name, each in expected.load().items()
    for reader in sorted(each.hidden_from)
]
PROBED = PAIRS[::3]
"""Still every reader and every document; test_twin_worlds draws from all that is served."""
ACCEPTS = ("*/*", "application/fhir+json", "application/pdf", "text/xml", "image/png")
REVIEW = json.dumps(
    {
        "resourceType": "Parameters",
        "parameter": [{"name": "decision", "valueCode": "accept"}],
    }
)
PATCH = json.dumps([{"op": "add", "path": "/securityLabel/-", "value": {}}])


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world for all pairs: these probes change nothing."""
    return Software(seeded(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="module")
def ids(software: Software) -> dict[str, str]:
    """Give the public id of every document, as its depositor knows it."""
    return {name: software.id_of(name) for name in WORLD.documents()}


def observed(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all that a client sees of an answer."""
    return answer.status, list(answer.headers.items()), answer.get_data()


def probes(
    software: Software, reader: str, document_id: str, identifier: str
) -> list[object]:
    """Return what a reader observes on every route that names an item."""
    patient = WORLD.patients["solene"].identifier
    record = f"patient.identifier={patient.system}|{patient.value}"
    read = [
        software.ask(reader, f"/fhir/{kind}/{document_id}", headers={"Accept": accept})
        for kind in ("DocumentReference", "Binary")
        for accept in ACCEPTS
    ]
    conditional = [
        software.ask(reader, f"/fhir/{kind}/{document_id}", headers=headers)
        for kind in ("DocumentReference", "Binary")
        for headers in (
            {"If-None-Match": 'W/"1"'},
            {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT"},
            {"Range": "bytes=0-0"},
        )
    ]
    other = [
        software.ask(reader, f"/fhir/{kind}/{document_id}", method=method)
        for kind in ("DocumentReference", "Binary")
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "POST")
    ]
    patch = software.ask(
        reader,
        f"/fhir/DocumentReference/{document_id}",
        method="PATCH",
        data=PATCH,
        content_type="application/json-patch+json",
    )
    search = software.ask(
        reader,
        "/fhir/DocumentReference/_search",
        method="POST",
        data={"_id": document_id} | dict([record.split("=", 1)]),
    )
    named = software.ask(
        reader,
        "/fhir/List/_search",
        method="POST",
        data={"identifier": identifier} | dict([record.split("=", 1)]),
    )
    reviewed = software.ask(
        reader,
        f"/fhir/DocumentReference/{document_id}/$review",
        method="POST",
        data=REVIEW,
        content_type="application/fhir+json",
    )
    around = [
        software.ask(reader, f"/fhir/{kind}/{document_id}")
        for kind in ("CareTeam", "RelatedPerson")
    ]
    return [
        observed(each)
        for each in chain(
            read, conditional, other, around, [patch, search, named, reviewed]
        )
    ]


@pytest.fixture(scope="module")
def absent(software: Software) -> Callable[[str], list[object]]:
    """Give what a reader observes of ids that never existed: one answer for all."""

    @cache
    def never(reader: str) -> list[object]:
        never_ours = probes(software, reader, str(uuid4()), "urn:oid:2.25.1")
        like_ours = probes(software, reader, uuid4().hex * 2, "urn:oid:2.25.2")
        assert never_ours == like_ours
        return like_ours

    return never


@pytest.mark.parametrize(("reader", "document"), PROBED)
def test_a_hidden_document_and_a_random_id_are_one_answer(
    software: Software,
    ids: dict[str, str],
    absent: Callable[[str], list[object]],
    reader: str,
    document: str,
) -> None:
    """Status, headers and body are the same, on each of these routes, for every Accept."""
    hidden = WORLD.documents()[document].identifier
    assert absent(reader) == probes(software, reader, ids[document], hidden)


@pytest.mark.parametrize(("reader", "document"), PAIRS)
def test_a_search_by_a_hidden_value_finds_what_a_made_up_one_finds(
    software: Software, reader: str, document: str
) -> None:
    """Searching for the identifier of a hidden document finds nothing, like any guess."""
    found = WORLD.documents()[document]
    hidden = software.search(reader, found.patient, f"&identifier={found.identifier}")
    body = hidden.get_json(force=True)
    del body["link"]
    assert body == {"resourceType": "Bundle", "type": "searchset", "total": 0}


def test_every_reader_and_document_is_probed() -> None:
    """The pairs that are probed leave out no reader and no document."""
    for which in (0, 1):
        assert {pair[which] for pair in PROBED} == {pair[which] for pair in PAIRS}


def test_an_unknown_patient_and_one_without_relation_are_one_answer(
    software: Software,
) -> None:
    """A stranger cannot tell whether a person has a record."""
    known = WORLD.patients["tristan"].identifier
    for path in (
        "/fhir/Patient?identifier=",
        "/fhir/DocumentReference?patient.identifier=",
    ):
        answers = []
        for value in (known.value, "100000000000063"):
            answer = software.ask("psychiatrist", f"{path}{known.system}|{value}")
            body = answer.get_json(force=True)
            del body["link"]
            answers.append((answer.status, body))
        assert answers[0] == answers[1]
