"""One world with its clock, and the people who stand before the two applications.

Real applications, real tokens of the demo's issuer, a real database in a folder of its
own. Only the clock is the story's: it stands still until the scene moves it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from joserfc import jwt
from werkzeug.test import Client, TestResponse

from gateway.app import create_app
from gateway.clock import FixedClock
from gateway.demo import table
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, claims_of
from gateway.demo.seed import seed
from gateway.demo.tour.telling import Tale
from gateway.demo.world.load import World, load
from gateway.notify.smtp import MailServer
from gateway.outbox.delivery import deliver
from gateway.outbox.errand import Handlers
from gateway.patient.personas import of_world
from gateway.services import Services

Json = dict[str, Any]

BEGINS = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Every scene begins on the same Monday morning, whenever it is played."""
FHIR_JSON = "application/fhir+json"
PASSES = 3
"""A notice becomes messages in one pass over the outbox, which leave in the next."""
_PERSON = re.compile(r"urn:oid:[0-9.]+(\||%7C)\w+")
_ID = re.compile(r"[0-9a-f]{58}([0-9a-f]{6})")


def prepare(folder: Path) -> Path:
    """Seed the demo world in ``folder``, once for all scenes, and leave it at rest."""
    services, issuer = open_demo(settings_in(folder))
    before = replace(services, clock=FixedClock(BEGINS - timedelta(minutes=5)))
    for outcome in seed(before, issuer, load()):
        if outcome.problem:
            raise ValueError(f"{outcome.name}: {outcome.status}")
    services.store.engine.dispose()
    return folder


class Stage:
    """The world of one scene: people ask, time passes, what is due leaves."""

    def __init__(
        self, folder: Path, tale: Tale, handlers: Callable[[Services], Handlers]
    ) -> None:
        """Open the world that stands in ``folder``; ``handlers`` do what is due."""
        self.clock = FixedClock(BEGINS)
        services, self.issuer = open_demo(settings_in(folder))
        self.services = replace(services, clock=self.clock)
        self.world: World = load()
        self.people = dict(self.world.readers)
        self.papers = {n: d.identifier for n, d in self.world.documents().items()}
        self.tale = tale
        self._handlers = handlers
        self._claims: dict[str, Json] = {}
        principals = {k: table.principal_of(each) for k, each in self.people.items()}
        accounts = of_world(self.world.patients, principals)
        self._app = create_app(self.services, people=accounts)
        self._software = Client(self._app)

    def close(self) -> None:
        """Let go of the database."""
        self.services.store.engine.dispose()

    def browser(self) -> Client:
        """Return a browser of its own before the patient's pages."""
        return Client(self._app)

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.instant += timedelta(**time)

    def until(self, instant: datetime) -> None:
        """Let time pass until an instant."""
        self.clock.instant = instant

    def entrust(self, who: str, **claims: object) -> None:
        """Let the tokens of somebody bear these claims too from now on."""
        self._claims[who] = claims

    def ask(
        self, who: str, method: str, path: str, body: object = None, kind: str = ""
    ) -> TestResponse:
        """Send a request as somebody, and tell it with its answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {
            "Authorization": f"Bearer {self._token(who)}",
            "X-Request-Id": "the-same-for-all",
        }
        answer = self._software.open(
            path,
            method=method,
            headers=headers,
            data=None if body is None else data,
            content_type=None if body is None else kind or FHIR_JSON,
        )
        self._told(who, f"{method} {path}", answer)
        return answer

    def deliver(self, server: MailServer | None = None) -> None:
        """Do what is due now: notices leave, deadlines are looked at."""
        settings = replace(self.services.settings, mail=server)
        services = replace(self.services, settings=settings)
        for _ in range(PASSES):
            deliver(services.store, self.clock, self._handlers(services))

    def identifier(self, who: str) -> Json:
        """Return the identifier of somebody: an INS, or a professional's number."""
        found = self.people[who].identifier
        return {"system": found.system, "value": found.value}

    def structure(self, who: str) -> Json:
        """Return the identifier of the structure somebody works for."""
        system, _, value = self.people[who].organization.partition("|")
        return {"system": system, "value": value}

    def _token(self, who: str) -> str:
        now = int(self.clock.now().timestamp())
        claims = {"iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + 600}
        claims |= {"jti": who} | claims_of(self.people[who]) | self._claims.get(who, {})
        header = {"alg": ALGORITHM, "kid": self.issuer.key.kid, "typ": "JWT"}
        return jwt.encode(header, claims, self.issuer.key)

    def _told(self, who: str, request: str, answer: TestResponse) -> None:
        reader = self.people[who]
        name = reader.fr if self.tale.lang == "fr" else reader.en
        short = _ID.sub(r"…\1", _PERSON.sub("INS", request))
        body = answer.get_json(silent=True) if answer.is_json else None
        total = body.get("total") if isinstance(body, dict) else None
        found = "" if total is None else f", total {total}"
        colon = " :" if self.tale.lang == "fr" else ":"
        self.tale.exchange(f"{name}{colon} {short} → {answer.status_code}{found}")
