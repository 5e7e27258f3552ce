"""Every page, in both languages, is one that a browser and a screen reader understand."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from gateway.metering import Meter
from gateway.patient.personas import People
from gateway.patient.sessions import Sessions
from gateway.patient.visit import House, Visit
from gateway.patient.words import load
from tests.gateway.patient.browser import Browser

VOID = {"meta", "link", "input", "br"}
FORBIDDEN = {"script", "style", "iframe", "object", "embed", "base", "img"}


class Page(HTMLParser):
    """Reads a page and keeps what the checks ask about."""

    def __init__(self, text: str) -> None:
        """Read the page; AssertionError when the tags do not nest."""
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.wrapped: list[dict[str, str]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag, and whether a label is around it."""
        held = {name: value or "" for name, value in attrs}
        self.tags.append((tag, held))
        if "label" in self.open:
            self.wrapped.append(held)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last."""
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str]]:
        """Return the attributes of every such tag."""
        return [held for name, held in self.tags if name == tag]


def check(text: str, lang: str) -> None:
    """Hold a page to the rules of this folder's README."""
    page = Page(text)
    assert page.all("html") == [{"lang": lang}]
    assert {
        len(page.all(tag)) for tag in ("h1", "title", "main", "header", "footer")
    } == {1}
    ids = [held["id"] for _, held in page.tags if "id" in held]
    assert len(ids) == len(set(ids))
    check_fields(page)
    check_inert(page, ids)


def check_fields(page: Page) -> None:
    """Every field has a label that names it or holds it; every form has the secret."""
    named = {held["for"] for held in page.all("label") if "for" in held}
    fields = [*page.all("input"), *page.all("select"), *page.all("textarea")]
    for held in fields:
        hidden = held.get("type") == "hidden"
        assert hidden or held in page.wrapped or held.get("id") in named
    posts = [held for held in page.all("form") if held["method"] == "post"]
    assert len(posts) == len(page.all("form"))
    assert sum(held.get("name") == "csrf" for held in fields) == len(posts)


def check_inert(page: Page, ids: list[str]) -> None:
    """Nothing runs, nothing comes from elsewhere, and links within the page arrive."""
    for tag, held in page.tags:
        assert tag not in FORBIDDEN
        assert not [name for name in held if name.startswith("on") or name == "style"]
    assert [held["href"] for held in page.all("link")] == ["/static/paravent.css"]
    inner = [a["href"][1:] for a in page.all("a") if a["href"].startswith("#")]
    assert set(inner) <= set(ids)


def pages(browser: Browser) -> list[str]:
    """Return every kind of page as it stands before this browser."""
    ids = list(browser.listed().values())
    paths = (
        *("/documents", "/categories", "/voir-comme", "/ce-qui-se-devine"),
        *(
            "/accessibilite",
            "/nowhere",
            "/qui-a-consulte",
            "/reglages",
            "/reglage",
            "/cercle",
        ),
        *("/a-relire", "/urgence", "/codes", "/avis", "/contestations", "/dossier"),
        *("/applications", "/autorisation"),
        *(f"/documents/{each}" for each in ids),
        *(f"/documents/{each}/passages" for each in ids[:4]),
    )
    found = [browser.get(each) for each in paths]
    choice = {"verb": "mask", "audience": "professionals", "document": ids[0]}
    found += [
        browser.post("/qui-a-consulte", own="yes", who="x", **{"from": "2020-01-01"}),
        browser.post("/qui-a-consulte", to="never"),
        browser.post("/choix", **choice),
        browser.post("/choix", **choice | {"audience": ""}),
        browser.post("/choix", verb="mask", category="hiv"),
        browser.post("/voir-comme", reader="stranger"),
        browser.post("/voir-comme", reader=""),
        browser.post("/ce-qui-se-devine", reader=browser.reader("dentist")),
        browser.post("/ce-qui-se-devine", reader=""),
    ]
    found += [browser.post(path, **fields) for path, fields in settings(browser)]
    browser.post("/choix/confirme", **choice)
    found.append(browser.get("/choix/fait"))
    return [each.get_data(as_text=True) for each in found if each.status_code != 303]


def settings(browser: Browser) -> list[tuple[str, dict[str, str]]]:
    """Return forms of settings that are shown again, or shown before they are confirmed."""
    dentist = browser.reader("dentist")
    rule = {"verb": "intake", "depositor": dentist, "about": "any", "answer": "hold"}
    return [
        ("/choix", {"verb": "tie"}),
        ("/choix", {"verb": "tie", "role": "CARE_TEAM", "number": "1"}),
        ("/choix", {"verb": "carer", "opens-hiv": "yes"}),
        ("/choix", {"verb": "block", "person": dentist}),
        ("/choix", {"verb": "urgent"}),
        ("/choix", {"verb": "preset", "preset": "law", "those": "stay"}),
        ("/choix", {"verb": "preset"}),
        ("/choix", rule),
        ("/choix", rule | {"answer": ""}),
        ("/codes/nouveau", {"hours": "24"}),
        ("/avis/preferences", {"how": "email"}),
        ("/contestations/nouvelle", {"event": "x"}),
        ("/dossier/avant", {"act": "close"}),
        ("/dossier/fait", {"act": "erase"}),
    ]


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("account", ["solene", "octave", "corentine-inaya"])
def test_every_page_is_well_made(tmp_path: Path, account: str, lang: str) -> None:
    """One heading, landmarks, labels, unique ids, no script, nothing from elsewhere."""
    browser = Browser.before(tmp_path)
    browser.get(f"/langue?vers={lang}")
    check(browser.get("/").get_data(as_text=True), lang)
    browser.sign_in(account)
    for text in pages(browser):
        check(text, lang)


def test_what_a_depositor_wrote_is_text_and_nothing_else(browser: Browser) -> None:
    """Marks in what comes from outside are shown as they stand, never obeyed."""
    hostile = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    words = load()["fr"]
    with browser.app.test_request_context():
        page = Visit(
            House(
                browser.services, People(), Sessions(), load(), Meter(browser.services)
            ),
            words,
            "",
            None,
            {},
        )
        answer = page.page("done", said=(hostile,), undo=None)
    text = answer.get_data(as_text=True)
    assert "<script>" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text


def test_the_style_is_small_and_alone() -> None:
    """At most eight kilobytes, with nothing fetched from anywhere."""
    path = Path(__file__).parents[3] / "gateway/patient/static/paravent.css"
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) <= 8 * 1024
    assert "url(" not in text
    assert "@import" not in text
