"""The FHIR application: routes, authentication, errors. For software, never browsers."""

import logging
from collections.abc import Callable
from importlib.metadata import version
from traceback import extract_tb

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from gateway.deposit import RefusedDepositError, trace_refusal
from gateway.fhir import (
    answers,
    capability,
    depth,
    finishing,
    media,
    openapi,
    problems,
)
from gateway.fhir.authentication import (
    UnauthenticatedError,
    UnavailableError,
    principal,
)
from gateway.fhir.presentation import Presentation
from gateway.fhir.route import Route
from gateway.fhir.routes import ROUTES
from gateway.identity.principal import NOBODY, Principal
from gateway.references import FHIR_ID
from gateway.services import Services
from mappings.fhir.parse import dump
from mappings.mapped import Issue, Refused

_log = logging.getLogger("paravent.fhir")

RETRY_SECONDS = "5"


def create_app(services: Services) -> Flask:
    """Return the application; everything it needs is in ``services``."""
    app = Flask("paravent.fhir", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = services.settings.limits.body
    app.config["MAX_FORM_MEMORY_SIZE"] = 64 * 1024
    app.url_map.strict_slashes = False
    for route in ROUTES:
        app.add_url_rule(
            route.path,
            endpoint=f"{route.method} {route.path}",
            view_func=_view(services, route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    app.add_url_rule(
        "/fhir/metadata",
        endpoint="metadata",
        view_func=lambda: _metadata(services),
        provide_automatic_options=False,
    )
    app.add_url_rule(
        "/openapi.json",
        endpoint="openapi",
        view_func=lambda: _openapi(services),
        provide_automatic_options=False,
    )
    app.register_error_handler(Exception, _failed)
    app.after_request(finishing.finish)
    return app


def _metadata(services: Services) -> Response:
    if media.wanted(request) is None:
        return answers.problem(406)
    try:
        Presentation.of(request)
    except Refused as refused:
        return answers.problem(refused.status, *refused.issues)
    base_url = services.settings.base_url
    return answers.resource(capability.statement(base_url, version("paravent")))


def _openapi(services: Services) -> Response:
    held = openapi.described(services.settings.base_url, version("paravent"))
    return Response(dump(held), content_type="application/json")


def _view(services: Services, route: Route) -> Callable[..., Response]:
    """Return the view of a route: who asks, then what, then the trace of a refusal."""

    def answer(resource_id: str | None = None, **more: str) -> Response:
        asker = NOBODY
        try:
            asker = principal(services, request)
            return _answer(services, route, asker, resource_id, **more)
        except UnauthenticatedError:
            _trace(services, asker, "login")
            refusal = answers.problem(401)
            refusal.headers["WWW-Authenticate"] = 'Bearer realm="paravent"'
            return refusal
        except RefusedDepositError as refused:
            return answers.problem(refused.status, *refused.issues)
        except Refused as refused:
            _trace(services, asker, refused.issues[0].code)
            return answers.problem(refused.status, *refused.issues)
        except HTTPException as error:
            _trace(services, asker, str(error.code))
            return _failed(error)

    return answer


def _answer(
    services: Services,
    route: Route,
    asker: Principal,
    resource_id: str | None,
    **more: str,
) -> Response:
    if route.resource != "Binary" and media.wanted(request) is None:
        return answers.problem(406)
    Presentation.of(request)
    depth.check(request, services.settings.limits)
    asked = media.in_json(request)
    if resource_id is None:
        return route.handler(services, asker, asked)
    if not FHIR_ID.fullmatch(resource_id):
        issue = Issue("error", "value", "id", "Not a FHIR id.", "Pas un id FHIR.")
        raise Refused(400, issue)
    return route.handler(services, asker, asked, resource_id, **more)


def _trace(services: Services, asker: Principal, code: str) -> None:
    trace_refusal(services, asker, code, answers.request_id(request))


def _failed(error: Exception) -> Response:
    """Answer an error nobody foresaw, without a word of it to the client."""
    if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
        return _options(error)
    if isinstance(error, HTTPException):
        failed = answers.problem(error.code or 500)
        for name, value in error.get_headers():
            if name in ("Allow", "Location", "Retry-After"):
                failed.headers[name] = value
        return failed
    if isinstance(error, UnavailableError | OperationalError):
        _log.error("not available: %s", type(error).__name__)
        failed = answers.problem(503)
        failed.headers["Retry-After"] = RETRY_SECONDS
        return failed
    _log.error("internal error: %s at %s", type(error).__name__, _place(error))
    return answers.resource(problems.outcome([problems.for_status(500)]), 500)


def _options(error: MethodNotAllowed) -> Response:
    """Answer which methods an address has: of its form alone, so nobody need be known."""
    allowed = sorted({*(error.valid_methods or ()), "OPTIONS"})
    answer = Response(status=204, headers={"Allow": ", ".join(allowed)})
    del answer.headers["Content-Type"]
    return answer


def _place(error: Exception) -> str:
    """Return where an error arose; its message, which may quote a document, stays out."""
    frames = extract_tb(error.__traceback__)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
