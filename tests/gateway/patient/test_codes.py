"""*Mes codes*: what a page hands out opens the record once, and the pages never say it again."""

import re
from pathlib import Path

import pytest

from gateway import sandbox
from tests.gateway.consents.asking import Moving
from tests.gateway.patient.browser import Browser

CODE = re.compile(r'<p class="code">([A-Z0-9]{4}-[A-Z0-9]{4})</p>')


def test_a_code_from_the_page_opens_the_record_once(tmp_path: Path) -> None:
    """Shown in one answer, presented once by software, told as used, with its presenter."""
    software = Moving(tmp_path)
    browser = Browser(software.services).sign_in("solene")
    made = browser.post("/codes/nouveau", hours="1").get_data(as_text=True)
    found = CODE.search(made)
    assert found
    assert "pendant 1 heure" in made
    assert found[1] not in browser.text("/codes")
    assert "1 code peut encore servir" in browser.text("/codes")
    patient = software.patient("solene")
    assert software.present("psychiatrist", patient, found[1]).status_code == 200
    assert "par Gaspard LANTHEUIL" in browser.text("/codes")
    assert software.identifiers("psychiatrist", "solene")
    assert "Un professionnel a présenté un code" in browser.text("/avis")
    software.later(hours=2)
    assert not software.identifiers("psychiatrist", "solene")


def test_a_card_is_a_page_of_ten_codes_that_can_all_be_cancelled(
    tmp_path: Path,
) -> None:
    """A PDF that names nobody; its codes work until they are cancelled or lapse."""
    software = Moving(tmp_path)
    browser = Browser(software.services).sign_in("solene")
    answer = browser.post("/codes/carte")
    assert answer.content_type == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    pages = sandbox.pdf(answer.get_data()).pages
    text = pages[0]
    codes = re.findall(r"[A-Z0-9]{4}-[A-Z0-9]{4}", text)
    assert (len(pages), len(set(codes))) == (1, 10)
    assert "ORVANNEAU" not in text
    patient = software.patient("solene")
    assert software.present("psychiatrist", patient, codes[0]).status_code == 200
    assert browser.post("/codes/annule").location == "/codes"
    page = browser.text("/codes")
    assert "Aucun code ne peut servir" in page
    assert "9 codes d'une carte" in page
    assert page.count("Annulé le") == 1
    assert software.present("surgeon", patient, codes[1]).status_code != 200


@pytest.mark.parametrize("path", ["/codes/nouveau", "/codes/carte", "/codes/annule"])
def test_who_acts_for_another_makes_no_code(browser: Browser, path: str) -> None:
    """A mother before her daughter's record, and a time that is not offered: nothing."""
    browser.sign_in("corentine-inaya")
    assert browser.post(path).status_code == 404
    browser.sign_in("solene")
    if path != "/codes/annule":
        assert browser.post(path, hours="9999").status_code == 404
