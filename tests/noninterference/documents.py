"""The documents of a twin world: one authored visit of the demo, told of other people."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from gateway.demo.world.build import document_reference, transaction
from gateway.demo.world.load import World, load
from gateway.demo.world.people import Patient, Reader
from gateway.demo.world.reference import Sheet
from mappings import body
from mappings.pdf import unread
from tests.noninterference.test_hidden_fact_is_absent import FACTS

Json = dict[str, Any]

FORMAT = "urn:ihe:iti:xds:2017:mimeTypeSufficient"
XML = "application/xml"


@cache
def world() -> World:
    """Return the people of the demo, read once."""
    return load()


@cache
def visit() -> bytes:
    """Return the visit that every document here is made from."""
    deposits = world().deposits
    return next(each.body for each in deposits if each.name == "sore-throat-visit")


@dataclass(frozen=True, slots=True)
class Paper:
    """What a document says of itself, beside its people.

    ``said`` are words of its text that tell nothing, ``fact`` names one that tells (see
    test_hidden_fact_is_absent.py), ``follows`` is the OID of what it replaces, ``level``
    the confidentiality that its author states for the whole.
    """

    oid: str
    type: str
    title: str
    at: datetime
    said: str = ""
    fact: str = ""
    follows: str = ""
    level: str = "N"


def clinical(paper: Paper, patient: Patient, author: Reader) -> bytes:
    """Return the document as CDA; ``follows`` is the OID of what it replaces."""
    stamp = paper.at.strftime("%Y%m%d%H%M%S+0000")
    body = visit()
    if paper.fact:
        body = body.replace(*FACTS[paper.fact])
    start, _, rest = body.partition(b"<name>")
    _, _, rest = rest.partition(b"</name>")
    body = start + _name(patient) + rest
    for old, new in (
        ("2.25.210748570975277616604635788664017917854", paper.oid),
        ("2.25.44436030009895794133309776790346117675", f"{paper.oid}.1"),
        ("20260914084500+0200", stamp),
        ('"20260914"', f'"{stamp[:8]}"'),
        ("291049999990182", patient.identifier.value),
        ('code="F" displayName="Féminin"', _gender(patient)),
        ("19910423", patient.traits.birth_date.replace("-", "")),
        ('code="11488-4" displayName', f'code="{paper.type}" displayName'),
        ("Consultation de médecine générale", paper.title),
        ('confidentialityCode code="N"', f'confidentialityCode code="{paper.level}"'),
        ("Gorge douloureuse", f"{paper.said} Gorge douloureuse"),
        *_author(author),
    ):
        body = body.replace(old.encode(), new.encode())
    return body.replace(b"<componentOf>", _parent(paper) + b"<componentOf>", 1)


def places(paper: Paper, patient: str, author: str) -> list[str]:
    """Return the places of a document, in order."""
    whole = clinical(paper, world().patients[patient], world().readers[author])
    return [each.place for each in body.contents(whole, XML, unread)]


def _name(patient: Patient) -> bytes:
    traits = patient.traits
    given = traits.given[0]
    return (
        f'<name><family qualifier="BR">{traits.family}</family>'
        f'<given>{given}</given><given qualifier="BR">{given}</given>'
        f'<family qualifier="CL">{traits.used_family}</family>'
        f'<given qualifier="CL">{given}</given></name>'
    ).encode()


def _gender(patient: Patient) -> str:
    code = patient.traits.gender[0].upper()
    return f'code="{code}" displayName="{patient.traits.gender}"'


def _author(author: Reader) -> tuple[tuple[str, str], ...]:
    role, structure = author.role, author.structure
    if role is None or structure is None:
        raise ValueError("the author of a document is a professional of a structure")
    return (
        ("899700990023", author.identifier.value),
        ("G15_10/SM26", role.code),
        ("Médecin - Qualifié en Médecine Générale (SM)", role.display),
        ("Anselme", author.given),
        ("RIVECOURT", author.family),
        ("1990099029", structure.identifier.value),
        ("Cabinet médical de la Tuilerie", structure.name),
        ("SA08", structure.facility),
        ('"AMBULATOIRE"', f'"{structure.setting}"'),
    )


def _parent(paper: Paper) -> bytes:
    if not paper.follows:
        return b""
    parent = f'<parentDocument><id root="{paper.follows}"/></parentDocument>'
    return f'<relatedDocument typeCode="RPLC">{parent}</relatedDocument>'.encode()


def sheet(
    paper: Paper, patient: Patient, author: Reader, marks: tuple[str, ...] = ()
) -> Sheet:
    """Return what an envelope says of the document."""
    return Sheet(
        name=paper.oid,
        oid=paper.oid,
        type=paper.type,
        type_class="10",
        title=paper.title,
        date=paper.at.isoformat(),
        format=FORMAT,
        content_type=XML,
        body=clinical(paper, patient, author),
        marks=marks,
    )


def lot(
    name: str, papers: list[tuple[Paper, Sheet]], patient: Patient, author: Reader
) -> bytes:
    """Return the ITI-65 transaction; never dated by what is in it."""
    sheets = [each for _, each in papers]
    replaced = papers[0][0].follows
    bundle = json.loads(transaction(name, sheets, patient, author, replaced))
    found = [each["resource"] for each in bundle["entry"]]
    found[0]["date"] = "2026-11-20T08:00:00+00:00"
    references = [e for e in found if e["resourceType"] == "DocumentReference"]
    for (paper, _), reference in zip(papers, references, strict=True):
        _stated(reference, paper)
    return json.dumps(bundle).encode()


def alone(paper: Paper, one: Sheet, patient: Patient, author: Reader) -> bytes:
    """Return the ITI-105 DocumentReference."""
    reference = json.loads(document_reference(one, patient, author))
    _stated(reference, paper)
    return json.dumps(reference).encode()


def _stated(reference: Json, paper: Paper) -> None:
    """Say in the envelope the level that the document states."""
    reference["securityLabel"][0]["coding"][0]["code"] = paper.level
