"""The routes of the log: AuditEvent, to the person of the record and who acts for them."""

from gateway import log
from gateway.disclosure import Page
from gateway.fhir.derived import read_of, search_of
from gateway.fhir.route import Route
from gateway.inquiry import Inquiry
from gateway.log import EVENT
from gateway.search import definitions
from gateway.search.resources import Wanted
from gateway.services import Services


def _find(services: Services, asked: Inquiry, wanted: Wanted, query: str) -> Page:
    return log.find(asked, wanted, services.settings.base_url, query)


_search = search_of(EVENT, definitions.of_told()[EVENT], _find)

ROUTES = (
    Route("GET", f"/fhir/{EVENT}", _search, "search-type", EVENT),
    Route("POST", f"/fhir/{EVENT}/_search", _search, "search-type", EVENT),
    Route("GET", f"/fhir/{EVENT}/<resource_id>", read_of(log.read), "read", EVENT),
)
"""The routes of this file."""
