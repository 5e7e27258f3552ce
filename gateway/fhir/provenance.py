"""The routes of Provenance: where documents, and what is made of them, come from."""

from gateway.disclosure import Page
from gateway.fhir.derived import read_of, search_of
from gateway.fhir.route import Route
from gateway.inquiry import Inquiry
from gateway.search import definitions, provenances
from gateway.search.provenances import KIND
from gateway.search.resources import Wanted
from gateway.services import Services


def _find(_: Services, asked: Inquiry, wanted: Wanted, query: str) -> Page:
    return provenances.find(asked, wanted, query)


_search = search_of(KIND, definitions.of_told()[KIND], _find)

ROUTES = (
    Route("GET", f"/fhir/{KIND}", _search, "search-type", KIND),
    Route("POST", f"/fhir/{KIND}/_search", _search, "search-type", KIND),
    Route(
        "GET", f"/fhir/{KIND}/<resource_id>", read_of(provenances.read), "read", KIND
    ),
)
"""The routes of this file."""
