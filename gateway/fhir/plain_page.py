"""A plain page for people at the root: what this is, and how it is called.

Made of the statement that ``/metadata`` gives, so it says what is true; the same for
everybody, without a script or anything from elsewhere. Software that asks for FHIR never
meets it.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from flask import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.fhir import capability, media
from gateway.fhir.routes import ROUTES

Json = dict[str, Any]

PATHS = frozenset({"/", "/fhir", "/fhir/"})
HTML = "text/html"
STYLE = (files("gateway.fhir") / "templates" / "root.css").read_text("utf-8")
DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
POLICY = (
    f"default-src 'none'; style-src 'sha256-{DIGEST}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SMART = "/fhir/.well-known/smart-configuration"
SOURCE = "https://hl7.org/fhir/R4/"


def is_asked_for(request: Request) -> bool:
    """Whether a browser stands at the root: it prefers HTML to all that FHIR is in."""
    if request.method not in ("GET", "HEAD") or request.path not in PATHS:
        return False
    best = request.accept_mimetypes.best or ""
    return best == HTML and media.format_of(request) is None


def page(base_url: str) -> Response:
    """Return the page."""
    answer = Response(_written(base_url), content_type=f"{HTML}; charset=utf-8")
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@cache
def _written(base_url: str) -> str:
    """Write the page once: it depends on nothing that changes while this runs."""
    loader = PackageLoader("gateway.fhir", "templates")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
    said = capability.statement(base_url, version("paravent"))
    (rest,) = said["rest"]
    return pages.get_template("root.html").render(
        base=base_url,
        said=said,
        rest=rest,
        source=SOURCE,
        style=Markup(STYLE),  # noqa: S704 - our own file
        beside=[f"{e.method} {e.path}" for e in ROUTES if not e.interaction],
        also=[each.path for each in ROUTES if each.path == SMART],
    )
