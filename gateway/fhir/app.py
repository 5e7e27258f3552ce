"""The FHIR application: routes, authentication, errors. For software, never browsers."""

import logging
from collections.abc import Callable
from functools import partial
from importlib.metadata import version
from traceback import extract_tb

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from gateway import address, deadline
from gateway.deadline import OverdueError
from gateway.deposit import RefusedDepositError, trace_refusal
from gateway.fhir import (
    answers,
    capability,
    depth,
    finishing,
    media,
    openapi,
    plain_page,
    problems,
    scoping,
    smart,
)
from gateway.fhir.authentication import (
    UnauthenticatedError,
    UnavailableError,
    principal,
)
from gateway.fhir.operations import no_parameters
from gateway.fhir.presentation import Presentation
from gateway.fhir.rates import Meter
from gateway.fhir.route import Route
from gateway.fhir.routes import ROUTES
from gateway.identity.principal import NOBODY, Principal
from gateway.metering import TooManyError
from gateway.references import FHIR_ID
from gateway.services import Services
from mappings.fhir.parse import dump
from mappings.mapped import Issue, Refused

_log = logging.getLogger("paravent.fhir")

RETRY_SECONDS = "5"
CREATING = frozenset({"create", "update"})
"""Interactions whose address says nothing more: a condition there would be ignored."""
OPEN = frozenset({"metadata", "openapi", *(each.path for each in smart.OPEN)})
"""The endpoints that want no token."""


def create_app(services: Services) -> Flask:
    """Return the application; everything it needs is in ``services``."""
    app = Flask("paravent.fhir", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = services.settings.limits.body
    app.config["MAX_FORM_MEMORY_SIZE"] = 64 * 1024
    app.url_map.strict_slashes = False
    app.wsgi_app = address.in_ascii(app.wsgi_app)  # type: ignore[assignment]
    meter = Meter(services)
    _serve(app, services, meter)
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
    app.before_request(lambda: _open_to_all(services, meter))
    app.after_request(partial(finishing.finish, services.settings.edge.origins))
    return app


def _serve(app: Flask, services: Services, meter: Meter) -> None:
    """Let the application answer every route."""
    for route in ROUTES:
        app.add_url_rule(
            route.path,
            endpoint=f"{route.method} {route.path}",
            view_func=_view(services, meter, route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    for route in smart.OPEN:
        app.add_url_rule(
            route.path,
            endpoint=route.path,
            view_func=deadline.in_time(
                services.settings.limits.seconds,
                partial(route.handler, services, request),
            ),
            methods=[route.method],
            provide_automatic_options=False,
        )


def _open_to_all(services: Services, meter: Meter) -> Response | None:
    """Count what is answered to anybody; answer the page for people."""
    page = plain_page.is_asked_for(request)
    if page or request.endpoint in OPEN:
        meter.address(request)
    return plain_page.page(services.settings.base_url) if page else None


def _metadata(services: Services) -> Response:
    if media.wanted(request) is None:
        return answers.problem(406)
    try:
        Presentation.of(request)
    except Refused as refused:
        return answers.problem(refused.status, *refused.issues)
    settings = services.settings
    cors = bool(settings.edge.origins)
    said = capability.statement(settings.base_url, version("paravent"), cors=cors)
    return answers.resource(said)


def _openapi(services: Services) -> Response:
    held = openapi.described(services.settings.base_url, version("paravent"))
    return Response(dump(held), content_type="application/json")


def _view(services: Services, meter: Meter, route: Route) -> Callable[..., Response]:
    """Return the view of a route: who asks, then what, then the trace of a refusal."""

    def answer(resource_id: str | None = None, **more: str) -> Response:
        asker = NOBODY
        try:
            asker = principal(services, request)
            meter.reader(request, asker)
            return _answer(services, route, asker, resource_id, **more)
        except UnauthenticatedError:
            meter.address(request)
            _trace(services, asker, "login")
            refusal = answers.problem(401)
            refusal.headers["WWW-Authenticate"] = 'Bearer realm="paravent"'
            return refusal
        except scoping.InsufficientScopeError as refused:
            _trace(services, asker, "insufficient_scope")
            refusal = answers.problem(403, *refused.issues)
            refusal.headers["WWW-Authenticate"] = (
                'Bearer realm="paravent", error="insufficient_scope"'
            )
            return refusal
        except RefusedDepositError as refused:
            return answers.problem(refused.status, *refused.issues)
        except Refused as refused:
            _trace(services, asker, refused.issues[0].code)
            return answers.problem(refused.status, *refused.issues)
        except HTTPException as error:
            _trace(services, asker, str(error.code))
            return _failed(error)

    return deadline.in_time(services.settings.limits.seconds, answer)


def _answer(
    services: Services,
    route: Route,
    asker: Principal,
    resource_id: str | None,
    **more: str,
) -> Response:
    if route.resource != "Binary" and media.wanted(request) is None:
        return answers.problem(406)
    media.check_sent(request)
    Presentation.of(request)
    if route.interaction in CREATING:
        no_parameters(request)
    depth.check(request, services.settings.limits)
    asked = media.in_json(request)
    scoping.check(route, asker, asked)
    if resource_id is not None and not FHIR_ID.fullmatch(resource_id):
        issue = Issue("error", "value", "id", "Not a FHIR id.", "Pas un id FHIR.")
        raise Refused(400, issue)
    path = () if resource_id is None else (resource_id,)
    given = route.handler(services, asker, asked, *path, **more)
    return scoping.within(route, asker, given)


def _trace(services: Services, asker: Principal, code: str) -> None:
    trace_refusal(services, asker, code, answers.request_id(request))


def _failed(error: Exception) -> Response:
    """Answer an error nobody foresaw, without a word of it to the client."""
    if isinstance(error, MethodNotAllowed) and request.method == "OPTIONS":
        return _options(error)
    if isinstance(error, HTTPException):
        return _refused(error)
    if isinstance(error, TooManyError):
        return _later(answers.problem(429), str(error.resets))
    if isinstance(error, OverdueError):
        _log.error("a request took too long and was given up")
        return _later(answers.problem(503, problems.OVERDUE), RETRY_SECONDS)
    if isinstance(error, UnavailableError | OperationalError):
        _log.error("not available: %s", type(error).__name__)
        return _later(answers.problem(503), RETRY_SECONDS)
    _log.error("internal error: %s at %s", type(error).__name__, _place(error))
    return answers.resource(problems.outcome([problems.for_status(500)]), 500)


def _refused(error: HTTPException) -> Response:
    """Answer what is refused before a handler is asked, or by the form of a request."""
    if isinstance(error, NotFound) and request.routing_exception is error:
        return answers.problem(404, problems.UNSERVED)
    failed = answers.problem(error.code or 500)
    for name, value in error.get_headers():
        if name in ("Allow", "Location", "Retry-After"):
            failed.headers[name] = value
    return failed


def _later(answer: Response, seconds: str) -> Response:
    answer.headers["Retry-After"] = seconds
    return answer


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
