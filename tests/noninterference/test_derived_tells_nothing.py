"""A resource made from what a reader may not see answers like one that never was."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.demo.world.load import load
from gateway.search import definitions
from tests.gateway.world import Software, seeded

Json = dict[str, Any]

WORLD = load()
KINDS = sorted(definitions.load())
READERS = ("dentist", "psychiatrist", "gp")
NEVER = "A" * 64
AT_ONCE = 50


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give one world: these probes change nothing."""
    return Software(seeded(tmp_path_factory.mktemp("derived")))


def observed(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all that a client sees of an answer."""
    return answer.status, list(answer.headers.items()), answer.get_data()


def person(patient: str) -> str:
    """Return the parameter that names a record."""
    identifier = WORLD.patients[patient].identifier
    return f"patient.identifier={identifier.system}|{identifier.value}"


def entries(software: Software, reader: str, kind: str, patient: str) -> Iterator[Json]:
    """Yield what a reader finds."""
    path = f"/fhir/{kind}?{person(patient)}&_count=200"
    bundle = software.ask(reader, path).get_json(force=True)
    yield from (each["resource"] for each in bundle.get("entry", []))


def everything(
    software: Software, reader: str, patient: str
) -> Iterator[tuple[str, str]]:
    """Yield type and id of all that is made of documents for a reader."""
    own = software.ask(
        patient, f"/fhir/Patient?identifier={person(patient).split('=')[1]}"
    )
    record = own.get_json(force=True)["entry"][0]["resource"]["id"]
    answer = software.ask(reader, f"/fhir/Patient/{record}/$everything")
    for each in answer.get_json(force=True).get("entry", []):
        if each["resource"]["resourceType"] in KINDS:
            yield each["resource"]["resourceType"], each["resource"]["id"]


@pytest.fixture(scope="module")
def owned(software: Software) -> dict[str, set[tuple[str, str]]]:
    """Give type and id of all that is made of each patient's documents."""
    return {each: set(everything(software, each, each)) for each in WORLD.patients}


@pytest.mark.parametrize("patient", sorted(WORLD.patients))
@pytest.mark.parametrize("reader", READERS)
def test_what_a_reader_does_not_find_never_was(
    software: Software,
    owned: dict[str, set[tuple[str, str]]],
    reader: str,
    patient: str,
) -> None:
    """By id in both ways of asking: the answer of a made-up one."""
    seen = set(everything(software, reader, patient))
    by_kind: dict[str, list[str]] = {}
    for kind, hidden in sorted(owned[patient] - seen):
        by_kind.setdefault(kind, []).append(hidden)
    for kind, ids in by_kind.items():
        never = observed(software.ask(reader, f"/fhir/{kind}/{NEVER}"))
        for hidden in ids:
            assert observed(software.ask(reader, f"/fhir/{kind}/{hidden}")) == never
        # One search names many of them: a single one that is found makes a total.
        for some in batched(ids, AT_ONCE):
            form = dict([person(patient).split("=", 1)]) | {"_id": ",".join(some)}
            asked = software.ask(reader, f"/fhir/{kind}/_search", "POST", data=form)
            assert asked.get_json(force=True)["total"] == 0


def batched(ids: list[str], size: int) -> Iterator[list[str]]:
    """Yield the ids in lists of at most a size."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


@pytest.mark.parametrize("reader", READERS)
def test_a_record_unknown_to_a_reader_is_one_that_is_not(
    software: Software, reader: str
) -> None:
    """A search in the record of nobody has the same body."""
    for kind in KINDS:
        known = WORLD.patients["tristan"].identifier
        answers = []
        for value in ("100000000000063", "100000000000064"):
            path = f"/fhir/{kind}?patient.identifier={known.system}|{value}"
            body = software.ask(reader, path).get_json(force=True)
            del body["link"]
            answers.append(body)
        assert answers[0] == answers[1]
        assert answers[0]["total"] == 0


BATCH = {"type": "batch", "resourceType": "Bundle"}


def test_operations_tell_nothing_of_a_hidden_document(software: Software) -> None:
    """Each that names a document answers a hidden one like one that never was."""
    hidden = software.id_of("hiv-consultation")
    for reader in ("psychiatrist", "solene"):
        told = []
        for name in (hidden, "0" * 64):
            entry = {"request": {"method": "GET", "url": f"DocumentReference/{name}"}}
            base = f"/fhir/DocumentReference/{name}"
            meta = {"name": "meta", "valueMeta": {"security": []}}
            labels = {"resourceType": "Parameters", "parameter": [meta]}
            fhir = {"content_type": "application/fhir+json"}
            told.append(
                [
                    observed(each)
                    for each in (
                        software.ask(reader, f"{base}/$meta"),
                        software.ask(
                            reader, f"{base}/$meta-add", "POST", json=labels, **fhir
                        ),
                        software.ask(
                            reader, f"{base}/$meta-delete", "POST", json=labels, **fhir
                        ),
                        software.ask(
                            reader,
                            "/fhir",
                            "POST",
                            json=BATCH | {"entry": [entry]},
                            **fhir,
                        ),
                        software.ask(reader, f"/fhir/List/{name}"),
                        software.ask(reader, f"/fhir/Composition/{name}/$document"),
                    )
                ]
            )
        assert told[0] == told[1]


def test_nothing_hidden_is_in_what_is_found(software: Software) -> None:
    """What is found is made of the document as given: no code that is left out of it."""
    for patient in sorted(WORLD.patients):
        for reader in READERS:
            for each in entries(software, reader, "Composition", patient):
                source = each["meta"]["source"].partition("/")[2]
                answer = software.ask(reader, f"/fhir/Binary/{source}")
                assert answer.status_code == 200
