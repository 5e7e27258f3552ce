"""What is sent: a Bundle that says which documents came by their ids, and nothing of them.

HL7 Subscriptions R5 Backport for R4: a ``history`` Bundle whose first entry is the status
of the subscription as Parameters; of ``id-only`` the other entries are addresses.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gateway.references import Reference
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.records import Record

Json = dict[str, Any]

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
NOTIFICATION = f"{BACKPORT}backport-subscription-notification-r4"
STATUS = f"{BACKPORT}backport-subscription-status-r4"
PAYLOAD_CONTENT = f"{BACKPORT}backport-payload-content"
ID_ONLY = "id-only"
TOPIC = "urn:paravent:topic:document-came"
"""The one thing that subscribers are told of."""

HANDSHAKE, EVENT, QUERY = "handshake", "event-notification", "query-status"


@dataclass(frozen=True, slots=True)
class About:
    """The subscription a notification is of, as it is named, and how much was told."""

    record: Record
    id: str
    base_url: str
    status: str
    events: int

    @property
    def name(self) -> str:
        """The address of the subscription."""
        return (
            f"{self.base_url}/Subscription/{Reference(self.record.patient_id, self.id)}"
        )


def greeting(about: About, at: datetime) -> Json:
    """Return what an endpoint has to take before anything else is sent to it."""
    return _bundle(about, _status(about, HANDSHAKE), (), at)


def told(about: About, found: list[Stored], at: datetime) -> Json:
    """Return the notification of documents, numbered after those told before."""
    whole = About(
        about.record, about.id, about.base_url, about.status, about.events + len(found)
    )
    events = [
        _event(number, each, _address(about, each))
        for number, each in enumerate(found, about.events + 1)
    ]
    status = _status(whole, EVENT, events)
    return _bundle(whole, status, [_named(about, each) for each in found], at)


def asked(about: About) -> Json:
    """Return the answer to ``$status``."""
    entry = {
        "fullUrl": _urn(about, QUERY),
        "resource": _status(about, QUERY),
        "search": {"mode": "match"},
    }
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": 1,
        "link": [{"relation": "self", "url": f"{about.name}/$status"}],
        "entry": [entry],
    }


def _bundle(about: About, status: Json, entries: Iterable[Json], at: datetime) -> Json:
    kind = next(e["valueCode"] for e in status["parameter"] if e["name"] == "type")
    first = {
        "fullUrl": _urn(about, kind),
        "resource": status,
        "request": {"method": "GET", "url": f"{about.name}/$status"},
        "response": {"status": "200"},
    }
    return {
        "resourceType": "Bundle",
        "id": about.record.keys.token("notification", _what(about, kind))[:32],
        "meta": {"profile": [NOTIFICATION]},
        "type": "history",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "entry": [first, *entries],
    }


def _status(about: About, kind: str, events: Iterable[Json] = ()) -> Json:
    return {
        "resourceType": "Parameters",
        "meta": {"profile": [STATUS]},
        "parameter": [
            {"name": "subscription", "valueReference": {"reference": about.name}},
            {"name": "topic", "valueCanonical": TOPIC},
            {"name": "status", "valueCode": about.status},
            {"name": "type", "valueCode": kind},
            {
                "name": "events-since-subscription-start",
                "valueString": str(about.events),
            },
            *events,
        ],
    }


def _event(number: int, stored: Stored, address: str) -> Json:
    came = stored.recorded.isoformat(timespec="milliseconds")
    return {
        "name": "notification-event",
        "part": [
            {"name": "event-number", "valueString": str(number)},
            {"name": "timestamp", "valueInstant": came},
            {"name": "focus", "valueReference": {"reference": address}},
        ],
    }


def _named(about: About, stored: Stored) -> Json:
    return {
        "fullUrl": _address(about, stored),
        "request": {"method": "POST", "url": DOCUMENT},
        "response": {"status": "201"},
    }


def _address(about: About, stored: Stored) -> str:
    named = Reference(about.record.patient_id, stored.id)
    return f"{about.base_url}/{DOCUMENT}/{named}"


def _urn(about: About, kind: str) -> str:
    """Return a name that is the same each time the same is sent."""
    token = about.record.keys.token("status", _what(about, kind))
    return UUID(token[:32], version=4).urn


def _what(about: About, kind: str) -> str:
    return f"{about.id}|{kind}|{about.events}"
