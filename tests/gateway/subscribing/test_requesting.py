"""A subscription is asked for strictly, and known to its subscriber alone."""

from pathlib import Path
from typing import Any

import pytest

from tests.gateway.subscribing.hearing import Listener
from tests.gateway.subscribing.scene import AUTHOR, READER, SECRET, Scene, subscription

Json = dict[str, Any]

ALLOWED = "http://127.0.0.1:9"
"""A port where nobody listens: what is only asked for is never sent."""
UNKNOWN = "100000000000063"
STRANGER = "psychiatrist"


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Give one gateway for all that is refused, or asked by readers of their own."""
    return Scene(tmp_path_factory.mktemp("subscriptions"), ALLOWED)


def with_channel(**changed: object) -> Json:
    """Return a subscription whose channel differs in this; None takes an element away."""
    body = subscription(f"{ALLOWED}/in")
    channel = body["channel"] | changed
    return body | {"channel": {n: v for n, v in channel.items() if v is not None}}


def with_criteria(text: str) -> Json:
    """Return a subscription with other criteria."""
    return subscription(f"{ALLOWED}/in") | {"criteria": text}


OTHER_CONTENT = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
            "backport-payload-content",
            "valueCode": "full-resource",
        }
    ]
}
UNPROCESSABLE = {
    "another origin": with_channel(endpoint="https://elsewhere.example/in"),
    "another port": with_channel(endpoint="http://127.0.0.1:10/in"),
    "user information": with_channel(endpoint="http://me@127.0.0.1:9/in"),
    "a host after an at sign": with_channel(endpoint="http://127.0.0.1:9@evil.test/"),
    "a file": with_channel(endpoint="file:///etc/passwd"),
    "no endpoint": with_channel(endpoint=None),
    "e-mail": with_channel(type="email"),
    "a websocket": with_channel(type="websocket"),
    "no payload": with_channel(payload=None),
    "xml": with_channel(payload="application/fhir+xml"),
    "the resource itself": with_channel(_payload=OTHER_CONTENT),
    "a header that is ours": with_channel(header=["Host: evil.test"]),
    "a header with a line end": with_channel(header=["X-A: b\r\nHost: evil.test"]),
    "a header that is null": with_channel(header=[None]),
    "too many headers": with_channel(header=["X-A: b"] * 6),
    "active at once": subscription(f"{ALLOWED}/in") | {"status": "active"},
    "off at once": subscription(f"{ALLOWED}/in") | {"status": "off"},
    "an end that is no instant": subscription(f"{ALLOWED}/in") | {"end": "2030"},
    "no reason": subscription(f"{ALLOWED}/in") | {"reason": " "},
    "contacts": subscription(f"{ALLOWED}/in") | {"contact": [{"value": "1"}]},
    "an unknown element": subscription(f"{ALLOWED}/in") | {"colour": "red"},
    "another type": with_criteria("Observation?patient=1"),
    "no criteria": with_criteria("DocumentReference"),
    "a whole address": with_criteria("https://x/fhir/DocumentReference?patient=1"),
}
MALFORMED = {
    "nobody's": "DocumentReference?type=11488-4",
    "two persons": "DocumentReference?patient=1&patient=2",
    "a chain": "DocumentReference?patient=1&author.family=X",
    "a reverse chain": "DocumentReference?patient=1&_has:List:item:identifier=1",
    "an include": "DocumentReference?patient=1&_include=*",
    "a modifier": "DocumentReference?patient=1&type:not=1",
    "an order": "DocumentReference?patient=1&_sort=date",
    "a page": "DocumentReference?patient=1&_count=1",
    "one document": "DocumentReference?patient=1&_id=a",
    "no date": "DocumentReference?patient=1&date=soon",
}


@pytest.mark.parametrize("what", UNPROCESSABLE)
def test_what_cannot_be_kept_to_is_refused(still: Scene, what: str) -> None:
    """422, before any data is touched: the same for a record that is not there."""
    answer = still.subscribe(UNPROCESSABLE[what])
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert (
        still.subscribe(UNPROCESSABLE[what], STRANGER).get_data() == answer.get_data()
    )


@pytest.mark.parametrize("what", MALFORMED)
def test_criteria_are_those_of_the_search_that_are_indexed(
    still: Scene, what: str
) -> None:
    """Everything else is 400: a filter that is ignored would tell more."""
    answer = still.subscribe(with_criteria(MALFORMED[what]))
    assert answer.status_code == 400, answer.get_data(as_text=True)


def test_who_may_not_search_is_told_what_is_told_of_no_record(still: Scene) -> None:
    """A stranger, a record that is not there, its id: one answer, byte for byte."""
    body = subscription(f"{ALLOWED}/in")
    never = with_criteria(body["criteria"].rpartition("|")[0] + f"|{UNKNOWN}")
    by_id = with_criteria(f"DocumentReference?patient={'0' * 32}")
    answers = [
        still.subscribe(body, STRANGER),
        still.subscribe(never, STRANGER),
        still.subscribe(never),
        still.subscribe(by_id),
        still.subscribe(body, AUTHOR),
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.get_data() for each in answers}) == 1


def test_it_is_known_to_its_subscriber_alone(still: Scene) -> None:
    """Another member of the team, the patient, a stranger: as if there were none."""
    made = still.subscribe(subscription(f"{ALLOWED}/in"), "pharmacist")
    assert made.status_code == 201
    path = f"/fhir/Subscription/{made.get_json(force=True)['id']}"
    assert made.headers["Location"].endswith(path)
    never = still.ask(READER, f"/fhir/Subscription/{'0' * 64}")
    for reader in (READER, "solene", STRANGER):
        for method, body in (("GET", None), ("DELETE", None), ("PUT", made.get_json())):
            answer = still.ask(reader, path, method, body)
            assert answer.status_code == 404
            assert answer.get_data() == never.get_data()
        assert still.ask(reader, f"{path}/$status").get_data() == never.get_data()
    assert still.ask("pharmacist", path).get_json(force=True) == made.get_json(
        force=True
    )


def test_secrets_of_its_headers_are_never_shown(still: Scene) -> None:
    """In no answer, and in no table: they are sealed with the rest."""
    address = f"{ALLOWED}/secret"
    header = [f"Authorization: Bearer {SECRET}"]
    made = still.subscribe(subscription(address, "tristan", header=header))
    path = f"/fhir/Subscription/{made.get_json(force=True)['id']}"
    who = still.software.world.patients["tristan"].identifier
    search = f"/fhir/Subscription?patient.identifier={who.system}|{who.value}"
    for each in (made, still.ask(READER, path), still.ask(READER, search)):
        assert each.status_code in (200, 201)
        assert SECRET not in each.get_data(as_text=True)
        assert "header" not in each.get_data(as_text=True)
    database = still.services.settings.data / "paravent.db"
    for file in database.parent.glob("paravent.db*"):
        assert SECRET.encode() not in file.read_bytes()
        assert b"/secret" not in file.read_bytes()


def test_it_is_found_by_record_status_and_id(still: Scene) -> None:
    """Only the own ones; a status that none has finds none."""
    who = still.software.world.patients["octave"].identifier
    made = [
        still.subscribe(subscription(f"{ALLOWED}/{n}", "octave")).get_json(force=True)
        for n in range(3)
    ]
    search = f"/fhir/Subscription?patient.identifier={who.system}|{who.value}"
    assert _ids(still, search) == {each["id"] for each in made}
    assert _ids(still, f"{search}&status=requested") == {each["id"] for each in made}
    assert _ids(still, f"{search}&status=off") == set()
    assert _ids(still, f"{search}&_id={made[0]['id']}") == {made[0]["id"]}
    other = still.ask("pharmacist", search).get_json(force=True)
    assert other["total"] == 0
    for more in ("&date=2020", "&_sort=date", "&url=x"):
        assert still.ask(READER, search + more).status_code == 400


def _ids(still: Scene, path: str) -> set[str]:
    found = still.ask(READER, path).get_json(force=True)
    return {each["resource"]["id"] for each in found.get("entry", [])}


def test_ten_of_one_reader_are_enough(still: Scene) -> None:
    """The eleventh is refused; another reader has ten of his own."""
    body = subscription(f"{ALLOWED}/in", "inaya")
    made = [still.subscribe(body, "midwife") for _ in range(11)]
    assert [each.status_code for each in made] == [201] * 10 + [422]
    assert still.subscribe(body, "gp").status_code == 201


def test_only_status_and_header_change(scene: Scene, listener: Listener) -> None:
    """Off, and requested again; anything else, and another version, is refused."""
    found = scene.active(f"{listener.address}/in")
    path = f"/fhir/Subscription/{found}"
    shown = scene.ask(READER, path).get_json(force=True)
    version = {"If-Match": 'W/"1"'}
    stale = scene.software.ask(
        READER,
        path,
        "PUT",
        json=shown | {"status": "off"},
        headers=version,
        content_type="application/fhir+json",
    )
    assert stale.status_code == 412
    other = shown | {"status": "off", "criteria": shown["criteria"] + "&type=1"}
    assert scene.ask(READER, path, "PUT", other).status_code == 422
    off = scene.ask(READER, path, "PUT", shown | {"status": "off"})
    assert off.get_json(force=True)["status"] == "off"
    scene.deposit("while it is off")
    scene.deliver()
    assert len(listener.heard) == 1
    again = scene.ask(READER, path, "PUT", shown | {"status": "requested"})
    assert again.get_json(force=True)["status"] == "requested"
    scene.deliver()
    assert scene.status(found) == "active"
    assert [each.status["type"] for each in listener.heard] == ["handshake"] * 2
    assert scene.ask(READER, path, "DELETE").status_code == 204
    scene.deposit("after it has ended")
    assert scene.deliver() == {}
    assert scene.ask(READER, path).status_code == 404


def test_a_gateway_without_a_list_notifies_nobody(tmp_path: Path) -> None:
    """No origin is allowed unless the deployment names it."""
    closed = Scene(tmp_path)
    assert closed.subscribe(subscription("https://ehr.example/in")).status_code == 422
