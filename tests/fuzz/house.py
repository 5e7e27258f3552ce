"""The gateway that is fuzzed: the demo world, asked over WSGI, put back now and then."""

import logging
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from joserfc.jwk import Key
from werkzeug.test import Client, TestResponse

from gateway.edge import Edge, Rates
from gateway.patient.app import create_app as create_pages
from tests.gateway.smart.applications import KEYS, Applications
from tests.gateway.world import Software, seeded
from tests.noninterference.rows import SqliteRows

BROKEN = 500
"""An answer from here on says that somebody did not think of something."""
WRITES = 200
"""After so many requests that were taken, the world is what it was in the beginning."""
UNCOUNTED = Edge(Rates(reader=10**9, record=10**9, address=10**9))


class FoundError(Exception):
    """A request was answered with a 5xx; the message says where in our code it arose."""


class Heard(logging.Handler):
    """Keeps the last line of the log: it names the place, never the content."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        super().__init__()
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.last = record.getMessage()


class House:
    """One gateway with both applications, whose every answer is looked at."""

    def __init__(self, folder: Path | None = None) -> None:
        """Seed the demo world; nothing in it is counted by rates."""
        where = folder or Path(tempfile.mkdtemp(prefix="paravent-fuzz-"))
        services = seeded(where)
        settings = replace(services.settings, edge=UNCOUNTED)
        self.services = replace(services, settings=settings)
        self.software = Software(self.services)
        self.pages = Client(create_pages(self.services))
        self.backend = Applications(self.services).backend
        self.document = self.software.id_of("hiv-consultation")
        self._rows = SqliteRows(settings.data / "paravent.db")
        self._kept = self._rows.kept(self.services.store.engine)
        self._taken = 0
        self._heard = Heard()
        for name in ("paravent.fhir", "paravent.patient"):
            logging.getLogger(name).addHandler(self._heard)
            logging.getLogger(name).propagate = False

    def close(self) -> None:
        """Let go of the database and of the log."""
        self.services.store.engine.dispose()
        for name in ("paravent.fhir", "paravent.patient"):
            logging.getLogger(name).removeHandler(self._heard)
            logging.getLogger(name).propagate = True

    @property
    def key(self) -> Key:
        """The key of the backend's assertions."""
        return KEYS["ES384"]

    def ask(self, reader: str, path: str, method: str, **said: object) -> None:
        """Send a request as a persona; raises :class:`FoundError` for a 5xx."""
        self._look(lambda: self.software.ask(reader, path, method, **said))

    def bare(self, path: str, method: str = "POST", **said: object) -> None:
        """Send a request that brings its own credentials, or none."""
        client = self.software.client
        self._look(lambda: client.open(path, method=method, **said))  # type: ignore[arg-type]

    def page(self, path: str, **said: object) -> None:
        """Send a form to the pages for people."""
        self._look(lambda: self.pages.open(path, method="POST", **said))  # type: ignore[arg-type]

    def _look(self, send: Callable[[], TestResponse]) -> None:
        self._heard.last = ""
        with send() as answer:
            status = answer.status_code
            answer.get_data()
        if status >= BROKEN:
            raise FoundError(f"{status}: {self._heard.last}")
        self._taken += status in (200, 201, 202)
        if self._taken >= WRITES:
            self._taken = 0
            self._rows.restore(self.services.store.engine, self._kept)
