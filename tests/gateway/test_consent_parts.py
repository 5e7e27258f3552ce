"""What a Consent can be about beside documents: one fact, an episode, an emergency."""

import json
from typing import Any

import pytest

from gateway.consents import emergencies
from gateway.demo import table
from gateway.emergency import choosing
from labels.consent import Directive
from labels.fhir_consent import emergency
from mappings import body
from mappings.pdf import unread
from tests.gateway.consenting import (
    WORLD,
    about,
    bearer,
    consent,
    found,
    post,
    put,
    to_person,
)
from tests.gateway.registry import authorise, directives_of, record_of
from tests.gateway.world import Software

Json = dict[str, Any]

LETTER = "transition-consultation"


def places_of(document: str) -> list[str]:
    """Return the places of a demo document that say something."""
    content = WORLD.documents()[document]
    return [
        each.place for each in body.contents(*original(content), unread) if each.text
    ]


def original(document: object) -> tuple[bytes, str]:
    """Return the bytes and the type of a demo document."""
    deposit = next(d for d in WORLD.deposits if document in d.documents)
    return deposit.body, deposit.content_type


@pytest.fixture
def cda() -> str:
    """Give the name of a demo document of Solène that was sent as a CDA."""
    return next(
        each.documents[0].name
        for each in WORLD.deposits
        if each.patient == "solene" and each.path == "/cda" and len(each.documents) == 1
    )


def mask(software: Software, document: str, *places: str) -> Json:
    """Return the Consent by which Solène masks places of a document to everyone."""
    public = software.id_of(document, "solene")
    data = [about(public, place) for place in places]
    return consent("solene", {"type": "deny", "data": data})


def last(software: Software) -> Directive:
    """Return the directive of Solène that began last."""
    return max(directives_of(software, "solene"), key=lambda d: str(d.start))


def test_one_fact_of_a_document_is_masked(software: Software, cda: str) -> None:
    """A place that is there and can be left out is masked alone: the document stays."""
    texts = [each for each in places_of(cda) if "/h:text" in each]
    made = post(software, "solene", mask(software, cda, texts[0]))
    assert made.status_code == 201, made.get_data(as_text=True)
    decided = last(software)
    assert {place for _, place in decided.places} == {texts[0]}
    assert decided.items == frozenset()


def test_a_place_that_is_not_there_is_refused(software: Software, cda: str) -> None:
    """A made-up place, one past the end of its text, the empty path: 422 by its place."""
    place = places_of(cda)[0]
    for wrong in ("/nowhere", f"{place}#char=0,999999", f"{place}#char=2,1"):
        answer = post(software, "solene", mask(software, cda, wrong))
        (issue,) = answer.get_json(force=True)["issue"]
        assert (answer.status_code, issue["expression"]) == (
            422,
            ["Consent.provision.data[0].extension"],
        )


def test_a_sentence_of_a_place_is_a_place(software: Software, cda: str) -> None:
    """A range of characters inside the text of a place is taken."""
    place = next(each for each in places_of(cda) if "/h:text" in each)
    answer = post(software, "solene", mask(software, cda, f"{place}#char=0,2"))
    assert answer.status_code == 201


def test_hiding_everything_hides_the_document(software: Software, cda: str) -> None:
    """When nothing is left the mask names the whole item, and reads back as it was said."""
    made = post(software, "solene", mask(software, cda, "/h:ClinicalDocument[1]"))
    places = mask(software, cda, *places_of(cda))
    whole = post(software, "solene", places) if made.status_code == 422 else made
    assert whole.status_code == 201
    decided = last(software)
    assert (len(decided.items), decided.places) == (1, frozenset())
    path = f"/fhir/DocumentReference/{software.id_of(cda, 'solene')}"
    assert software.ask("dentist", path).status_code == 404


def sections(document: str) -> list[str]:
    """Return the places of the sections of a demo document."""
    texts = [each for each in places_of(document) if "/h:text" in each]
    return sorted({each.partition("/h:text")[0] for each in texts})


def test_two_masks_that_leave_nothing_together_hide_the_document(
    software: Software,
) -> None:
    """What is masked already counts: the second mask, of all the rest, is of the whole."""
    document = "sore-throat-visit"
    first, *rest = sections(document)
    path = f"/fhir/DocumentReference/{software.id_of(document, 'solene')}"
    assert post(software, "solene", mask(software, document, first)).status_code == 201
    assert last(software).items == frozenset()
    assert software.ask("dentist", path).status_code == 200
    assert post(software, "solene", mask(software, document, *rest)).status_code == 201
    decided = last(software)
    assert (len(decided.items), decided.places) == (1, frozenset())
    assert software.ask("dentist", path).status_code == 404


def test_a_new_version_of_a_mask_is_judged_without_the_old_one(
    software: Software, cda: str
) -> None:
    """What a change takes back is not hidden any more: one place for another."""
    texts = [each for each in places_of(cda) if "/h:text" in each]
    made = post(software, "solene", mask(software, cda, texts[0])).get_json(force=True)
    provision = mask(software, cda, texts[-1])["provision"]
    changed = put(software, "solene", made | {"provision": provision})
    assert changed.status_code == 200
    held = max(directives_of(software, "solene"), key=lambda d: str(d.start))
    assert {place for _, place in held.places} == {texts[-1]}


def test_two_persons_are_no_reader(software: Software) -> None:
    """What is hidden from one by name takes nothing from what another keeps."""
    document = "sore-throat-visit"
    first, *rest = sections(document)
    for reader, places in (("dentist", [first]), ("pharmacist", rest)):
        sent = mask(software, document, *places)
        sent["provision"]["actor"] = [to_person(reader)]
        assert post(software, "solene", sent).status_code == 201
        assert last(software).items == frozenset()


def test_a_place_of_what_cannot_be_divided_opens_nothing(software: Software) -> None:
    """A permission for one place of a scan would open the whole: refused; a mask hides it."""
    data = [about(software.id_of("old-scan", "octave"), places_of("old-scan")[0])]
    answer = post(
        software, "octave", consent("octave", {"type": "permit", "data": data})
    )
    (issue,) = answer.get_json(force=True)["issue"]
    assert issue["expression"] == ["Consent.provision.data.extension"]
    masked = consent("octave", {"type": "deny", "data": data})
    assert post(software, "octave", masked).status_code == 201
    decided = max(directives_of(software, "octave"), key=lambda d: str(d.start))
    assert (len(decided.items), decided.places) == (1, frozenset())


def test_an_episode_is_the_documents_of_an_encounter(software: Software) -> None:
    """Those that are there and those that come: each names the encounter in its context."""
    visit = {"identifier": {"system": "urn:visits", "value": "7"}}
    there = deposited(software, "urn:oid:2.25.91", {"encounter": [visit]})
    assert sees(software, there)
    data = [{"meaning": "related", "reference": visit}]
    made = post(software, "octave", consent("octave", {"type": "deny", "data": data}))
    assert made.status_code == 201
    new = deposited(software, "urn:oid:2.25.92", {"related": [visit]})
    other = deposited(software, "urn:oid:2.25.93", {})
    assert [sees(software, each) for each in (there, new, other)] == [
        False,
        False,
        True,
    ]


def deposited(software: Software, identifier: str, context: Json) -> str:
    """Send a report about Octave again under an identifier; return the document's id."""
    content = WORLD.documents()["biopsy"]
    resource = json.loads(original(content)[0])
    resource["masterIdentifier"]["value"] = identifier
    resource["context"] |= context
    resource["securityLabel"] = resource["securityLabel"][:1]
    answer = software.ask(
        content.author,
        "/fhir/DocumentReference",
        "POST",
        data=json.dumps(resource),
        content_type="application/fhir+json",
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.headers["Location"].rpartition("/fhir")[2]


def sees(software: Software, document: str) -> bool:
    """Tell whether Octave's dentist may read a document."""
    return software.ask("dentist", f"/fhir{document}").status_code == 200


def choice(kind: str, system: str, code: str, **changed: object) -> Json:
    """Return a Consent about emergencies."""
    category = {"coding": [{"system": emergency.CATEGORY[0], "code": "emrgonly"}]}
    provision = {"type": kind, "purpose": [{"system": system, "code": code}]}
    return consent("solene", provision, category=[category], **changed)


REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


def test_a_choice_about_emergencies_is_a_consent(software: Software) -> None:
    """Said by the API it holds; said again it is a new version of the same Consent."""
    made = post(software, "solene", choice("deny", REASON, "BTG")).get_json(force=True)
    assert made["provision"]["type"] == "deny"
    assert not choices(software).others
    again = post(software, "solene", choice("permit", REASON, "BTG")).get_json(
        force=True
    )
    assert (again["id"], again["meta"]["versionId"]) == (made["id"], "2")
    assert choices(software).others
    held = choice("deny", REASON, "BTG") | {"id": made["id"]}
    assert (
        put(software, "solene", held).get_json(force=True)["meta"]["versionId"] == "3"
    )
    old = software.ask("solene", f"/fhir/Consent/{made['id']}/_history/1")
    assert old.get_json(force=True) == made


def choices(software: Software) -> Any:  # noqa: ANN401 - EmergencyChoices
    """Return what Solène chose."""
    with software.services.store.unit() as connection:
        return emergencies.choices(
            connection, record_of(software, "solene", connection)
        )


def test_a_choice_of_the_app_is_found_as_a_consent(software: Software) -> None:
    """The same three, whoever wrote them."""
    solene = table.principal_of(WORLD.readers["solene"])
    said = choice("permit", emergency.PURPOSE, emergency.MASKED)
    choosing.choose(software.services, solene, lambda held: emergency.read(said, held))
    (listed,) = (
        each
        for each in found(software, "solene", "solene")
        if emergency.is_emergency(each)
    )
    assert listed["provision"]["purpose"][0]["code"] == "MASKED"


@pytest.mark.parametrize(
    ("sent", "place"),
    [
        (choice("deny", REASON, "BTG", status="inactive"), "Consent.status"),
        (choice("deny", REASON, "TREAT"), "Consent.provision.purpose[0].code"),
        (choice("deny", REASON, "BTG", patient={}), "Consent.patient"),
        (choice("deny", REASON, "BTG", patient={"identifier": 7}), "Consent.patient"),
    ],
    ids=["ended", "another purpose", "nobody", "no identifier"],
)
def test_a_choice_that_is_not_clear_is_refused(
    software: Software, sent: Json, place: str
) -> None:
    """422 by its place, and nothing is chosen."""
    answer = post(software, "solene", sent)
    (issue,) = answer.get_json(force=True)["issue"]
    assert (answer.status_code, issue["expression"]) == (422, [place])
    assert choices(software).others


def test_a_choice_and_a_decision_are_two_consents(software: Software) -> None:
    """Neither becomes the other by a change, and one choice is not another."""
    made = post(software, "solene", choice("deny", REASON, "BTG")).get_json(force=True)
    samu = choice("deny", REASON, "ETREAT") | {"id": made["id"]}
    decided = consent("solene", {"type": "deny"}) | {"id": made["id"]}
    both = choice("deny", REASON, "BTG")
    both["provision"]["purpose"] += [{"system": REASON, "code": "ETREAT"}]
    for sent in (samu, decided):
        assert put(software, "solene", sent).status_code == 422
    assert post(software, "solene", both).status_code == 422


def test_a_recorder_takes_down_a_choice_too(software: Software) -> None:
    """With the task and a code from the person; he never reads it."""
    authorise(software, "psychiatrist", "solene")
    scope = bearer(software, "psychiatrist", scope="consent:record")
    sent = choice("deny", REASON, "ETREAT")
    made = post(software, "psychiatrist", sent, Authorization=scope)
    assert made.status_code == 201
    assert not choices(software).samu
