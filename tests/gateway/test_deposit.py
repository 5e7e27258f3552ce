"""Depositing: once is once, own is own, and labels only rise."""

import json
from base64 import b64encode
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.demo.world.load import WorldDeposit, load
from gateway.fhir.routes import ROUTES
from labels.fhir import CONFIDENTIALITY, VISIBILITY
from mappings.ins import key
from tests.gateway.world import Software, original

WORLD = load()
Json = dict[str, Any]
MASK = {"coding": [{"system": VISIBILITY, "code": "MASQUE_PS"}]}

CDA = next(each for each in WORLD.deposits if each.name == "sore-throat-visit")
LETTERS = next(each for each in WORLD.deposits if each.name == "transition-letters")


def send(
    software: Software, deposit: WorldDeposit, body: bytes, reader: str = ""
) -> TestResponse:
    """Post a body where a deposit goes, as its depositor or another persona."""
    return software.ask(
        reader or deposit.depositor,
        deposit.path,
        "POST",
        data=body,
        content_type=deposit.content_type,
    )


def renamed(deposit: WorldDeposit, *oids: str) -> bytes:
    """Return the body with other identifiers for its documents."""
    body = deposit.body
    for document, oid in zip(deposit.documents, oids, strict=True):
        body = body.replace(
            document.identifier.removeprefix("urn:oid:").encode(), oid.encode()
        )
    return body


def marked(deposit: WorldDeposit, *codes: str) -> bytes:
    """Return an ITI-65 Bundle whose documents carry these marks too."""
    bundle = json.loads(deposit.body)
    system = (
        "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument"
        "/FHIR/TRE-A07-StatutVisibiliteDocument"
    )
    for entry in bundle["entry"]:
        if entry["resource"]["resourceType"] == "DocumentReference":
            entry["resource"]["securityLabel"] += [
                {"coding": [{"system": system, "code": code}]} for code in codes
            ]
    return json.dumps(bundle).encode()


def test_a_repeated_deposit_is_the_same_document(software: Software) -> None:
    """The second time answers 200 with the same Location, and nothing is added."""
    before = software.identifiers("solene", "solene")
    answers = [send(software, CDA, CDA.body) for _ in range(2)]
    assert [each.status_code for each in answers] == [200, 200]
    assert len({each.headers["Location"] for each in answers}) == 1
    assert before == software.identifiers("solene", "solene")


def test_another_content_under_a_known_identifier_is_refused(
    software: Software,
) -> None:
    """The same structure cannot put another content in place of a document."""
    answer = send(software, CDA, CDA.body.replace(b"<title>", b"<title>x "))
    assert (
        answer.status_code,
        answer.get_json(force=True)["issue"][0]["code"],
    ) == (409, "duplicate")


def test_a_repetition_with_a_mark_masks_and_one_without_lifts_nothing(
    software: Software,
) -> None:
    """A depositor may raise the label of his document later, and never lower it."""
    named = f"&identifier={LETTERS.documents[1].identifier}"

    def masked() -> bool:
        return b'"MASQUE_PS"' in software.search("solene", "solene", named).get_data()

    assert not masked()
    send(software, LETTERS, marked(LETTERS, "MASQUE_PS"))
    assert masked()
    send(software, LETTERS, LETTERS.body)
    assert masked()


def test_a_transaction_is_answered_entry_by_entry(software: Software) -> None:
    """As many entries in the same order, each with its status and place (ITI-65)."""
    asked = json.loads(LETTERS.body)["entry"]
    answer = send(software, LETTERS, LETTERS.body).get_json(force=True)
    assert (answer["resourceType"], answer["type"]) == (
        "Bundle",
        "transaction-response",
    )
    kinds = [each["response"]["location"].split("/")[0] for each in answer["entry"]]
    assert kinds == [each["resource"]["resourceType"] for each in asked]


def test_a_reader_replaces_nobodys_document(software: Software) -> None:
    """Who may read a document but did not deposit it cannot supersede it."""
    target = software.id_of("blood-count")
    assert software.ask("gp", f"/fhir/DocumentReference/{target}").status_code == 200
    identifier = WORLD.documents()["blood-count"].identifier
    parent = (
        f'<relatedDocument typeCode="RPLC"><parentDocument>'
        f'<id root="{identifier.removeprefix("urn:oid:")}"/></parentDocument></relatedDocument>'
    )
    body = renamed(CDA, "2.25.31337").replace(
        b"<componentOf>", parent.encode() + b"<componentOf>", 1
    )
    assert parent.encode() in body
    answer = send(software, CDA, body)
    assert answer.status_code == 201
    shown = software.ask("gp", f"/fhir/DocumentReference/{target}").get_json(force=True)
    assert (shown["status"], shown["meta"]["versionId"]) == ("current", "1")


def test_a_replacement_supersedes_for_who_may_see_it(software: Software) -> None:
    """The replaced document is superseded, and the search by status agrees."""
    corrected = WORLD.documents()["hiv-lab-corrected"].identifier
    old = WORLD.documents()["hiv-lab"].identifier
    for reader in ("tristan", "gp", "dentist"):
        for status, found in (("current", corrected), ("superseded", old)):
            body = software.search(reader, "tristan", f"&status={status}").get_json(
                force=True
            )
            seen = {original(each["resource"]) for each in body["entry"]}
            assert (found in seen, (old in seen) != (corrected in seen)) == (True, True)


def test_the_answer_to_a_deposit_is_what_its_depositor_sees(software: Software) -> None:
    """201 with Location and ETag; the resource is the one a read gives."""
    answer = send(software, CDA, renamed(CDA, "2.25.4242"))
    assert answer.status_code == 201
    path = "/fhir/" + answer.headers["Location"].split("/fhir/")[1]
    read = software.ask(CDA.depositor, path)
    assert (answer.get_data(), answer.headers["ETag"]) == (
        read.get_data(),
        read.headers["ETag"],
    )


def test_what_was_received_is_served_byte_for_byte(software: Software) -> None:
    """The original is indivisible: a Binary is the bytes that came in."""
    document_id = software.id_of("sore-throat-visit")
    answer = software.ask("gp", f"/fhir/Binary/{document_id}")
    assert answer.get_data() == CDA.body
    assert answer.headers["Content-Disposition"] == "attachment"


@pytest.mark.parametrize("reader", ["dentist", "pharmacist", "gp", "surgeon"])
def test_no_answer_but_an_original_names_the_former_first_name(
    software: Software, reader: str
) -> None:
    """Whoever may see what: metadata carry the current identity only."""
    said = software.search(reader, "solene").get_data(as_text=True)
    assert "AMAURY" not in said.upper()


def test_pages_are_full_exact_and_never_name_the_patient(software: Software) -> None:
    """Three pages of two and one of one, in order, each total exact, no INS in a link."""
    seen, path = [], None
    answer = software.search("gp", "solene", "&_count=2")
    for _ in range(4):
        body = answer.get_json(force=True)
        assert body["total"] == 7
        seen += [each["resource"]["id"] for each in body["entry"]]
        links = {each["relation"]: each["url"] for each in body["link"]}
        path = links.get("next")
        if path is None:
            break
        assert WORLD.patients["solene"].identifier.value not in path
        answer = software.ask("gp", path)
    whole = software.search("gp", "solene").get_json(force=True)
    assert path is None
    assert seen == [each["resource"]["id"] for each in whole["entry"]]


def test_a_page_link_serves_nobody_else(software: Software) -> None:
    """Another reader's cursor is refused like a made-up one."""
    body = software.search("gp", "solene", "&_count=2").get_json(force=True)
    following = next(each["url"] for each in body["link"] if each["relation"] == "next")
    made_up = following[:-8] + "AAAAAAAA"
    answers = {
        (each.status_code, each.get_data())
        for each in (software.ask("dentist", following), software.ask("gp", made_up))
    }
    assert [status for status, _ in answers] == [400]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "patient=1&patient.identifier=a|b",
        "patient=1&patient=2",
        "patient.identifier=1",
        "patient=1&unknown=2",
        "patient=1&type:not=2",
        "patient=1&securityLabel=R",
        "patient=1&_count=x",
        "patient=1&_count=²",
        "patient=1&_sort=type",
        "patient=1&date=yesterday",
        "patient=1&date=ge9999999999",
        "patient=1&date=2026-02-30",
        "patient=1&status=gone",
        "patient=1&type=",
        "patient=1&page=AAAA",
        "patient=../../etc/passwd",
        "patient=" + "a" * 65,
        "patient=1&_id=%00",
        "patient=1&" + "&".join(["type=1"] * 200),
        "patient=1&type=" + ",".join(["1"] * 200),
    ],
)
def test_a_search_we_cannot_keep_to_is_refused(software: Software, query: str) -> None:
    """An unknown, doubled, empty or malformed parameter is a 400 that names it."""
    answer = software.ask("gp", f"/fhir/DocumentReference?{query}")
    issue = answer.get_json(force=True)["issue"][0]
    assert (answer.status_code, issue["severity"]) == (400, "error")
    assert issue["expression"]


@pytest.mark.parametrize(
    ("date", "found"),
    [
        ("2026-09-14", True),
        ("2026-09", True),
        ("2026", True),
        ("eq2026-09-14", True),
        ("ne2026-09-14", False),
        ("ge2026-09-14", True),
        ("gt2026-09-14", False),
        ("le2026-09-14", True),
        ("lt2026-09-14", False),
        ("sa2026-09-13", True),
        ("eb2026-09-15", True),
        ("2026-09-14T08:45:00%2B02:00", True),
        ("2025", False),
    ],
)
def test_dates_are_searched_as_precisely_as_they_are_written(
    software: Software, date: str, *, found: bool
) -> None:
    """The prefixes of R4 hold on the document's date."""
    body = software.search("gp", "solene", f"&date={date}").get_json(force=True)
    seen = {
        each["resource"]["masterIdentifier"]["value"] for each in body.get("entry", [])
    }
    assert found is (CDA.documents[0].identifier in seen)


def test_what_metadata_say_is_what_there_is(software: Software) -> None:
    """The statement names the searches there are; others are refused."""
    answer = software.client.get("/fhir/metadata")
    statement = answer.get_json(force=True)
    rest = statement["rest"][0]
    for resource in rest["resource"]:
        for parameter in resource.get("searchParam", []):
            name = parameter["name"]
            query = "" if name.startswith("patient") else "patient=1&"
            value = {"status": "current"}.get(name, "a|b")
            value = "2026" if parameter["type"] == "date" else value
            if resource["type"] == "Patient":
                query = ""
            if resource["type"] == "Consent":
                query += "" if name == "status" else "status=active&"
                value = {"status": "active", "_lastUpdated": "2026"}.get(name, value)
            if name in ("patient", "_id"):
                value = "1"
            asked = f"/fhir/{resource['type']}?{query}{name}={value}"
            assert software.ask("gp", asked).status_code == 200, asked
    answered = {each.resource for each in ROUTES if each.resource}
    assert answered == {each["type"] for each in rest["resource"]}


ODD_DATES = ("00010101000000+1400", "99991231235959-1400", "20260230", "hier")


@pytest.mark.parametrize("date", ODD_DATES)
def test_an_odd_date_shuts_nothing(software: Software, date: str) -> None:
    """A date that no calendar holds is not believed, and every search goes on."""
    body = renamed(CDA, "2.25.1234").replace(
        b'<effectiveTime value="20260914',
        b'<effectiveTime value="' + date.encode() + b'" x="',
        1,
    )
    answer = send(software, CDA, body)
    assert answer.status_code in (201, 400, 422)
    for reader in ("solene", "gp", "dentist"):
        assert software.search(reader, "solene").status_code == 200


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'administrativeGenderCode code="F"', b'administrativeGenderCode code="M"'),
        ("SOLÈNE".encode(), b"AMAURY"),
    ],
)
def test_a_document_that_tells_a_former_identity_is_hidden(
    software: Software, old: bytes, new: bytes
) -> None:
    """Another sex marker or first name in the header: the team does not see it."""
    assert old in CDA.body
    body = renamed(CDA, "2.25.4321").replace(old, new)
    document_id = send(software, CDA, body).headers["Location"].rpartition("/")[2]
    for reader, status in (
        ("dentist", 404),
        ("pharmacist", 404),
        ("gp", 200),
        ("solene", 200),
    ):
        answer = software.ask(reader, f"/fhir/Binary/{document_id}")
        assert (reader, status) == (reader, answer.status_code)


def test_a_copy_under_another_identifier_stays_masked(software: Software) -> None:
    """The same bytes again, as another document: what was masked stays masked."""
    masked = {"op": "add", "path": "/securityLabel/-", "value": MASK}
    software.ask(
        "solene",
        f"/fhir/DocumentReference/{software.id_of('sore-throat-visit')}",
        "PATCH",
        data=json.dumps([masked]),
        content_type="application/json-patch+json",
    )
    simplified = {
        "resourceType": "DocumentReference",
        "status": "current",
        "type": {"coding": [{"system": "http://loinc.org", "code": "11488-4"}]},
        "masterIdentifier": {
            "system": "urn:ietf:rfc:3986",
            "value": "urn:oid:2.25.555",
        },
        "subject": {
            "identifier": {
                "system": WORLD.patients["solene"].identifier.system,
                "value": WORLD.patients["solene"].identifier.value,
            }
        },
        "author": [
            {
                "identifier": {
                    "system": WORLD.readers["gp"].identifier.system,
                    "value": WORLD.readers["gp"].identifier.value,
                }
            }
        ],
        "securityLabel": [{"coding": [{"system": CONFIDENTIALITY, "code": "N"}]}],
        "content": [
            {
                "attachment": {
                    "contentType": "text/xml",
                    "title": "Copie",
                    "data": b64encode(CDA.body).decode(),
                }
            }
        ],
    }
    answer = software.ask(
        "gp",
        "/fhir/DocumentReference",
        "POST",
        data=json.dumps(simplified),
        content_type="application/fhir+json",
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    document_id = answer.headers["Location"].rpartition("/")[2]
    assert (
        software.ask("dentist", f"/fhir/DocumentReference/{document_id}").status_code
        == 404
    )


def test_nobody_finds_out_by_trying_whose_record_there_is(software: Software) -> None:
    """Unknown identifier, other birth date, other name: one answer, word for word."""
    ins_value = WORLD.patients["solene"].identifier.value.encode()
    stranger = f"2910499999955{key('2910499999955')}".encode()
    born = WORLD.patients["solene"].traits.birth_date.replace("-", "").encode()
    answers = [
        send(software, CDA, body).get_data()
        for body in (
            renamed(CDA, "2.25.88").replace(ins_value, stranger),
            renamed(CDA, "2.25.88").replace(
                b'birthTime value="' + born, b'birthTime value="19900101'
            ),
            renamed(CDA, "2.25.88").replace(b"ORVANNEAU", b"DUPONT"),
        )
    ]
    assert answers[0] == answers[1] == answers[2]
    assert b"not-found" in answers[0]
