"""The routes of the resources that are made from documents: search and read."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from flask import Request, Response

from gateway.fhir import answers, cursor
from gateway.fhir.criteria import criteria, prefixed
from gateway.fhir.parameters import UNKNOWN, Parameters, alternatives, refused
from gateway.fhir.preferences import Preferences
from gateway.fhir.route import Handler, Route
from gateway.fhir.searching import (
    bound_to,
    own_query,
    pairs_of,
    record_of,
    searchset,
    telling,
)
from gateway.identity.principal import Principal
from gateway.inquiry import inquire
from gateway.references import FHIR_ID
from gateway.search import definitions, resources
from gateway.search.definitions import DATE, Definition
from gateway.search.resources import Wanted
from gateway.services import Services

ALWAYS = frozenset({"patient", "patient.identifier", "_id", "_lastUpdated", "_sort"})
UPDATED = "_lastUpdated"


def _search(kind: str) -> Handler:
    def answer(services: Services, principal: Principal, request: Request) -> Response:
        key = services.store.keys.cursor
        bound = bound_to(services, principal, kind)
        pairs, after = pairs_of(request), None
        if "page" in request.args:
            after, query = cursor.read(key, request.args["page"], bound)
            pairs = parse_qsl(query)
        names = ALWAYS | set(definitions.load()[kind])
        lenient = Preferences.of(request).lenient
        asked = Parameters.of(pairs, names, patient=False, lenient=lenient)
        wanted, find = (
            replace(_wanted(kind, asked), after=after),
            record_of(services, asked),
        )
        with inquire(services, principal, find, answers.request_id(request)) as inquiry:
            page = resources.find(inquiry, wanted, asked.query)
        following = ""
        if page.following is not None:
            following = cursor.write(key, page.following, asked.query, bound)
        own = own_query(request, asked.ignored)
        bundle = searchset(services, kind, page, own, following)
        return answers.resource(telling(bundle, asked.ignored))

    return answer


def _read(kind: str) -> Handler:
    def answer(
        services: Services, principal: Principal, request: Request, resource_id: str
    ) -> Response:
        identity = answers.request_id(request)
        found = resources.read(services, principal, kind, resource_id, identity)
        return answers.not_found() if found is None else answers.versioned(found)

    return answer


def _wanted(kind: str, asked: Parameters) -> Wanted:
    """Read what is looked for; raises ``Refused`` (400) before any data is touched."""
    known = definitions.load()[kind]
    ids = tuple(_ids(each) for each in asked.values.get("_id", ()))
    updated = tuple(prefixed(UPDATED, each) for each in asked.values.get(UPDATED, ()))
    by, ascending = _order(known, asked)
    return Wanted(
        kind, tuple(criteria(known, asked)), ids, updated, by, ascending, asked.count
    )


def _ids(value: str) -> frozenset[str]:
    wanted = alternatives("_id", value)
    if not all(FHIR_ID.fullmatch(each) for each in wanted):
        raise refused("_id", "Not an id.")
    return frozenset(wanted)


def _order(
    known: Mapping[str, Definition], asked: Parameters
) -> tuple[Definition | None, bool]:
    """Return the date that orders, and whether the earliest comes first."""
    given = asked.values.get("_sort", (f"-{UPDATED}",))
    name = given[0].removeprefix("-")
    dated = name in known and known[name].type == DATE
    if len(given) > 1 or not (dated or name == UPDATED):
        raise refused("_sort", UNKNOWN)
    return known.get(name), not given[0].startswith("-")


ROUTES = tuple(
    route
    for kind in definitions.load()
    for route in (
        Route("GET", f"/fhir/{kind}", _search(kind), "search-type", kind),
        Route("POST", f"/fhir/{kind}/_search", _search(kind), "search-type", kind),
        Route("GET", f"/fhir/{kind}/<resource_id>", _read(kind), "read", kind),
    )
)
"""The routes of this file: three for each type."""
