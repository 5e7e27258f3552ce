"""The log by the API: the person's, what a parent is told of it, nothing to anybody else."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from gateway.audit import balp, reading
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.identity.principal import Principal
from tests.gateway.world import Software, seeded

Json = dict[str, Any]

MINOR, MOTHER = "inaya", "corentine"
SECRET, OPEN = "contraception-visit", "ankle-visit"
BIOPSY = "biopsy"


@pytest.fixture(scope="module")
def software(tmp_path_factory: pytest.TempPathFactory) -> Software:
    """Give a world in which professionals have looked: nothing else changes in it."""
    made = Software(seeded(tmp_path_factory.mktemp("log")))
    for reader, document in (("gp", SECRET), ("midwife", SECRET), ("gp", OPEN)):
        path = f"/fhir/Binary/{made.id_of(document)}"
        assert made.ask(reader, path).status_code == 200
    person = token(made, MINOR)
    assert found(made, "gp", MINOR, "Composition")
    made.ask("gp", f"/fhir/Composition?patient.identifier={person}&type=x|y")
    made.search("gp", "octave")
    made.ask("gp", f"/fhir/Binary/{made.id_of(BIOPSY)}")
    made.ask("dentist", f"/fhir/Binary/{made.id_of(BIOPSY)}")
    return made


def token(software: Software, patient: str) -> str:
    """Return how a search names a patient."""
    identifier = software.world.patients[patient].identifier
    return f"{identifier.system}|{identifier.value}"


def asked(
    software: Software, reader: str, patient: str, kind: str = "AuditEvent", **more: str
) -> TestResponse:
    """Search a type in a patient's record; two underscores in a name stand for a dot."""
    named = {name.replace("__", "."): value for name, value in more.items()}
    query = urlencode({"patient.identifier": token(software, patient)} | named)
    return software.ask(reader, f"/fhir/{kind}?{query}")


def found(
    software: Software, reader: str, patient: str, kind: str = "AuditEvent", **more: str
) -> list[Json]:
    """Return the resources of a search, with no further page."""
    more = {"_count": "200"} | more
    bundle = asked(software, reader, patient, kind, **more).get_json(force=True)
    assert [each["relation"] for each in bundle["link"]] == ["self"]
    return [each["resource"] for each in bundle.get("entry", [])]


def named(events: list[Json]) -> set[str]:
    """Return the ids that events name, of any type."""
    return {each.partition("/")[2] for one in events for each in reading.items(one)}


def test_a_person_reads_who_looked(software: Software) -> None:
    """Every event of the own record, the latest first, each also read by its id."""
    events = found(software, MINOR, MINOR)
    times = [each["recorded"] for each in events]
    assert times == sorted(times, reverse=True)
    assert {software.id_of(SECRET), software.id_of(OPEN)} <= named(events)
    names = {each["agent"][0]["who"]["display"] for each in events}
    assert "Anselme RIVECOURT" in names
    for each in (events[0], events[-1]):
        read = software.ask(MINOR, f"/fhir/AuditEvent/{each['id']}")
        assert read.get_json(force=True) == each


def test_reading_the_log_is_logged_and_does_not_grow_what_is_read(
    software: Software,
) -> None:
    """Two searches are one answer; who else reads the log is told."""
    first, second = asked(software, MINOR, MINOR), asked(software, MINOR, MINOR)
    assert first.get_data() == second.get_data()
    asked(software, MOTHER, MINOR)
    latest = found(software, MINOR, MINOR)[0]
    assert reading.reason(latest) == "log"
    assert reading.agent(latest) == token(software, MOTHER)


def test_to_anybody_else_there_is_no_log(software: Software) -> None:
    """An empty page and one 404, for the treating doctor as for a stranger."""
    event = found(software, MINOR, MINOR)[0]["id"]
    for reader in ("gp", "midwife", "dentist", "solene"):
        assert found(software, reader, MINOR) == []
        there = software.ask(reader, f"/fhir/AuditEvent/{event}")
        never = software.ask(reader, f"/fhir/AuditEvent/{'0' * 64}")
        assert (there.status_code, there.get_data()) == (404, never.get_data())


def test_a_parent_is_told_of_what_both_may_see(software: Software) -> None:
    """Nothing names the secret document or a fact of it, the girl, or her searches."""
    software.search(MINOR, MINOR)
    events = found(software, MOTHER, MINOR)
    seen = software.id_of(OPEN)
    assert seen in named(events)
    secret = software.id_of(SECRET)
    held = {each["id"] for each in found(software, "gp", MINOR, "Composition")}
    hers = {each["id"] for each in found(software, MOTHER, MINOR, "Composition")}
    assert held > hers
    assert named(events).isdisjoint({secret, *(held - hers)})
    assert token(software, MINOR) not in {reading.agent(each) for each in events}
    assert all(reading.items(each) for each in events)
    hidden = [e for e in found(software, MINOR, MINOR) if named([e]) == {secret}]
    assert hidden
    for each in hidden[:3]:
        read = software.ask(MOTHER, f"/fhir/AuditEvent/{each['id']}")
        assert read.status_code == 404


def test_what_waits_for_an_announcement_is_not_told(software: Software) -> None:
    """Neither who read it nor what was asked; a search that found it is, less it."""
    biopsy = software.id_of(BIOPSY)
    events = found(software, "octave", "octave")
    assert biopsy not in named(events)
    assert all(biopsy not in reading.query(each) for each in events)
    searches = [e for e in events if reading.interaction(e) is Interaction.SEARCH]
    assert any(reading.items(each) for each in searches)


def test_what_others_asked_is_told_by_name_only(software: Software) -> None:
    """Parameters without their values: a value may name what the reader may not know."""
    queries = {reading.query(e) for e in found(software, MINOR, MINOR)}
    assert "patient.identifier&type" in queries
    assert not any(token(software, MINOR) in each for each in queries)


def test_a_count_names_nothing_that_was_seen(software: Software) -> None:
    """Who asks how many is told as that: the query says so, no resource is an entity."""
    for kind in ("DocumentReference", "Composition", "Patient"):
        name = "identifier" if kind == "Patient" else "patient.identifier"
        query = urlencode({name: token(software, MINOR), "_summary": "count"})
        assert software.ask("gp", f"/fhir/{kind}?{query}").get_json(force=True)["total"]
        (last, *_) = found(software, MINOR, MINOR)
        assert reading.query(last) == f"{name}&_summary=count"
        assert reading.items(last) == []


@pytest.mark.parametrize("value", ["RIVE", "rivecourt", "Anselme RIVE"])
def test_who_looked_is_found_by_any_part_of_a_name(
    software: Software, value: str
) -> None:
    """By how the family name begins as by the given one; not by what is inside a word."""
    assert found(software, MINOR, MINOR, **{"agent-name": value})
    assert found(software, MINOR, MINOR, **{"agent-name": "vecourt"}) == []


PARAMETERS = {
    "action": ("R", "D"),
    "agent-name": ("anselme", "zzz"),
    "agent.identifier": ("899700990023", "1"),
    "subtype": ("read", "delete"),
    "type": ("rest", "login"),
    "outcome": ("0", "12"),
    "entity-type": ("1", "99"),
    "entity-role": ("1", "99"),
    "agent-role": ("10", "99"),
    "date": ("ge2020", "lt2020"),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_the_log_is_searched(software: Software, name: str) -> None:
    """Each parameter finds some events and not all things."""
    some, none = PARAMETERS[name]
    assert found(software, MINOR, MINOR, **{name: some})
    assert found(software, MINOR, MINOR, **{name: none}) == []


def test_the_log_is_searched_by_what_was_looked_at(software: Software) -> None:
    """By entity: who read one document, and who the person is."""
    binary = f"Binary/{software.id_of(SECRET)}"
    events = found(software, MINOR, MINOR, entity=binary)
    assert {each["agent"][0]["role"][0]["coding"][0]["code"] for each in events} == {
        "10",
        "50",
    }
    person = found(software, MINOR, MINOR)[0]["entity"][0]["what"]["reference"]
    software.search(MINOR, MINOR)
    own = found(software, MINOR, MINOR, agent=person)
    assert {reading.agent(each) for each in own} == {token(software, MINOR)}


def test_pages_hold_together(software: Software) -> None:
    """One event a page, by sealed links, the same events in the same order."""
    whole = [each["id"] for each in found(software, "octave", "octave")]
    bundle = asked(software, "octave", "octave", _count="7").get_json(force=True)
    read = []
    while True:
        read += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        if "next" not in links:
            break
        base = software.services.settings.base_url
        path = links["next"].removeprefix(base)
        bundle = software.ask("octave", path).get_json(force=True)
    assert read == whole


def test_a_reading_and_a_search_are_as_balp_asks(software: Software) -> None:
    """User, application and server, the person, the question, the request: by their types."""
    events = found(software, MINOR, MINOR)
    profiles = {p for e in events for p in e["meta"].get("profile", [])}
    assert profiles == set(balp.PROFILES)
    for each in events:
        agents = [e["type"]["coding"][0]["code"] for e in each["agent"]]
        assert agents[0] == "IRCP"
        assert sorted(agents[1:]) == ["110152", "110153"]
        kinds = [e["type"]["code"] for e in each["entity"]]
        assert kinds.count("1") == 1
        if each["meta"].get("profile"):
            assert kinds.count("2") == 1
            assert kinds.count("XrequestId") == 1


def event_of(principal: Principal) -> Json:
    """Return the event of a reading by somebody."""
    trace = Trace(Interaction.READ, principal, granted=True, patient_id="0")
    return audit_event(trace, datetime.now(UTC)) | {"id": "0"}


def test_a_skill_is_never_read_as_a_profession() -> None:
    """Each by its system; in events kept before, the profession stands first."""
    alone = event_of(Principal("x|1", skill="SM26"))
    assert (reading.profession(alone), reading.skill(alone)) == ("", "SM26")
    both = event_of(Principal("x|1", profession="10", skill="SM26"))
    assert (reading.profession(both), reading.skill(both)) == ("10", "SM26")
    for role in both["agent"][0]["role"]:
        del role["coding"][0]["system"]
    assert (reading.profession(both), reading.skill(both)) == ("10", "SM26")
    both["agent"][0]["role"].pop()
    assert (reading.profession(both), reading.skill(both)) == ("10", "")


def test_the_application_is_told() -> None:
    """Through which was asked, where its token says so."""
    made = event_of(Principal("x|1", client="c1", application="Carnet"))
    assert reading.application(made) == "Carnet"
    place = balp.Place("0", frozenset(), "http://localhost")
    (client,) = (
        e
        for e in balp.written(made, place)["agent"]
        if e["who"].get("display") == "Carnet"
    )
    assert client["type"]["coding"][0]["code"] in (balp.TO, balp.FROM)
