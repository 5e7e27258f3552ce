"""Saying what is sensitive and what is not, end to end: shown first, done, undone."""

import re
from html import unescape
from pathlib import Path

import pytest

from labels.codes import Category
from tests.gateway.patient.browser import Browser, follow
from tests.gateway.patient.test_markup import check
from tests.gateway.world import Software, seeded

LETTER = "Lettre de liaison"


class Scene:
    """Solène's pages beside the software of those around him, on one store."""

    def __init__(self, tmp_path: Path) -> None:
        """Sign Solène in."""
        services = seeded(tmp_path)
        self.software = Software(services)
        self.browser = Browser(services).sign_in("solene")
        self.letter = self.browser.listed()[LETTER]
        self.fields = {"document": self.letter, "category": "gender_identity"}

    def sees(self, reader: str) -> bool:
        """Return whether a reader's search finds the letter."""
        wanted = self.software.world.documents()["endocrine-letter"].identifier
        return wanted in self.software.identifiers(reader, "solene")

    def page(self) -> str:
        """Return the page of the letter."""
        return self.browser.text(f"/documents/{self.letter}")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give a scene of its own."""
    return Scene(tmp_path)


def test_saying_it_is_not_sensitive_shows_who_gains_and_can_be_undone(
    scene: Scene,
) -> None:
    """The pharmacist is named before anything is done; undoing takes the sight back."""
    assert "Ce n'est pas sensible" in scene.page()
    fields = scene.fields | {"verb": "not_sensitive"}
    before = unescape(scene.browser.post("/choix", **fields).get_data(as_text=True))
    assert "Dire que ce n'est pas sensible" in before
    assert "verra 1 document de plus" in before
    assert not scene.sees("pharmacist")
    said = follow(scene.browser, **fields)
    assert "verra 1 document de plus" in said
    assert scene.sees("pharmacist")
    page = scene.page()
    assert "Vous avez dit : ce n'est pas sensible (transition de genre)" in page
    assert "car vous l'avez demandé" in page
    assert scene.browser.post("/choix/annule").location == "/choix/fait"
    assert not scene.sees("pharmacist")
    assert scene.browser.post("/choix/annule").location == "/choix/fait"
    assert scene.sees("pharmacist")


def test_the_decision_can_be_ended_from_the_page_later(scene: Scene) -> None:
    """It stands in the list of what was decided, with a button that ends it."""
    follow(scene.browser, **scene.fields, verb="not_sensitive")
    [word] = re.findall(r'name="word" value="([0-9a-f]+)"', scene.page())
    said = follow(scene.browser, verb="end", document=scene.letter, word=word)
    assert "Ne plus dire que ce n'est pas sensible" in said
    assert not scene.sees("pharmacist")
    gone = {"verb": "end", "document": scene.letter, "word": word}
    assert scene.browser.post("/choix", **gone).status_code == 404


def test_saying_that_an_ordinary_document_is_sensitive_hides_it(scene: Scene) -> None:
    """The dentist loses sight, and is named before; the treating doctor keeps it."""
    identifier = scene.software.world.documents()["blood-count"].identifier
    blood = scene.browser.listed()["Hématologie et bilan martial"]
    fields = {"document": blood, "category": "hiv", "verb": "sensitive"}
    page = scene.browser.post("/choix", **fields).get_data(as_text=True)
    assert "ne verra plus 1 document" in page
    follow(scene.browser, **fields)
    assert identifier not in scene.software.identifiers("dentist", "solene")
    assert identifier in scene.software.identifiers("gp", "solene")


def test_saying_that_it_is_sensitive_adds_a_subject(scene: Scene) -> None:
    """The page then says whose word it is, and offers to end it, not to deny it."""
    ordinary = scene.fields | {"category": "violence", "verb": "sensitive"}
    said = follow(scene.browser, **ordinary)
    assert "Dire que c'est sensible dans « Lettre de liaison » : violences." in said
    page = scene.page()
    assert "Vous avez dit que c'est sensible." in page
    assert "Vous avez dit : c'est sensible (violences)" in page
    assert page.count('value="not_sensitive"') == 1
    assert "Vu dans le document : «»" not in page


def test_what_was_said_is_not_kept_twice(scene: Scene) -> None:
    """A second identical word says so, and offers nothing to undo."""
    fields = scene.fields | {"verb": "not_sensitive"}
    follow(scene.browser, **fields)
    page = scene.browser.post("/choix", **fields).get_data(as_text=True)
    assert "déjà le cas" in page
    assert "Rien n'a changé" in follow(scene.browser, **fields)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"category": "weather"}, 404),
        ({"category": ""}, 422),
        ({"document": ""}, 404),
        ({"document": "0" * 64}, 404),
    ],
)
def test_a_form_that_names_nothing_of_his_finds_nothing(
    scene: Scene, fields: dict[str, str], status: int
) -> None:
    """Only a document of the record and a subject we know can be spoken of."""
    for verb in ("sensitive", "not_sensitive"):
        answer = scene.browser.post("/choix", **scene.fields | fields, verb=verb)
        assert answer.status_code == status


def test_a_mother_is_offered_no_word_and_has_none(tmp_path: Path) -> None:
    """Who reads for somebody else finds no form, and a hand-made one finds nothing."""
    browser = Browser.before(tmp_path).sign_in("corentine-inaya")
    document = next(iter(browser.listed().values()))
    assert "not_sensitive" not in browser.text(f"/documents/{document}")
    fields = {"document": document, "category": "hiv", "verb": "sensitive"}
    for path in ("/choix", "/choix/confirme"):
        assert browser.post(path, **fields).status_code == 404


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_pages_of_a_word_are_well_made(scene: Scene, lang: str) -> None:
    """Before, after and in the list, in both languages, as any other page."""
    browser = scene.browser
    browser.get(f"/langue?vers={lang}")
    paths = [f"/documents/{scene.letter}"]
    for verb, category in (
        ("not_sensitive", "gender_identity"),
        ("sensitive", "violence"),
    ):
        fields = {"document": scene.letter, "category": category, "verb": verb}
        check(browser.post("/choix", **fields).get_data(as_text=True), lang)
        browser.post("/choix/confirme", **fields)
        for path in (*paths, "/choix/fait", "/documents"):
            check(browser.get(path).get_data(as_text=True), lang)


def test_every_subject_that_is_not_there_is_offered(scene: Scene) -> None:
    """The list to add from holds all subjects but those of the document."""
    page = scene.page()
    offered = re.search(r'<select id="sensitive".*?</select>', page, re.DOTALL)
    assert offered is not None
    values = set(re.findall(r'value="(\w+)"', offered[0]))
    assert values == {each.value for each in Category} - {"gender_identity"}
