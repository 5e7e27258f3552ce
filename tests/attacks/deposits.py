"""Deposits to spoil, and what is kept after they were."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from werkzeug.test import TestResponse

from gateway.repository import tables
from tests.attacks.room import paper
from tests.gateway.world import Software
from tests.noninterference.playing import posted
from tests.noninterference.story import Deposit

Json = dict[str, Any]

FHIR, CDA = "application/fhir+json", "application/xml"
PATIENT, AUTHOR = "solene", "gp"
FACT = "sentence"
"""A sentence that tells of HIV (tests/noninterference)."""


def body(oid: str, route: str = "iti105", **said: Any) -> bytes:  # noqa: ANN401
    """Return a deposit of the GP about Solène."""
    held = replace(paper(oid), **said)
    lot = oid if route == "iti65" else ""
    return posted([Deposit(oid, PATIENT, AUTHOR, held, route, lot=lot)])[2]


def reference(oid: str, **said: Any) -> Json:  # noqa: ANN401
    """Return a DocumentReference that carries its document (ITI-105)."""
    found: Json = json.loads(body(oid, **said))
    return found


def send(
    software: Software,
    data: bytes | Json,
    path: str = "/fhir/DocumentReference",
    **said: Any,  # noqa: ANN401
) -> TestResponse:
    """Deposit as the GP."""
    sent = data if isinstance(data, bytes) else json.dumps(data).encode()
    options = {"content_type": CDA if path == "/cda" else FHIR} | said
    return software.ask(AUTHOR, path, "POST", data=sent, **options)


def seen(software: Software, reader: str, oid: str) -> Json:
    """Return the document of that OID as a reader sees it; empty when he does not."""
    found = software.search(reader, PATIENT, f"&identifier=urn:oid:{oid}")
    entries = found.get_json(force=True).get("entry", [])
    return dict(entries[0]["resource"]) if entries else {}


def level(software: Software, oid: str, reader: str = PATIENT) -> str:
    """Return the confidentiality that the patient is shown."""
    labels = seen(software, reader, oid)["securityLabel"]
    return str(labels[0]["coding"][0]["code"])


def kept(software: Software) -> tuple[int, ...]:
    """Count what is stored of documents."""
    with software.services.store.unit() as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (tables.item, tables.blob, tables.search_token, tables.link)
        )
