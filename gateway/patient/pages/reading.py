"""A document as a page to read: no script, no picture, every character of it escaped."""

from importlib.resources import files

from flask import Response

from gateway import disclosure
from gateway.patient.visit import TYPE, Visit
from mappings import html

STYLE = "/static/document.css"


def show(visit: Visit, public_id: str) -> Response:
    """Show what disclosure gives of a document; what may not be seen is not found.

    The title of the page, which histories keep, is not the document's.
    """
    services, principal = visit.house.services, visit.signed_in.account.principal
    found = disclosure.body(services, principal, public_id)
    if found is None:
        return visit.not_found()
    words = visit.words
    title = f"{words('document.page')} – {words('app.name')}"
    text = html.html(
        found.body, found.content_type, words.lang, stylesheet=STYLE, title=title
    )
    return Response(text, content_type=TYPE)


def style(_: Visit) -> Response:
    """Give the style sheet of such a page, which is that of ``mappings.html``."""
    text = (files("mappings.html") / "view.css").read_text(encoding="utf-8")
    return Response(text, content_type="text/css; charset=utf-8")
