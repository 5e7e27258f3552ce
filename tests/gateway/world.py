"""The demo world as a running gateway, for tests: seeded once, copied for each."""

import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from werkzeug.test import Client, TestResponse

from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import DemoIssuer, open_issuer
from gateway.demo.seed import Outcome, seed
from gateway.demo.world.load import World, load
from gateway.fhir.app import create_app
from gateway.services import Services


@cache
def _template() -> tuple[Path, tuple[Outcome, ...]]:
    """Seed a world once for this process; what is copied is a database at rest."""
    folder = Path(tempfile.mkdtemp(prefix="paravent-world-"))
    services, issuer = open_demo(settings_in(folder))
    outcomes = tuple(seed(services, issuer, load()))
    services.store.engine.dispose()
    return folder, outcomes


def outcomes() -> tuple[Outcome, ...]:
    """Return what became of each deposit of the world."""
    return _template()[1]


def seeded(tmp_path: Path) -> Services:
    """Return a gateway of its own that holds the demo world."""
    folder = tmp_path / "data"
    shutil.copytree(_template()[0], folder)
    services, _ = open_demo(settings_in(folder))
    return services


class Software:
    """A client of the FHIR application that speaks for the personas."""

    def __init__(self, services: Services) -> None:
        """Stand before the gateway's software side."""
        self.services = services
        self.world: World = load()
        self.issuer: DemoIssuer = open_issuer(services.settings.data)
        self.client = Client(create_app(services))
        self._tokens: dict[str, str] = {}

    def ask(
        self, reader: str, path: str, method: str = "GET", **options: object
    ) -> TestResponse:
        """Send a request as a persona; the request id is fixed, to compare answers."""
        headers = {
            "Authorization": f"Bearer {self._token(reader)}",
            "X-Request-Id": "00000000-test",
        }
        given = options.pop("headers", {})
        assert isinstance(given, dict)
        return self.client.open(
            path,
            method=method,
            headers=headers | given,
            **options,  # type: ignore[arg-type]
        )

    def forget(self) -> None:
        """Forget the tokens that were used: time has passed."""
        self._tokens.clear()

    def _token(self, reader: str) -> str:
        if reader not in self._tokens:
            at = self.services.clock.now()
            self._tokens[reader] = self.issuer.token(self.world.readers[reader], at)
        return self._tokens[reader]

    def search(self, reader: str, patient: str, more: str = "") -> TestResponse:
        """Search the documents of a patient as a persona."""
        identifier = self.world.patients[patient].identifier
        token = f"{identifier.system}|{identifier.value}"
        return self.ask(
            reader, f"/fhir/DocumentReference?patient.identifier={token}{more}"
        )

    def identifiers(self, reader: str, patient: str) -> set[str]:
        """Return the identifiers of the documents a persona sees, also in part."""
        bundle = self.search(reader, patient, "&_count=200").get_json(force=True)
        return {original(each["resource"]) for each in bundle.get("entry", [])}

    def id_of(self, document: str, reader: str = "") -> str:
        """Return the public id of a demo document, as its depositor (or a reader) sees it."""
        found = self.world.documents()[document]
        bundle = self.search(
            reader or found.author, found.patient, f"&identifier={found.identifier}"
        ).get_json(force=True)
        return str(bundle["entry"][0]["resource"]["id"])


def original(resource: dict[str, Any]) -> str:
    """Return the identifier of the original that a DocumentReference speaks of.

    A rendition has an identifier of its own, and names that of its original beside it.
    """
    known = {each.identifier for each in load().documents().values()}
    given = [resource["masterIdentifier"], *resource.get("identifier", [])]
    return next(str(each["value"]) for each in given if each["value"] in known)
