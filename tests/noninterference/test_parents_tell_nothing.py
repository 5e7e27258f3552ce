"""What a child did about one parent, or chose for itself, is not told to the other parent.

Two worlds: in one the child suspended the father, hid a document that his Consent names,
or opposed emergencies; in the other it did nothing. The mother is answered the same.
"""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from labels.fhir_consent import terms
from labels.policy.question import Relation
from tests.gateway.consenting import about, consent, to_person
from tests.noninterference.circle import EMPTY
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.leaving import passed
from tests.noninterference.pair import pair
from tests.noninterference.side_by_side import by_person
from tests.noninterference.twoworlds import Json, Two, paper

MOTHER, FATHER, GIRL, DOCTOR = "corentine", "octave", "inaya", "psychiatrist"
TWELVE, FIFTEEN = "2014-03-01", "2011-03-01"
SURGEON = "surgeon"


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same; the girl has a father too."""
    with pair() as held:
        for gateway in held.both:
            store, who = gateway.services.store, world().patients[GIRL].identifier
            with store.unit() as connection, drawn_by("a father"):
                record = records.by_identifiers(connection, store.keys, who)
                father = world().readers[FATHER].id
                tie = HeldRelation(Relation.REPRESENTATIVE, father, "father")
                relations.declare(connection, record, tie)
        yield Two(held)


def parameters(**more: Json) -> Json:
    """Return the parameters of an act on the girl's record."""
    named = [{"name": "patient", "valueIdentifier": identifier(GIRL)}]
    return EMPTY | {"parameter": named + [{"name": n, **v} for n, v in more.items()]}


def identifier(patient: str) -> Json:
    """Return the INS of somebody."""
    who = world().patients[patient].identifier
    return {"system": who.system, "value": who.value}


def masking(*documents: str) -> Json:
    """Return a Consent that keeps documents from a pharmacist."""
    data = [about(each) for each in documents]
    provision = {"type": "deny", "actor": [to_person("pharmacist")], "data": data}
    return consent(GIRL, provision)


def said(two: Two, by: str, body: Json) -> str:
    """Have a parent say a Consent in both worlds; return its id."""
    made = two.same(by, "/fhir/Consent", "POST", body)
    assert made.status == "201 CREATED"
    return str(json.loads(made.body)["id"])


def looks(two: Two, consent_id: str) -> None:
    """Have the mother look at all that tells of the other parent."""
    for kind in ("CareTeam", "RelatedPerson", "Communication", "AuditEvent"):
        two.same(MOTHER, f"/fhir/{kind}?{by_person(GIRL)}")
    for status in ("active", "inactive"):
        two.same(MOTHER, f"/fhir/Consent?{by_person(GIRL)}&status={status}")
    for each in ("", "/_history/1", "/_history/2", "/_history/3"):
        two.same(MOTHER, f"/fhir/Consent/{consent_id}{each}")
    two.same(MOTHER, "/fhir/Patient/$joint-acts", "POST", parameters())


def test_a_mother_is_not_told_that_the_father_is_suspended(two: Two) -> None:
    """His Consent is there for her, in the export too, and what he asked for she declines."""
    document = two.deposited(GIRL, paper(1))
    consent_id = said(two, FATHER, masking(document))
    asked = two.same(FATHER, "/fhir/Patient/$close", "POST", parameters())
    assert asked.status.startswith("202")
    body = parameters(representative={"valueIdentifier": identifier(FATHER)})
    two.apart(GIRL, "/fhir/Patient/$suspend-representation", body=body)
    looks(two, consent_id)
    path = f"/fhir/Patient/{document[:32]}/$export?_type=Consent"
    begun = two.same(MOTHER, path, Prefer="respond-async")
    for gateway in two.both:
        passed(gateway, "export")
    place = dict(begun.headers)["Content-Location"].partition("/fhir/")
    manifest = json.loads(two.same(MOTHER, "".join(place[1:])).body)
    assert [each["type"] for each in manifest["output"]] == ["Consent"]
    closing = parameters(act={"valueCode": "close"})
    declined = two.same(MOTHER, "/fhir/Patient/$decline-joint-act", "POST", closing)
    assert declined.status == "200 OK"
    looks(two, consent_id)


def hidden_from_mother(two: Two) -> str:
    """Have the girl hide a document from her mother alone; return its id."""
    document = two.deposited(GIRL, paper(2), "MASQUE_PS")
    system = {"coding": [{"system": terms.PARTICIPATION, "code": terms.RECIPIENT}]}
    reference = {"type": "Patient", "identifier": identifier(MOTHER)}
    provision = {"type": "deny", "data": [about(document)]}
    actor = [{"role": system, "reference": reference}]
    two.apart(GIRL, "/fhir/Consent", body=consent(GIRL, provision | {"actor": actor}))
    return document


@pytest.mark.parametrize("last", ["hidden", "seen"])
def test_versions_of_a_consent_that_name_what_is_hidden_never_were(
    two: Two, last: str
) -> None:
    """Neither read, nor counted; and what she says in place of hers leaves his word alone."""
    seen = two.deposited(GIRL, paper(1))
    consent_id = said(two, FATHER, masking(seen))
    hidden = hidden_from_mother(two)
    path = f"/fhir/Consent/{consent_id}"
    two.apart(FATHER, path, "PUT", masking(hidden) | {"id": consent_id})
    if last == "seen":
        two.apart(FATHER, path, "PUT", masking(seen) | {"id": consent_id})
        told = two.one(two.left, MOTHER, f"{path}/_history/1")
        assert told.status == "200 OK"
        assert hidden.encode() not in told.body
        newer = json.loads(two.one(two.left, MOTHER, path).body)
        assert newer["meta"]["versionId"] == "2"
        return
    looks(two, consent_id)
    changed = masking(seen) | {"id": consent_id}
    put = two.same(MOTHER, path, "PUT", changed, If_Match='W/"1"')
    assert put.status == "200 OK"
    looks(two, consent_id)
    query = f"/fhir/Consent?{by_person(GIRL)}&status=active"
    assert hidden.encode() in two.one(two.left, FATHER, query).body


def emergency(two: Two, age: str, reader: str) -> None:
    """Have the girl oppose emergencies in one world, and a doctor ask for one in both."""
    for gateway in two.both:
        store, who = gateway.services.store, world().patients[GIRL].identifier
        with store.unit() as connection, drawn_by("younger"):
            record = records.by_identifiers(connection, store.keys, who)
            born = replace(record.identity, birth_date=age)
            records.keep(connection, replace(record, identity=born))
    chosen = EMPTY | {"parameter": [{"name": "others", "valueBoolean": False}]}
    two.apart(GIRL, "/fhir/Consent/$emergency-choices", body=chosen)
    asked = parameters(
        purpose={"valueCode": "BTG"},
        reason={"valueCode": "unconscious"},
        words={"valueString": "trouvée sans connaissance ici"},
    )
    granted = two.same(reader, "/fhir/Consent/$break-glass", "POST", asked)
    assert granted.status == "200 OK"


def test_a_mother_is_not_told_what_a_child_chose_for_emergencies(two: Two) -> None:
    """Opposed or not: somebody asked; whether anything was seen is the child's."""
    emergency(two, TWELVE, DOCTOR)
    shown = two.same(MOTHER, f"/fhir/Communication?{by_person(GIRL)}")
    assert b"emergency-asked" in shown.body
    own = [f"/fhir/Communication?{by_person(GIRL)}" for _ in two.both]
    one, other = (two.one(g, GIRL, p).body for g, p in zip(two.both, own, strict=True))
    assert b"emergency-opposed" in one
    assert b"emergency-opposed" not in other


@pytest.mark.parametrize("born", [TWELVE, FIFTEEN])
def test_the_log_tells_a_mother_of_care_and_not_of_an_emergency(
    two: Two, born: str
) -> None:
    """By one who sees the document anyway: his purpose, and a search whose pages it parts."""
    for number in (1, 2):
        two.deposited(GIRL, paper(number))
    two.let_in(SURGEON, GIRL)
    path = f"/fhir/DocumentReference?{by_person(GIRL)}&_count=1"
    found = two.each(SURGEON, path)
    emergency(two, born, SURGEON)
    two.pass_()
    for gateway, page in zip(two.both, found, strict=True):
        links = {e["relation"]: e["url"] for e in json.loads(page.body)["link"]}
        further = "".join(links["next"].partition("/fhir/")[1:])
        assert two.one(gateway, SURGEON, further).status == "200 OK"
        assert two.one(gateway, SURGEON, path).status == "200 OK"
    told = two.same(MOTHER, f"/fhir/AuditEvent?{by_person(GIRL)}&_count=50")
    assert b"BTG" not in told.body
    two.same(MOTHER, f"/fhir/AuditEvent?{by_person(GIRL)}&_summary=count")
    for each in json.loads(told.body)["entry"]:
        two.same(MOTHER, f"/fhir/AuditEvent/{each['resource']['id']}")
    own = two.one(two.both[1], GIRL, f"/fhir/AuditEvent?{by_person(GIRL)}&_count=50")
    assert b"BTG" in own.body
