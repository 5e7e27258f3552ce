"""Bad input: a precise 4xx, nothing stored, the refusal traced, never a 500."""

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from gateway.audit import trail
from gateway.demo.world.load import WorldDeposit, load
from gateway.edge import MAX_BODY
from gateway.repository import records
from gateway.repository.tables import item
from gateway.services import Services
from mappings import ins
from tests.gateway.world import Software

WORLD = load()
Json = dict[str, Any]

CDA = next(each for each in WORLD.deposits if each.name == "ankle-visit")
TRANSACTION = next(
    each for each in WORLD.deposits if each.name == "contraception-visit"
)
SIMPLIFIED = next(each for each in WORLD.deposits if each.route == "iti105")


def send(software: Software, deposit: WorldDeposit, body: bytes) -> TestResponse:
    """Post a body in place of a deposit's own, as its depositor."""
    return software.ask(
        deposit.depositor,
        deposit.path,
        "POST",
        data=body,
        content_type=deposit.content_type,
    )


def fresh(body: bytes) -> bytes:
    """Return the document under another identifier, so that it is not a repetition."""
    oid = CDA.documents[0].identifier.removeprefix("urn:oid:")
    return body.replace(oid.encode(), b"2.25.424242")


def edited(change: Callable[[Json], object]) -> bytes:
    """Return the ITI-65 Bundle after a change."""
    bundle = json.loads(TRANSACTION.body)
    change(bundle)
    return json.dumps(bundle).encode()


def entry(bundle: Json, kind: str) -> Json:
    """Return the first resource of a kind in a Bundle."""
    found = (each["resource"] for each in bundle["entry"])
    return next(each for each in found if each["resourceType"] == kind)


def attachment(bundle: Json) -> Json:
    """Return the attachment of the Bundle's first DocumentReference."""
    found: Json = entry(bundle, "DocumentReference")["content"][0]["attachment"]
    return found


STYLESHEET = b"<xsl:stylesheet xmlns:xsl='http://www.w3.org/1999/XSL/Transform'/>"
ENTITIES = b"<!DOCTYPE a [<!ENTITY b 'c'>]><ClinicalDocument>&b;</ClinicalDocument>"
EXTERNAL = b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><ClinicalDocument/>"
INS = WORLD.patients["inaya"].identifier.value.encode()
BORN = WORLD.patients["inaya"].traits.birth_date.replace("-", "").encode()
FOREIGN = {
    "fullUrl": "urn:uuid:7f0e8a3c-6a5e-4c55-8d4e-0a6c4f0b7a11",
    "resource": {"resourceType": "Consent", "status": "active"},
    "request": {"method": "POST", "url": "Consent"},
}

REFUSED: dict[str, tuple[WorldDeposit, Callable[[], bytes], set[int]]] = {
    "not XML": (CDA, lambda: b"hello", {400}),
    "nothing": (CDA, lambda: b"", {400}),
    "entities": (CDA, lambda: ENTITIES, {400}),
    "an external DTD": (CDA, lambda: EXTERNAL, {400}),
    "another namespace": (
        CDA,
        lambda: CDA.body.replace(b"urn:hl7-org:v3", b"urn:hl7-org:v2"),
        {400, 422},
    ),
    "no ClinicalDocument": (CDA, lambda: b"<a xmlns='urn:hl7-org:v3'/>", {400, 422}),
    "a style sheet without document": (CDA, lambda: STYLESHEET, {400, 422}),
    "a wrong INS key": (
        CDA,
        lambda: fresh(
            CDA.body.replace(INS, INS[:-1] + b"%d" % ((int(INS[-1:]) + 1) % 10))
        ),
        {422},
    ),
    "another birth date": (
        CDA,
        lambda: fresh(
            CDA.body.replace(b'birthTime value="' + BORN, b'birthTime value="19900101')
        ),
        {422},
    ),
    "a wrong hash": (
        TRANSACTION,
        lambda: edited(
            lambda b: attachment(b).update(hash=b64encode(b"x" * 20).decode())
        ),
        {400, 422},
    ),
    "a wrong size": (
        TRANSACTION,
        lambda: edited(lambda b: attachment(b).update(size=7)),
        {400, 422},
    ),
    "a foreign entry": (
        TRANSACTION,
        lambda: edited(lambda b: b["entry"].append(FOREIGN)),
        {400, 422},
    ),
    "no entries": (TRANSACTION, lambda: edited(lambda b: b.pop("entry")), {400, 422}),
    "an unknown security label": (
        TRANSACTION,
        lambda: edited(
            lambda b: entry(b, "DocumentReference").update(
                securityLabel=[{"coding": [{"system": "urn:x", "code": "N"}]}]
            )
        ),
        {422},
    ),
    "a label in words only": (
        TRANSACTION,
        lambda: edited(
            lambda b: entry(b, "DocumentReference").update(
                securityLabel=[{"text": "N"}]
            )
        ),
        {422},
    ),
    "a document to replace that nobody knows": (
        TRANSACTION,
        lambda: edited(
            lambda b: entry(b, "DocumentReference").update(
                masterIdentifier={
                    "system": "urn:ietf:rfc:3986",
                    "value": "urn:oid:2.25.77",
                },
                relatesTo=[
                    {"code": "replaces", "target": {"reference": "DocumentReference/1"}}
                ],
            )
        ),
        {400, 422},
    ),
    "duplicate keys": (
        TRANSACTION,
        lambda: b'{"resourceType":"Bundle","type":"a","type":"b"}',
        {400},
    ),
    "NaN": (TRANSACTION, lambda: b'{"resourceType":"Bundle","total":NaN}', {400}),
    "a deep nest": (
        TRANSACTION,
        lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        {400},
    ),
    "another kind of Bundle": (
        TRANSACTION,
        lambda: b'{"resourceType":"Bundle","type":"collection"}',
        {422},
    ),
    "another resource": (SIMPLIFIED, lambda: b'{"resourceType":"Patient"}', {400, 422}),
    "data that is not base64": (
        SIMPLIFIED,
        lambda: SIMPLIFIED.body.replace(b'"data":"', b'"data":"!!').replace(
            b'"data": "', b'"data": "!!'
        ),
        {400, 422},
    ),
    "more than 50 MB": (CDA, lambda: b" " * (MAX_BODY + 1), {413}),
}


def kept(services: Services) -> int:
    """Return how many items the database holds."""
    with services.store.unit() as connection:
        count = connection.scalar(select(func.count()).select_from(item))
    return int(count or 0)


def refusals(services: Services) -> list[Json]:
    """Return the traces of refusals, those that concern no known record too."""
    keys, known = (
        services.store.keys,
        [each.identifier for each in WORLD.patients.values()],
    )
    with services.store.unit() as connection:
        held = [records.by_identifiers(connection, keys, each) for each in known]
        held.append(records.by_id(connection, keys, records.HOUSE))
        return [
            event
            for record in held
            for event in trail.of_record(connection, record)
            if event["outcome"] == "4"
        ]


@pytest.mark.parametrize("case", REFUSED)
def test_bad_input_is_refused_with_its_place_and_kept_nowhere(
    services: Services, software: Software, case: str
) -> None:
    """The answer is an OperationOutcome with a place; only its trace is kept."""
    deposit, body, statuses = REFUSED[case]
    before, traced = kept(services), len(refusals(services))
    answer = send(software, deposit, body())
    assert answer.status_code in statuses, answer.get_data(as_text=True)
    outcome = answer.get_json(force=True)
    assert outcome["resourceType"] == "OperationOutcome"
    issues = [
        each for each in outcome["issue"] if each["severity"] in ("error", "fatal")
    ]
    assert issues
    assert answer.status_code == 413 or any(each.get("expression") for each in issues)
    assert (before, traced + 1) == (kept(services), len(refusals(services)))


@pytest.mark.parametrize("path", ["/cda", "/xdm", "/fhir", "/fhir/DocumentReference"])
@pytest.mark.parametrize("media", ["text/plain", "multipart/form-data", ""])
def test_another_media_type_is_refused(
    software: Software, path: str, media: str
) -> None:
    """A body that says it is something else is a 415."""
    answer = software.ask("gp", path, "POST", data=b"x", content_type=media or None)
    assert (
        answer.status_code,
        answer.get_json(force=True)["resourceType"],
    ) == (415, "OperationOutcome")


def test_nobody_deposits_in_anothers_name(
    services: Services, software: Software
) -> None:
    """A professional of another structure gets a 403, and nothing is kept."""
    before = kept(services)
    answer = software.ask(
        "dentist", CDA.path, "POST", data=fresh(CDA.body), content_type=CDA.content_type
    )
    assert (403, before) == (answer.status_code, kept(services))


def test_a_record_nobody_opened_takes_no_deposit(software: Software) -> None:
    """A patient without a record and one whose record is closed are refused alike."""
    body = "1111199999999"
    number = (body + ins.key(body)).encode()
    answer = send(software, CDA, fresh(CDA.body.replace(INS, number)))
    assert answer.status_code == 422
    assert answer.get_json(force=True)["issue"][0]["code"] == "not-found"
