"""The routes of who is around a record: relations, blocks, codes, new deposits."""

from gateway.fhir import circle, codes, reviewing
from gateway.fhir.route import Route

CARE_TEAM = "CareTeam"
RELATED_PERSON = "RelatedPerson"
CONSENT = "Consent"
DOCUMENT = "DocumentReference"


def _on(
    kind: str, name: str, method: str = "POST", within: str = ""
) -> tuple[str, ...]:
    """Return method, path, interaction and resource of an operation."""
    return method, f"/fhir/{kind}{within}/{name}", name, kind


OPERATIONS = (
    (_on(CARE_TEAM, "$end", within="/<resource_id>"), circle.end),
    (_on(CARE_TEAM, "$confirm", within="/<resource_id>"), circle.confirm),
    (_on(RELATED_PERSON, "$end", within="/<resource_id>"), circle.end),
    (_on(CONSENT, "$block"), circle.block),
    (_on(CONSENT, "$unblock"), circle.unblock),
    (_on(CONSENT, "$blocked", "GET"), circle.blocked),
    (_on(CONSENT, "$new-code"), codes.new_code),
    (_on(CONSENT, "$new-card"), codes.new_card),
    (_on(CONSENT, "$codes", "GET"), codes.kept),
    (_on(CONSENT, "$revoke-code"), codes.revoke),
    (_on(CONSENT, "$present-code"), codes.present),
    (_on(CONSENT, "$intake", "GET"), reviewing.said),
    (_on(CONSENT, "$intake"), reviewing.say),
    (_on(CONSENT, "$end-intake"), reviewing.unsay),
    (_on(DOCUMENT, "$held", "GET"), reviewing.waiting),
    (_on(DOCUMENT, "$refused", "GET"), reviewing.refused),
    (_on(DOCUMENT, "$review", within="/<resource_id>"), reviewing.decide),
)

INTERACTIONS = (
    (CARE_TEAM, circle.create_team, circle.search_teams, circle.read_team),
    (
        RELATED_PERSON,
        circle.create_relative,
        circle.search_relatives,
        circle.read_relative,
    ),
)

ROUTES = (
    *(
        Route(*each)
        for kind, create, search, read in INTERACTIONS
        for each in (
            ("POST", f"/fhir/{kind}", create, "create", kind),
            ("GET", f"/fhir/{kind}", search, "search-type", kind),
            ("POST", f"/fhir/{kind}/_search", search, "search-type", kind),
            ("GET", f"/fhir/{kind}/<resource_id>", read, "read", kind),
        )
    ),
    *(
        Route(method, path, handler, name, kind)
        for (method, path, name, kind), handler in OPERATIONS
    ),
)
"""All of them need a token, like every route."""
