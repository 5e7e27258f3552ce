"""The CapabilityStatement, made from the routes and the SearchParameters."""

from typing import Any

from gateway.audit import balp
from gateway.fhir import smart
from gateway.fhir.media import Form
from gateway.fhir.routes import ROUTES
from gateway.fhir.searching import DOCUMENT_TOKENS, LIST_TOKENS
from gateway.log import EVENT
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
    "Subscription": {**OF_A_PERSON, "status": "token", "_id": "token"},
    **{
        kind: {
            **OF_A_PERSON,
            "_id": "token",
            "_lastUpdated": "date",
            **{name: each.type for name, each in named.items()},
        }
        for kind, named in (definitions.load() | definitions.of_told()).items()
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
OWN_CANONICALS = {
    "DocumentReference": (
        *("category", "contenttype", "date", "event", "facility", "format"),
        *("setting", "status"),
    ),
    "List": ("status",),
    "Patient": ("identifier",),
}
"""Parameters whose definitions R4 names for the type."""
CLINICAL = {
    "DocumentReference": ("identifier", "type"),
    "List": ("code", "date", "identifier"),
}
"""Parameters whose definitions R4 shares between types."""
MHD = "https://profiles.ihe.net/ITI/MHD/CapabilityStatement/"
PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/CapabilityStatement/"
INSTANTIATES = (
    f"{MHD}IHE.MHD.DocumentResponder",
    f"{MHD}IHE.MHD.DocumentRecipient",
    f"{PDSM}PDSm-GestionnaireDePartageDeDocuments",
)
"""Whose requirements are met. Not IHE PCF's (``search-system``, which would be over all
records); BALP and SMART have no statement for what is done here."""
SUPPORTED = {EVENT: balp.PROFILES}
"""The profiles that resources of a type are written to."""
REFUSED = (
    "Refused with 400, for everybody and before any data is touched: unknown parameters "
    "(unless Prefer: handling=lenient, and then named in an outcome), modifiers, _include, "
    "_revinclude, _has and chained parameters but patient.identifier; author.family, "
    "author.given, source.family and source.given look only into the resource itself."
)
SAID = {
    "Subscription": (
        "rest-hook with payload application/fhir+json, id-only (R5 backport); criteria "
        "DocumentReference? with patient or patient.identifier, type, category, event, "
        "facility, setting, format, contenttype, identifier, date, status; the endpoint of an "
        "origin that the deployment allows. PUT changes status (off, requested) and header "
        "only. Judged when sent: told is what the subscriber may see at that moment."
    )
}
"""What is said of a type beside its interactions."""
PAGES = (
    "Page links hold the search, sealed; they hold for one reader, role, purpose and "
    "version of the rules, and what may be seen is judged anew on each page."
)


def statement(base_url: str, version: str, *, cors: bool = False) -> Json:
    """Return the statement of what this gateway does: all of it, and nothing else.

    ``cors``: scripts of some page may read its answers.
    """
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
                "security": {"cors": cors} | smart.security(base_url),
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
    if profiles := SUPPORTED.get(kind):
        described["supportedProfile"] = list(profiles)
    if said := SAID.get(kind):
        described["documentation"] = said
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
        rules["conditionalUpdate"] = True  # of PATCH, as PDSm says it; there is no PUT
    return rules


def _standard(kind: str, name: str) -> str | None:
    """Return the definition that R4 gives of a parameter; None for one of ours."""
    if name in OWN_CANONICALS.get(kind, ()):
        return f"{definitions.CANONICAL}{kind}-{name}"
    if name in CLINICAL.get(kind, ()):
        return f"{definitions.CANONICAL}clinical-{name}"
    return CANONICALS.get(name)


def _parameter(kind: str, name: str, type_: str) -> Json:
    known = definitions.load() | definitions.of_shown() | definitions.of_told()
    defined = known.get(kind, {}).get(name)
    canonical = defined.canonical if defined else _standard(kind, name)
    parameter: Json = {"name": name}
    if canonical:
        parameter["definition"] = canonical
    parameter["type"] = type_
    if (kind, name) in NEEDED:
        parameter["documentation"] = "Needed in every search."
    return parameter
