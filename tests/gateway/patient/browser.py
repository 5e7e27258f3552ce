"""A browser without script before the patient's pages of the demo world."""

import re
from html import unescape
from pathlib import Path
from typing import Self

from flask import Flask
from werkzeug.test import TestResponse

from gateway.demo.table import principal_of
from gateway.demo.world.load import World, load
from gateway.patient.app import create_app
from gateway.patient.personas import People, of_world
from gateway.services import Services
from tests.gateway.world import seeded

LINK = re.compile(r'href="/documents/([0-9a-f]{64})"')
CARD = re.compile(r'href="/documents/([0-9a-f]{64})">([^<]+)</a></h')
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def people(world: World) -> People:
    """Return everybody of the demo world who can sign in, and its professionals."""
    principals = {key: principal_of(each) for key, each in world.readers.items()}
    return of_world(world.patients, principals)


class Browser:
    """Keeps cookies, reads pages, sends forms with what the last page held."""

    def __init__(self, services: Services, app: Flask | None = None) -> None:
        """Stand before the pages, signed out."""
        self.services = services
        self.world = load()
        self.app = app or create_app(services, people(self.world))
        self.client = self.app.test_client()
        self.origin = services.settings.base_url

    @classmethod
    def before(cls, tmp_path: Path) -> Self:
        """Stand before a demo world of one's own."""
        return cls(seeded(tmp_path))

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path)

    def text(self, path: str) -> str:
        """Return a page that must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.status
        return unescape(answer.get_data(as_text=True))

    def post(self, path: str, **fields: str) -> TestResponse:
        """Send a form as the browser would: our origin, the secret of the session."""
        return self.send(path, fields | {"csrf": self.secret()}, Origin=self.origin)

    def send(self, path: str, fields: dict[str, str], **headers: str) -> TestResponse:
        """Send a form with these headers and nothing more."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, data=fields, headers=named)

    def secret(self) -> str:
        """Return the secret that forms of this session carry."""
        found = CSRF.search(self.get("/accessibilite").get_data(as_text=True))
        return found[1] if found else ""

    def sign_in(self, account: str) -> Self:
        """Sign in as a persona."""
        answer = self.post("/entree", account=account)
        assert answer.location == "/documents"
        return self

    def listed(self) -> dict[str, str]:
        """Return the documents of the list: id by title, as last met."""
        return {title: key for key, title in CARD.findall(self.text("/documents"))}

    def reader(self, key: str) -> str:
        """Return how forms name a professional of the demo."""
        return self.world.readers[key].id


def follow(browser: Browser, **fields: str) -> str:
    """Confirm a choice and return the page that says what was done."""
    assert browser.post("/choix", **fields).status_code == 200
    answer = browser.post("/choix/confirme", **fields)
    assert (answer.status_code, answer.location) == (303, "/choix/fait")
    return browser.text("/choix/fait")
