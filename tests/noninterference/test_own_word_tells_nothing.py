"""What a girl did about whom her mother let in is not told to her mother.

Two worlds: in one the girl ended, confirmed, blocked; in the other she did nothing. The
mother's relations and Consents are hers, as she declared them, and answer the same.
"""

import json
from collections.abc import Callable, Iterator

import pytest

from labels.fhir_consent import emergency
from tests.gateway.consenting import about, consent, to_person
from tests.noninterference import circle
from tests.noninterference.pair import pair
from tests.noninterference.side_by_side import by_person
from tests.noninterference.twoworlds import Json, Two, paper

MOTHER, GIRL, AUNT, DOCTOR = "corentine", "inaya", "melisande", "psychiatrist"
REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def team() -> Json:
    """Return how the mother lets the doctor in."""
    return circle.team(GIRL, DOCTOR)


def aunt() -> Json:
    """Return how the mother lets the aunt in."""
    return circle.carer(GIRL, AUNT)


def declared(two: Two, body: Json) -> str:
    """Have the mother declare a relation in both worlds; return where it is read."""
    kind = body["resourceType"]
    made = two.same(MOTHER, f"/fhir/{kind}", "POST", body)
    assert made.status == "201 CREATED"
    return f"/fhir/{kind}/{json.loads(made.body)['id']}"


def looks(two: Two, *paths: str) -> None:
    """Have the mother look at all that is hers in both worlds."""
    person = by_person(GIRL)
    for kind in ("CareTeam", "RelatedPerson", "AuditEvent", "Communication"):
        two.same(MOTHER, f"/fhir/{kind}?{person}")
    for status in ("active", "inactive"):
        two.same(MOTHER, f"/fhir/Consent?{person}&status={status}")
    for each in paths:
        assert two.same(MOTHER, each).status == "200 OK"


Acts = Callable[[Two, str, str], None]


def ends(two: Two, doctor: str, carer: str) -> None:
    """Have the girl end both."""
    two.apart(GIRL, f"{doctor}/$end")
    two.apart(GIRL, f"{carer}/$end")


def blocks(two: Two, _doctor: str, _carer: str) -> None:
    """Have the girl block the doctor."""
    two.apart(GIRL, "/fhir/Consent/$block", body=circle.blocking(DOCTOR))


@pytest.mark.parametrize("acts", [ends, blocks])
def test_a_mother_is_not_told_what_a_girl_did_about_a_relation(
    two: Two, acts: Acts
) -> None:
    """Ended or blocked, declared again, taken in by the girl herself, ended by the mother."""
    looks(two, *(first := [declared(two, each) for each in (team(), aunt())]))
    acts(two, *first)
    looks(two, *first)
    again = [declared(two, each) for each in (team(), aunt())]
    looks(two, *first, *again)
    two.apart(GIRL, f"{again[0]}/$confirm")
    looks(two, *first, *again)
    for each in again:
        assert two.same(MOTHER, f"{each}/$end", "POST", circle.EMPTY).status == "200 OK"
    looks(two, *first, *again)


def said(two: Two, kind: str, *whom: str) -> tuple[str, Json]:
    """Have the mother say a Consent in both worlds; return where it is, and as it is."""
    data = [about(two.deposited(GIRL, paper(1)))]
    actors = [to_person(each) for each in whom]
    sent = consent(GIRL, {"type": kind, "actor": actors, "data": data})
    made = two.same(MOTHER, "/fhir/Consent", "POST", sent)
    assert made.status == "201 CREATED"
    found = json.loads(made.body)
    return f"/fhir/Consent/{found['id']}", found


def revised(two: Two, path: str, made: Json) -> None:
    """Have the mother look at her Consent, change it, and look at each version."""
    looks(two, path)
    two.same(MOTHER, path, "PUT", made, If_Match='W/"2"')
    put = two.same(MOTHER, path, "PUT", made, If_Match='W/"1"')
    assert put.status == "200 OK"
    looks(two, path)
    for number in (1, 2, 3):
        two.same(MOTHER, f"{path}/_history/{number}")


def test_a_mother_is_not_told_that_a_girl_ended_her_consent(two: Two) -> None:
    """It is active to her in its one version, and a change of hers is answered the same."""
    path, made = said(two, "deny", "pharmacist")
    two.apart(GIRL, path, "PUT", made | {"status": "inactive"})
    revised(two, path, made)


def test_a_mother_is_not_told_that_a_girl_said_it_otherwise(two: Two) -> None:
    """The girl's word holds beside it, as a Consent of her own, whatever the mother says."""
    path, made = said(two, "deny", "pharmacist")
    provision = made["provision"] | {"actor": [to_person("dentist")]}
    two.apart(GIRL, path, "PUT", made | {"provision": provision})
    revised(two, path, made)
    query = f"/fhir/Consent?{by_person(GIRL)}&status=active"
    found = json.loads(two.one(two.left, GIRL, query).body)["entry"]
    actors = [each["resource"]["provision"]["actor"] for each in found]
    assert sorted(map(str, actors)) == sorted(
        map(str, [made["provision"]["actor"], provision["actor"]])
    )


def test_a_mother_is_not_told_that_a_girl_blocked_whom_she_named(two: Two) -> None:
    """The permission ends, for the girl: the mother's Consent says what she said."""
    path, made = said(two, "permit", DOCTOR, "dentist")
    two.apart(GIRL, "/fhir/Consent/$block", body=circle.blocking(DOCTOR))
    shown = json.loads(two.one(two.left, GIRL, path).body)
    assert len(shown["provision"]["actor"]) == 1
    revised(two, path, made)


def test_who_records_is_not_told_what_the_person_made_of_it(two: Two) -> None:
    """Ended by the person or not, a change of what he recorded is one answer."""
    two.let_in(DOCTOR, "tristan")
    data = [about(two.deposited("tristan", paper(1)))]
    provision = {"type": "deny", "actor": [to_person("pharmacist")], "data": data}
    sent, scope = consent("tristan", provision), "consent:record"
    made = json.loads(two.same(DOCTOR, "/fhir/Consent", "POST", sent, scope=scope).body)
    path = f"/fhir/Consent/{made['id']}"
    two.apart("tristan", path, "PUT", made | {"status": "inactive"})
    for stated, status in ((2, "412"), (1, "200"), (1, "412")):
        match = f'W/"{stated}"'
        put = two.same(DOCTOR, path, "PUT", made, scope=scope, If_Match=match)
        assert put.status.startswith(status)


def test_who_records_is_not_told_how_often_a_choice_was_made(two: Two) -> None:
    """A choice about emergencies is one Consent: he counts the versions he recorded."""
    two.let_in(DOCTOR, "tristan")
    category = {"coding": [{"system": emergency.CATEGORY[0], "code": "emrgonly"}]}
    reason = {"system": REASON, "code": "BTG"}
    provision = {"type": "deny", "purpose": [reason]}
    sent = consent("tristan", provision, category=[category])
    two.apart("tristan", "/fhir/Consent", body=sent)
    for number in ("1", "2"):
        made = two.same(DOCTOR, "/fhir/Consent", "POST", sent, scope="consent:record")
        assert json.loads(made.body)["meta"]["versionId"] == number
