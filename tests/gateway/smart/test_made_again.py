"""Who may deposit or say something, and not read it, is told that it is done and where.

Also when it was done before: what became of it since is for who may read it.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.demo.world.load import WorldDeposit, load
from labels.fhir_consent import emergency, terms
from tests.gateway.consenting import consent
from tests.gateway.smart.applications import Applications
from tests.gateway.smart.test_blind import AWAY, DEPOSITOR, PERSON, send, superseding
from tests.gateway.smart.test_narrowing import token
from tests.gateway.world import Software
from tests.noninterference.documents import clinical, world
from tests.noninterference.pair import pair
from tests.noninterference.twoworlds import Two, paper

Json = dict[str, Any]

KIND = "DocumentReference"
ROUTES = {each.route: each for each in load().deposits}
SINGLE = ("cda", "iti105", "fhir-document")
CREATE = f"user/{KIND}.c"
BLIND = (CREATE, f"{CREATE}s", f"{CREATE} user/{KIND}.rs?date=lt2000")
READING = (
    f"user/{KIND}.cr",
    f"{CREATE} user/{KIND}.r?date=gt2000",
    "user/*.cruds",
)
GONE = ("ETag", "Last-Modified")


def again(
    apps: Applications, software: Software, one: WorldDeposit, scope: str
) -> TestResponse:
    """Send a deposit of the demo again, with a scope."""
    held = token(software, one.depositor, scope)
    return apps.ask(
        held, one.path, "POST", data=one.body, content_type=one.content_type
    )


def put_away(software: Software, one: WorldDeposit, where: str) -> None:
    """Have the depositor put a document away."""
    method, _, media, body = AWAY
    path = f"/fhir/{KIND}/{where.rpartition('/')[2]}"
    done = software.ask(
        one.depositor, path, method, data=json.dumps(body), content_type=media
    )
    assert done.status_code == 200, done.get_data()


@pytest.mark.parametrize("route", SINGLE)
def test_a_deposit_sent_again_tells_nothing_of_what_became_of_it(
    apps: Applications, software: Software, route: str
) -> None:
    """Without a scope to read it: that it is done, and where; as before the change."""
    one = ROUTES[route]
    told = [again(apps, software, one, each) for each in BLIND]
    where = told[0].headers["Location"]
    put_away(software, one, where)
    told += [again(apps, software, one, each) for each in BLIND]
    for each in told:
        assert (each.status_code, each.headers["Location"]) == (200, where)
        assert not [name for name in GONE if name in each.headers]
    [body] = {each.get_data() for each in told}
    assert json.loads(body)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize("scope", READING)
@pytest.mark.parametrize("route", SINGLE)
def test_who_may_read_it_is_given_what_there_is(
    apps: Applications, software: Software, route: str, scope: str
) -> None:
    """With a scope that it meets, the answer to a deposit is the document."""
    answer = again(apps, software, ROUTES[route], scope)
    assert answer.status_code == 200
    assert answer.get_json(force=True)["resourceType"] == KIND
    assert all(name in answer.headers for name in GONE)


def test_a_transaction_sent_again_tells_nothing_either(
    apps: Applications, software: Software
) -> None:
    """Entry by entry: that it is there, and where."""
    one = ROUTES["iti65"]
    before = again(apps, software, one, CREATE)
    entries = [e["response"] for e in before.get_json(force=True)["entry"]]
    places = [each.get("location", "") for each in entries]
    put_away(software, one, next(each for each in places if each.startswith(KIND)))
    after = again(apps, software, one, CREATE)
    assert before.get_data() == after.get_data()
    assert not any("lastModified" in each for each in entries)


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def test_new_and_known_differ_in_what_the_depositor_did(two: Two) -> None:
    """201 or 200, and nothing else; superseded in one world, current in the other."""
    who, by = world().patients[PERSON], world().readers[DEPOSITOR]
    form = ("POST", "", "application/xml", clinical(paper(1), who, by))
    told = []
    for act in (None, superseding(two)):
        if act is not None:
            act("", 1)
        two.pass_()
        one, other = (send(e, DEPOSITOR, "/cda", form, CREATE) for e in two.both)
        assert one == other
        told.append(one)
        two.pass_()
    assert [each.status for each in told] == ["201 CREATED", "200 OK"]
    assert told[0].body == told[1].body
    assert "ETag" not in dict(told[1].headers)


def test_a_choice_said_again_does_not_tell_how_often_it_was_said(two: Two) -> None:
    """A choice about emergencies is one Consent: its version is for who may read it."""
    category = {"coding": [{"system": emergency.CATEGORY[0], "code": "emrgonly"}]}
    reason = {"system": terms.ACT_REASON, "code": "BTG"}
    provision = {"type": "deny", "purpose": [reason]}
    said = consent(PERSON, provision, category=[category])
    two.apart(PERSON, "/fhir/Consent", body=said)
    only = two.same(PERSON, "/fhir/Consent", "POST", said, scope="patient/Consent.c")
    assert only.status == "201 CREATED"
    assert "ETag" not in dict(only.headers)
    whole = two.each(PERSON, "/fhir/Consent", "POST", said, scope="patient/Consent.cr")
    versions = [json.loads(each.body)["meta"]["versionId"] for each in whole]
    assert versions == ["3", "2"]


@pytest.mark.parametrize("kind", ["Consent", "Subscription"])
def test_to_put_anew_is_to_read(two: Two, kind: str) -> None:
    """PUT is compared with what there is and answered with its version: it needs ``r``."""
    path, body = f"/fhir/{kind}/{'0' * 64}", {"resourceType": kind}
    documents = f"patient/{KIND}.s"
    for letters, refused in (("u", True), ("us", True), ("ru", False)):
        scope = f"patient/{kind}.{letters} {documents}"
        told = two.same(PERSON, path, "PUT", body, scope=scope, If_Match='W/"1"')
        assert (b"scopes of this token" in told.body) == refused
