"""The last step of every answer: its form, the conditions on it, the headers it carries."""

from flask import Request, Response, request

from gateway.fhir import answers, cors, media, presentation, rates
from gateway.fhir.media import Form
from gateway.fhir.presentation import Presentation
from mappings.mapped import Refused

READING = frozenset({"GET", "HEAD"})
OK = 200
NOT_MODIFIED = 304


def finish(origins: frozenset[str], answer: Response) -> Response:
    """Write an answer in the form asked for, and put on the headers all answers carry.

    Errors too. Scripts of the ``origins`` may read it. Total: a parameter that was refused
    counts as not given.
    """
    asked = _asked(request) if answer.status_code == OK else Presentation()
    form = media.wanted(request) or Form.JSON
    plain = form is Form.JSON and asked == Presentation()
    if isinstance(answer, answers.Resource) and not plain:
        resource = presentation.shown(answer.resource, asked)
        answer.set_data(presentation.written(resource, form, pretty=asked.pretty))
        answer.content_type = f"{form}; charset=utf-8"
    if _unchanged(request, answer):
        answer.status_code = NOT_MODIFIED
        answer.set_data(b"")
        del answer.headers["Content-Type"]
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept, Authorization, Origin, Prefer"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers[answers.REQUEST_ID] = answers.request_id(request)
    rates.tell(request, answer)
    cors.allow(request, answer, origins)
    return answer


def _asked(asked: Request) -> Presentation:
    """Return how the answer is to be written; only what is read is shown in part."""
    if asked.method not in READING and not media.is_posted_search(asked):
        return Presentation()
    try:
        return Presentation.of(asked)
    except Refused:
        return Presentation()


def _unchanged(asked: Request, answer: Response) -> bool:
    """Whether the client has this version: of what was read, as this reader sees it."""
    if asked.method not in READING or answer.status_code != OK:
        return False
    etag, stated = answer.headers.get("ETag"), asked.headers.get("If-None-Match")
    if etag is None or stated is None:
        return False
    named = {each.strip().removeprefix("W/") for each in stated.split(",")}
    return "*" in named or etag.removeprefix("W/") in named
