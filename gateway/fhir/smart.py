"""The addresses of the authorisation server for software: what it can do, and tokens.

They need no bearer token: an application shows who it is by itself. Errors are OAuth's own
JSON (RFC 6749, 5.2), without a word of what was sent.
"""

from collections.abc import Callable
from typing import Any

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Error
from flask import Request, Response

from gateway.deposit import trace_refusal
from gateway.fhir import answers
from gateway.fhir.route import Route
from gateway.identity.principal import NOBODY
from gateway.search import definitions
from gateway.services import Services
from gateway.smart import bearer, exchange
from gateway.smart.authorising import issuer
from gateway.smart.clients import ALGORITHMS
from gateway.smart.scopes import LAUNCH_PATIENT, OFFLINE
from mappings.fhir.parse import dump

Json = dict[str, Any]

FORM = "application/x-www-form-urlencoded"
TOKEN, INTROSPECT, REVOKE = "/token", "/introspect", "/revoke"
CAPABILITIES = (
    "launch-standalone",
    "client-public",
    "client-confidential-asymmetric",
    "context-standalone-patient",
    "permission-patient",
    "permission-offline",
    "permission-v1",
    "permission-v2",
)
"""What SMART 2.2 calls the things done here; each has a test."""
CONTEXT = (LAUNCH_PATIENT, OFFLINE)
TYPES = ("DocumentReference", "List", "Patient", *sorted(definitions.load()))
SERVICE = "http://terminology.hl7.org/CodeSystem/restful-security-service"
URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
IN_STATEMENT = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "introspection_endpoint": "introspect",
    "revocation_endpoint": "revoke",
    "management_endpoint": "manage",
}
"""What the extension of /metadata calls the addresses (SMART 1.0, kept for old clients)."""
BYTES = "patient/Binary.r"
DESCRIBED = frozenset({exchange.NO_SCOPE, exchange.NONE_LEFT})
"""Words of ours for the developer; a library's might say again what was sent."""
UNAUTHORISED = 401


def addresses(base: str) -> Json:
    """Return the addresses of the authorisation server: two pages, three of software."""
    return {
        "authorization_endpoint": f"{base}/authorize",
        "token_endpoint": f"{base}{TOKEN}",
        "introspection_endpoint": f"{base}{INTROSPECT}",
        "revocation_endpoint": f"{base}{REVOKE}",
        "management_endpoint": f"{base}/applications",
    }


def security(base: str) -> Json:
    """Return what /metadata says of security: SMART, and where its addresses are."""
    found = addresses(base)
    uris = [{"url": n, "valueUri": found[name]} for name, n in IN_STATEMENT.items()]
    return {
        "extension": [{"url": URIS, "extension": uris}],
        "service": [{"coding": [{"system": SERVICE, "code": "SMART-on-FHIR"}]}],
        "description": "Bearer tokens: of this gateway, for applications (SMART App Launch "
        "2.2), or JWTs of configured issuers. SMART scopes narrow either.",
    }


def described() -> Json:
    """Return the addresses of this file as paths of /openapi.json."""
    return {each.path: {each.method.lower(): _described(each)} for each in OPEN}


def _described(route: Route) -> Json:
    content = {"application/json": {"schema": {"type": "object"}}}
    answers = ("200", "429") if route.method == "GET" else ("200", "400", "401", "429")
    said: Json = {
        "operationId": route.path.rpartition("/")[2],
        "summary": route.path,
        "security": [],
        "responses": {
            each: {"description": "Answered.", "content": content}
            if each == "200"
            else {"description": "Refused."}
            for each in answers
        },
    }
    if route.method == "POST":
        form = {FORM: {"schema": {"type": "object"}}}
        said["requestBody"] = {"required": True, "content": form}
    return said


def configuration(services: Services) -> Json:
    """Return what an application has to know (SMART 2.2, conformance)."""
    reads = (f"patient/{kind}.rs" for kind in TYPES)
    return {
        **addresses(services.settings.base_url),
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "response_types_supported": ["code"],
        "scopes_supported": [*CONTEXT, "patient/*.rs", "system/*.rs", *reads, BYTES],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "code_challenge_methods_supported": ["S256"],
        "capabilities": list(CAPABILITIES),
    }


def smart_configuration(services: Services, request: Request) -> Response:
    """Give the configuration: ``GET [base]/.well-known/smart-configuration``."""
    del request
    return _json(configuration(services))


def server_metadata(services: Services, request: Request) -> Response:
    """Give the metadata of the authorisation server (RFC 8414, RFC 9207)."""
    del request
    said = configuration(services)
    said["grant_types_supported"] = [*said["grant_types_supported"], "refresh_token"]
    methods = ["none", *said["token_endpoint_auth_methods_supported"]]
    said["token_endpoint_auth_methods_supported"] = methods
    said["issuer"] = issuer(services)
    said["authorization_response_iss_parameter_supported"] = True
    del said["capabilities"], said["management_endpoint"]
    return _json(said)


def token(services: Services, request: Request) -> Response:
    """Give tokens: ``POST /token``."""
    return _answered(services, request, exchange.answer)


def introspect(services: Services, request: Request) -> Response:
    """Tell an application of a token of its own: ``POST /introspect``."""
    return _answered(services, request, bearer.introspected)


def revoke(services: Services, request: Request) -> Response:
    """End a token: ``POST /revoke``."""
    return _answered(services, request, bearer.revoke)


def _answered(
    services: Services,
    request: Request,
    answer: Callable[[Services, dict[str, str], str], Json | None],
) -> Response:
    # Assertions are for the token endpoint, wherever they are sent (SMART 2.2, RFC 7523).
    endpoint = f"{services.settings.base_url}{TOKEN}"
    try:
        found = answer(services, _form(request), endpoint)
    except OAuth2Error as error:
        if error.status_code == UNAUTHORISED:
            trace_refusal(services, NOBODY, "login", answers.request_id(request))
        said = {"error": error.error}
        if error.description in DESCRIBED:
            said["error_description"] = error.description
        refusal = _json(said, error.status_code)
        refusal.headers["Pragma"] = "no-cache"
        return refusal
    given = _json({} if found is None else found)
    given.headers["Pragma"] = "no-cache"
    return given


def _form(request: Request) -> dict[str, str]:
    """Return the parameters of a form, each at most once and none in the address."""
    if request.mimetype != FORM or request.args:  # a form in parts is not even read
        raise InvalidRequestError
    pairs = list(request.form.items(multi=True))
    said = dict(pairs)
    if len(said) != len(pairs):
        raise InvalidRequestError
    return {name: value for name, value in said.items() if value}


def _json(value: Json, status: int = 200) -> Response:
    answer = Response(dump(value), status, content_type="application/json")
    # No cookie and no other ambient right is used here: any page may ask.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


OPEN = (
    Route("GET", "/fhir/.well-known/smart-configuration", smart_configuration, ""),
    Route("GET", "/.well-known/oauth-authorization-server", server_metadata, ""),
    Route("POST", TOKEN, token, ""),
    Route("POST", INTROSPECT, introspect, ""),
    Route("POST", REVOKE, revoke, ""),
)
"""The routes of this file: they are open, and judge who asks by themselves."""
