"""The routes of the resources that are made from documents: search and read."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flask import Request, Response

from gateway.disclosure import Page
from gateway.fhir import answers, scoping
from gateway.fhir.criteria import criteria, prefixed
from gateway.fhir.paging import Paging, as_traced
from gateway.fhir.parameters import UNSORTED, Parameters, alternatives, refused
from gateway.fhir.preferences import Preferences
from gateway.fhir.route import Handler, Route
from gateway.fhir.searching import record_of
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, inquire
from gateway.references import FHIR_ID
from gateway.search import definitions, resources
from gateway.search.definitions import DATE, Definition
from gateway.search.resources import Wanted
from gateway.services import Services

Json = dict[str, Any]
Finder = Callable[[Services, Inquiry, Wanted, str], Page]
Reader = Callable[[Services, Principal, str, str], Json | None]

ALWAYS = frozenset({"patient", "patient.identifier", "_id", "_lastUpdated", "_sort"})
UPDATED = "_lastUpdated"


def _search(kind: str) -> Handler:
    return search_of(kind, definitions.load()[kind], _find)


def _find(_: Services, asked: Inquiry, wanted: Wanted, query: str) -> Page:
    return resources.find(asked, wanted, query)


def search_of(kind: str, known: Mapping[str, Definition], find: Finder) -> Handler:
    """Return the handler that searches a type with sealed pages; ``find`` finds it."""

    def answer(services: Services, principal: Principal, request: Request) -> Response:
        paging = Paging.of(services, principal, request, kind)
        names = ALWAYS | set(known)
        lenient = Preferences.of(request).lenient
        asked = Parameters.of(paging.pairs, names, patient=False, lenient=lenient)
        wanted = _within(principal, _wanted(kind, known, asked))
        wanted = replace(wanted, after=paging.after)
        whose = record_of(services, asked)
        identity = answers.request_id(request)
        with inquire(services, principal, whose, identity) as inquiry:
            page = find(services, inquiry, wanted, as_traced(request, asked.query))
        return paging.answer(asked, page)

    return answer


def _read(kind: str) -> Handler:
    def read(
        services: Services, principal: Principal, resource_id: str, identity: str
    ) -> Json | None:
        return resources.read(services, principal, kind, resource_id, identity)

    return read_of(read)


def read_of(read: Reader) -> Handler:
    """Return the handler that reads one resource of a type; ``read`` finds it."""

    def answer(
        services: Services, principal: Principal, request: Request, resource_id: str
    ) -> Response:
        found = read(services, principal, resource_id, answers.request_id(request))
        return answers.not_found() if found is None else answers.versioned(found)

    return answer


def _wanted(kind: str, known: Mapping[str, Definition], asked: Parameters) -> Wanted:
    """Read what is looked for; raises ``Refused`` (400) before any data is touched."""
    ids = tuple(_ids(each) for each in asked.values.get("_id", ()))
    updated = tuple(prefixed(UPDATED, each) for each in asked.values.get(UPDATED, ()))
    by, ascending = _order(known, asked)
    return Wanted(
        kind, tuple(criteria(known, asked)), ids, updated, by, ascending, asked.count
    )


def _within(principal: Principal, wanted: Wanted) -> Wanted:
    """Return the search with what the scopes of the token leave of the type."""
    more = scoping.conditions(principal, wanted.kind, "s")
    return replace(wanted, criteria=(*wanted.criteria, *more))


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
        raise refused("_sort", UNSORTED)
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
