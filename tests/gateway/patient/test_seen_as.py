"""*Voir comme*: the same list as the API gives the person chosen."""

import re
from dataclasses import replace
from html import unescape

import pytest

from gateway.audit import trail
from gateway.demo.table import principal_of
from gateway.demo.world.load import load
from gateway.inquiry import by_identifier, inquire, seen_as
from gateway.patient import readers, record
from gateway.patient.app import create_app
from gateway.patient.personas import People
from gateway.patient.preview import preview
from gateway.services import Services
from tests.gateway.patient.browser import LINK, Browser, people
from tests.gateway.world import Software

WORLD = load()
AROUND = [
    (patient.key, who)
    for patient in WORLD.patients.values()
    for relation, who in patient.relations
    if WORLD.readers[who].profession
]


def looked(browser: Browser, reader: str) -> tuple[set[str], set[str]]:
    """Return the ids shown as seen and as not seen."""
    answer = browser.post("/voir-comme", reader=reader)
    assert answer.status_code == 200
    page = unescape(answer.get_data(as_text=True))
    seen, _, unseen = page.partition('id="withheld"')
    return set(LINK.findall(seen)), set(LINK.findall(unseen))


@pytest.mark.parametrize(("patient", "reader"), AROUND)
def test_the_preview_is_what_the_api_answers(
    browser: Browser, services: Services, patient: str, reader: str
) -> None:
    """Each professional around a record is shown exactly what their search finds."""
    bundle = (
        Software(services).search(reader, patient, "&_count=200").get_json(force=True)
    )
    found = {each["resource"]["id"] for each in bundle.get("entry", [])}
    browser.sign_in(patient)
    own = set(browser.listed().values())
    seen, unseen = looked(browser, browser.reader(reader))
    assert seen == found & set(LINK.findall(browser.text("/documents")))
    assert own <= seen | unseen
    assert not seen & unseen


def test_a_stranger_sees_nothing(browser: Browser) -> None:
    """A professional nobody knows gets an empty list, whatever the record holds."""
    browser.sign_in("tristan")
    seen, unseen = looked(browser, "stranger")
    assert seen == set()
    assert unseen >= set(browser.listed().values())


def test_a_daughter_sees_what_her_mother_sees(services: Services) -> None:
    """The preview of a representative is the representative's own list."""
    mother = Browser(services).sign_in("corentine-inaya")
    inaya = Browser(services).sign_in("inaya")
    seen, _ = looked(inaya, inaya.reader("corentine"))
    assert seen == set(LINK.findall(mother.text("/documents")))


def test_every_row_says_why(browser: Browser) -> None:
    """Each document of the two lists has the sentence of the rules."""
    browser.sign_in("solene")
    answer = browser.post("/voir-comme", reader=browser.reader("dentist"))
    page = answer.get_data(as_text=True)
    cards = page.split('<li class="card')[1:]
    told = [re.findall(r"(Visible|Non visible) :", each) for each in cards]
    assert len(cards) == 7
    assert all(told)
    parts = [("en voit une partie" in each) for each in cards]
    assert [each == ["Visible", "Non visible"] for each in told] == parts


@pytest.mark.parametrize("reader", ["", "x|y"])
def test_only_people_around_the_record_can_be_chosen(
    browser: Browser, reader: str
) -> None:
    """No choice is asked for again; somebody else is not found."""
    browser.sign_in("solene")
    expected = 404 if reader else 422
    assert browser.post("/voir-comme", reader=reader).status_code == expected


def test_nobody_but_the_patient_takes_the_view_of_another(services: Services) -> None:
    """Disclosure itself refuses, for a professional and for a representative."""
    dentist = principal_of(WORLD.readers["dentist"])
    for key in ("gp", "corentine"):
        asker = principal_of(WORLD.readers[key])
        find = by_identifier(services, WORLD.patients["inaya"].identifier)
        with inquire(services, asker, find) as asked:  # noqa: SIM117
            with pytest.raises(PermissionError):
                seen_as(asked, dentist, services.rules)


def test_a_preview_is_traced_as_the_patient_s_own(
    browser: Browser, services: Services
) -> None:
    """The log never says that the dentist read when Solène tried her view."""
    browser.sign_in("solene")
    browser.post("/voir-comme", reader=browser.reader("dentist"))
    patient = WORLD.patients["solene"]
    find = by_identifier(services, patient.identifier)
    with services.store.unit() as connection:
        last = trail.of_record(connection, find(connection))[-1]
    who = last["agent"][0]["who"]["identifier"]
    assert f"{who['system']}|{who['value']}" == str(patient.identifier)


def test_an_unknown_profession_is_said_to_be_unknown(services: Services) -> None:
    """Without a directory a preview owns that it may be wrong; for authors it knows."""
    bare = People(people(WORLD).accounts)
    browser = Browser(services, create_app(services, bare)).sign_in("solene")
    said = "Nous ne connaissons pas la profession"
    pages = [
        browser.post("/voir-comme", reader=browser.reader(each)).get_data(as_text=True)
        for each in ("pharmacist", "dentist")
    ]
    assert [said in page for page in pages] == [True, False]


def test_who_hands_in_for_another_is_listed_beside_the_author(
    services: Services,
) -> None:
    """The author by the number in the document; a colleague who deposited it as well."""
    known = people(WORLD)
    account = known.account("octave")
    assert account is not None
    colleague = WORLD.readers["infectiologist"].id
    with record.opened(services, known, account) as opened:
        handed_in = tuple(
            replace(each, facts=replace(each.facts, author=colleague))
            for each in opened.situation.documents
        )
        for directory, name in (
            (known.professionals, "Apolline GRANDESAIGNE"),
            ((), colleague.rpartition("|")[2]),
        ):
            found = readers.known(opened.asked, handed_in, directory)
            names = [each.name for each in found if each.relation is None]
            assert set(names) == {"Clovis HAUTERIVEL", "Maïlys DELESCLUZE", name}
            assert len(names) == len({each.key for each in found}) - 3


@pytest.mark.parametrize("count", [1, 2, 7, 200])
def test_a_long_record_is_read_page_by_page(services: Services, count: int) -> None:
    """However many documents a page of the search holds, lists and previews are whole."""
    patient = WORLD.patients["solene"]
    asker = principal_of(WORLD.readers["solene"])
    reader = principal_of(WORLD.readers["dentist"])
    known = people(WORLD)
    account = next(each for each in known.accounts if each.principal == asker)
    with record.opened(services, known, account) as opened:
        whole = [each.id for each in record.every(opened.asked)]
        assert [each.id for each in record.every(opened.asked, count)] == whole
        expected = preview(opened, reader, services.rules)
        assert preview(opened, reader, services.rules, count) == expected
    assert account.record == patient.identifier
    assert len(whole) == 7
