"""What can still be guessed, on the pages: asked for, answered to the patient, masked."""

import re
from html import unescape
from pathlib import Path

from gateway.audit import trail
from gateway.demo.world.load import load
from gateway.inquiry import by_identifier
from gateway.services import Services
from tests.gateway.patient.browser import Browser, follow
from tests.gateway.world import Software

WORLD = load()
PATH = "/ce-qui-se-devine"
TELLING = ("hiv-prescription", "hiv-lab", "hiv-lab-corrected", "medical-summary")


def looked(browser: Browser, reader: str) -> str:
    """Return the answer about a reader."""
    answer = browser.post(PATH, reader=browser.reader(reader))
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def test_what_gives_a_subject_away_is_named_and_can_be_masked(tmp_path: Path) -> None:
    """Four documents tell; one click, after the usual step, masks them; undo shows them."""
    browser = Browser.before(tmp_path).sign_in("tristan")
    software = Software(browser.services)
    page = looked(browser, "pharmacist")
    assert "Sujet caché : VIH" in page
    assert "« BIKTARVY » le dit en clair." in page
    assert "Un code de médicament le dit en clair." in page
    assert not re.search(r"\[[a-z_]+/", page)
    assert "J05AR20" not in page
    [documents] = re.findall(r'name="documents" value="([^"]+)"', page)
    assert set(documents.split()) == {software.id_of(each) for each in TELLING}
    fields = {"verb": "mask", "documents": documents}
    pharmacist = browser.reader("pharmacist")
    said = follow(browser, **fields, audience=pharmacist)
    assert "COLOMBARD, pharmacien, ne verra plus 4 documents." in said
    hidden = {WORLD.documents()[each].identifier for each in TELLING}
    assert not hidden & software.identifiers("pharmacist", "tristan")
    assert "il suffit de masquer" not in looked(browser, "pharmacist")
    assert browser.post("/choix/annule").location == "/choix/fait"
    assert hidden <= software.identifiers("pharmacist", "tristan")


def test_nothing_is_read_before_a_person_is_chosen(
    browser: Browser, services: Services
) -> None:
    """The form alone leaves no trace of an operation; the answer leaves one, the patient's."""
    browser.sign_in("solene")
    before = operations(services)
    assert browser.get(PATH).status_code == 200
    assert browser.post(PATH, reader="").status_code == 422
    assert browser.post(PATH, reader="x|y").status_code == 404
    assert operations(services) == before
    page = looked(browser, "dentist")
    assert "Sujet caché : transition de genre" in page
    assert operations(services) == before + 1


def operations(services: Services) -> int:
    """Return how many operations Solène's trail holds."""
    find = by_identifier(services, WORLD.patients["solene"].identifier)
    with services.store.unit() as connection:
        events = trail.of_record(connection, find(connection))
    return sum(each["subtype"][0]["code"] == "operation" for each in events)


def test_from_the_treating_doctor_nothing_is_hidden(browser: Browser) -> None:
    """There is nothing to guess for who sees all."""
    browser.sign_in("solene")
    assert "Aucun sujet n'est caché à cette personne." in looked(browser, "gp")


def test_a_mother_is_told_nothing(browser: Browser) -> None:
    """The page has no form for her, and a hand-made one finds nothing."""
    browser.sign_in("corentine-inaya")
    assert "<select" not in browser.text(PATH)
    answer = browser.post(PATH, reader=browser.reader("gp"))
    assert answer.status_code == 404


def test_a_held_announcement_gives_nothing_away(browser: Browser) -> None:
    """What waits to be told to Octave is in no answer."""
    browser.sign_in("octave")
    author = WORLD.readers["pathologist"].family
    for reader in ("gp", "dentist", "pharmacist"):
        assert author not in looked(browser, reader)
