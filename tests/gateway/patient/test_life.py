"""*Mon dossier* and *Mes avis*: from an export to the last certificate, and how one is told."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from gateway.notify.occasions import WORDINGS
from tests.gateway.consents.asking import Moving
from tests.gateway.patient.browser import Browser


class Scene:
    """Solène's pages beside everybody's software, before one clock."""

    def __init__(self, tmp_path: Path) -> None:
        """Sign Solène in."""
        self.software = Moving(tmp_path)
        self.browser = Browser(self.software.services).sign_in("solene")

    def seen(self, reader: str) -> int:
        """Return how many documents of Solène's a reader finds."""
        return len(self.software.identifiers(reader, "solene"))

    def act(self, name: str, **more: str) -> str:
        """Do something with the record in its two steps; returns what is then said."""
        page = self.browser.post("/dossier/avant", act=name).get_data(as_text=True)
        assert "Rien n&#39;est encore fait" in page
        answer = self.browser.post("/dossier/fait", act=name, **more)
        assert answer.location == "/choix/fait"
        return self.browser.text("/choix/fait")


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """Give a scene of its own."""
    return Scene(tmp_path)


def test_everything_is_handed_out(scene: Scene) -> None:
    """The zip of the API, to the person alone."""
    answer = scene.browser.get("/dossier/export")
    names = ZipFile(BytesIO(answer.get_data())).namelist()
    assert {"bundle.json", "log.json", "record.json"} <= set(names)
    assert len(names) > len(scene.browser.listed())


def test_a_record_is_closed_and_opened_again(scene: Scene) -> None:
    """Nobody reads in between, the person neither; a certificate can be kept."""
    before = scene.seen("dentist")
    assert "fermé" in scene.act("close")
    paper = scene.browser.get("/dossier/attestation")
    assert paper.get_data().startswith(b"%PDF")
    assert scene.seen("dentist") == 0
    for path in ("/documents", "/cercle", "/a-relire", "/urgence", "/codes"):
        assert "n'est pas ouvert" in scene.browser.text(path)
    assert scene.browser.get("/dossier/export").status_code == 404
    assert "Votre dossier est ouvert" in scene.act("reopen")
    assert scene.seen("dentist") == before
    assert scene.browser.get("/dossier/attestation").status_code == 404
    assert "Rien n'a changé" in scene.act("withdraw")


def test_erasing_takes_two_steps_and_a_tick(scene: Scene) -> None:
    """Without the tick nothing is done; afterwards nothing is there, for anybody."""
    assert scene.browser.post("/dossier/fait", act="erase").status_code == 422
    assert scene.seen("dentist")
    assert "effacé" in scene.act("erase", sure="yes")
    assert scene.browser.get("/dossier/attestation").get_data().startswith(b"%PDF")
    assert scene.seen("dentist") == 0
    assert "n'est pas ouvert" in scene.browser.text("/documents")
    assert "Rien n'a changé" in scene.act("reopen")


def test_an_opposition_is_made_and_withdrawn(scene: Scene) -> None:
    """The record is closed with it, and stays closed when it is withdrawn."""
    assert "opposition est enregistrée" in scene.act("oppose")
    assert "Rien n'a changé" in scene.act("reopen")
    assert "opposition est retirée" in scene.act("withdraw")
    assert scene.seen("dentist") == 0
    assert "Votre dossier est ouvert" in scene.act("reopen")


def test_an_act_there_is_not_is_not_found(browser: Browser) -> None:
    """Neither for the person, nor any act for who acts for another."""
    browser.sign_in("solene")
    assert browser.post("/dossier/avant", act="open").status_code == 404
    assert browser.post("/dossier/fait", act="").status_code == 404
    browser.sign_in("corentine-inaya")
    for path in ("/dossier/avant", "/dossier/fait"):
        assert browser.post(path, act="close").status_code == 404
    assert browser.get("/dossier/export").status_code == 404


def test_how_one_is_told_is_chosen_and_the_wording_shown(scene: Scene) -> None:
    """The e-mail is shown word for word; a wrong address is said; the choice is kept."""
    page = scene.browser.text("/avis")
    assert WORDINGS["fr"].body in page
    fields = {"how": "email", "language": "en", "address": "somebody"}
    path = "/avis/preferences"
    assert scene.browser.post(path, **fields).status_code == 422
    fields["address"] = "somebody@example.org"
    assert scene.browser.post(path, **fields).location == "/avis"
    page = scene.browser.text("/avis")
    assert 'value="somebody@example.org"' in page
    assert WORDINGS["en"].body in page
    assert scene.browser.post(path, how="silent").location == "/avis"
    page = scene.browser.text("/avis")
    assert "somebody@example.org" not in page
