"""Who gets a rendition gets a document in which what is hidden was never written."""

import json
from base64 import b64decode
from hashlib import sha1, sha256
from typing import Any

from gateway import last_word, masking
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.inquiry import by_identifier, inquire
from gateway.references import Reference
from gateway.repository.tables import rendition
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.last_word import Word
from tests.gateway.test_deposit import send
from tests.gateway.world import Software

WORLD = load()
Json = dict[str, Any]
HORMONE = (b"stradiol", b"G03CA03", b"pironolactone")
ORDINARY = b"tirizine"
ROW = (
    "/h:ClinicalDocument/h:component/h:structuredBody/h:component/h:section"
    "/h:text/h:table/h:tbody/h:tr[3]"
)
"""The row of the ordinary medicine, as labelling names it."""


def reference(software: Software, reader: str, document: str, of: str = "") -> Json:
    """Return the DocumentReference of a demo document as a persona reads it."""
    known = software.id_of(document, of)
    answer = software.ask(reader, f"/fhir/DocumentReference/{known}")
    assert answer.status_code == 200, answer.get_data(as_text=True)
    found: Json = answer.get_json(force=True)
    return found


def body(software: Software, reader: str, shown: Json) -> bytes:
    """Return the bytes that a DocumentReference names."""
    attachment = shown["content"][0]["attachment"]
    headers = {"Accept": attachment["contentType"]}
    answer = software.ask(reader, f"/fhir/{attachment['url']}", headers=headers)
    assert answer.status_code == 200
    return answer.get_data()


def received(document: str) -> bytes:
    """Return the bytes of a document as its depositor sent them, alone or in a Bundle."""
    deposit = next(
        each
        for each in WORLD.deposits
        if document in {name.name for name in each.documents}
    )
    if deposit.path == "/cda":
        return deposit.body
    index = [each.name for each in deposit.documents].index(document)
    binaries = [
        each["resource"]["data"]
        for each in json.loads(deposit.body)["entry"]
        if each["resource"]["resourceType"] == "Binary"
    ]
    return b64decode(binaries[index])


def test_the_dentist_reads_a_prescription_without_its_hormones(
    software: Software,
) -> None:
    """The other medicine is there; of the hormones no code, word, size or hash."""
    shown = reference(software, "dentist", "hormone-prescription")
    read = body(software, "dentist", shown)
    assert ORDINARY in read
    everything = read + json.dumps(shown).encode()
    assert [word for word in HORMONE if word in everything] == []
    whole = body(software, "gp", reference(software, "gp", "hormone-prescription"))
    assert [word for word in HORMONE if word in whole] == list(HORMONE)


def test_the_metadata_describe_what_is_given(software: Software) -> None:
    """Size, hash, title and identifier are those of the rendition, for each reader."""
    whole = reference(software, "gp", "hormone-prescription")
    part = reference(software, "dentist", "hormone-prescription")
    for reader, shown in (("gp", whole), ("dentist", part)):
        read = body(software, reader, shown)
        attachment = shown["content"][0]["attachment"]
        digest = sha1(read, usedforsecurity=False).digest()
        assert attachment["size"] == len(read)
        assert b64decode(attachment["hash"]) == digest
        assert attachment["title"] == shown["description"]
    assert part["masterIdentifier"] != whole["masterIdentifier"]
    assert part["masterIdentifier"]["value"].removeprefix("urn:uuid:").encode() in body(
        software, "dentist", part
    )


def test_who_may_see_all_gets_the_bytes_as_received(software: Software) -> None:
    """The patient, the treating doctor and the depositor get the original."""
    for reader in ("solene", "gp", "endocrinologist"):
        for name in ("hormone-prescription", "transition-consultation"):
            shown = reference(software, reader, name)
            digest = sha256(body(software, reader, shown)).hexdigest()
            assert digest == sha256(received(name)).hexdigest()


def test_the_team_gets_renditions_of_ordinary_documents_too(software: Software) -> None:
    """What one gets depends on who one is, never on what is hidden in the document."""
    shown = reference(software, "dentist", "sore-throat-visit")
    read = body(software, "dentist", shown)
    assert read != received("sore-throat-visit")
    assert b'typeCode="XFRM"' in read


def masked_place(software: Software, place: str) -> str:
    """Have the patient mask one place of the prescription to everyone; returns its id."""
    item = Reference.parse(software.id_of("hormone-prescription")).item_id
    audience = Audience(AudienceKind.EVERYONE)
    said = Directive("", Effect.MASK, audience, places=frozenset({(item, place)}))
    solene = principal_of(WORLD.readers["solene"])
    kept = masking.decide(software.services, solene, said)
    assert kept is not None
    return kept


def test_one_fact_is_masked_and_shown_again(software: Software) -> None:
    """A masked row leaves the rendition of others at once, and comes back when ended."""
    pharmacist = reference(software, "pharmacist", "hormone-prescription")
    assert ORDINARY in body(software, "pharmacist", pharmacist)
    directive = masked_place(software, ROW)
    after = reference(software, "pharmacist", "hormone-prescription")
    assert ORDINARY not in body(software, "pharmacist", after)
    gp = reference(software, "gp", "hormone-prescription")
    assert ORDINARY in body(software, "gp", gp)
    solene = principal_of(WORLD.readers["solene"])
    assert masking.end(software.services, solene, directive)
    assert reference(software, "pharmacist", "hormone-prescription") == pharmacist


def test_no_rendition_outlives_a_decision(software: Software) -> None:
    """A new mask, an ended one and a word of the patient destroy what was rendered."""
    solene = principal_of(WORLD.readers["solene"])
    item = Reference.parse(software.id_of("hormone-prescription")).item_id

    def kept() -> int:
        find = by_identifier(software.services, WORLD.patients["solene"].identifier)
        with inquire(software.services, solene, find) as asked:
            rows = asked.connection.execute(
                rendition.select().where(
                    rendition.c.patient_id == asked.record.patient_id
                )
            )
            return len(rows.all())

    reference(software, "pharmacist", "hormone-prescription")
    assert kept()
    directive = masked_place(software, ROW)
    assert not kept()
    reference(software, "pharmacist", "hormone-prescription")
    masking.end(software.services, solene, directive)
    assert not kept()
    before = reference(software, "dentist", "hormone-prescription")
    word = Word(
        sensitive=False,
        categories=frozenset({Category.GENDER_IDENTITY}),
        items=frozenset({item}),
    )
    last_word.say(software.services, solene, word)
    after = reference(software, "dentist", "hormone-prescription")
    assert before != after
    assert any(word in body(software, "dentist", after) for word in HORMONE)


def test_a_former_identity_is_hidden_or_replaced(software: Software) -> None:
    """Who may not know of it gets nothing; whom the patient lets read, the present name.

    A name can be replaced; *il* and *opéré* about somebody cannot, so that a document of
    former times is not shown in part to who may not know.
    """
    former = WORLD.patients["solene"].former_given[0]
    visit = next(each for each in WORLD.deposits if each.name == "sore-throat-visit")
    oid = visit.documents[0].identifier.removeprefix("urn:oid:")
    sent = visit.body.replace(oid.encode(), b"2.25.97531")
    for name in ("SOLÈNE", "Solène"):
        sent = sent.replace(
            f">{name}</given>".encode(), f">{former.upper()}</given>".encode()
        )
    assert former.upper().encode() in sent
    answer = send(software, visit, sent)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    path = answer.headers["Location"].rpartition("/fhir/")[2]
    assert software.ask("dentist", f"/fhir/{path}").status_code == 404
    solene = principal_of(WORLD.readers["solene"])
    dentist = Audience(
        AudienceKind.PERSON, principal_of(WORLD.readers["dentist"]).subject
    )
    item = frozenset({Reference.parse(path.rpartition("/")[2]).item_id})
    said = Directive("", Effect.SHOW, dentist, items=item)
    assert masking.decide(software.services, solene, said)
    shown = software.ask("dentist", f"/fhir/{path}").get_json(force=True)
    read = body(software, "dentist", shown) + json.dumps(shown).encode()
    assert former.upper().encode() not in read.upper()
    assert "Solène".encode() in read
    whole = software.ask("gp", f"/fhir/{path}").get_json(force=True)
    assert former.upper().encode() in body(software, "gp", whole)
