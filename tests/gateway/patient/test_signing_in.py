"""Signing in, staying in, signing out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.clock import FixedClock
from gateway.patient.app import create_app
from gateway.patient.personas import People
from tests.gateway.patient.browser import Browser, people
from tests.gateway.world import seeded

COOKIE = "paravent"


def cookie(browser: Browser) -> str:
    """Return the session id that the browser holds."""
    held = browser.client.get_cookie(COOKIE)
    return held.value if held else ""


def test_the_first_page_lists_the_personas(tmp_path: Path) -> None:
    """In a demo every patient and every representative has a button."""
    browser = Browser.before(tmp_path)
    page = browser.text("/")
    for account in people(browser.world).accounts:
        assert f'value="{account.key}"' in page
    assert "Corentine TREZELLE, pour Inaya TREZELLE" in page


def test_outside_a_demo_nobody_can_sign_in(tmp_path: Path) -> None:
    """Without the demo there is no list, no way in, and the page says so."""
    services = seeded(tmp_path)
    real = replace(services, settings=replace(services.settings, demo=False))
    browser = Browser(real, create_app(real, people(Browser(services).world)))
    assert "fournisseur d'identité" in browser.text("/")
    assert browser.post("/entree", account="solene").status_code == 404


def test_without_people_nobody_can_sign_in(tmp_path: Path) -> None:
    """An application that is handed nobody lets nobody in."""
    services = seeded(tmp_path)
    for app in (create_app(services), create_app(services, People())):
        assert (
            Browser(services, app).post("/entree", account="solene").status_code == 404
        )


def test_every_page_but_the_public_ones_needs_a_session(tmp_path: Path) -> None:
    """Who is not signed in is led to the first page, whatever the address."""
    browser = Browser.before(tmp_path)
    for path in ("/documents", f"/documents/{'0' * 64}", "/categories", "/voir-comme"):
        assert browser.get(path).location == "/"
    assert browser.post("/choix/confirme", verb="mask").location == "/"


def test_the_session_cookie_is_out_of_reach(tmp_path: Path) -> None:
    """The cookie is for this site and for no script, and holds nothing but chance."""
    browser = Browser.before(tmp_path)
    answer = browser.post("/entree", account="solene")
    held = answer.headers["Set-Cookie"]
    assert "HttpOnly" in held
    assert "SameSite=Strict" in held
    assert "Path=/" in held
    assert "solene" not in held.lower()


def test_behind_https_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    """Where there is https the cookie is Secure and has the prefix that binds it."""
    services = seeded(tmp_path)
    settings = replace(services.settings, base_url="https://paravent.example")
    browser = Browser(replace(services, settings=settings))
    answer = browser.post("/entree", account="solene")
    assert answer.headers["Set-Cookie"].startswith("__Host-paravent=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"]


def test_signing_in_again_changes_the_session_id(tmp_path: Path) -> None:
    """An id that was known before signing in opens nothing afterwards (fixation)."""
    browser = Browser.before(tmp_path)
    browser.client.set_cookie(COOKIE, "planted")
    browser.sign_in("solene")
    first = cookie(browser)
    assert first not in {"", "planted"}
    browser.sign_in("tristan")
    assert cookie(browser) != first
    browser.client.set_cookie(COOKIE, first)
    assert browser.get("/documents").location == "/"


def test_signing_out_ends_the_session_on_the_server(tmp_path: Path) -> None:
    """The old cookie, put back, opens nothing."""
    browser = Browser.before(tmp_path).sign_in("solene")
    held = cookie(browser)
    assert browser.post("/sortie").location == "/"
    assert cookie(browser) == ""
    browser.client.set_cookie(COOKIE, held)
    assert browser.get("/documents").location == "/"


def test_a_session_ends_when_idle_and_when_old(tmp_path: Path) -> None:
    """Fifteen minutes without a request end it, and twelve hours whatever happens."""
    clock = FixedClock(datetime(2026, 11, 22, 8, tzinfo=UTC))
    browser = Browser(replace(seeded(tmp_path), clock=clock)).sign_in("solene")
    clock.instant += timedelta(minutes=14)
    assert browser.get("/documents").status_code == 200
    clock.instant += timedelta(minutes=15)
    assert browser.get("/documents").location == "/"
    browser.sign_in("solene")
    for _ in range(12 * 6 - 1):
        clock.instant += timedelta(minutes=10)
        assert browser.get("/accessibilite").status_code == 200
    assert browser.get("/documents").status_code == 200
    clock.instant += timedelta(minutes=10)
    assert browser.get("/documents").location == "/"
