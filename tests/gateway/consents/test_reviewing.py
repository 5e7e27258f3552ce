"""Deposits under the patient's control; the depositor learns nothing of it."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from gateway import review
from gateway.consents.reviewing import Answer, IntakeRule, resolve
from gateway.demo.world.load import load
from gateway.outbox.delivery import deliver
from labels.codes import Category
from tests.gateway.consents.asking import Json, Moving, observed, parameters, parts

WORLD = load()
VISIT = next(each for each in WORLD.deposits if each.name == "sore-throat-visit")
LAB = next(each for each in WORLD.deposits if each.name == "blood-count")
LETTERS = next(each for each in WORLD.deposits if each.name == "transition-letters")
HIV = next(each for each in WORLD.deposits if each.name == "hiv-lab")

ANSWERS = st.sampled_from(Answer)
RULES = st.builds(
    IntakeRule,
    ANSWERS,
    st.sampled_from(["", "a|1", "b|2", "c|3"]),
    st.sampled_from([None, Category.HIV, Category.TOBACCO]),
)


def send(moving: Moving, body: bytes, reader: str = "gp") -> TestResponse:
    """Deposit a CDA as a persona."""
    return moving.ask(reader, "/cda", "POST", data=body, content_type="application/xml")


def renamed(body: bytes, identifier: str, oid: str) -> bytes:
    """Return a document under another identifier."""
    return body.replace(identifier.removeprefix("urn:oid:").encode(), oid.encode())


def visit(oid: str) -> bytes:
    """Return a visit to the GP as a document of its own."""
    body = renamed(VISIT.body, VISIT.documents[0].identifier, oid)
    return body.replace(b"<title>", f"<title>{oid} ".encode())


def rule(answer: str, **more: tuple[str, object]) -> Json:
    """Return the Parameters of a rule on new documents."""
    return parameters(answer=("valueCode", answer), **more)


def say(moving: Moving, patient: str, body: Json) -> None:
    """Have a patient say what becomes of new documents."""
    assert moving.post(patient, "Consent/$intake", body).status_code == 200


def decided(moving: Moving, public_id: str, decision: str) -> TestResponse:
    """Review a deposit as its patient."""
    body = parameters(decision=("valueCode", decision))
    return moving.post("solene", f"DocumentReference/{public_id}/$review", body)


def held(moving: Moving, patient: str = "solene") -> set[str]:
    """Return the ids of what waits for a patient."""
    bundle = moving.ask(patient, "/fhir/DocumentReference/$held").get_json(force=True)
    return {each["resource"]["id"] for each in bundle.get("entry", [])}


def id_of(answer: TestResponse) -> str:
    """Return the id of what was deposited."""
    return answer.headers["Location"].rpartition("/")[2]


def seen(moving: Moving, reader: str, public_id: str) -> bool:
    """Return whether a reader may read a document, by three ways that must agree."""
    read = moving.ask(reader, f"/fhir/DocumentReference/{public_id}").status_code == 200
    binary = moving.ask(reader, f"/fhir/Binary/{public_id}").status_code == 200
    bundle = moving.search(reader, "solene", "&_count=200").get_json(force=True)
    listed = public_id in {e["resource"]["id"] for e in bundle.get("entry", [])}
    assert read == binary == listed
    return read


def who(moving: Moving, public_id: str) -> set[str]:
    """Return who sees a document of Solène's."""
    readers = ("solene", "gp", "dentist", "pharmacist", "surgeon")
    return {each for each in readers if seen(moving, each, public_id)}


def test_a_held_deposit_is_seen_by_its_depositor_and_the_patient(
    moving: Moving,
) -> None:
    """It waits, in the patient's list, until it is accepted; then the team sees it."""
    say(moving, "solene", rule("hold"))
    public_id = id_of(send(moving, visit("2.25.1")))
    assert (who(moving, public_id), held(moving)) == ({"solene", "gp"}, {public_id})
    assert decided(moving, public_id, "accept").status_code == 200
    assert "dentist" in who(moving, public_id)
    assert held(moving) == set()


def test_the_treating_doctor_waits_too(moving: Moving) -> None:
    """The law shows him all that is in the record; this is not in it yet."""
    say(moving, "solene", rule("hold"))
    body = renamed(LAB.body, LAB.documents[0].identifier, "2.25.2")
    public_id = id_of(send(moving, body, LAB.depositor))
    assert (seen(moving, "gp", public_id), seen(moving, LAB.depositor, public_id)) == (
        False,
        True,
    )


def test_mask_and_release_shows_it_to_who_may_see_what_is_masked(
    moving: Moving,
) -> None:
    """The depositor and the treating doctor, who are one here; the team does not."""
    say(moving, "solene", rule("hold"))
    public_id = id_of(send(moving, visit("2.25.1")))
    assert decided(moving, public_id, "mask").status_code == 200
    assert who(moving, public_id) == {"solene", "gp"}


def test_a_refused_deposit_is_gone_for_all_but_its_depositor_then_for_all(
    moving: Moving,
) -> None:
    """The patient loses it at once; it is erased after thirty days, and stays so."""
    say(moving, "solene", rule("hold"))
    public_id = id_of(send(moving, visit("2.25.1")))
    assert decided(moving, public_id, "refuse").status_code == 200
    assert (who(moving, public_id), held(moving)) == ({"gp"}, set())
    moving.later(days=29)
    erase(moving)
    assert who(moving, public_id) == {"gp"}
    moving.later(days=2)
    erase(moving)
    assert who(moving, public_id) == set()
    assert decided(moving, public_id, "take-back").status_code == 404


def erase(moving: Moving) -> None:
    """Have the outbox erase what is due."""
    services = moving.services
    deliver(services.store, services.clock, review.handlers())


def test_a_refusal_can_be_taken_back_until_it_is_erased(moving: Moving) -> None:
    """It waits again, and the erasure that was due does not come."""
    say(moving, "solene", rule("hold"))
    public_id = id_of(send(moving, visit("2.25.1")))
    decided(moving, public_id, "refuse")
    listed = moving.ask("solene", "/fhir/DocumentReference/$refused")
    named = [
        each["document"]["reference"] for each in parts(listed.get_json(force=True))
    ]
    assert named == [f"DocumentReference/{public_id}"]
    assert decided(moving, public_id, "take-back").status_code == 200
    moving.later(days=31)
    erase(moving)
    assert held(moving) == {public_id}


def test_one_refused_again_is_erased_by_the_later_date(moving: Moving) -> None:
    """An erasure that was called off does not come before the new one is due."""
    say(moving, "solene", rule("hold"))
    public_id = id_of(send(moving, visit("2.25.1")))
    decided(moving, public_id, "refuse")
    moving.later(days=20)
    decided(moving, public_id, "take-back")
    decided(moving, public_id, "refuse")
    moving.later(days=15)
    erase(moving)
    assert seen(moving, "gp", public_id)
    moving.later(days=20)
    erase(moving)
    assert not seen(moving, "gp", public_id)


def test_what_was_refused_and_erased_is_refused_when_it_comes_again(
    moving: Moving,
) -> None:
    """The same bytes are not held a second time: the answer is as the first time."""
    say(moving, "solene", rule("refuse"))
    first = send(moving, visit("2.25.1"))
    moving.later(days=31)
    erase(moving)
    moving.post("solene", "Consent/$end-intake", rule("refuse"))
    again = send(moving, visit("2.25.1"))
    assert (first.status_code, again.status_code) == (201, 201)
    assert who(moving, id_of(again)) == {"gp"}


def test_a_set_sent_again_after_its_documents_were_erased_is_the_same_set(
    moving: Moving,
) -> None:
    """As at first 200 and 201, never 409, which would tell; its members are back in it."""
    say(moving, "solene", rule("refuse"))
    body = LETTERS.body
    for number, document in enumerate(LETTERS.documents):
        body = renamed(body, document.identifier, f"2.25.40{number}")
    old_set = json.loads(body)["entry"][0]["resource"]["identifier"]
    for each in old_set:
        body = body.replace(each["value"].encode(), b"urn:oid:2.25.409")
    first = transaction(moving, body)
    moving.later(days=31)
    erase(moving)
    assert listed(moving) == []
    again = transaction(moving, body)
    assert (first[0], again[0]) == ("201 Created", "200 OK")
    assert first[1:] == again[1:] == ["201 Created"] * (len(first) - 1)
    assert listed(moving) == [len(LETTERS.documents)]


def transaction(moving: Moving, body: bytes) -> list[str]:
    """Return the status of each entry of a deposit (ITI-65)."""
    answer = moving.ask(
        LETTERS.depositor,
        "/fhir",
        "POST",
        data=body,
        content_type="application/fhir+json",
    )
    entries = answer.get_json(force=True)["entry"]
    return [each["response"]["status"] for each in entries]


def listed(moving: Moving) -> list[int]:
    """Return how many members each set of that identifier has, for its depositor."""
    held = moving.patient("solene")
    token = f"{held['system']}|{held['value']}"
    query = f"patient.identifier={token}&identifier=urn:oid:2.25.409"
    found = moving.ask(LETTERS.depositor, f"/fhir/List?{query}").get_json(force=True)
    return [len(each["resource"]["entry"]) for each in found.get("entry", [])]


@pytest.mark.parametrize("answer", ["mask", "hold", "refuse"])
def test_the_depositor_is_told_the_same_whatever_becomes_of_it(
    moving: Moving, answer: str
) -> None:
    """Answer, read, search, document and repetition are as when it is accepted."""
    plain = list(told(moving, "2.25.11111"))
    say(moving, "solene", rule(answer))
    other = list(told(moving, "2.25.22222"))
    assert plain == other


def told(moving: Moving, oid: str) -> Iterator[str]:
    """Yield what a depositor observes of a document, without what names it."""
    sent = send(moving, visit(oid))
    public_id = id_of(sent)
    yield plain(sent, oid, public_id)
    for path in ("DocumentReference", "Binary"):
        yield plain(moving.ask("gp", f"/fhir/{path}/{public_id}"), oid, public_id)
    found = moving.search("gp", "solene", f"&identifier=urn:oid:{oid}")
    yield plain(found, oid, public_id)
    yield plain(send(moving, visit(oid)), oid, public_id)


def plain(answer: TestResponse, oid: str, public_id: str) -> str:
    """Return all a client sees, with one name for every document."""
    text = str(observed(answer)).replace(oid, "OID").replace(public_id, "ID")
    try:
        body = json.loads(answer.get_data())
    except ValueError:
        return text
    found = body["entry"][0]["resource"] if "entry" in body else body
    for name in ("hash",):
        for each in found.get("content", []):
            text = text.replace(each["attachment"].get(name, name), name)
    return text


def test_a_rule_on_a_subject_holds_what_is_about_it(moving: Moving) -> None:
    """What is about HIV waits; a visit for a sore throat does not."""
    about = rule("hold", category=("valueCode", "hiv"))
    say(moving, "tristan", about)
    body = renamed(HIV.body, HIV.documents[0].identifier, "2.25.5")
    body = body.replace(b"<title>", b"<title>bis ")
    public_id = id_of(send(moving, body, HIV.depositor))
    assert held(moving, "tristan") == {public_id}


def test_a_rule_on_a_depositor_speaks_of_nobody_else(moving: Moving) -> None:
    """All of the GP's waits; the dentist's does not."""
    by = ("valueIdentifier", moving.who("gp"))
    say(moving, "solene", rule("hold", depositor=by))
    waits = id_of(send(moving, visit("2.25.1")))
    dental = next(each for each in WORLD.deposits if each.name == "dental-assessment")
    body = renamed(dental.body, dental.documents[0].identifier, "2.25.6")
    taken = send(moving, body, "dentist")
    assert taken.status_code == 201
    assert held(moving) == {waits}


def test_a_deposit_of_a_blocked_professional_waits(moving: Moving) -> None:
    """Blocked is shut out of reading, not of depositing; he is answered as before."""
    shut = parameters(who=("valueIdentifier", moving.who("gp")))
    assert moving.post("solene", "Consent/$block", shut).status_code == 200
    answer = send(moving, visit("2.25.1"))
    assert answer.status_code == 201
    assert held(moving) == {id_of(answer)}


def test_a_new_version_of_a_refused_document_waits(moving: Moving) -> None:
    """Other words were refused: these are reviewed."""
    say(moving, "solene", rule("refuse"))
    first = id_of(send(moving, visit("2.25.1")))
    moving.post("solene", "Consent/$end-intake", rule("refuse"))
    parent = (
        b'<relatedDocument typeCode="RPLC"><parentDocument><id root="2.25.1"/>'
        b"</parentDocument></relatedDocument><componentOf>"
    )
    body = visit("2.25.12").replace(b"<componentOf>", parent, 1)
    second = id_of(send(moving, body))
    assert (who(moving, first), held(moving)) == ({"gp"}, {second})


def test_the_same_results_from_another_source_inherit_the_mask(
    moving: Moving,
) -> None:
    """Other bytes, same type, day, author and values: what was decided holds for both."""
    first = moving.id_of("blood-count")
    operations = [
        {
            "op": "add",
            "path": "/securityLabel/-",
            "value": {
                "coding": [
                    {
                        "system": "urn:oid:1.2.250.1.213.1.1.4.13",
                        "code": "MASQUE_PS",
                    }
                ]
            },
        }
    ]
    masked = moving.ask(
        "solene",
        f"/fhir/DocumentReference/{first}",
        "PATCH",
        data=json.dumps(operations),
        content_type="application/json-patch+json",
    )
    assert masked.status_code == 200
    body = renamed(LAB.body, LAB.documents[0].identifier, "2.25.7")
    same = send(moving, body.replace(b"<title>", b"<title>Copie "), LAB.depositor)
    other = body.replace(b"2.25.7", b"2.25.8").replace(b"13.2", b"12.1")
    assert other.count(b"12.1")
    another = send(moving, other, LAB.depositor)
    assert "dentist" not in who(moving, id_of(same))
    assert "dentist" in who(moving, id_of(another))


def test_only_what_waits_is_reviewed_and_only_by_its_patient(moving: Moving) -> None:
    """Others are answered as for what never was; what was taken is not refused later."""
    taken = moving.id_of("blood-count")
    assert decided(moving, taken, "refuse").status_code == 404
    say(moving, "solene", rule("hold"))
    waits = id_of(send(moving, visit("2.25.1")))
    body = parameters(decision=("valueCode", "accept"))
    answers = [
        moving.post("corentine", f"DocumentReference/{each}/$review", body)
        for each in (waits, taken, "0" * 64, "x")
    ]
    assert len({str(observed(each)) for each in answers}) == 1
    assert answers[0].status_code == 404
    assert (
        moving.post("gp", f"DocumentReference/{waits}/$review", body).status_code == 403
    )
    assert held(moving) == {waits}


def test_the_patient_is_shown_what_was_said_of_new_documents(moving: Moving) -> None:
    """The rules in force, each once; one said again takes the place of the first."""
    for answer in ("hold", "refuse"):
        say(moving, "solene", rule(answer, category=("valueCode", "hiv")))
    shown = parts(moving.ask("solene", "/fhir/Consent/$intake").get_json(force=True))
    assert shown == [{"answer": "refuse", "category": "hiv"}]
    assert moving.post("solene", "Consent/$end-intake", rule("hold")).status_code == 404
    ended = rule("refuse", category=("valueCode", "hiv"))
    assert moving.post("solene", "Consent/$end-intake", ended).status_code == 200
    shown = parts(moving.ask("solene", "/fhir/Consent/$intake").get_json(force=True))
    assert shown == []


@given(st.lists(RULES, max_size=6), ANSWERS)
def test_a_rule_on_this_depositor_and_this_subject_settles_it(
    others: list[IntakeRule], answer: Answer
) -> None:
    """The nearest rule wins over all that are less near."""
    nearest = IntakeRule(answer, "a|1", Category.HIV)
    less = [r for r in others if not (r.depositor and r.category)]
    about = frozenset({Category.HIV, Category.TOBACCO})
    assert resolve([*less, nearest], frozenset({"a|1", "b|2"}), about) is answer


@given(st.lists(RULES, max_size=6), RULES)
def test_a_rule_that_fits_no_deposit_changes_nothing(
    others: list[IntakeRule], more: IntakeRule
) -> None:
    """What is said of somebody else, or of another subject, is said of nobody here."""
    depositors, about = frozenset({"a|1"}), frozenset({Category.HIV})
    before = resolve(others, depositors, about)
    after = resolve([*others, more], depositors, about)
    assert more.fits(depositors, about) or before is after


def test_between_two_rules_of_which_none_is_nearer_the_stricter_holds() -> None:
    """Accept from this doctor, refuse this subject: refused. Without a rule: accepted."""
    depositors, about = frozenset({"a|1"}), frozenset({Category.HIV})
    crossing = [
        IntakeRule(Answer.ACCEPT, "a|1"),
        IntakeRule(Answer.REFUSE, category=Category.HIV),
        IntakeRule(Answer.HOLD),
    ]
    assert resolve(crossing, depositors, about) is Answer.REFUSE
    assert resolve(crossing[:1] + crossing[2:], depositors, about) is Answer.ACCEPT
    assert resolve([], depositors, about) is Answer.ACCEPT
