"""A merge of two records tells nobody what he did not see, and the person nothing of what waits.

Two worlds: in one a report waits for its announcement in one of the two records, in the
other it never was. What the person reads of the masks of the merge is the same: on the
pages, as Consents, in the zip. In one world alone: who was let in nowhere sees no more.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from zipfile import ZipFile

import pytest

from gateway.consents import directives, emergencies
from gateway.lifecycle import merging
from gateway.lifecycle.turning import OPERATOR
from gateway.repository import records
from labels.consent import Audience, AudienceKind, Directive, Effect
from mappings.submission import Identifier
from tests.gateway.patient.browser import Browser
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.side_by_side import later
from tests.noninterference.two_records import (
    AUTHOR,
    CONSENTS,
    FORMER,
    HOUR,
    NUMBER,
    OTHER,
    OURS,
    PAGES,
    PERSON,
    RENAMED,
    WAITS,
    another,
    merge,
    opened,
    own,
    put,
    tie,
    told,
    total,
)
from tests.noninterference.twoworlds import EMPTY, Two

Json = dict[str, Any]


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def merged(two: Two, waits_in: str, seen: int = 0) -> None:
    """Merge in both worlds two records, of which one holds in the left what waits.

    ``seen`` documents that the person sees are in both records, in both worlds.
    """
    person = another(NUMBER)
    for gateway in two.both:
        opened(gateway, person, AUTHOR, OTHER)
        for number in range(seen):
            put(gateway, person, 10 + number)
            put(gateway, world().patients[PERSON], 20 + number)
    two.pass_()
    where = person if waits_in == "absorbed" else world().patients[PERSON]
    put(two.left, where, 1, WAITS)
    two.pass_()
    for gateway in two.both:
        merge(gateway, NUMBER)
    two.pass_()


@pytest.mark.parametrize("waits_in", ["absorbed", "kept"])
@pytest.mark.parametrize("seen", [0, 2])
def test_the_masks_of_a_merge_tell_nothing_of_what_waits(
    two: Two, waits_in: str, seen: int
) -> None:
    """Not that it is there, nor how much, nor which: there is a mask in any case."""
    merged(two, waits_in, seen)
    answers = [json.loads(each.body) for each in two.each(PERSON, CONSENTS)]
    found = [[_provision(e["resource"]) for e in a.get("entry", [])] for a in answers]
    assert sorted(found[0]) == sorted(found[1])
    assert found[0]
    browsers = [Browser(gateway.services).sign_in(PERSON) for gateway in two.both]
    for path in PAGES:
        left, right = (each.text(path) for each in browsers)
        assert told(left) == told(right), path
    sizes = [
        {each.filename: each.file_size for each in _zip(answer.body).infolist()}
        for answer in two.each(PERSON, "/fhir/Patient/$export")
    ]
    assert sizes[0] == sizes[1]


def _zip(body: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(body))


def _provision(said: Json) -> str:
    """Return whom a Consent is about, and how many things of each kind it names."""
    provision = said["provision"]
    named = sorted(
        "reference" if "reference" in each["reference"] else each["meaning"]
        for each in provision["data"]
    )
    return json.dumps([provision["type"], provision["actor"], named])


def test_what_waited_is_masked_when_it_is_released_until_the_person_lifts_it(
    two: Two,
) -> None:
    """Who was related to the kept record alone finds it after she took the mask away."""
    merged(two, "absorbed")
    assert [total(two, each) for each in (PERSON, OURS, OTHER)] == [0, 0, 1]
    later(two.pair, days=40)
    assert [total(two, each) for each in (PERSON, OURS, OTHER)] == [1, 0, 1]
    mask = _mask_of(two, OURS)
    path = f"/fhir/Consent/{mask['id']}"
    two.pass_()
    done = two.one(two.left, PERSON, path, "PUT", mask | {"status": "inactive"})
    assert done.status == "200 OK", done
    assert total(two, OURS) == 1


def test_a_mask_of_a_merge_said_anew_speaks_of_what_waits(two: Two) -> None:
    """The person sends the Consent back as it is, which names nothing that she sees."""
    merged(two, "absorbed")
    two.pass_()
    mask = _mask_of(two, OURS)
    done = two.one(two.left, PERSON, f"/fhir/Consent/{mask['id']}", "PUT", mask)
    assert done.status == "200 OK", done
    later(two.pair, days=40)
    assert [total(two, each) for each in (PERSON, OURS)] == [1, 0]


def _mask_of(two: Two, reader: str) -> Json:
    """Return the Consent of the left world that speaks of a reader."""
    found = json.loads(two.one(two.left, PERSON, CONSENTS).body)["entry"]
    who = world().readers[reader].id.rpartition("|")[2]
    [mask] = [each["resource"] for each in found if who in json.dumps(each)]
    return dict(mask)


def _glass(number: Identifier) -> Json:
    patient = {"system": number.system, "value": number.value}
    return EMPTY | {
        "parameter": [
            {"name": "patient", "valueIdentifier": patient},
            {"name": "purpose"} | HOUR,
            {"name": "reason", "valueCode": "unconscious"},
            {"name": "words", "valueString": "trouvée sans connaissance ici"},
        ]
    }


def _choose(gateway: Gateway, number: Identifier, **chosen: bool) -> None:
    store = gateway.services.store
    with store.unit() as connection, drawn_by("choose"):
        record = records.by_identifiers(connection, store.keys, number)
        before = emergencies.choices(connection, record)
        emergencies.choose(connection, record, replace(before, **chosen))


def _urgently(two: Two) -> int:
    asked = "POST", _glass(own())
    two.pass_()
    two.one(two.left, OTHER, "/fhir/Consent/$break-glass", *asked)
    return total(two, OTHER)


def test_an_opposition_to_emergencies_in_either_record_holds_for_both(two: Two) -> None:
    """It opens nothing after the merge, and the person finds the choice as a Consent."""
    opened(two.left, another(NUMBER))
    _choose(two.left, NUMBER, others=False)
    put(two.left, another(NUMBER), 1)
    merge(two.left, NUMBER)
    assert _urgently(two) == 0
    purposes = two.one(two.left, PERSON, CONSENTS).body
    assert b'"BTG"' in purposes


def test_masks_yield_to_an_emergency_when_they_did_in_both_records(two: Two) -> None:
    """What was masked for good in the absorbed record stays closed in an emergency."""
    opened(two.left, another(NUMBER))
    _choose(two.left, own(), masked=True)
    put(two.left, another(NUMBER), 1, "MASQUE_PS")
    merge(two.left, NUMBER)
    assert _urgently(two) == 0


def test_the_former_name_of_the_absorbed_record_stays_unread(two: Two) -> None:
    """A text that was of a former civil status is for full clearance alone, and findable."""
    person = another(
        FORMER, RENAMED, given=("AMAURY",), used_given="AMAURY", gender="male"
    )
    opened(two.left, person)
    name = f"M. AMAURY {person.traits.family}, {FORMER.value}, tousse.".encode()
    put(two.left, person, 1, text=name)
    merge(two.left, FORMER, RENAMED)
    two.pass_()
    tie(two.left, own(RENAMED), OTHER)
    assert total(two, OTHER, RENAMED) == 0
    assert total(two, RENAMED, RENAMED) == 1


def test_a_name_that_only_the_absorbed_record_had_is_former_from_then_on(
    two: Two,
) -> None:
    """In a copy that was deposited under today's name too; unmerged, it is not known."""
    person = another(NUMBER, given=("BARTHOLOMEW",), used_given="BARTHOLOMEW")
    opened(two.left, person)
    put(two.left, person, 1, text=b"Il disait s'appeler Bartholomew autrefois.")
    services, store = two.left.services, two.left.services.store
    names = []
    merge(two.left, NUMBER)
    for _ in range(2):
        with store.unit() as connection:
            record = records.by_identifiers(connection, store.keys, own())
        names.append(record.identity.former_given)
        merging.unmerge(services, own(), OPERATOR)
    assert names == [("BARTHOLOMEW",), ()]


@pytest.mark.parametrize(
    "more", [{"since": "2027-06-01T00:00:00+00:00"}, {"proposed": True}]
)
def test_a_relation_that_does_not_hold_yet_lets_nobody_see_what_was_absorbed(
    two: Two, more: Json
) -> None:
    """One that is to begin, or waits for the person's word, in the absorbed record."""
    opened(two.left, another(NUMBER))
    tie(two.left, NUMBER, OURS, **more)
    tie(two.left, own(), OURS)
    put(two.left, another(NUMBER), 1)
    merge(two.left, NUMBER)
    assert total(two, OURS) == 0


@pytest.mark.parametrize("marks", [(), (WAITS,)])
def test_a_mask_stays_on_what_came_while_two_records_were_one(
    two: Two, marks: tuple[str, ...]
) -> None:
    """A new version of what was masked in the absorbed one, after they are two again."""
    person = another(NUMBER)
    opened(two.left, person, OURS)
    item = put(two.left, person, 1)[32:]
    store, who = two.left.services.store, world().readers[OURS].id
    with store.unit() as connection, drawn_by("mask"):
        record = records.by_identifiers(connection, store.keys, NUMBER)
        audience = Audience(AudienceKind.PERSON, who)
        said = Directive("", Effect.MASK, audience, frozenset({item}))
        directives.decide(connection, record, said)
    two.pass_()
    merge(two.left, NUMBER)
    two.pass_()
    version = put(two.left, world().patients[PERSON], 2, *marks, follows=1)
    assert total(two, OURS) == 0
    two.pass_()
    with drawn_by("unmerge"):
        merging.unmerge(two.left.services, own(), OPERATOR)
    assert total(two, OURS) == 0
    named = version in two.one(two.left, PERSON, CONSENTS).body.decode()
    assert named is not bool(marks)
    later(two.pair, days=40)
    assert [total(two, each) for each in (PERSON, OURS)] == [1, 0]


def test_a_relation_in_both_records_ends_when_the_first_ends(two: Two) -> None:
    """Nobody keeps seeing what was absorbed beyond what he was let in for."""
    opened(two.left, another(NUMBER))
    until = "2026-12-01T00:00:00+00:00"
    tie(two.left, NUMBER, OTHER, until=until)
    tie(two.left, own(), OTHER)
    put(two.left, another(NUMBER), 1)
    merge(two.left, NUMBER)
    assert total(two, OTHER) == 1
    later(two.pair, days=30)
    assert total(two, OTHER) == 0
