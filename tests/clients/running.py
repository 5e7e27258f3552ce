"""A Paravent that listens on loopback, for clients that others wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gateway.app import create_app
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import DemoIssuer
from gateway.demo.world.load import World, load
from gateway.services import Services
from tests.faults.server import free_port
from tests.gateway.world import seeded
from tests.web_server import listening as served

THREADS = 4


@dataclass(frozen=True, slots=True)
class Paravent:
    """A running gateway: its address, its people, and tokens for them."""

    services: Services
    issuer: DemoIssuer
    world: World = field(default_factory=load)

    @property
    def base(self) -> str:
        """The FHIR base, as clients are told it."""
        return f"{self.services.settings.base_url}/fhir"

    def token(self, reader: str) -> str:
        """Return a bearer token that speaks for a persona."""
        return self.issuer.token(self.world.readers[reader], self.services.clock.now())

    def person(self, patient: str) -> str:
        """Return the identifier of a persona's record, as a search parameter takes it."""
        return str(self.world.patients[patient].identifier)


@contextmanager
def listening(folder: Path) -> Iterator[Paravent]:
    """Serve the demo world on a free port until the end of the block."""
    still = seeded(folder)
    still.store.engine.dispose()
    port = free_port()
    services, issuer = open_demo(settings_in(still.settings.data, port))
    named: dict[str, Any] = {"threads": THREADS, "clear_untrusted_proxy_headers": True}
    try:
        with served(create_app(services), port=port, **named):
            yield Paravent(services, issuer)
    finally:
        services.store.engine.dispose()
