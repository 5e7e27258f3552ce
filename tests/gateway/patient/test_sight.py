"""Who sees all, a part, or nothing of a document: the pages say what readers get."""

from contextlib import AbstractContextManager

import pytest

from gateway import disclosure
from gateway.demo.world.load import load
from gateway.inquiry import seen_as
from gateway.patient import record, sight
from gateway.patient.change import End
from gateway.patient.record import Open
from gateway.patient.sight import Extent
from gateway.services import Services
from labels.codes import Category
from labels.consent import Effect
from tests.gateway.patient.browser import Browser, people

WORLD = load()


def opened(services: Services, key: str) -> AbstractContextManager[Open]:
    """Open the record of a patient of the demo as the pages do."""
    known = people(WORLD)
    account = known.account(key)
    assert account is not None
    return record.opened(services, known, account)


@pytest.mark.parametrize("patient", list(WORLD.patients))
def test_a_page_says_of_each_reader_what_disclosure_gives(
    services: Services, patient: str
) -> None:
    """Seen, seen in part and not seen are what the reader would get, document by document."""
    with opened(services, patient) as held:
        for reader in held.readers:
            theirs = seen_as(held.asked, reader.principal, services.rules)
            told = {
                each.id: sight.portion(theirs.clearance, each, held.situation)
                for each in held.situation.documents
            }
            seen = [each for each in held.situation.documents if told[each.id].seen]
            given = disclosure.given_to(theirs, seen)
            in_part = {shown.stored.id for shown, _ in given if shown.in_part}
            assert len(given) == len(seen)
            assert in_part == {
                i for i, each in told.items() if each.extent is Extent.PART
            }


def test_a_part_that_goes_is_neither_a_loss_nor_nothing(services: Services) -> None:
    """Without his permission the pharmacist reads less of a prescription, not none of it."""
    with opened(services, "solene") as held:
        decided = held.situation.directives
        shown = next(each for each in decided if each.effect is Effect.SHOW)
        after = End(shown).after(held.situation)
        away = sight.shifts(held.readers, held.situation, after, services.rules)
        back = sight.shifts(held.readers, after, held.situation, services.rules)
        moved = [each for each in away if each.moves]
        assert [each.reader.key for each in moved] == [WORLD.readers["pharmacist"].id]
        [gone], [come] = moved, [each for each in back if each.moves]
        assert (gone.loses, gone.gains, gone.more) == ((), (), ())
        assert [each.id for each in gone.less] == [*shown.items]
        portion = gone.after[gone.less[0].id]
        assert portion.subjects == (Category.GENDER_IDENTITY,)
        assert (come.loses, come.gains, come.less) == ((), (), ())
        assert come.more == gone.less


def test_the_list_has_three_states(browser: Browser) -> None:
    """The dentist sees the prescription without what is about the transition, in words."""
    browser.sign_in("solene")
    page = browser.text("/documents")
    card = next(
        each for each in page.split('<li class="card">') if ">Ordonnance<" in each
    )
    assert "Masqué en partie aux chirurgiens-dentistes." in card
    part = card.split("En voient une partie</dt><dd>")[1].split("</dd>")[0]
    assert part == ("Ombeline FAUCHERAY (sans ce qui touche à la transition de genre)")
    assert "Bérengère COLOMBARD" in card.split("Le voient</dt>")[1].split("</dd>")[0]


def test_a_mother_is_told_no_state(browser: Browser) -> None:
    """Who reads for somebody else sees neither parts nor who sees what."""
    browser.sign_in("corentine-inaya")
    ids = browser.listed().values()
    pages = [
        browser.text("/documents"),
        *(browser.text(f"/documents/{x}") for x in ids),
    ]
    for page in pages:
        assert "voient" not in page
        assert "en voit une partie" not in page
        assert "passages" not in page
    for each in ids:
        assert browser.get(f"/documents/{each}/passages").status_code == 404
