"""With SMART scopes too, two worlds answer alike: a filter is one more condition, not less.

And what a scope leaves out is told by no act that another scope permits.
"""

import json
from collections.abc import Iterator

import pytest

from tests.gateway.consenting import patient_of
from tests.noninterference.bench import Bench
from tests.noninterference.circle import blocking, carer, contest
from tests.noninterference.documents import world
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.running import bench, example, twin
from tests.noninterference.side_by_side import by_person, let_in
from tests.noninterference.twoworlds import EMPTY, Json, Two, paper

NARROWED = (
    (("solene", "dentist"), "user/DocumentReference.rs?status=current user/List.rs"),
    (("octave", "octave"), "patient/*.rs patient/DocumentReference.u"),
    (("tristan", "dpi"), "system/DocumentReference.rs?type=11488-4 system/List.s"),
)
STEPS = 24


@pytest.fixture(scope="module")
def opened() -> Iterator[Bench]:
    """Give two gateways."""
    with bench() as made:
        yield made


@pytest.mark.parametrize("number", range(len(NARROWED)))
def test_hidden_is_unobservable_with_scopes(opened: Bench, number: int) -> None:
    """Status, headers, bytes, logs and work, of whatever is asked with such a token."""
    sight, scope = NARROWED[number]
    made = twin(opened, number, sight)
    before = opened.figures.statuses["403"]
    example(opened, made, f"scopes {number}", number, STEPS, scope)
    assert opened.figures.statuses["403"] > before


PERSON, CARER = "octave", "solene"
READ = ("patient/DocumentReference.r", "patient/*.rs", "patient/*.cruds")
LOOKED, LET_IN, BLOCKED = "psychiatrist", "ophthalmologist", "pharmacist"


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


@pytest.mark.parametrize("scope", READ)
def test_why_is_told_to_no_application(two: Two, scope: str) -> None:
    """Who looked, who was let in, who is shut out and who cares is not in its scopes."""
    document = two.deposited(PERSON, paper(1))
    two.alone(LOOKED, f"/fhir/DocumentReference?{by_person(PERSON)}")
    let_in(two.left, LET_IN, PERSON)
    two.apart(PERSON, "/fhir/Consent/$block", body=blocking(BLOCKED))
    two.apart(PERSON, "/fhir/RelatedPerson", body=carer(PERSON, CARER))
    path = f"/fhir/DocumentReference/{document}/$explain"
    for reader in (LOOKED, LET_IN, BLOCKED):
        asked = f"{path}?reader={world().readers[reader].id}"
        assert two.same(PERSON, asked, scope=scope).status == "403 FORBIDDEN"
    named = {"name": "reader", "valueIdentifier": patient_of(CARER)["identifier"]}
    body = EMPTY | {"parameter": [named]}
    told = two.same(PERSON, path, "POST", body, scope=scope)
    assert told.status == "403 FORBIDDEN"
    assert two.one(two.left, PERSON, path, "POST", body).status == "200 OK"


CONTESTING = "patient/Communication.rs patient/Task.c"


@pytest.mark.parametrize(
    "scope", [CONTESTING, f"{CONTESTING} patient/AuditEvent.r", f"{CONTESTING}r"]
)
def test_contesting_tells_no_application_who_asked(two: Two, scope: str) -> None:
    """Nor the case there may be: what is contested is read in the log, by who may read it."""
    for each, reader in zip(two.both, ("surgeon", "cardiologist"), strict=True):
        assert two.one(each, reader, *emergency()).status == "200 OK"
    two.pass_()
    events = [notified(two, each) for each in two.both]
    told = [
        two.one(each, PERSON, "/fhir/Task", "POST", contest(event), scope=scope)
        for each, event in zip(two.both, events, strict=True)
    ]
    assert told[0] == told[1]
    assert told[0].status == "403 FORBIDDEN"
    whole = f"{CONTESTING}r patient/AuditEvent.r"
    opened = two.one(
        two.left, PERSON, "/fhir/Task", "POST", contest(events[0]), scope=whole
    )
    assert opened.status == "201 CREATED"


def emergency() -> tuple[str, str, Json]:
    """Return how somebody opens the record in an emergency."""
    said = {
        "patient": {"valueIdentifier": patient_of(PERSON)["identifier"]},
        "purpose": {"valueCode": "BTG"},
        "reason": {"valueCode": "unconscious"},
        "words": {"valueString": "trouvée sans connaissance ici"},
    }
    body = EMPTY | {"parameter": [{"name": n, **each} for n, each in said.items()]}
    return "/fhir/Consent/$break-glass", "POST", body


def notified(two: Two, gateway: Gateway) -> str:
    """Return the access that the person's notice names."""
    path = f"/fhir/Communication?{by_person(PERSON)}"
    seen = two.one(gateway, PERSON, path, scope=CONTESTING)
    notice = json.loads(seen.body)["entry"][0]["resource"]
    return str(notice["about"][0]["reference"]).removeprefix("AuditEvent/")
