"""The routes of a vital emergency and what follows: notices, contests."""

from gateway.fhir import contests, emergency, notices
from gateway.fhir.route import Route

CONSENT, NOTICE, CONTEST = "Consent", "Communication", "Task"
ONE = "/<resource_id>"

OPERATIONS = (
    ("POST", CONSENT, "", "$break-glass", emergency.break_glass),
    ("GET", CONSENT, "", "$emergency-choices", emergency.choices),
    ("POST", CONSENT, "", "$emergency-choices", emergency.choose),
    ("GET", CONSENT, "", "$emergencies", emergency.asked_of),
    ("GET", NOTICE, "", "$settings", notices.preferred),
    ("POST", NOTICE, "", "$settings", notices.prefer),
    ("POST", CONTEST, ONE, "$answer", contests.answer),
    ("POST", CONTEST, ONE, "$withdraw", contests.withdraw),
    ("GET", CONTEST, ONE, "$evidence", contests.evidence),
)

ROUTES = (
    *(
        Route(method, f"/fhir/{kind}{one}/{name}", handler, name, kind)
        for method, kind, one, name, handler in OPERATIONS
    ),
    Route("GET", f"/fhir/{NOTICE}", notices.search, "search-type", NOTICE),
    Route("POST", f"/fhir/{NOTICE}/_search", notices.search, "search-type", NOTICE),
    Route("GET", f"/fhir/{NOTICE}{ONE}", notices.read, "read", NOTICE),
    Route("POST", f"/fhir/{CONTEST}", contests.create, "create", CONTEST),
    Route("GET", f"/fhir/{CONTEST}", contests.search, "search-type", CONTEST),
    Route("POST", f"/fhir/{CONTEST}/_search", contests.search, "search-type", CONTEST),
    Route("GET", f"/fhir/{CONTEST}{ONE}", contests.read, "read", CONTEST),
)
