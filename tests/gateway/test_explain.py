"""``$explain``: the person and the officer are told why, and what would change it."""

from typing import Any

import pytest

from gateway.audit import trail
from gateway.demo.table import principal_of
from gateway.identity.claims import PERSON_SYSTEM
from gateway.identity.principal import OFFICER
from gateway.repository import records
from gateway.why import why
from labels.policy import rule
from tests.gateway.consenting import WORLD, bearer
from tests.gateway.world import Software

Json = dict[str, Any]


def ask(
    software: Software, asker: str, document: str, reader: str, **more: str
) -> Json:
    """Return what a persona is told about another and a document, by GET."""
    about = WORLD.readers[reader]
    query = f"reader={about.id}&profession={about.profession}&skill={about.skill}"
    path = f"/fhir/DocumentReference/{software.id_of(document)}/$explain?{query}"
    answer = software.ask(asker, path.replace("&skill=", "", not about.skill), **more)
    return {"status": answer.status_code, **answer.get_json(force=True)}


def values(told: Json, name: str) -> list[str]:
    """Return the values, or those of the parts, of the parameters of a name."""
    found = (each for each in told["parameter"] if each["name"] == name)
    parts = (part for each in found for part in each.get("part", [each]))
    return [
        str(value)
        for part in parts
        for key, value in part.items()
        if key.startswith("value")
    ]


def test_the_person_is_told_the_rule_the_article_and_what_would_change_it(
    software: Software,
) -> None:
    """A mask against dentists: its rule, its article, the sentence, and a way to open."""
    told = ask(software, "solene", "transition-consultation", "dentist")
    assert values(told, "outcome") == ["deny"]
    assert values(told, "sight") == ["none"]
    assert values(told, "rule")[:2] == ["masked-by-the-patient", "CSP R.1111-49"]
    french, english = (
        each["part"] for each in told["parameter"] if each["name"] == "explanation"
    )
    assert (french[0]["valueCode"], english[0]["valueCode"]) == ("fr", "en")
    assert english[1]["valueString"].startswith("Not visible:")
    assert any(part["name"] == "change" for part in french)


def test_what_a_reader_sees_is_explained_too(software: Software) -> None:
    """The treating doctor sees all of it, and the law says why."""
    told = ask(software, "solene", "transition-consultation", "gp")
    assert (values(told, "outcome"), values(told, "sight")) == (["permit"], ["whole"])
    known = {each.id for each in rule.load().rules}
    assert {"treating-doctor-sees-all"} <= set(values(told, "rule")) & known


@pytest.mark.parametrize("asker", ["gp", "dentist", "tristan", "dpi"])
def test_nobody_else_is_told_anything(software: Software, asker: str) -> None:
    """A reader, refused or not, gets the answer of an unknown document."""
    told = ask(software, asker, "transition-consultation", "dentist")
    path = f"/fhir/DocumentReference/{'0' * 64}/$explain"
    reader = WORLD.readers["dentist"].id
    absent = software.ask(asker, f"{path}?reader={reader}")
    assert told == {"status": 404, **absent.get_json(force=True)}


def test_an_officer_is_told_and_leaves_a_trace(software: Software) -> None:
    """Whoever has the task in the token is told what the person would be, and it is written."""
    held = bearer(software, "psychiatrist", scope=OFFICER)
    told = ask(
        software,
        "psychiatrist",
        "transition-consultation",
        "dentist",
        headers={"Authorization": held},  # type: ignore[arg-type]
    )
    assert values(told, "outcome") == ["deny"]
    store = software.services.store
    with store.unit() as connection:
        identifier = WORLD.patients["solene"].identifier
        record = records.by_identifiers(connection, store.keys, identifier)
        last = trail.of_record(connection, record)[-1]
    assert last["subtype"][0]["code"] == "operation"
    assert last["outcome"] == "0"


def post(software: Software, parameter: list[Json]) -> tuple[int, Json]:
    """Ask by POST, as Inaya, about a document her mother may see."""
    path = f"/fhir/DocumentReference/{software.id_of('ankle-visit')}/$explain"
    body = {"resourceType": "Parameters", "parameter": parameter}
    answer = software.ask(
        "inaya", path, "POST", json=body, content_type="application/fhir+json"
    )
    return answer.status_code, answer.get_json(force=True)


def test_a_private_person_is_named_in_the_body_only(software: Software) -> None:
    """An INS stands in no address; by POST the mother's sight is explained."""
    mother = WORLD.readers["corentine"].identifier
    value = {"system": mother.system, "value": mother.value}
    status, told = post(software, [{"name": "reader", "valueIdentifier": value}])
    assert (status, values(told, "outcome")) == (200, ["permit"])
    path = f"/fhir/DocumentReference/{software.id_of('ankle-visit')}/$explain"
    named = f"{path}?reader={mother.system}|{mother.value}"
    assert software.ask("inaya", named).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "reader=x",
        "reader=urn:oid:1.2.250.1.71.4.2.1|1&purpose=PATRQT",
        "reader=urn:oid:1.2.250.1.71.4.2.1|1&purpose=x",
        "reader=urn:oid:1.2.250.1.71.4.2.1|1&other=x",
        "reader=urn:oid:1.2.250.1.71.4.2.2|1&organization=urn:x|1",
        "reader=urn:oid:1.2.250.1.71.4.2.1|1&organization=x",
    ],
)
def test_a_reader_that_is_not_clear_is_refused(software: Software, query: str) -> None:
    """400, whoever asks and whatever document."""
    path = f"/fhir/DocumentReference/{'0' * 64}/$explain?{query}"
    assert software.ask("solene", path).status_code == 400


def test_a_structure_can_be_asked_about(software: Software) -> None:
    """The structure of the author keeps sight of what it deposited."""
    biologist = WORLD.readers["biologist"]
    assert biologist.structure is not None
    found = biologist.structure.identifier
    path = f"/fhir/DocumentReference/{software.id_of('blood-count')}/$explain"
    answer = software.ask("solene", f"{path}?reader={found.system}|{found.value}")
    assert "depositor-sees-own" in values(answer.get_json(force=True), "rule")


def missing(told: Json) -> list[str]:
    """Return the parameters that a 400 names."""
    assert {each["code"] for each in told["issue"]} == {"required"}
    return [name for each in told["issue"] for name in each["expression"]]


def test_whom_the_record_knows_needs_no_profession(software: Software) -> None:
    """The surgeon who wrote and reads is not told of as a stranger who reads nothing."""
    path = f"/fhir/DocumentReference/{software.id_of('transition-consultation')}"
    reader = WORLD.readers["surgeon"].id
    told = software.ask("solene", f"{path}/$explain?reader={reader}")
    assert values(told.get_json(force=True), "outcome") == ["permit"]


def test_the_skill_that_decides_is_known_too(software: Software) -> None:
    """An occupational doctor who tried to read is not taken for another doctor."""
    path = f"/fhir/DocumentReference/{software.id_of('transition-consultation')}"
    token = bearer(
        software,
        "surgeon",
        sub="899700990999",
        SubjectNameID="899700990999",
        SubjectRefPro={
            "exercices": [{"codeProfession": "10", "codeSavoirFaire": "SM25"}]
        },
    )
    tried = software.client.get(path, headers={"Authorization": token})
    assert tried.status_code == 404
    reader = f"{PERSON_SYSTEM}|899700990999"
    told = software.ask("solene", f"{path}/$explain?reader={reader}")
    assert "occupational-doctor-never" in values(told.get_json(force=True), "rule")


def test_of_whom_the_record_does_not_know_it_asks(software: Software) -> None:
    """Never a false no: a 400 with every parameter that is missing, then with what is left."""
    path = f"/fhir/DocumentReference/{software.id_of('transition-consultation')}"
    path += f"/$explain?reader={WORLD.readers['midwife'].id}"
    told = software.ask("solene", path)
    assert told.status_code == 400
    assert missing(told.get_json(force=True)) == ["profession", "organization"]
    told = software.ask("solene", f"{path}&profession=50")
    assert missing(told.get_json(force=True)) == ["organization"]


def test_what_the_person_may_not_see_makes_nobody_known(software: Software) -> None:
    """Who only wrote a report that waits for its announcement is as unknown as any other."""
    path = f"/fhir/DocumentReference/{software.id_of('eye-visit', 'octave')}/$explain"
    answers = [
        software.ask("octave", f"{path}?reader={WORLD.readers[each].id}").data
        for each in ("pathologist", "midwife")
    ]
    assert answers[0] == answers[1]


def explained(software: Software, document: str, reader: str) -> Json:
    """Return what Solène is told of a reader, who is described only where that is asked."""
    about = WORLD.readers[reader]
    path = f"/fhir/DocumentReference/{software.id_of(document, 'solene')}/$explain"
    value = dict(zip(("system", "value"), about.id.split("|"), strict=True))
    given = [{"name": "reader", "valueIdentifier": value}]
    sent = {"content_type": "application/fhir+json"}
    for _ in range(2):
        body = {"resourceType": "Parameters", "parameter": given}
        answer = software.ask("solene", path, "POST", json=body, **sent)
        told: Json = answer.get_json(force=True)
        if answer.status_code == 200:
            return told
        given += [described(reader, name) for name in missing(told)]
    pytest.fail("asked again for what was given")


def described(reader: str, name: str) -> Json:
    """Return a parameter that says of a persona what is missing."""
    about = WORLD.readers[reader]
    if name == "profession":
        return {"name": name, "valueCode": about.profession}
    assert about.structure is not None
    found = about.structure.identifier
    value = {"system": found.system, "value": found.value}
    return {"name": name, "valueIdentifier": value}


@pytest.mark.parametrize("reader", list(WORLD.readers))
def test_explaining_agrees_with_why_and_with_what_the_reader_gets(
    software: Software, reader: str
) -> None:
    """Every persona, every document of Solène: one sentence, one sight, and it is so."""
    principal = principal_of(WORLD.readers[reader])
    for document, each in WORLD.documents().items():
        if each.patient != "solene":
            continue
        public_id = software.id_of(document, "solene")
        told = explained(software, document, reader)
        got = software.ask(reader, f"/fhir/DocumentReference/{public_id}")
        sight = values(told, "sight")
        assert (got.status_code == 200) == (sight != ["none"])
        said = why(software.services, principal, public_id, "en")
        assert said is not None
        assert said.splitlines()[0] in values(told, "explanation")
        assert ("some passages were never written" in said) == (sight == ["part"])
