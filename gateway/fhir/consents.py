"""The routes of the registry of Consents (IHE PCF, ITI-108)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from flask import Request, Response

from gateway import consent
from gateway.consent import Change, Found
from gateway.fhir import answers
from gateway.fhir.intake import json_body
from gateway.fhir.listing import Listing
from gateway.fhir.paging import as_traced
from gateway.fhir.parameters import UNKNOWN, Parameters, alternatives, period, refused
from gateway.fhir.searching import record_of
from gateway.identity.principal import Principal
from gateway.inquiry import inquire
from gateway.repository.search import Period
from gateway.services import Services
from labels.fhir_consent.read import STATUSES
from mappings.mapped import refuse

Json = dict[str, Any]

CONSENT = "Consent"
TOKENS = frozenset({"actor", "actor:identifier", "_lastUpdated"})
UNUSED = frozenset({"date", "_sort"})
"""Parameters of other searches that would filter or order nothing here."""
LARGEST = 64 * 1024
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


def create(services: Services, principal: Principal, request: Request) -> Response:
    """Take a Consent: 201 with its address."""
    identity = answers.request_id(request)
    made = consent.create(services, principal, _body(request), identity)
    location = f"{services.settings.base_url}/fhir/{CONSENT}/{made.resource['id']}"
    history = f"{location}/_history/{made.version}"
    return _answered(made, 201, Location=history)


def update(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Put a new version of a Consent; If-Match is kept to when it is sent."""
    resource = _body(request)
    if resource.get("id") != resource_id:
        raise refuse(
            400,
            "value",
            "Consent.id",
            "The id is not that of the address.",
            "L'identifiant n'est pas celui de l'adresse.",
        )
    change = Change(resource, _of(request))
    identity = answers.request_id(request)
    made = consent.update(services, principal, resource_id, change, identity)
    return answers.not_found() if made is None else _answered(made, 200)


def read(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read a Consent as it is now: the person's own, and nobody else's."""
    identity = answers.request_id(request)
    found = consent.version(services, principal, resource_id, None, identity)
    return answers.not_found() if found is None else _answered(found, 200)


def vread(
    services: Services,
    principal: Principal,
    request: Request,
    resource_id: str,
    version_id: str,
) -> Response:
    """Read a Consent as it was in one of its versions."""
    number = int(version_id) if re.fullmatch("[0-9]{1,9}", version_id) else 0
    identity = answers.request_id(request)
    found = consent.version(services, principal, resource_id, number, identity)
    return answers.not_found() if found is None else _answered(found, 200)


def search(services: Services, principal: Principal, request: Request) -> Response:
    """Find Consents: by patient and status, which are needed, and by actor, id, date."""
    listing = Listing.of(services, principal, request, CONSENT, TOKENS, patient=True)
    asked, wanted = listing.asked, Wanted.of(listing.asked)
    find = record_of(services, asked)
    with inquire(services, principal, find, answers.request_id(request)) as inquiry:
        traced = as_traced(request, asked.query)
        further = listing.further
        found = consent.search(inquiry, wanted.matches, traced, following=further)
    return listing.answer([each.resource for each in found])


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a search asks of a Consent: each group is *any of*, all groups must hold."""

    statuses: tuple[frozenset[str], ...]
    ids: tuple[frozenset[str], ...]
    actors: tuple[frozenset[str], ...]
    identifiers: tuple[frozenset[str], ...]
    changed: tuple[Period, ...]

    @classmethod
    def of(cls, asked: Parameters) -> Self:
        """Read the parameters; raises ``Refused`` (400)."""
        for name in sorted(UNUSED & set(asked.values)):
            raise refused(name, UNKNOWN)
        if "status" not in asked.values:
            raise refused("status", "Needed, and only once.")
        statuses = _groups(asked, "status")
        if not frozenset().union(*statuses) <= STATUSES:
            raise refused("status", "Unknown status.")
        return cls(
            statuses,
            _groups(asked, "_id"),
            _groups(asked, "actor"),
            _groups(asked, "actor:identifier"),
            tuple(period(each) for each in asked.values.get("_lastUpdated", ())),
        )

    def matches(self, resource: Json) -> bool:
        """Tell whether a Consent is what was asked for."""
        references, identifiers = set(), set()
        for actor in _actors(resource["provision"]):
            held = actor.get("identifier", {})
            references.add(str(actor.get("reference", "")))
            identifiers.add(f"{held.get('system', '')}|{held.get('value', '')}")
        at = datetime.fromisoformat(resource["meta"]["lastUpdated"])
        return (
            all(resource["status"] in each for each in self.statuses)
            and all(resource["id"] in each for each in self.ids)
            and all(references & each for each in self.actors)
            and all(identifiers & each for each in self.identifiers)
            and all(_holds(each, at) for each in self.changed)
        )


def _groups(asked: Parameters, name: str) -> tuple[frozenset[str], ...]:
    values = asked.values.get(name, ())
    return tuple(frozenset(alternatives(name, value)) for value in values)


def _actors(provision: Json) -> Iterator[Json]:
    """Yield whom the provision and its exceptions name."""
    for each in provision.get("actor", ()):
        yield each["reference"]
    for nested in provision.get("provision", ()):
        yield from _actors(nested)


def _holds(wanted: Period, at: datetime) -> bool:
    started = wanted.start is None or wanted.start <= at
    inside = started and (wanted.end is None or at < wanted.end)
    return inside is not wanted.outside


def _body(request: Request) -> Json:
    if (request.content_length or 0) > LARGEST:
        raise refuse(
            413,
            "too-long",
            CONSENT,
            "A Consent is at most 64 KB.",
            "Un Consent fait 64 Ko au plus.",
        )
    return json_body(request, CONSENT)


def _of(request: Request) -> int:
    """Return the version that If-Match names, 0 without one."""
    stated = request.headers.get("If-Match")
    if stated is None:
        return 0
    named = _ETAG.fullmatch(stated)
    # One that is no version of ours is of another version than the present one.
    return int(named[1]) if named and int(named[1]) else -1


def _answered(found: Found, status: int, **headers: str) -> Response:
    headers["ETag"] = f'W/"{found.version}"'
    return answers.resource(found.resource, status, **headers)
