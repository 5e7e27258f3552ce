"""A merge after a merge tells the person nothing of what waits, and keeps what was masked.

Two worlds: in one a report waits for its announcement in the first or the second of three
records of one person, in the other it never was.
"""

import io
import json
from collections.abc import Iterator
from typing import Any
from zipfile import ZipFile

import pytest

from gateway.demo.world.people import Patient
from gateway.lifecycle import merging, turning
from gateway.lifecycle.turning import OPERATOR
from mappings import ins
from mappings.submission import Identifier
from tests.noninterference.documents import world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, pair
from tests.noninterference.side_by_side import by_person, later
from tests.noninterference.two_records import (
    AUTHOR,
    CONSENTS,
    NUMBER,
    OTHER,
    OURS,
    PERSON,
    WAITS,
    another,
    own,
    put,
    tie,
    total,
)
from tests.noninterference.twoworlds import Two

Json = dict[str, Any]

SECOND = ins.identifier(ins.NIR_TEST, "1380399999905")
READER = "surgeon"


@pytest.fixture
def two() -> Iterator[Two]:
    """Give two worlds that hold the same."""
    with pair() as held:
        yield Two(held)


def opened(gateway: Gateway, person: Patient, *readers: str) -> None:
    """Open a record of a number, with a care team."""
    with drawn_by(f"open {person.identifier}"):
        turning.open_record(gateway.services, person.traits, "law")
    for reader in readers:
        tie(gateway, person.identifier, reader)


def _into(gateway: Gateway, kept: Identifier, absorbed: Identifier) -> None:
    with drawn_by(f"merge of {absorbed}"):
        merging.merge(gateway.services, kept, absorbed, OPERATOR)


def merged(two: Two, waits_in: Identifier, *, seen: bool) -> None:
    """Merge the first record into the second, and that into the third, in both worlds."""
    first, second = another(NUMBER), another(SECOND)
    for gateway in two.both:
        opened(gateway, first, AUTHOR)
        opened(gateway, second, OTHER)
        tie(gateway, own(), READER)
        if seen:
            for number, person in enumerate((first, second, world().patients[PERSON])):
                put(gateway, person, 11 + number)
    two.pass_()
    put(two.left, another(waits_in), 1, WAITS)
    two.pass_()
    for kept, absorbed in ((SECOND, NUMBER), (own(), SECOND)):
        for gateway in two.both:
            _into(gateway, kept, absorbed)
        two.pass_()


@pytest.mark.parametrize("waits_in", [NUMBER, SECOND])
@pytest.mark.parametrize("seen", [False, True])
def test_the_masks_of_a_merge_after_a_merge_tell_nothing_of_what_waits(
    two: Two, waits_in: Identifier, *, seen: bool
) -> None:
    """The person's Consents name as much in both worlds, and nothing that is not found."""
    merged(two, waits_in, seen=seen)
    answers = [json.loads(each.body) for each in two.each(PERSON, CONSENTS)]
    found = [[e["resource"]["provision"] for e in a["entry"]] for a in answers]
    assert sorted(map(_counted, found[0])) == sorted(map(_counted, found[1]))
    sizes = [
        {each.filename: each.file_size for each in _zip(answer.body).infolist()}
        for answer in two.each(PERSON, "/fhir/Patient/$export")
    ]
    assert sizes[0] == sizes[1]
    for name in {name for each in found[0] for name in _named(each)}:
        assert two.one(two.left, PERSON, f"/fhir/{name}").status == "200 OK"


def _zip(body: bytes) -> ZipFile:
    return ZipFile(io.BytesIO(body))


def _named(provision: Json) -> list[str]:
    named = (each["reference"].get("reference", "") for each in provision["data"])
    return sorted(each for each in named if each)


def _counted(provision: Json) -> str:
    """Return whom a Consent is about, and how many things of each kind it names."""
    total_named, documents = len(provision["data"]), len(_named(provision))
    return json.dumps([provision["type"], provision["actor"], total_named, documents])


@pytest.mark.parametrize("waits_in", [NUMBER, SECOND])
def test_what_waited_stays_masked_through_both_merges(
    two: Two, waits_in: Identifier
) -> None:
    """From who was let in to the others alone, when it is released."""
    merged(two, waits_in, seen=False)
    later(two.pair, days=40)
    assert [total(two, each) for each in (PERSON, READER, OURS)] == [1, 0, 0]
    alone = OTHER if waits_in == NUMBER else AUTHOR
    own_too = int(alone == AUTHOR)  # its depositor
    assert total(two, alone) == own_too


def test_a_mask_of_the_first_merge_said_anew_holds_after_the_second(two: Two) -> None:
    """The person sent it back as it was, when it named nothing that she could see."""
    first, second = another(NUMBER), another(SECOND)
    opened(two.left, first)
    opened(two.left, second, OTHER)
    put(two.left, first, 1, WAITS)
    two.pass_()
    _into(two.left, own(), NUMBER)
    two.pass_()
    path = f"/fhir/Consent?status=active&{by_person(PERSON)}"
    found = json.loads(two.one(two.left, PERSON, path).body)["entry"]
    who = world().readers[OURS].id.rpartition("|")[2]
    [mask] = [e["resource"] for e in found if who in json.dumps(e)]
    done = two.one(two.left, PERSON, f"/fhir/Consent/{mask['id']}", "PUT", mask)
    assert done.status == "200 OK", done
    two.pass_()
    tie(two.left, SECOND, OURS)
    _into(two.left, SECOND, own())
    later(two.pair, days=40)
    assert [_found(two, each) for each in (OURS, OTHER)] == [0, 0]


def _found(two: Two, reader: str) -> int:
    path = f"/fhir/DocumentReference?patient.identifier={SECOND.system}|{SECOND.value}"
    return int(json.loads(two.one(two.left, reader, path).body)["total"])


def test_the_same_document_in_three_records_is_kept_of_each(two: Two) -> None:
    """Merged one after the other: a copy has the identity of none of the others."""
    first, second = another(NUMBER), another(SECOND)
    for person in (first, second):
        opened(two.left, person)
    for person in (first, second, world().patients[PERSON]):
        put(two.left, person, 1)
    for kept, absorbed in ((SECOND, NUMBER), (own(), SECOND)):
        two.pass_()
        _into(two.left, kept, absorbed)
    two.pass_()
    assert total(two, AUTHOR) == 3
