"""What a request must prove, and what every answer carries (WEB-01 to WEB-05)."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.edge import Limits
from gateway.patient.routes import ROUTES
from tests.gateway.patient.browser import Browser
from tests.gateway.world import seeded

POSTS = [each.path for each in ROUTES if each.method == "POST"]
PAGES = ["/", "/accessibilite", "/nowhere", "/static/paravent.css", "/documents"]


@pytest.mark.parametrize("path", POSTS)
def test_a_form_without_the_secret_is_refused(browser: Browser, path: str) -> None:
    """No secret, another session's or a wrong one: refused, whatever the origin says."""
    browser.sign_in("solene")
    other = Browser(browser.services, browser.app).sign_in("tristan").secret()
    for secret in ("", other, "é"):
        answer = browser.send(path, {"csrf": secret}, Origin=browser.origin)
        assert answer.status_code == 403
    assert browser.get("/documents").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
    ],
)
@pytest.mark.parametrize("path", POSTS)
def test_a_form_from_elsewhere_is_refused(
    browser: Browser, path: str, headers: dict[str, str]
) -> None:
    """With the right secret too: the browser has to say the form is ours."""
    browser.sign_in("solene")
    fields = {"csrf": browser.secret(), "account": "tristan"}
    assert browser.send(path, fields, **headers).status_code == 403


def test_a_browser_that_hides_the_origin_is_believed_by_its_fetch_header(
    browser: Browser,
) -> None:
    """With no-referrer a browser sends a null origin; Sec-Fetch-Site then speaks."""
    browser.sign_in("solene")
    fields = {"csrf": browser.secret()}
    answer = browser.send(
        "/sortie", fields, Origin="null", Sec_Fetch_Site="same-origin"
    )
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/json", "multipart/form-data"]
)
def test_only_a_plain_form_is_a_form(browser: Browser, kind: str) -> None:
    """What scripts and other sites send in another type is refused unread."""
    browser.sign_in("solene")
    body = f"csrf={browser.secret()}"
    answer = browser.client.post(
        "/sortie", data=body, content_type=kind, headers={"Origin": browser.origin}
    )
    assert answer.status_code == 403
    assert browser.get("/documents").status_code == 200


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    """Nobody makes the server read more than a form can hold."""
    answer = browser.send("/entree", {"account": "a" * 20_000}, Origin=browser.origin)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    """Pages, errors, redirections and the style: no script, no frame, no trace."""
    answer = browser.get(path)
    answer.close()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    for part in ("form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    cached = "public, max-age=3600" if path.startswith("/static") else "no-store"
    assert answer.headers["Cache-Control"] == cached


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "/\\evil.example",
        "https:evil",
        "https://evil.example/",
        "%2f%2fevil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "/documents\r\nSet-Cookie: a=b",
        "/langue/../..//evil.example",
        "/static/paravent.css",
        "",
    ],
)
def test_changing_language_leads_to_our_pages_only(browser: Browser, back: str) -> None:
    """An address that is not a page of ours leads to the first page (WEB-03)."""
    answer = browser.client.get("/langue", query_string={"vers": "en", "retour": back})
    assert answer.status_code == 303
    assert answer.location == "/"


def test_changing_language_comes_back(browser: Browser) -> None:
    """From a page one comes back to that page, in the language chosen, from then on."""
    browser.sign_in("solene")
    document = next(iter(browser.listed().values()))
    answer = browser.get(f"/langue?vers=en&retour=/documents/{document}")
    assert answer.location == f"/documents/{document}"
    assert '<html lang="en">' in browser.text("/documents")
    assert browser.get("/langue?vers=de").status_code == 404


def test_the_first_visit_speaks_the_browser_s_language(browser: Browser) -> None:
    """English to who asks for it, French to everybody else."""
    for wanted, lang in (("en-GB,en;q=0.9", "en"), ("de", "fr"), ("", "fr")):
        answer = browser.client.get("/", headers={"Accept-Language": wanted})
        assert f'<html lang="{lang}">' in answer.get_data(as_text=True)


def test_an_error_of_ours_tells_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without its trail nothing is shown; the log names the kind and the place only."""
    services = seeded(tmp_path)
    browser = Browser(services).sign_in("solene")
    services.store.engine.dispose()
    with services.store.unit() as connection:
        connection.exec_driver_sql("DROP TABLE audit_event")
    with caplog.at_level(logging.ERROR):
        answer = browser.get("/documents")
    assert answer.status_code == 503
    assert "Indisponible" in answer.get_data(as_text=True)
    assert "oestradiol" not in caplog.text
    assert "transition" not in caplog.text


def test_a_page_has_so_long_and_a_change_as_long_as_it_needs(tmp_path: Path) -> None:
    """Without any time no page is read, and who signs in is still signed in."""
    services = seeded(tmp_path)
    no_time = replace(services.settings, limits=Limits(seconds=0))
    browser = Browser(replace(services, settings=no_time))
    browser.client.get("/")
    browser.sign_in("solene")
    answer = browser.get("/documents")
    assert answer.status_code == 503
    assert "Indisponible" in answer.get_data(as_text=True)
