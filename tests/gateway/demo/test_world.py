"""The demo world holds together: files, persons, envelopes."""

import hashlib
import json
from base64 import b64decode, b64encode
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from lxml import etree

from gateway.demo.world import expected
from gateway.demo.world.load import WorldDeposit, load
from mappings import ins
from mappings.cda.xml import parse

WORLD = load()
WRITTEN = date(2026, 11, 22)
H = {"h": "urn:hl7-org:v3"}
PACKAGE = files("gateway.demo.world")

by_name = pytest.mark.parametrize("deposit", WORLD.deposits, ids=lambda each: each.name)


def envelope(deposit: WorldDeposit) -> dict[str, Any]:
    """Return the JSON of a deposit."""
    held: dict[str, Any] = json.loads(deposit.body)
    return held


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return the resources of one type in a Bundle."""
    found = [entry["resource"] for entry in bundle["entry"]]
    return [each for each in found if each["resourceType"] == kind]


def bodies(deposit: WorldDeposit) -> list[bytes]:
    """Return the documents inside a deposit, as they were written."""
    if deposit.route in {"cda", "fhir-document"}:
        return [deposit.body]
    if deposit.route == "iti105":
        attachment = envelope(deposit)["content"][0]["attachment"]
        return [b64decode(attachment["data"], validate=True)]
    return [
        b64decode(each["data"], validate=True)
        for each in resources(envelope(deposit), "Binary")
    ]


def years(born: str, at: date) -> int:
    """Return an age in whole years."""
    birth = date.fromisoformat(born)
    return at.year - birth.year - ((at.month, at.day) < (birth.month, birth.day))


def test_the_world_is_as_large_as_promised() -> None:
    """Six people, twenty-five documents, every route of the way in."""
    routes = [deposit.route for deposit in WORLD.deposits]
    assert len(WORLD.patients) == 6
    assert len(WORLD.documents()) == 25
    assert {r: routes.count(r) for r in set(routes)} == {
        "cda": 18, "iti65": 4, "iti105": 1, "fhir-document": 1,
    }  # fmt: skip


def test_loading_twice_gives_the_same_bytes() -> None:
    """The world is a pure function of its files, so a second start deposits nothing new."""
    assert load() == WORLD


@pytest.mark.parametrize("key", WORLD.patients)
def test_every_ins_is_of_the_test_range_with_the_right_key(key: str) -> None:
    """No identifier of the demo can be that of a living person."""
    identifier = WORLD.patients[key].identifier
    assert identifier.system == ins.NIR_TEST
    assert ins.valid(identifier.system, identifier.value)
    assert "99999" in identifier.value or "2A999" in identifier.value


@pytest.mark.parametrize("key", WORLD.patients)
def test_relations_and_directives_name_who_and_what_exists(key: str) -> None:
    """Nothing in a patient's settings points nowhere."""
    patient = WORLD.patients[key]
    assert {who for _, who in patient.relations} <= set(WORLD.readers)
    own = {d.name for d in WORLD.documents().values() if d.patient == key}
    assert all(directive.items <= own for directive in patient.directives)


def test_the_girl_is_fifteen_and_stays_a_minor_for_two_years() -> None:
    """The story of the minor does not wear out with the calendar."""
    born = WORLD.patients["inaya"].traits.birth_date
    assert years(born, WRITTEN) == 15
    assert years(born, WRITTEN.replace(year=2028)) < 18


@by_name
def test_every_document_inside_can_be_parsed(deposit: WorldDeposit) -> None:
    """What is handed in is well-formed XML or JSON, or a PDF, whatever the envelope."""
    inside = bodies(deposit)
    assert inside
    for body in inside:
        if body.startswith(b"<?xml"):
            assert etree.QName(parse(body)).localname == "ClinicalDocument"
        elif not body.startswith(b"%PDF-"):
            assert json.loads(body)["type"] == "document"


@by_name
def test_the_list_says_of_a_cda_what_its_header_says(deposit: WorldDeposit) -> None:
    """Identifier, type, title, patient and author agree with submissions.yaml."""
    for document, body in zip(deposit.documents, bodies(deposit), strict=False):
        if not body.startswith(b"<?xml"):
            continue
        root = parse(body)
        patient, author = (
            WORLD.patients[document.patient],
            WORLD.readers[document.author],
        )
        says = {
            "h:id/@root": document.identifier.removeprefix("urn:oid:"),
            "h:code/@code": document.type,
            "h:title/text()": document.fr,
            "h:recordTarget/h:patientRole/h:id/@extension": patient.identifier.value,
            "h:author/h:assignedAuthor/h:id/@extension": author.identifier.value,
        }
        for path, value in says.items():
            assert root.xpath(path, namespaces=H) == [value], path


@pytest.mark.parametrize(
    "deposit", [d for d in WORLD.deposits if d.route == "iti65"], ids=lambda d: d.name
)
def test_a_transaction_states_size_and_hash_of_what_it_carries(
    deposit: WorldDeposit,
) -> None:
    """Each DocumentReference points to a Binary of the lot and describes its very bytes."""
    bundle = envelope(deposit)
    data = {
        entry["fullUrl"]: b64decode(entry["resource"]["data"])
        for entry in bundle["entry"]
        if entry["resource"]["resourceType"] == "Binary"
    }
    references = resources(bundle, "DocumentReference")
    assert len(references) == len(deposit.documents) == len(data)
    for reference in references:
        attachment = reference["content"][0]["attachment"]
        body = data[attachment["url"]]
        digest = hashlib.sha1(body, usedforsecurity=False).digest()
        assert attachment["size"] == len(body)
        assert attachment["hash"] == b64encode(digest).decode()


def test_the_replacement_names_the_earlier_document_twice() -> None:
    """Both relatesTo and the PATCH entry speak of the document deposited before."""
    bundle = envelope(next(d for d in WORLD.deposits if d.name == "hiv-lab-corrected"))
    earlier = WORLD.documents()["hiv-lab"].identifier
    reference = resources(bundle, "DocumentReference")[0]
    assert reference["relatesTo"][0]["target"]["identifier"]["value"] == earlier
    assert bundle["entry"][-1]["request"]["method"] == "PATCH"
    assert bundle["entry"][-1]["request"]["url"].endswith(earlier)


def test_marks_travel_in_the_envelope() -> None:
    """The secret, the mask and the announcement are in securityLabel, beside N."""
    for deposit in WORLD.deposits:
        if not deposit.marks:
            continue
        held = envelope(deposit)
        references = (
            [held]
            if deposit.route == "iti105"
            else resources(held, "DocumentReference")
        )
        codes = [c["coding"][0]["code"] for c in references[0]["securityLabel"]]
        assert codes == ["N", *deposit.marks]


def test_the_former_first_name_is_only_in_documents_labelled_for_it() -> None:
    """No ordinary document of the trans woman carries her former first name."""
    truth = expected.load()
    former = [name.encode() for name in WORLD.patients["solene"].former_given]
    assert former
    for deposit in WORLD.deposits:
        for document, body in zip(deposit.documents, bodies(deposit), strict=False):
            if any(name in body.upper() for name in former):
                assert "gender_identity" in truth[document.name].categories


def test_every_pair_of_document_and_reader_has_one_answer() -> None:
    """The truth speaks of every document, and of every reader for each."""
    truth = expected.load()
    assert set(truth) == set(WORLD.documents())
    for row in truth.values():
        shares = (row.seen_by, row.in_part_by, row.hidden_from)
        assert frozenset().union(*shares) == set(WORLD.readers)
        assert sum(map(len, shares)) == len(WORLD.readers)
        assert row.why


def test_canaries_are_in_what_is_deposited() -> None:
    """Each word that a stolen data folder is searched for is a word somebody deposits."""
    words = (PACKAGE / "canaries.txt").read_text(encoding="utf-8").splitlines()
    everything = b"".join(body for d in WORLD.deposits for body in bodies(d)).decode(
        "utf-8", "replace"
    )
    assert len(set(words)) == len(words) == 25
    assert [word for word in words if word not in everything] == []
