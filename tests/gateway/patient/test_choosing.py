"""Masking and showing, end to end: what a page does, software finds done."""

import re
from pathlib import Path
from typing import Any

import pytest

from gateway.patient.enact import enact
from gateway.patient.pages import choice
from tests.gateway.patient.browser import Browser, follow
from tests.gateway.world import Software, seeded

BLOOD = "Hématologie et bilan martial"


class Scene:
    """Solène's pages beside the dentist's software, on one store."""

    def __init__(self, tmp_path: Path) -> None:
        """Sign Solène in."""
        services = seeded(tmp_path)
        self.software = Software(services)
        self.browser = Browser(services).sign_in("solene")
        self.blood = self.browser.listed()[BLOOD]

    def sees(self, reader: str, document: str = "blood-count") -> bool:
        """Return whether a reader's search of Solène's record finds a document."""
        identifier = self.software.world.documents()[document].identifier
        return identifier in self.software.identifiers(reader, "solene")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give a scene of its own."""
    return Scene(tmp_path)


def test_masking_from_a_person_ends_their_sight(scene: Scene) -> None:
    """The dentist's search loses the document, the pharmacist's keeps it, undo restores."""
    fields = {"verb": "mask", "audience": "person", "document": scene.blood}
    assert scene.sees("dentist")
    said = follow(scene.browser, **fields, person=scene.browser.reader("dentist"))
    assert "Ombeline FAUCHERAY, chirurgien-dentiste, ne verra plus 1 document" in said
    assert not scene.sees("dentist")
    assert scene.sees("pharmacist")
    assert scene.browser.post("/choix/annule").location == "/choix/fait"
    assert scene.sees("dentist")


def test_masking_from_a_profession(scene: Scene) -> None:
    """Every dentist is meant, and nobody else."""
    fields = {"verb": "mask", "audience": "profession", "document": scene.blood}
    follow(scene.browser, **fields, profession="chirurgien-dentiste")
    assert not scene.sees("dentist")
    assert scene.sees("pharmacist")


def test_masking_from_all_leaves_the_treating_doctor_and_the_author(
    scene: Scene,
) -> None:
    """The law keeps their sight; showing again gives the others theirs back."""
    fields = {"verb": "mask", "audience": "professionals", "document": scene.blood}
    follow(scene.browser, **fields)
    assert not scene.sees("dentist")
    assert not scene.sees("pharmacist")
    assert scene.sees("gp")
    assert scene.sees("biologist")
    page = scene.browser.text(f"/documents/{scene.blood}")
    assert "Masqué à tous les professionnels" in page
    follow(scene.browser, verb="end", document=scene.blood, mark="MASQUE_PS")
    assert scene.sees("dentist")


def test_showing_one_document_to_one_person(scene: Scene) -> None:
    """A sensitive document opens to the pharmacist by name, and only that one."""
    letter = scene.browser.listed()["Lettre de liaison"]
    fields = {"verb": "show", "audience": "person", "document": letter}
    assert not scene.sees("pharmacist", "endocrine-letter")
    said = follow(scene.browser, **fields, person=scene.browser.reader("pharmacist"))
    assert "verra 1 document de plus" in said
    assert scene.sees("pharmacist", "endocrine-letter")
    assert not scene.sees("pharmacist", "transition-surgery")


def test_ending_a_decision_takes_back_what_it_opened(scene: Scene) -> None:
    """The list of decisions ends the one that is named; an ordinary part stays in sight."""
    found = scene.browser.listed()["Ordonnance"]
    page = scene.browser.text(f"/documents/{found}")
    decisions = re.findall(r'name="decision" value="([0-9a-f]+)"', page)
    assert "en voit une partie" not in state(page, "Bérengère COLOMBARD")
    for each in decisions:
        follow(scene.browser, verb="end", document=found, decision=each)
    assert len(decisions) == 2
    page = scene.browser.text(f"/documents/{found}")
    said = "en voit une partie, sans ce qui touche à la transition de genre"
    assert said in state(page, "Bérengère COLOMBARD")
    assert scene.sees("pharmacist", "hormone-prescription")


def state(page: str, name: str) -> str:
    """Return what the page of a document says somebody sees of it."""
    who = page.split('<ul class="sights">')[1].split("</section>", maxsplit=1)[0]
    return next(each for each in who.split("<li>") if name in each)


def test_a_whole_subject(scene: Scene) -> None:
    """Showing a subject to the care team opens each document about it, by the matrix."""
    page = scene.browser.text("/categories")
    decision = re.findall(r'name="decision" value="([0-9a-f]+)"', page)[0]
    follow(scene.browser, verb="end", category="gender_identity", decision=decision)
    fields = {"verb": "show", "audience": "professionals"}
    said = follow(scene.browser, **fields, category="gender_identity")
    assert "documents de plus" in said
    assert scene.sees("dentist", "transition-consultation")


def test_nothing_changes_before_it_is_confirmed(scene: Scene) -> None:
    """The step before says who would lose sight of what, in a yes and a no."""
    fields = {"verb": "mask", "audience": "professionals", "document": scene.blood}
    page = scene.browser.post("/choix", **fields).get_data(as_text=True)
    assert "ne verra plus 1 document" in page
    assert "Confirmer" in page
    assert "Ne rien changer" in page
    assert scene.sees("dentist")


def test_what_is_already_so_is_not_kept_twice(scene: Scene) -> None:
    """A second identical choice says so, and offers nothing to undo."""
    fields = {"verb": "mask", "audience": "professionals", "document": scene.blood}
    follow(scene.browser, **fields)
    page = scene.browser.post("/choix", **fields).get_data(as_text=True)
    assert "déjà le cas" in page
    assert "Rien n'a changé" in follow(scene.browser, **fields)
    assert scene.browser.post("/choix/annule").location == "/documents"


def test_a_session_takes_away_no_mask_of_another(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The phone masks between the laptop's reading of the form and its doing: both hold."""
    phone = Browser(scene.browser.services).sign_in("solene")
    fields = {"verb": "mask", "document": scene.blood}
    real = enact

    def overtaken(*given: Any) -> Any:  # noqa: ANN401
        monkeypatch.setattr(choice, "enact", real)
        follow(phone, **fields, audience="professionals")
        assert not scene.sees("dentist")
        return real(*given)

    monkeypatch.setattr(choice, "enact", overtaken)
    said = follow(scene.browser, **fields, audience="representatives")
    assert "Rien n'a changé" not in said
    assert not scene.sees("dentist")
    page = scene.browser.text(f"/documents/{scene.blood}")
    assert "Masqué à tous les professionnels" in page
    assert "Masqué à vos parents" in page
    scene.browser.post("/choix/annule")
    assert not scene.sees("dentist")
    phone.post("/choix/annule")
    assert scene.sees("dentist")


def test_a_mark_that_another_session_just_set_is_not_one_s_to_undo(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is told that nothing changed: it offers nothing to take back."""
    phone = Browser(scene.browser.services).sign_in("solene")
    fields = {"verb": "mask", "document": scene.blood, "audience": "professionals"}
    real = enact

    def overtaken(*given: Any) -> Any:  # noqa: ANN401
        monkeypatch.setattr(choice, "enact", real)
        follow(phone, **fields)
        return real(*given)

    monkeypatch.setattr(choice, "enact", overtaken)
    assert "Rien n'a changé" in follow(scene.browser, **fields)
    scene.browser.post("/choix/annule")
    assert not scene.sees("dentist")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"audience": "professionals"}, "masquer ou montrer"),
        ({"verb": "mask"}, "Dites à qui"),
        ({"verb": "mask", "audience": "person"}, "Choisissez une personne"),
        ({"verb": "mask", "audience": "profession"}, "Choisissez une profession"),
    ],
)
def test_a_form_that_says_too_little_says_what_is_missing(
    scene: Scene, fields: dict[str, str], said: str
) -> None:
    """The form comes back with a summary of what is missing, and nothing has changed."""
    for target in ({"document": scene.blood}, {"category": "hiv"}):
        answer = scene.browser.post("/choix", **target, **fields)
        page = answer.get_data(as_text=True)
        assert answer.status_code == 422
        assert 'role="alert"' in page
        assert said in page
        assert page.count(" checked") == len(fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"document": "0" * 64, "verb": "mask", "audience": "professionals"},
        {"category": "weather", "verb": "mask", "audience": "professionals"},
        {"category": "hiv", "verb": "mask", "audience": "person", "person": "x|y"},
        {
            "category": "hiv",
            "verb": "mask",
            "audience": "profession",
            "profession": "x",
        },
        {"verb": "end", "decision": "0" * 32},
        {"verb": "end", "mark": "OPAQUE"},
    ],
)
def test_a_form_that_names_what_is_not_hers_finds_nothing(
    scene: Scene, fields: dict[str, str]
) -> None:
    """Only documents, people and decisions of the record can be named."""
    assert scene.browser.post("/choix", **fields).status_code == 404
    assert scene.browser.post("/choix/confirme", **fields).status_code == 404


def test_a_daughter_hides_a_document_from_her_mother(tmp_path: Path) -> None:
    """Inaya is offered her representatives, and the mother's list loses the document."""
    services = seeded(tmp_path)
    mother = Browser(services).sign_in("corentine-inaya")
    inaya = Browser(services).sign_in("inaya")
    title, document = next(iter(mother.listed().items()))
    assert 'value="representatives"' in inaya.text(f"/documents/{document}")
    follow(inaya, verb="mask", audience="representatives", document=document)
    assert title not in mother.listed()
    assert mother.get(f"/documents/{document}").status_code == 404
