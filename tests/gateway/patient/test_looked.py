"""*Qui a consulté mon dossier*: sentences, filters, pages, and the ways from each line."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from gateway.audit.events import Interaction, Trace, audit_event
from gateway.identity.principal import Principal
from gateway.patient import stays
from gateway.patient.pages import looked
from gateway.patient.stays import Act, Wanted
from tests.gateway.patient.browser import Browser
from tests.gateway.patient.test_markup import check
from tests.gateway.smart.applications import Applications, person
from tests.gateway.world import Software, seeded

PAGE = "/qui-a-consulte"
STRANGER = "psychiatrist"
"""Who has nothing to do with the record that is looked at."""
EVENT = re.compile(r'name="event" value="([0-9a-f]{32})"')


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Browser:
    """Give the pages of a record that a doctor opened and a stranger asked for."""
    services = seeded(tmp_path_factory.mktemp("looked"))
    software = Software(services)
    document = software.id_of("hiv-consultation")
    software.search("gp", "tristan")
    software.ask("gp", f"/fhir/Binary/{document}")
    software.ask(STRANGER, f"/fhir/Binary/{document}")
    return Browser(services).sign_in("tristan")


def cards(text: str) -> list[str]:
    """Return the text of each card of a page."""
    return re.findall(r'<li class="card.*?</ul>', text, re.DOTALL)


def test_who_opened_what_is_a_sentence(browser: Browser) -> None:
    """The doctor by name and profession, the document by its title, the reason."""
    text = browser.text(PAGE)
    (mine, *_) = (each for each in cards(text) if "A ouvert" in each)
    assert "Anselme RIVECOURT, médecin" in mine
    assert "« Consultation de suivi »" in mine
    assert "pour des soins" in mine
    (refused,) = (each for each in cards(text) if "quietly" in each)
    assert browser.world.readers[STRANGER].family in refused
    assert "A demandé, et n'a rien vu." in refused
    assert "«" not in refused


def test_the_person_s_own_acts_come_when_asked(browser: Browser) -> None:
    """Not among those who looked, unless the box is ticked."""
    assert "<h3>Vous" not in browser.text(PAGE)
    answer = browser.post(PAGE, own="yes")
    assert "<h3>Vous" in answer.get_data(as_text=True)


def test_the_log_is_narrowed(browser: Browser) -> None:
    """By person, by structure, by period; a day that is none is said to be none."""
    stranger = browser.reader(STRANGER)
    shown = browser.post(PAGE, who=stranger).get_data(as_text=True)
    assert len(cards(shown)) == 1
    assert "quietly" in cards(shown)[0]
    past = browser.post(PAGE, to="2020-01-01").get_data(as_text=True)
    assert cards(past) == []
    assert browser.post(PAGE, **{"from": "yesterday"}).status_code == 422


def test_a_line_leads_to_a_block_and_to_a_contest(browser: Browser) -> None:
    """Both by the usual steps; a contested access says so from then on."""
    text = browser.text(PAGE)
    event = EVENT.findall(text)[0]
    sent = {"event": event, "words": "Je ne connais pas cette personne."}
    assert browser.post("/contestations/nouvelle", **sent).status_code == 303
    assert 'href="/contestations/' in browser.text(PAGE)
    fields = dict(re.findall(r'name="(person|number|name)" value="([^"]+)"', text))
    assert browser.post("/choix", verb="block", **fields).status_code == 200


def test_a_mother_reads_nothing_of_what_is_secret(tmp_path: Path) -> None:
    """What the midwife opened of what is kept from her is nowhere on her page."""
    services = seeded(tmp_path)
    software = Software(services)
    mother = Browser(services).sign_in("corentine-inaya")
    before = mother.get(PAGE).get_data()
    for reader in ("midwife", "gp"):
        software.ask(reader, f"/fhir/Binary/{software.id_of('contraception-visit')}")
    software.search("inaya", "inaya")
    assert mother.get(PAGE).get_data() == before
    software.ask("pharmacist", f"/fhir/Binary/{software.id_of('ankle-visit')}")
    pharmacist = mother.world.readers["pharmacist"].family
    assert pharmacist.encode() in mother.get(PAGE).get_data()
    assert pharmacist.encode() not in before


def test_what_an_application_does_is_a_line_of_its_own(tmp_path: Path) -> None:
    """By its name, chosen by it, its readings of the log too; ended from there."""
    services = seeded(tmp_path)
    software, applications = Software(services), Applications(services)
    mine = Browser(services).sign_in("solene")
    held = applications.launched(applications.public, person(software, "solene"))
    number = software.world.patients["solene"].identifier
    asked = f"patient.identifier={number.system}|{number.value}"
    for path in (f"/fhir/DocumentReference?{asked}", f"/fhir/AuditEvent?{asked}"):
        assert applications.ask(held["access_token"], path).status_code == 200
    text = mine.text(PAGE)
    (line,) = (each for each in cards(text) if "L'application" in each)
    for said in ("Diary", "que vous avez laissée entrer", "A vu dans une liste"):
        assert said in line
    check(mine.get(PAGE).get_data(as_text=True), "fr")
    key = f"urn:paravent:client|{applications.public.id}"
    assert f'<option value="{key}">Diary' in text
    assert len(cards(mine.post(PAGE, who=key).get_data(as_text=True))) == 1
    log = f"/fhir/AuditEvent?{asked}&_count=200"
    told = [
        each["resource"]
        for each in software.ask("solene", log).get_json(force=True)["entry"]
    ]
    assert [e.get("outcomeDesc") for e in told if len(e["agent"]) > 1].count("log") == 1
    own = applications.ask(held["access_token"], log).get_json(force=True)["entry"]
    assert not any(each["resource"].get("outcomeDesc") == "log" for each in own)
    ended = mine.post("/applications/fin", application=applications.public.id)
    assert ended.location == "/applications"
    assert applications.ask(held["access_token"], log).status_code == 401
    assert 'name="application"' not in mine.text(PAGE)
    again = mine.post("/applications/fin", application=applications.public.id)
    assert again.status_code == 404


def test_who_can_be_chosen_has_a_name_and_one_line(tmp_path: Path) -> None:
    """No bare number; software that bears its structure's name stands under it once."""
    services = seeded(tmp_path)
    software = Software(services)
    for reader in ("dentist", "dpi", "infectiologist"):
        software.search(reader, "tristan")
    text = Browser(services).sign_in("tristan").text(PAGE)
    lines = re.findall(r'<option value="[^"]+">([^<]+)', text)
    assert len(set(lines)) == len(lines)
    assert not any(each.isdecimal() for each in lines)
    assert "structure n° 1990099011 : Ombeline FAUCHERAY" in lines
    assert lines.count("Centre hospitalier de Brumevent") == 1
    assert "<h3>Centre hospitalier de Brumevent</h3>" in text


def test_a_count_is_told_as_a_count(tmp_path: Path) -> None:
    """Who asks how many is not said to have seen a list, and no title stands there."""
    services = seeded(tmp_path)
    software = Software(services)
    browser = Browser(services).sign_in("tristan")
    before = len(cards(browser.text(PAGE)))
    for more in ("&_summary=count", "&_count=0"):
        software.search(STRANGER, "tristan", more)
    (first, *rest) = cards(browser.text(PAGE))
    assert len(rest) == before
    assert "A demandé combien" in first
    assert "«" not in first
    assert "A vu" not in first


def trace(at: datetime, interaction: Interaction, *items: str) -> dict[str, object]:
    """Return an event of one doctor at an instant."""
    made = Trace(
        interaction,
        Principal("x|1", name="Dr"),
        granted=True,
        patient_id="0",
        items=items,
    )
    return audit_event(made, at) | {"id": at.isoformat()}


def test_a_stay_lasts_as_long_as_signs_come() -> None:
    """Half an hour apart is one stay; more, or another day, is another."""
    start = datetime(2026, 5, 1, 8, tzinfo=UTC)
    document = f"DocumentReference/{'0' * 64}"
    events = [
        trace(start, Interaction.SEARCH, document),
        trace(start + timedelta(minutes=20), Interaction.READ, document),
        trace(start + timedelta(hours=2), Interaction.SEARCH),
        trace(start + timedelta(days=1), Interaction.CREATE, document),
    ]
    found = stays.stays(events, ZoneInfo("Europe/Paris"), Wanted(), "x|2")
    assert [set(each.acts) for each in found] == [
        {Act.ADDED},
        {Act.SEARCHED},
        {Act.LISTED, Act.OPENED},
    ]
    assert found[2].last - found[2].first == timedelta(minutes=20)


def test_a_long_log_has_pages() -> None:
    """Each stay stands on one page, in order, until there are no more."""
    start = datetime(2026, 5, 1, 8, tzinfo=UTC)
    events = [
        trace(start + timedelta(hours=n), Interaction.SEARCH)
        for n in range(2 * looked.A_PAGE + 1)
    ]
    found = stays.stays(events, ZoneInfo("Europe/Paris"), Wanted(), "x|2")
    seen, after = [], ""
    while True:
        shown, after = looked.portion(found, after)
        seen += shown
        if not after:
            break
    assert seen == found
