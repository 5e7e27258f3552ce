"""What every request must prove and every answer carry (WEB-01 to WEB-05)."""

from urllib.parse import urlsplit

from flask import Request, Response

from gateway.patient.visit import Visit

FORM = "application/x-www-form-urlencoded"
TOKEN_FIELD = "csrf"  # noqa: S105 - the name of a field
LARGEST_FORM = 16 * 1024

POLICY = (
    "default-src 'none'; style-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Vary": "Cookie, Accept-Language",
}
YEAR = 31_536_000
STYLE_AGE = 3600


def may_change(visit: Visit, request: Request) -> bool:
    """Whether a POST comes from a form of ours, and of this session if there is one."""
    if request.mimetype != FORM or not _same_origin(visit, request):
        return False
    session = visit.session
    return session is None or session.made(visit.form.get(TOKEN_FIELD, ""))


def _same_origin(visit: Visit, request: Request) -> bool:
    """Whether the browser says the request comes from our own pages.

    ``Sec-Fetch-Site`` cannot be forged by a page. Only browsers that do not send it are
    asked for ``Origin``; our ``no-referrer`` makes newer ones send *null* there.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    ours = urlsplit(visit.house.services.settings.base_url)
    return request.headers.get("Origin") == f"{ours.scheme}://{ours.netloc}"


def finish(answer: Response, *, secure: bool, style: bool) -> Response:
    """Put on the headers that every answer carries, errors too.

    An answer that brings a stricter policy of its own keeps it.
    """
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if style:
        answer.headers["Cache-Control"] = f"public, max-age={STYLE_AGE}"
        answer.headers.pop("Vary", None)
    if secure:
        answer.headers["Strict-Transport-Security"] = f"max-age={YEAR}"
    return answer
