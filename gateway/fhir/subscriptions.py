"""The routes of Subscription: to be told that a document came (rest-hook, id-only)."""

import re
from typing import Any

from flask import Request, Response

from gateway.fhir import answers, subscription_json
from gateway.fhir.intake import json_body
from gateway.fhir.listing import Listing
from gateway.fhir.operations import no_parameters
from gateway.fhir.parameters import alternatives
from gateway.fhir.route import Route
from gateway.fhir.searching import record_of
from gateway.identity.principal import Principal
from gateway.inquiry import inquire
from gateway.repository import records
from gateway.services import Services
from gateway.subscribing import notification, requesting
from gateway.subscribing.notification import About
from gateway.subscribing.requesting import Change, Held
from mappings.mapped import refuse

Json = dict[str, Any]

SUBSCRIPTION = "Subscription"
UNUSED = frozenset({"date", "_sort"})
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def create(services: Services, principal: Principal, request: Request) -> Response:
    """Begin a subscription: 201; its endpoint is greeted before it is active."""
    body = json_body(request, SUBSCRIPTION)
    asked = subscription_json.asked(body, services.settings.webhooks)
    if asked.off:
        raise subscription_json.unclear("status")
    find = record_of(services, asked.parameters)
    identity = answers.request_id(request)
    made = requesting.create(services, principal, find, asked.wish, identity)
    if made is None:
        return answers.not_found()
    location = f"{services.settings.base_url}/fhir/{SUBSCRIPTION}/{made.id}"
    return _answered(made, 201, Location=location)


def read(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read one of the own subscriptions; header secrets are never shown."""
    identity = answers.request_id(request)
    found = requesting.read(services, principal, resource_id, identity)
    return answers.not_found() if found is None else _answered(found)


def search(services: Services, principal: Principal, request: Request) -> Response:
    """Find the own subscriptions to a record: by patient, status and id."""
    listing = Listing.of(services, principal, request, SUBSCRIPTION, patient=True)
    asked = listing.asked
    for name in sorted(UNUSED & set(asked.values)):
        raise subscription_json.unknown(name)
    find = record_of(services, asked)
    with inquire(services, principal, find, answers.request_id(request)) as inquiry:
        further = listing.further
        found = requesting.search(services, inquiry, asked.query, following=further)
    shown = [subscription_json.shown(each) for each in found]
    for name, element in (("status", "status"), ("_id", "id")):
        for value in asked.values.get(name, ()):
            wanted = set(alternatives(name, value))
            shown = [each for each in shown if each[element] in wanted]
    return listing.answer(shown)


def update(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Turn a subscription off, or request it again after an error."""
    body = json_body(request, SUBSCRIPTION)
    if body.get("id") != resource_id:
        raise subscription_json.unclear("id")
    asked = subscription_json.asked(body, services.settings.webhooks)
    change = Change(asked.wish, on=not asked.off, version=_version(request))
    identity = answers.request_id(request)
    made = requesting.update(services, principal, resource_id, change, identity)
    return answers.not_found() if made is None else _answered(made)


def delete(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """End a subscription: 204, and nothing is sent any more."""
    identity = answers.request_id(request)
    if not requesting.delete(services, principal, resource_id, identity):
        return answers.not_found()
    answer = Response(status=204)
    del answer.headers["Content-Type"]
    return answer


def status(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Say where a subscription stands and how much was told: ``$status``."""
    no_parameters(request)
    identity = answers.request_id(request)
    found = requesting.read(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    base = f"{services.settings.base_url}/fhir"
    with services.store.unit() as connection:
        keys = services.store.keys
        record = records.by_id(connection, keys, found.id.patient_id)
    one = found.one
    about = About(record, found.id.item_id, base, found.status.value, one.events)
    return answers.resource(notification.asked(about))


def _answered(found: Held, status: int = 200, **headers: str) -> Response:
    return answers.versioned(subscription_json.shown(found), status, **headers)


def _version(request: Request) -> int:
    """Return the version that If-Match names, 0 without one."""
    stated = request.headers.get("If-Match")
    if stated is None:
        return 0
    named = _ETAG.fullmatch(stated)
    if named is None or not int(named[1]):
        raise refuse(
            412,
            "conflict",
            "Subscription",
            "This is not the present version.",
            "Ce n'est pas la version actuelle.",
        )
    return int(named[1])


_ONE = f"/fhir/{SUBSCRIPTION}/<resource_id>"
ROUTES = (
    Route("POST", f"/fhir/{SUBSCRIPTION}", create, "create", SUBSCRIPTION),
    Route("GET", f"/fhir/{SUBSCRIPTION}", search, "search-type", SUBSCRIPTION),
    Route("POST", f"/fhir/{SUBSCRIPTION}/_search", search, "search-type", SUBSCRIPTION),
    Route("GET", _ONE, read, "read", SUBSCRIPTION),
    Route("PUT", _ONE, update, "update", SUBSCRIPTION),
    Route("DELETE", _ONE, delete, "delete", SUBSCRIPTION),
    Route("GET", f"{_ONE}/$status", status, "$status", SUBSCRIPTION),
)
"""The routes of this file."""
