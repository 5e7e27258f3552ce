"""A Subscription resource read strictly, and written as its subscriber is shown it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from gateway.fhir.parameters import UNKNOWN, Parameters, refused
from gateway.fhir.searching import DOCUMENT_TOKENS
from gateway.outbox.origin import target
from gateway.subscribing.notification import ID_ONLY, PAYLOAD_CONTENT
from gateway.subscribing.requesting import Held
from gateway.subscribing.subscription import Status, Wish
from mappings.fhir import shape
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

QUERY = "DocumentReference?"
PAYLOAD = "application/fhir+json"
ELEMENTS = frozenset(
    "resourceType id meta status reason end criteria channel error".split()
)
CHANNEL = frozenset("type endpoint payload _payload header".split())
UNUSED = frozenset({"_id", "_sort", "_count"})
"""Parameters of a search that say nothing of what will come."""
HEADER = re.compile(r"(Authorization|X-[A-Za-z0-9-]{1,60}): ?([!-~][ -~]{0,1022})")
MOST_HEADERS = 5
LONGEST_REASON = 255
NOTHING = "Not kept to here: leave it out.", "Pas pris en charge ici : à retirer."
TAKEN = {
    "status": ("requested or off is needed.", "Il faut requested ou off."),
    "id": (
        "The id of the address is needed.",
        "Il faut l'identifiant qui est dans l'adresse.",
    ),
    "criteria": (
        "DocumentReference? and the parameters of a search are needed.",
        "Il faut DocumentReference? et les paramètres d'une recherche.",
    ),
    "reason": (
        f"Words are needed, {LONGEST_REASON} characters at most.",
        f"Il faut des mots, {LONGEST_REASON} caractères au plus.",
    ),
    "end": (
        "An instant with its offset is needed.",
        "Il faut un instant avec décalage.",
    ),
    "channel.type": ("rest-hook is needed.", "Il faut rest-hook."),
    "channel.payload": (f"{PAYLOAD} is needed.", f"Il faut {PAYLOAD}."),
    "channel.payload.extension": (
        f"{ID_ONLY} is what is sent.",
        f"Seul {ID_ONLY} est envoyé.",
    ),
    "channel.endpoint": (
        "An origin of webhooks.allowed in the settings is needed: https, or a loopback.",
        "Il faut une origine de webhooks.allowed, réglages : https, ou cette machine.",
    ),
    "channel.header": (
        f"Authorization: ... or X-...: ... is needed, {MOST_HEADERS} at most.",
        f"Il faut Authorization: ... ou X-...: ..., {MOST_HEADERS} au plus.",
    ),
}
"""What is taken in each element that is kept to, in English and French."""
FAILED = "The endpoint did not take what was sent to it."


@dataclass(frozen=True, slots=True)
class Asked:
    """What a Subscription asks for: the wish, the record's parameters, on or off."""

    wish: Wish
    parameters: Parameters
    off: bool


def asked(body: Json, allowed: frozenset[str]) -> Asked:
    """Read a Subscription; raises ``Refused`` before any data is touched.

    400 for search parameters that we do not keep to, 422 for everything else that could
    not be done as it is asked for.
    """
    issues = shape.check(body, "Subscription")
    if issues:
        raise Refused(422, *issues)
    _only(body, ELEMENTS, "")
    channel = _channel(body)
    parameters = _criteria(str(body["criteria"]))
    wish = Wish(
        body["criteria"],
        parameters.search(None, DOCUMENT_TOKENS),
        _endpoint(channel, allowed),
        _reason(body),
        _end(body),
        tuple(_headers(channel)),
    )
    wanted = str(body["status"])
    if wanted not in (Status.REQUESTED, Status.OFF):
        raise unclear("status")
    return Asked(wish, parameters, wanted == Status.OFF)


def shown(held: Held) -> Json:
    """Return the Subscription as who made it is shown it: without header secrets."""
    wish, one = held.one.wish, held.one
    changed = (one.changed or one.made).isoformat(timespec="milliseconds")
    content = [{"url": PAYLOAD_CONTENT, "valueCode": ID_ONLY}]
    resource: Json = {
        "resourceType": "Subscription",
        "id": str(held.id),
        "meta": {"versionId": str(one.version), "lastUpdated": changed},
        "status": held.status.value,
        "reason": wish.reason,
        "criteria": wish.criteria,
        "channel": {
            "type": "rest-hook",
            "endpoint": wish.endpoint,
            "payload": PAYLOAD,
            "_payload": {"extension": content},
        },
    }
    if wish.end:
        resource["end"] = wish.end
    if held.status is Status.ERROR:
        resource["error"] = FAILED
    return resource


def unclear(element: str) -> Refused:
    """Return the refusal (422) of an element, or of what it says, with what would do."""
    text, fr = TAKEN.get(element, NOTHING)
    return refuse(422, "not-supported", f"Subscription.{element}", text, fr)


def unknown(name: str) -> Refused:
    """Return the refusal (400) of a search parameter."""
    return refused(name, UNKNOWN)


def _criteria(text: str) -> Parameters:
    """Read what the documents have to meet: the parameters of ITI-67 that are indexed."""
    if not text.startswith(QUERY):
        raise unclear("criteria")
    try:
        pairs = parse_qsl(
            text.removeprefix(QUERY), keep_blank_values=True, strict_parsing=True
        )
    except ValueError:
        raise unclear("criteria") from None
    found = Parameters.of(pairs, DOCUMENT_TOKENS)
    for name in sorted(UNUSED & set(found.values)):
        raise unknown(name)
    return found


def _channel(body: Json) -> Json:
    channel: Json = body["channel"]
    _only(channel, CHANNEL, "channel.")
    if channel["type"] != "rest-hook":
        raise unclear("channel.type")
    if channel.get("payload") != PAYLOAD:
        raise unclear("channel.payload")
    content = channel.get("_payload", {}).get("extension", [])
    said = [(each.get("url"), each.get("valueCode")) for each in content]
    if said not in ([], [(PAYLOAD_CONTENT, ID_ONLY)]):
        raise unclear("channel.payload.extension")
    return channel


def _endpoint(channel: Json, allowed: frozenset[str]) -> str:
    """Return the endpoint, of an origin that the deployment allows; nothing is looked up."""
    endpoint = str(channel.get("endpoint", ""))
    try:
        found = target(endpoint)
    except ValueError:
        raise unclear("channel.endpoint") from None
    if found.origin not in allowed:
        raise unclear("channel.endpoint")
    return endpoint


def _headers(channel: Json) -> Iterable[tuple[str, str]]:
    given = channel.get("header", [])
    if len(given) > MOST_HEADERS:
        raise unclear("channel.header")
    for each in given:
        matched = HEADER.fullmatch(each) if isinstance(each, str) else None
        if matched is None:
            raise unclear("channel.header")
        yield matched[1], matched[2]


def _reason(body: Json) -> str:
    reason = str(body.get("reason", ""))
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise unclear("reason")
    return reason


def _end(body: Json) -> str:
    if "end" not in body:
        return ""
    try:
        return datetime.fromisoformat(body["end"]).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise unclear("end") from None


def _only(held: Json, known: frozenset[str], where: str) -> None:
    for name in sorted(set(held) - known):
        raise unclear(f"{where}{name.removeprefix('_')}")
