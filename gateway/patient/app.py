"""The patient's web application: pages for people, no script, no third party."""

import logging
from collections.abc import Callable
from traceback import extract_tb

from flask import Flask, Response, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from gateway import address, deadline
from gateway.deadline import OverdueError
from gateway.metering import Meter, TooManyError
from gateway.oidc.signing_in import RelyingParty
from gateway.patient import cookies, guard, words
from gateway.patient.personas import People
from gateway.patient.routes import COME_BACK, ROUTES, Route
from gateway.patient.sessions import Sessions
from gateway.patient.visit import House, Visit
from gateway.services import Services
from gateway.settings import Settings
from mappings.mapped import Refused

_log = logging.getLogger("paravent.patient")

STYLE = "/static/"
FORBIDDEN = 403
TOO_MANY = 429
UNAVAILABLE = 503


def create_app(services: Services, people: People | None = None) -> Flask:
    """Return the application. ``people`` may sign in, in a demo only."""
    known = people if people and services.settings.demo else People()
    parties = _parties(services.settings)
    house = House(services, known, Sessions(), words.load(), Meter(services), parties)
    app = Flask("gateway.patient", static_url_path="/static")
    app.config["MAX_CONTENT_LENGTH"] = guard.LARGEST_FORM
    app.wsgi_app = address.in_ascii(app.wsgi_app)  # type: ignore[assignment]
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for route in ROUTES:
        app.add_url_rule(
            route.path,
            endpoint=f"{route.method} {route.path}",
            view_func=_view(house, route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    app.register_error_handler(Exception, lambda error: _failed(house, error))
    app.after_request(lambda answer: _finish(house, answer))
    return app


def _parties(settings: Settings) -> dict[str, RelyingParty]:
    """Return what we are to each provider at which people sign in."""
    back, home = f"{settings.base_url}{COME_BACK}", f"{settings.base_url}/"
    return {each.key: RelyingParty.at(each, back, home) for each in settings.sign_in}


def _finish(house: House, answer: Response) -> Response:
    style = request.path.startswith(STYLE) and answer.status_code < 400  # noqa: PLR2004
    return guard.finish(answer, secure=house.secure, style=style)


def _view(house: House, route: Route) -> Callable[..., Response]:
    """Return the view of a route: who asks, whether they may, then the page in time."""

    def answer(**path: str) -> Response:
        if route.counted:
            house.meter.entrance(request)
        visit = _visit(house)
        if route.method == "POST" and not guard.may_change(visit, request):
            return visit.problem(FORBIDDEN)
        if visit.session is None and not route.public:
            return visit.go("/")
        return route.view(visit, **path)

    if route.method != "GET":
        return answer  # a change in several steps is not left in the middle
    return deadline.in_time(house.services.settings.limits.seconds, answer)


def _visit(house: House, *, failed: bool = False) -> Visit:
    """Return the visit of this request; the form of one that failed is not read again."""
    session_id = cookies.session_id(request, secure=house.secure)
    at = house.services.clock.now()
    session = house.sessions.find(session_id, at) if session_id else None
    lang = cookies.language(request, secure=house.secure)
    came_for = request.path if request.method == "GET" else "/"
    form = request.args.to_dict() if failed else _form()
    return Visit(house, house.words[lang], session_id, session, form, came_for)


def _form() -> dict[str, str]:
    """Return what was filled in; a form in parts is never read, since none of ours is."""
    if request.method != "POST":
        return request.args.to_dict()
    return request.form.to_dict() if request.mimetype == guard.FORM else {}


def _failed(house: House, error: Exception) -> Response:
    """Answer an error without a word of it: neither its message nor what it is about."""
    visit = _visit(house, failed=True)
    if isinstance(error, HTTPException):
        return visit.problem(error.code or 500)
    if isinstance(error, Refused):
        return visit.problem(error.status)
    if isinstance(error, TooManyError):
        later = visit.problem(TOO_MANY)
        later.headers["Retry-After"] = str(error.resets)
        return later
    _log.error("%s at %s", type(error).__name__, _place(error))
    unavailable = isinstance(error, OperationalError | OverdueError)
    return visit.problem(UNAVAILABLE if unavailable else 500)


def _place(error: Exception) -> str:
    """Return where an error arose; its message, which may quote a document, stays out."""
    frames = extract_tb(error.__traceback__)
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-4:]))
