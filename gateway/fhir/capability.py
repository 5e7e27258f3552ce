"""The CapabilityStatement, made from the routes and the SearchParameters."""

from typing import Any

from gateway.fhir.media import Form
from gateway.fhir.routes import ROUTES
from gateway.fhir.searching import DOCUMENT_TOKENS, LIST_TOKENS
from gateway.search import definitions

Json = dict[str, Any]

FHIR_VERSION = "4.0.1"
RELEASED = "2026-11-22"
OPERATION = "urn:paravent:operation:"

OF_A_PERSON = {"patient": "reference", "patient.identifier": "token"}
SHOWN = {
    kind: {name: each.type for name, each in named.items()}
    for kind, named in definitions.of_shown().items()
}
PARAMETERS = {
    "DocumentReference": {
        **OF_A_PERSON,
        "status": "token",
        "date": "date",
        "_id": "token",
        **dict.fromkeys(sorted(DOCUMENT_TOKENS), "token"),
        **SHOWN["DocumentReference"],
    },
    "List": {
        **OF_A_PERSON,
        "status": "token",
        "date": "date",
        "_id": "token",
        **dict.fromkeys(sorted(LIST_TOKENS), "token"),
        **SHOWN["List"],
    },
    "Patient": {"identifier": "token"},
    "Consent": {
        **OF_A_PERSON,
        "status": "token",
        "actor": "reference",
        "_id": "token",
        "_lastUpdated": "date",
    },
    "CareTeam": OF_A_PERSON,
    "RelatedPerson": OF_A_PERSON,
    "Communication": OF_A_PERSON,
    **{
        kind: {
            **OF_A_PERSON,
            "_id": "token",
            "_lastUpdated": "date",
            **{name: each.type for name, each in named.items()},
        }
        for kind, named in definitions.load().items()
    },
}
"""What every search takes, by type; the rest of R4's parameters are refused (400)."""

NEEDED = frozenset({("Consent", "status")})
"""What a search is refused without, beside whose record is searched (IHE PCF)."""
CANONICALS = {
    "patient": "http://hl7.org/fhir/SearchParameter/clinical-patient",
    "_id": "http://hl7.org/fhir/SearchParameter/Resource-id",
    "_lastUpdated": "http://hl7.org/fhir/SearchParameter/Resource-lastUpdated",
}
MHD = "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/"
INSTANTIATES = (f"{MHD}IHE.MHD.DocumentResponder", f"{MHD}IHE.MHD.DocumentRecipient")
"""Whose requirements are met; not PDSm's, which has PATCH of status and isArchived."""
REFUSED = (
    "Refused with 400, for everybody and before any data is touched: unknown parameters "
    "(unless Prefer: handling=lenient, and then named in an outcome), modifiers, _include, "
    "_revinclude, _has and chained parameters but patient.identifier; author.family, "
    "author.given, source.family and source.given look only into the resource itself."
)
PAGES = (
    "Page links hold the search, sealed; they hold for one reader, role, purpose and "
    "version of the rules, and what may be seen is judged anew on each page."
)


def statement(base_url: str, version: str) -> Json:
    """Return the statement of what this gateway does: all of it, and nothing else."""
    kinds = dict.fromkeys(route.resource for route in ROUTES if route.resource)
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": RELEASED,
        "kind": "instance",
        "instantiates": list(INSTANTIATES),
        "software": {"name": "Paravent", "version": version},
        "implementation": {"description": "Paravent", "url": f"{base_url}/fhir"},
        "fhirVersion": FHIR_VERSION,
        "format": [form.value for form in Form],
        "patchFormat": ["application/json-patch+json", *(form.value for form in Form)],
        "rest": [
            {
                "mode": "server",
                "documentation": f"Ways in beside FHIR: {_beside()}. {REFUSED} {PAGES}",
                "security": {
                    "cors": False,
                    "description": "Bearer tokens (JWT) of configured issuers.",
                },
                "resource": [_resource(kind) for kind in kinds],
                "interaction": [
                    {"code": code}
                    for code in dict.fromkeys(
                        each
                        for route in ROUTES
                        for each in (route.interaction, *route.also)
                        if each and not route.resource
                    )
                ],
            }
        ],
    }


def _beside() -> str:
    """Name the routes that are no interaction of FHIR: a raw CDA, an XDM zip."""
    named = (f"{each.method} {each.path}" for each in ROUTES if not each.interaction)
    return ", ".join(named)


def _operation(code: str) -> bool:
    """Whether a route's interaction is an operation, written ``$name``."""
    return code.startswith("$")


def _resource(kind: str) -> Json:
    codes = dict.fromkeys(
        route.interaction for route in ROUTES if route.resource == kind
    )
    described: Json = {"type": kind}
    if interactions := [code for code in codes if not _operation(code)]:
        described["interaction"] = [{"code": code} for code in interactions]
        described |= _rules(kind, interactions)
    if operations := [code for code in codes if _operation(code)]:
        described["operation"] = [
            {
                "name": code[1:],
                "definition": f"{OPERATION}{kind}-{code[1:]}",
                "documentation": _called(kind, code),
            }
            for code in operations
        ]
    if parameters := PARAMETERS.get(kind, {}):
        described["searchParam"] = [
            _parameter(kind, name, type_) for name, type_ in parameters.items()
        ]
    return described


def _called(kind: str, code: str) -> str:
    """Return how an operation is called: its methods and addresses, one a line."""
    routes = [e for e in ROUTES if (e.resource, e.interaction) == (kind, code)]
    return "\n".join(f"{e.method} {_address(e.path)}" for e in routes)


def _address(path: str) -> str:
    """Return the address of a route as FHIR writes it: ``[base]/Type/[id]``."""
    return path.replace("/fhir", "[base]", 1).replace("<resource_id>", "[id]")


def _rules(kind: str, interactions: list[str]) -> Json:
    """Return how versions are kept and what is conditional."""
    if kind == "Binary":
        return {"versioning": "no-version"}
    rules: Json = {"versioning": "versioned"}
    if "read" in interactions:
        rules["conditionalRead"] = "not-match"
    if kind == "DocumentReference":
        rules["conditionalCreate"] = True
    return rules


def _parameter(kind: str, name: str, type_: str) -> Json:
    known = definitions.load() | definitions.of_shown()
    defined = known.get(kind, {}).get(name)
    canonical = defined.canonical if defined else CANONICALS.get(name)
    parameter: Json = {"name": name}
    if canonical:
        parameter["definition"] = canonical
    parameter["type"] = type_
    if (kind, name) in NEEDED:
        parameter["documentation"] = "Needed in every search."
    return parameter
