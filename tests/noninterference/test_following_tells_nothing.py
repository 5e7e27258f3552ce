"""A Consent does not move because of a replacement that who reads it may not see.

Two worlds: in one the document that a Consent names was replaced, by one that waits for
an announcement, that is secret to the parents, or that is masked to professionals; in the
other it never was. The mask holds for the replacement, and nothing of the Consent tells.
"""

import io
import json
from collections.abc import Iterator
from zipfile import ZipFile

import pytest

from tests.gateway.consenting import about, consent, to_person
from tests.noninterference.pair import pair
from tests.noninterference.side_by_side import by_person
from tests.noninterference.twoworlds import Json, Two, paper

HIDDEN = (
    ("octave", "octave", "INVISIBLE_PATIENT", ""),
    ("inaya", "corentine", "INVISIBLE_REPRESENTANTS_LEGAUX", ""),
    ("tristan", "psychiatrist", "MASQUE_PS", "consent:record"),
)
"""Whose record, who said the Consent, what hides the replacement from him, his scope."""


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def said(two: Two, patient: str, reader: str, scope: str) -> Json:
    """Have the Consent said in both worlds; return it."""
    document = two.deposited(patient, paper(1))
    provision = {
        "type": "deny",
        "actor": [to_person("pharmacist")],
        "data": [about(document)],
    }
    sent = consent(patient, provision)
    answer = two.same(reader, "/fhir/Consent", "POST", sent, scope=scope)
    assert answer.status == "201 CREATED"
    made: Json = json.loads(answer.body)
    return made


@pytest.mark.parametrize(("patient", "reader", "mark", "scope"), HIDDEN)
def test_a_consent_stays_when_a_hidden_document_replaces_what_it_names(
    two: Two, patient: str, reader: str, mark: str, scope: str
) -> None:
    """Read, versions, search, a change from version 1: the same bytes in both worlds."""
    if scope:
        two.let_in(reader, patient)
    made = said(two, patient, reader, scope)
    hidden = two.deposited(patient, paper(2, follows=1), mark)
    path = f"/fhir/DocumentReference/{hidden}"
    assert two.one(two.left, reader, path).status == "404 NOT FOUND"
    path = f"/fhir/Consent/{made['id']}"
    for each in (path, f"{path}/_history/1", f"{path}/_history/2"):
        two.same(reader, each, scope=scope)
    two.same(reader, f"/fhir/Consent?{by_person(patient)}&status=active", scope=scope)
    put = two.same(reader, path, "PUT", made, scope=scope, If_Match='W/"1"')
    assert put.status == "200 OK"
    two.same(reader, path, scope=scope)


def test_an_export_says_what_was_named(two: Two) -> None:
    """The zip of the record is the same in all it says, also once the mask has followed."""
    said(two, "octave", "octave", "")
    two.deposited("octave", paper(2, follows=1), "INVISIBLE_PATIENT")
    export = two.same("octave", "/fhir/Patient/$export").body
    names = ZipFile(io.BytesIO(export)).namelist()
    assert {"bundle.json", "log.json", "record.json"} <= set(names)
