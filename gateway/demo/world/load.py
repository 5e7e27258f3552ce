"""The demo world as one value: who there is, and what is deposited, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import yaml

from gateway.demo.world import personas
from gateway.demo.world.build import document_reference, transaction
from gateway.demo.world.people import Patient, Reader
from gateway.demo.world.reference import Sheet

JsonObject = dict[str, Any]

XML = "application/xml"
FHIR_JSON = "application/fhir+json"
PATHS = {
    "cda": "/cda",
    "iti65": "/fhir",
    "fhir-document": "/fhir",
    "iti105": "/fhir/DocumentReference",
}
"""Where each route of the way in is posted to."""


@dataclass(frozen=True, slots=True)
class WorldDocument:
    """One document of the demo; ``identifier`` is its masterIdentifier once deposited."""

    name: str
    patient: str
    author: str
    identifier: str
    type: str
    date: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class WorldDeposit:
    """One request: what ``depositor`` posts to ``path`` for the record of ``patient``."""

    name: str
    route: str
    path: str
    content_type: str
    body: bytes
    depositor: str
    patient: str
    documents: tuple[WorldDocument, ...]
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class World:
    """The patients and readers by key, the deposits in the order they have to be made."""

    patients: Mapping[str, Patient]
    readers: Mapping[str, Reader]
    deposits: tuple[WorldDeposit, ...]

    def documents(self) -> dict[str, WorldDocument]:
        """Return every document by name, in the order of the deposits."""
        return {
            each.name: each for deposit in self.deposits for each in deposit.documents
        }


def load() -> World:
    """Return the whole demo world; raises KeyError or ValueError when a file is wrong."""
    held = yaml.safe_load(_file("submissions.yaml").decode())
    patients, readers = personas.patients(), personas.readers()
    deposits = tuple(
        _deposit(row, held["documents"], patients, readers) for row in held["deposits"]
    )
    return World(patients, readers, deposits)


def _deposit(
    row: JsonObject,
    documents: JsonObject,
    patients: Mapping[str, Patient],
    readers: Mapping[str, Reader],
) -> WorldDeposit:
    named = {name: documents[name] for name in row["documents"]}
    first = next(iter(named.values()))
    patient, author = patients[first["patient"]], readers[first["author"]]
    route = row["route"]
    return WorldDeposit(
        name=row["name"],
        route=route,
        path=PATHS[route],
        content_type=XML if route == "cda" else FHIR_JSON,
        body=_body(row, documents, patient, author),
        depositor=readers[row["depositor"]].key,
        patient=patient.key,
        documents=tuple(_document(name, facts) for name, facts in named.items()),
        marks=tuple(row.get("marks", ())),
    )


def _body(
    row: JsonObject, documents: JsonObject, patient: Patient, author: Reader
) -> bytes:
    names = row["documents"]
    if row["route"] in {"cda", "fhir-document"}:
        return _file("documents", documents[names[0]]["file"])
    marks = tuple(row.get("marks", ()))
    sheets = [_sheet(name, documents[name], marks) for name in names]
    if row["route"] == "iti105":
        return document_reference(sheets[0], patient, author)
    replaced = documents[row["replaces"]]["oid"] if "replaces" in row else ""
    return transaction(row["name"], sheets, patient, author, replaced)


def _sheet(name: str, facts: JsonObject, marks: tuple[str, ...]) -> Sheet:
    return Sheet(
        name=name,
        oid=facts["oid"],
        type=facts["type"],
        type_class=facts["class"],
        title=facts["fr"],
        date=facts["date"],
        format=facts["format"],
        content_type="application/pdf" if facts["file"].endswith(".pdf") else XML,
        body=_file("documents", facts["file"]),
        marks=marks,
    )


def _document(name: str, facts: JsonObject) -> WorldDocument:
    return WorldDocument(
        name=name,
        patient=facts["patient"],
        author=facts["author"],
        identifier=f"urn:oid:{facts['oid']}",
        type=facts["type"],
        date=facts["date"],
        fr=facts["fr"],
        en=facts["en"],
    )


def _file(*path: str) -> bytes:
    return files(__package__).joinpath(*path).read_bytes()
