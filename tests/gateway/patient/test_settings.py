"""Presets, deposits to review and emergencies: each choice, and what software then finds."""

import re
from pathlib import Path

import pytest

from labels.policy.question import PRESETS
from tests.gateway.consents.asking import Moving
from tests.gateway.consents.test_reviewing import send, visit
from tests.gateway.emergency.scene import Code
from tests.gateway.emergency.scene import Scene as Emergencies
from tests.gateway.patient.browser import Browser, follow

ORDER = [(a, b) for a in PRESETS for b in PRESETS if a != b]
"""From every preset to every other."""
ID = re.compile(r'name="document" value="([0-9a-f]{64})"')


class Scene:
    """Solène's pages beside everybody's software, before one clock."""

    def __init__(self, tmp_path: Path) -> None:
        """Sign Solène in."""
        self.software = Moving(tmp_path)
        self.browser = Browser(self.software.services).sign_in("solene")

    def seen(self, reader: str) -> set[str]:
        """Return the ids of the documents of Solène's that a reader finds."""
        found = self.software.search(reader, "solene", "&_count=200")
        entries = found.get_json(force=True).get("entry", [])
        return {each["resource"]["id"] for each in entries}

    def table(self) -> dict[str, set[str]]:
        """Return what each of the people around the record finds."""
        readers = ("gp", "dentist", "pharmacist", "endocrinologist", "surgeon")
        return {each: self.seen(each) for each in readers}


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give a scene of its own."""
    return Scene(tmp_path)


def test_a_preset_that_opens_leaves_what_is_there_when_asked_to(scene: Scene) -> None:
    """Nobody gains or loses; what follows the preset does gain; undo restores both."""
    before = scene.table()
    fields = {"verb": "preset", "preset": "law"}
    page = scene.browser.post("/choix", **fields, those="stay").get_data(as_text=True)
    assert "Parmi les personnes connues, rien ne change" in page
    follow(scene.browser, **fields, those="stay")
    assert scene.table() == before
    assert "comme la loi le prévoit" in scene.browser.text("/reglage")
    scene.browser.post("/choix/annule")
    assert "discret." in scene.browser.text("/reglage")
    said = follow(scene.browser, **fields, those="follow")
    assert "Bérengère COLOMBARD, pharmacien, verra 3 documents de plus" in said
    assert len(scene.seen("pharmacist") - before["pharmacist"]) == 3
    scene.browser.post("/choix/annule")
    assert scene.table() == before


def test_a_preset_that_closes_leaves_what_is_there_when_asked_to(scene: Scene) -> None:
    """What the team saw of what is there it still sees; without it, it sees less."""
    before = scene.table()
    fields = {"verb": "preset", "preset": "very_discreet"}
    follow(scene.browser, **fields, those="stay")
    assert scene.table() == before
    scene.browser.post("/choix/annule")
    said = follow(scene.browser, **fields, those="follow")
    assert "ne verra plus" in said
    assert scene.seen("dentist") < before["dentist"]


def test_from_every_preset_to_every_other_what_is_there_stays(scene: Scene) -> None:
    """Nobody gains or loses, who reads in an emergency neither, when it is so chosen."""
    emergencies = Emergencies(scene.software.services, scene.software.clock)
    assert emergencies.break_glass("psychiatrist", "solene").status_code == 200
    fields = {"verb": "preset"}
    for start, new in ORDER:
        follow(scene.browser, **fields, preset=start, those="follow")
        before = scene.table() | {"urgent": scene.seen("psychiatrist")}
        follow(scene.browser, **fields, preset=new, those="stay")
        after = scene.table() | {"urgent": scene.seen("psychiatrist")}
        assert after == before, (start, new)
        scene.browser.post("/choix/annule")


def test_what_a_preset_keeps_is_told_on_the_page_of_a_document(scene: Scene) -> None:
    """A preset that closes leaves the team what it saw: each page of a document says so."""
    for preset in ("very_discreet", "law"):
        follow(scene.browser, verb="preset", preset=preset, those="follow")
        follow(scene.browser, verb="preset", preset="discreet", those="stay")
        listed = scene.browser.listed().values()
        pages = [scene.browser.text(f"/documents/{each}") for each in listed]
        told = {"Montré à votre équipe de soins" in page for page in pages}
        assert told == {preset == "law"}


def test_what_a_patient_chose_between_presets_is_asked(scene: Scene) -> None:
    """Both questions need an answer; another preset than ours is not found."""
    assert scene.browser.post("/choix", verb="preset", preset="law").status_code == 422
    fields = {"verb": "preset", "preset": "none", "those": "stay"}
    assert scene.browser.post("/choix", **fields).status_code == 404


def test_a_deposit_is_reviewed_on_its_page(scene: Scene) -> None:
    """A rule holds new ones only; what waits is let in, masked, refused, taken back."""
    browser, gp = scene.browser, scene.browser.reader("gp")
    rule = {"verb": "intake", "depositor": gp, "about": "any", "answer": "hold"}
    said = follow(browser, **rule)
    assert "ils attendent que vous les ayez relus" in said
    assert "Et les documents déjà là ?" in said
    for number in (1, 2, 3):
        assert (
            send(scene.software, visit(f"1.2.250.1.999.7.{number}")).status_code < 300
        )
    waiting = ID.findall(browser.text("/a-relire"))
    assert len(set(waiting)) == 3
    one, two, three = sorted(set(waiting))
    before = scene.table()
    verbs = {"verb": "review"}
    said = follow(browser, **verbs, document=one, decision="accept")
    assert "verra 1 document de plus" in said
    assert "Revenir en arrière" not in said
    assert len(scene.seen("dentist") - before["dentist"]) == 1
    follow(browser, **verbs, document=two, decision="mask")
    assert len(scene.seen("dentist") - before["dentist"]) == 1
    follow(browser, **verbs, document=three, decision="refuse")
    assert three in browser.text("/a-relire").split("refusé")[1]
    browser.post("/choix/annule")
    assert three in browser.text("/a-relire").split("refusé")[0]
    answer = browser.post("/choix/confirme", **verbs, document=one, decision="refuse")
    assert answer.location == "/choix/fait"
    assert "n'a pas pu être enregistré" in browser.text("/choix/fait")
    follow(browser, **rule | {"verb": "unsay"})
    assert "Vous n'avez pas donné de règle" in browser.text("/a-relire")


def test_those_that_are_there_are_asked_about_apart(scene: Scene) -> None:
    """A rule about new documents changes nothing that is there; the second question does."""
    before, browser = scene.table(), scene.browser
    about = {"depositor": browser.reader("gp"), "about": "any"}
    follow(browser, verb="intake", answer="refuse", **about)
    assert scene.table() == before
    said = follow(browser, verb="there", **about)
    assert "tous les documents, d'Anselme RIVECOURT" in said
    after = scene.table()
    assert after["gp"] == before["gp"]
    assert after["dentist"] < before["dentist"]
    browser.post("/choix/annule")
    assert scene.table() == before


def test_three_choices_of_an_emergency_and_one_exception(scene: Scene) -> None:
    """The choices are those the API holds; a mask that yields opens to the one who asks."""
    urgent = Emergencies(scene.software.services, scene.software.clock)
    browser = scene.browser
    yes = {"verb": "urgent", "samu": "yes", "others": "yes", "masked": "no"}
    assert browser.post("/choix", **yes | {"others": ""}).status_code == 422
    refused = {"samu": "no", "others": "no", "masked": "yes"}
    assert browser.post("/choix", **yes | refused).status_code == 422
    blood = browser.listed()["Hématologie et bilan martial"]
    mask = {"verb": "mask", "audience": "professionals", "document": blood}
    follow(browser, **mask)
    assert urgent.break_glass("psychiatrist", "solene").status_code == 200
    held = urgent.seen("psychiatrist", "solene")
    said = follow(browser, verb="yield", document=blood, yields="yes")
    assert "En urgence vitale, laisser lire" in said
    assert len(urgent.seen("psychiatrist", "solene") - held) == 1
    browser.post("/choix/annule")
    assert urgent.seen("psychiatrist", "solene") == held
    follow(browser, **yes | {"others": "no"})
    assert not urgent.seen("psychiatrist", "solene")
    browser.post("/choix/annule")
    assert urgent.seen("psychiatrist", "solene") == held


def test_an_access_is_contested_and_its_evidence_kept(scene: Scene) -> None:
    """From the list of accesses to a case, its due date, its files, and its withdrawal."""
    urgent = Emergencies(scene.software.services, scene.software.clock)
    browser = scene.browser
    urgent.break_glass("psychiatrist", "solene", reason=Code("resuscitation"))
    page = browser.text("/urgence")
    assert "Gaspard LANTHEUIL" in page
    event = re.findall(r'name="event" value="([^"]+)"', page)[0]
    answer = browser.post("/contestations/nouvelle", event=event, words=" ")
    assert answer.status_code == 422
    answer = browser.post("/contestations/nouvelle", event=event, words="Je marchais.")
    assert answer.status_code == 303
    case = browser.text(answer.location)
    assert "Je marchais." in case
    assert "Attendue avant le" in case
    for kind, start in (("pdf", b"%PDF"), ("json", b"{")):
        file = browser.get(f"{answer.location}/preuve/{kind}")
        assert file.get_data().startswith(start)
        assert "attachment" in file.headers["Content-Disposition"]
    assert browser.get(f"{answer.location}/preuve/exe").status_code == 404
    assert answer.location in browser.text("/urgence")
    other = Browser(browser.services, browser.app).sign_in("tristan")
    assert other.get(answer.location).status_code == 404
    assert other.get(f"{answer.location}/preuve/pdf").status_code == 404
    scene.software.later(days=31)
    browser.sign_in("solene")
    assert "en retard" in browser.text("/contestations")
    withdrawal = f"{answer.location}/retrait"
    assert browser.post(withdrawal, words="").status_code == 422
    assert browser.post(withdrawal, words="Réglé.").status_code == 303
    assert "vous l'avez retirée" in browser.text("/contestations")
