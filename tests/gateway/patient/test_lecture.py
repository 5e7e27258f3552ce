"""A document as a page to read: what disclosure gives, and nothing that runs."""

import re

import pytest

from tests.gateway.patient.browser import Browser
from tests.gateway.world import Software

RANDOM = "7" * 64


@pytest.mark.parametrize(
    ("account", "document", "words"),
    [
        ("solene", "hormone-prescription", ("Estradiol", "Spironolactone")),
        ("tristan", "medical-summary", ("BIKTARVY", "Infection par le VIH")),
        ("corentine-inaya", "ankle-visit", ("cheville",)),
    ],
)
def test_a_document_is_read_as_a_page(
    browser: Browser, account: str, document: str, words: tuple[str, ...]
) -> None:
    """Its words are there, in the frame of our policy, with one sheet and nothing else."""
    public_id = Software(browser.services).id_of(document)
    answer = browser.sign_in(account).get(f"/documents/{public_id}/lecture")
    page = answer.get_data(as_text=True)
    assert answer.content_type == "text/html; charset=utf-8"
    assert all(word in page for word in words)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'self'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.findall(r'(?:href|src)="([^"]*)"', page) == ["/static/document.css"]
    assert "<title>Un document – Paravent</title>" in page


def test_the_sheet_is_given_to_anybody(browser: Browser) -> None:
    """It says nothing of anyone, and may be kept."""
    answer = browser.get("/static/document.css")
    assert answer.content_type == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("public")
    assert b"url(" not in answer.data


def test_a_scan_says_that_it_cannot_be_shown(browser: Browser) -> None:
    """The page is there all the same, and the original can be kept."""
    document = Software(browser.services).id_of("old-scan")
    browser.sign_in("octave")
    page = browser.text(f"/documents/{document}/lecture")
    assert 'class="message"' in page


def test_hidden_and_unknown_are_one_answer(browser: Browser) -> None:
    """A mother reads no page of what is secret, and cannot tell it from nothing."""
    software = Software(browser.services)
    hidden = software.id_of("contraception-visit")
    browser.sign_in("corentine-inaya")
    answers = [browser.get(f"/documents/{x}/lecture") for x in (hidden, RANDOM)]
    assert {each.status_code for each in answers} == {404}
    assert len({each.data for each in answers}) == 1
