"""A gateway whose subscribers can be heard: the demo world, a clock, an allow-list."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

from werkzeug.test import TestResponse

from gateway.clock import FixedClock
from gateway.commands.outbox import delivering
from gateway.subscribing.notification import ID_ONLY, PAYLOAD_CONTENT
from labels.fhir import VISIBILITY
from tests.gateway.world import Software, seeded
from tests.noninterference.documents import Paper, clinical, world

Json = dict[str, Any]

FHIR = "application/fhir+json"
PATIENT, READER, AUTHOR = "solene", "dentist", "cardiologist"
SECRET = "0a1b2c3d-secret"
NAMES = UUID("7f4df9ce-4a31-4be2-9ac4-0f8f4f6b2a8e")


class Scene:
    """One gateway, at an instant that only the test moves."""

    def __init__(
        self, folder: Path, *allowed: str, start: datetime | None = None
    ) -> None:
        """Open the demo world with these origins allowed."""
        services = seeded(folder)
        now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
        self.clock = FixedClock(start or now)
        settings = replace(services.settings, webhooks=frozenset(allowed))
        self.services = replace(services, settings=settings, clock=self.clock)
        self.software = Software(self.services)

    def wait(self, **time: float) -> None:
        """Let time pass, and tokens with it."""
        self.clock.instant += timedelta(**time)
        self.software.forget()

    def deliver(self) -> dict[str, int]:
        """Run one pass of the outbox; return how many rows ended how."""
        return dict(delivering(self.services)())

    def subscribe(self, body: Json, reader: str = READER) -> TestResponse:
        """Ask for a subscription."""
        return self.ask(reader, "/fhir/Subscription", "POST", body)

    def ask(
        self, reader: str, path: str, method: str = "GET", body: Json | None = None
    ) -> TestResponse:
        """Send a request, with a resource or without."""
        sent: dict[str, Any] = {}
        if body is not None:
            sent = {"data": json.dumps(body), "content_type": FHIR}
        return self.software.ask(reader, path, method, **sent)

    def active(self, address: str, reader: str = READER, more: str = "") -> str:
        """Make a subscription whose endpoint was greeted, and return its id."""
        made = self.subscribe(subscription(address, more=more), reader)
        assert made.status_code == 201, made.get_data(as_text=True)
        self.deliver()
        found: str = made.get_json(force=True)["id"]
        return found

    def status(self, subscription_id: str, reader: str = READER) -> str:
        """Return where a subscription stands, as its reader is told."""
        answer = self.ask(reader, f"/fhir/Subscription/{subscription_id}")
        found: str = answer.get_json(force=True)["status"]
        return found

    def deposit(
        self, name: str, level: str = "N", patient: str = PATIENT, author: str = AUTHOR
    ) -> str:
        """Deposit a document of the cardiologist, and return its id."""
        oid = f"2.25.{uuid5(NAMES, name).int}"
        at = self.clock.instant - timedelta(days=1)
        paper = Paper(oid, "11488-4", "Consultation", at, said=name, level=level)
        who, writer = world().patients[patient], world().readers[author]
        data = clinical(paper, who, writer)
        answer = self.software.ask(
            author, "/cda", "POST", data=data, content_type="application/xml"
        )
        assert answer.status_code == 201, answer.get_data(as_text=True)
        return answer.headers["Location"].rpartition("/")[2]

    def mask(
        self, public_id: str, patient: str = PATIENT, mark: str = "MASQUE_PS"
    ) -> None:
        """Let the patient hide a document, from all professionals or by another mark."""
        coding = {"coding": [{"system": VISIBILITY, "code": mark}]}
        patch = [{"op": "add", "path": "/securityLabel/-", "value": coding}]
        answer = self.software.ask(
            patient,
            f"/fhir/DocumentReference/{public_id}",
            "PATCH",
            data=json.dumps(patch),
            content_type="application/json-patch+json",
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)


def subscription(
    address: str,
    patient: str = PATIENT,
    more: str = "",
    header: Iterable[str] = (),
) -> Json:
    """Return a Subscription to what comes to a record."""
    who = world().patients[patient].identifier
    named = f"patient.identifier={who.system}|{who.value}"
    channel: Json = {
        "type": "rest-hook",
        "endpoint": address,
        "payload": FHIR,
        "_payload": {"extension": [{"url": PAYLOAD_CONTENT, "valueCode": ID_ONLY}]},
    }
    if given := list(header):
        channel["header"] = given
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "what comes is read in our software",
        "criteria": f"DocumentReference?{named}{more}",
        "channel": channel,
    }
