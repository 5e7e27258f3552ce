"""People of the demo world around emergencies: asking, reading, choosing, contesting."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from joserfc import jwt
from werkzeug.test import TestResponse

from gateway.audit import trail
from gateway.clock import FixedClock
from gateway.commands.outbox import handlers
from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, claims_of
from gateway.notify.smtp import MailServer
from gateway.outbox.delivery import deliver
from gateway.repository import records
from gateway.repository.records import HOUSE, Record
from gateway.services import Services
from tests.gateway.world import Software

Json = dict[str, Any]

FHIR = "application/fhir+json"
UNKNOWN = {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "100000000000063"}
"""An INS of the test range that nobody has."""
WORDS = "found unconscious in the street"


class Scene:
    """The world, its clock, and what people do in it."""

    def __init__(self, services: Services, clock: FixedClock) -> None:
        """Begin with a world as it was seeded."""
        self.services = services
        self.clock = clock
        self.software = Software(services)

    def later(self, **time: float) -> None:
        """Move the clock; everybody signs in again."""
        self.clock.instant += timedelta(**time)
        self.software = Software(self.services)

    def sign_in_as(self, reader: str, **claims: object) -> None:
        """Give a persona a token with other claims."""
        now = int(self.clock.now().timestamp())
        dated = {"iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + 600}
        whole = dated | claims_of(self.software.world.readers[reader]) | claims
        key = self.software.issuer.key
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}
        token = jwt.encode(header, whole | {"jti": "own"}, key)
        self.software._tokens[reader] = str(token)  # noqa: SLF001 - one's own token

    def identifier(self, patient: str) -> Json:
        """Return the INS of a persona, or one that nobody has."""
        found = self.software.world.patients.get(patient)
        if found is None:
            return UNKNOWN
        return {"system": found.identifier.system, "value": found.identifier.value}

    def post(self, reader: str, path: str, body: object) -> TestResponse:
        """Post a resource as a persona."""
        return self.software.ask(
            reader, path, "POST", data=json.dumps(body), content_type=FHIR
        )

    def operate(self, reader: str, path: str, **values: object) -> TestResponse:
        """Call an operation with parameters as a persona."""
        named = [{"name": n, **_value(v)} for n, v in values.items()]
        return self.post(
            reader, path, {"resourceType": "Parameters", "parameter": named}
        )

    def break_glass(self, reader: str, who: str, **changes: object) -> TestResponse:
        """Ask for emergency access as a persona, with a reason unless it is changed."""
        asked: dict[str, object] = {
            "patient": self.identifier(who),
            "purpose": Code("BTG"),
            "reason": Code("unconscious"),
            "words": WORDS,
        }
        return self.operate(reader, "/fhir/Consent/$break-glass", **asked | changes)

    def seen(self, reader: str, patient: str) -> set[str]:
        """Return the titles-to-be: identifiers of the documents a persona sees."""
        return self.software.identifiers(reader, patient)

    def record(self, patient: str) -> Record:
        """Return the record of a persona, or that of nobody."""
        world, store = self.software.world, self.services.store
        with store.unit() as connection:
            if patient not in world.patients:
                return records.by_id(connection, store.keys, HOUSE)
            found = world.patients[patient].identifier
            return records.by_identifiers(connection, store.keys, found)

    def events(self, patient: str) -> list[Json]:
        """Return the trail of a persona's record, the oldest first."""
        record = self.record(patient)
        with self.services.store.unit() as connection:
            return trail.of_record(connection, record)

    def deliver(self, server: MailServer | None = None) -> Counter[str]:
        """Do what is due now."""
        settings = replace(self.services.settings, mail=server)
        given = handlers(replace(self.services, settings=settings))
        return deliver(self.services.store, self.clock, given)

    def who(self, reader: str) -> str:
        """Return how relations name a persona."""
        return self.software.world.readers[reader].id


class Code(str):
    """A value that is sent as a code."""

    __slots__ = ()


def _value(value: object) -> Json:
    match value:
        case Code():
            return {"valueCode": str(value)}
        case bool():
            return {"valueBoolean": value}
        case str():
            return {"valueString": value}
        case _:
            return {"valueIdentifier": value}
