"""Choosing a language, and going back to the page one came from."""

from flask import Response, current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from gateway.patient import cookies
from gateway.patient.visit import Visit
from gateway.patient.words import LANGUAGES


def choose(visit: Visit) -> Response:
    """Remember the language, and go back, to a page of ours only (WEB-03)."""
    lang = visit.form.get("vers", "")
    if lang not in LANGUAGES:
        return visit.not_found()
    answer = visit.go(_ours(visit.form.get("retour", "/")))
    cookies.keep_language(answer, lang, secure=visit.house.secure)
    return answer


def _ours(path: str) -> str:
    """Return the path built anew from our own routes, or the first page."""
    routes = current_app.url_map.bind("")
    try:
        endpoint, values = routes.match(path, method="GET")
    except (HTTPException, RequestRedirect):
        return "/"
    # A relative address: what is built starts with one slash and our own first word.
    return "/" if endpoint == "static" else routes.build(endpoint, values)
