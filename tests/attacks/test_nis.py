"""NIS: searching for what one may not see. Each query is asked of both worlds."""

import json
from itertools import pairwise
from typing import Any

import pytest

from tests.attacks.room import DOCUMENTS, HIDDEN, PATIENT, READER, Room
from tests.gateway.world import Software
from tests.noninterference.pair import Seen

Json = dict[str, Any]

SEEN = DOCUMENTS - len(HIDDEN)
BASE = "/fhir/DocumentReference"
TELLING = "2.25.770002"
"""The OID of a hidden document."""
HIV = "http://terminology.hl7.org/CodeSystem/v3-ActCode|HIV"


def bundle(seen: Seen) -> Json:
    """Return the Bundle of an answer."""
    assert seen.status[:3] == "200", seen.body
    found: Json = json.loads(seen.body)
    return found


def link(found: Json, name: str) -> str:
    """Return a link of a Bundle, or nothing."""
    return next((e["url"] for e in found["link"] if e["relation"] == name), "")


@pytest.mark.parametrize("more", ["", "&_summary=count", "&_count=0"])
def test_nis_01_totals_count_what_is_seen(room: Room, more: str) -> None:
    """However it is asked for, the total is that of the purge."""
    found = bundle(room.ask(f"{BASE}?{room.patient}{more}"))
    assert found["total"] == SEEN
    for how in ("none", "accurate"):
        room.ask(f"{BASE}?{room.patient}{more}&_total={how}")


def test_nis_02_every_page_is_full_but_the_last(room: Room) -> None:
    """What is hidden is taken out before pages are cut."""
    following, sizes = f"{BASE}?{room.patient}&_count=5", []
    while following:
        page = bundle(room.ask(following))
        sizes.append(len(page["entry"]))
        following = link(page, "next")
    assert sizes == [5, 5, SEEN - 10]


@pytest.mark.parametrize(
    "path",
    [
        "Patient?_has:Observation:patient:code=75622-1",
        "Patient?_has:DocumentReference:subject:_has:List:item:code=x",
        "DocumentReference?_has:List:item:code=x",
    ],
)
def test_nis_03_reverse_chains_are_refused_to_all(room: Room, path: str) -> None:
    """400 before any data is touched, for who sees all as for who sees a part."""
    for reader in (READER, "gp", "psychiatrist"):
        found = {room.ask(f"/fhir/{path}", reader=reader).status[:3]}
        found |= {room.ask(f"/fhir/{path}&{room.patient}", reader=reader).status[:3]}
        assert found == {"400"}


@pytest.mark.parametrize(
    "query",
    [
        "author.family=RIVECOURT",
        "author.given=Anselme",
        "author.practitioner.name=RIV",
        "encounter.type=x",
        "subject.identifier=x",
    ],
)
def test_nis_04_chains_see_what_the_reader_sees(room: Room, query: str) -> None:
    """A chain finds by visible documents only, or is refused to all."""
    room.ask(f"{BASE}?{room.patient}&{query}")
    room.ask(f"/fhir/Condition?{room.patient}&{query}")


@pytest.mark.parametrize(
    "query",
    ["_include=*", "_revinclude=*", "_include:iterate=DocumentReference:relatesto"],
)
def test_nis_05_nothing_hidden_is_included(room: Room, query: str) -> None:
    """Includes bring what is seen, or are refused to all."""
    for kind in ("DocumentReference", "List", "Condition"):
        seen = room.ask(f"/fhir/{kind}?{room.patient}&{query}&_count=2")
        assert room.secret.encode() not in seen.body


@pytest.mark.parametrize("by", ["date", "-date", "_lastUpdated", "-_lastUpdated"])
def test_nis_06_order_depends_on_what_is_seen(room: Room, by: str) -> None:
    """The order is that of the purge; two documents of one day keep theirs."""
    for kind in ("DocumentReference", "Condition", "List"):
        room.ask(f"/fhir/{kind}?{room.patient}&_sort={by}&_count=20")
    if by.endswith("date"):
        found = bundle(room.ask(f"{BASE}?{room.patient}&_sort={by}&_count=50"))
        dates = [each["resource"]["date"] for each in found["entry"]]
        assert all(a <= b if by == "date" else a >= b for a, b in pairwise(dates))


@pytest.mark.parametrize(
    "query",
    [
        "security-label=R",
        "security-label=N",
        f"security-label={HIV}",
        "_security=R",
        "_security:not=N",
        "_tag=x",
        "_profile=x",
        "_source=x",
        "_list=x",
    ],
)
def test_nis_07_no_search_confirms_a_label(room: Room, query: str) -> None:
    """A label that only hidden documents have is one that none has."""
    for kind in ("DocumentReference", "Condition"):
        found = room.ask(f"/fhir/{kind}?{room.patient}&{query}")
        assert room.secret.encode() not in found.body


@pytest.mark.parametrize(
    "query", ["code:missing=true", "code:not=x", "code:text=VIH", "code:above=B24"]
)
def test_nis_08_no_bisection_finds_a_value(room: Room, query: str) -> None:
    """Fifteen dates around a hidden document, and modifiers: not one answer differs."""
    room.ask(f"/fhir/Condition?{room.patient}&{query}")
    if query != "code:not=x":
        return
    for day in range(1, 31, 2):
        dates = f"date=ge2026-10-01&date=le2026-10-{day:02}"
        room.ask(f"{BASE}?{room.patient}&{dates}&_summary=count")


def test_nis_09_a_posted_search_is_the_same_search(room: Room) -> None:
    """In the address, in a form, in both: the same documents, the same total."""
    name, _, value = room.patient.partition("=")
    options = {"date": "ge2026-10-01", "_count": "50"}
    query = "&".join(f"{n}={v}" for n, v in options.items())
    asked = bundle(room.ask(f"{BASE}?{room.patient}&{query}"))
    posted = bundle(room.ask(f"{BASE}/_search", "POST", data={name: value} | options))
    split = bundle(room.ask(f"{BASE}/_search?{query}", "POST", data={name: value}))
    ids = [[e["resource"]["id"] for e in f["entry"]] for f in (asked, posted, split)]
    assert ids[0] == ids[1] == ids[2]
    assert asked["total"] == posted["total"] == split["total"]


@pytest.mark.parametrize("name", ["_content", "_text", "_filter", "_query"])
def test_nis_10_no_search_reads_words(room: Room, name: str) -> None:
    """Full text is refused to all, so a word that only a hidden document has tells nothing."""
    for word in ("zq00000002", "VIH", "gorge"):
        assert room.ask(f"{BASE}?{room.patient}&{name}={word}").status[:3] == "400"


@pytest.mark.parametrize(
    "query",
    [
        f"identifier=urn:ietf:rfc:3986|urn:oid:{TELLING}",
        f"identifier=urn:oid:{TELLING}",
        f"identifier={TELLING}",
        f"related=urn:oid:{TELLING}",
        "relatesto=DocumentReference/%s",
        "_id=%s",
    ],
)
def test_nis_11_a_hidden_identifier_is_unknown(room: Room, query: str) -> None:
    """Who knows the identifier of a hidden document finds as much as who invents one."""
    query = query.replace("%s", room.secret)
    found = room.ask(f"{BASE}?{room.patient}&{query}")
    assert found.status[:3] == "400" or json.loads(found.body)["total"] == 0
    room.ask(f"/fhir/List?{room.patient}&{query}")


@pytest.mark.parametrize(
    "query", ["nonsense=1", "_security:of-type=1", "patient:not=1"]
)
def test_nis_15_what_is_not_understood_is_refused(room: Room, query: str) -> None:
    """400, never a wider answer as if it had not been asked; no record named is 400 too."""
    assert room.ask(f"{BASE}?{room.patient}&{query}").status[:3] == "400"
    assert room.ask(f"{BASE}?type=11488-4").status[:3] in ("400", "403")


def test_nis_16_many_values_and_two_records_widen_nothing(room: Room) -> None:
    """Thousands of alternatives are bounded; two patients are refused, or both kept to."""
    values = ",".join(f"{n}-1" for n in range(2000))
    pairs = "&".join("status=current" for _ in range(20))
    form = dict([room.patient.split("=", 1)]) | {"type": values}
    assert room.ask(f"{BASE}/_search", "POST", data=form).status[:3] in ("200", "400")
    room.ask(f"{BASE}?{room.patient}&{pairs}")
    other = room.patient.rpartition("|")[0] + "|178079999990339"
    for query in (f"{room.patient}&{other}", f"{other}&{room.patient}"):
        found = room.ask(f"{BASE}?{query}")
        assert found.status[:3] == "400" or json.loads(found.body)["total"] == 0


def test_nis_16_in_the_demo_a_second_record_is_never_reached(still: Software) -> None:
    """Her own number first or last: a person reads no record but her own."""
    people = [still.world.patients[each].identifier for each in (PATIENT, "tristan")]
    named = [f"patient.identifier={each.system}|{each.value}" for each in people]
    for query in ("&".join(named), "&".join(reversed(named))):
        answer = still.ask(PATIENT, f"{BASE}?{query}")
        body = answer.get_json(force=True)
        assert answer.status_code == 400 or body["total"] == 0
