"""Which web pages may read an answer with a script (CORS, of the Fetch standard).

Nobody's, unless the settings name an origin; what is the same for everybody may be read by
everybody. Cookies play no part here: a token travels in a header, put there by the page.
"""

from flask import Request, Response

from gateway.fhir import smart

PUBLIC = frozenset({"/fhir/metadata", "/openapi.json", *(e.path for e in smart.OPEN)})
"""What asks for no token: the same for everybody, or judged by the request's own words."""
SENT = (
    "Accept, Authorization, Content-Type, If-Match, If-Modified-Since, If-None-Exist, "
    "If-None-Match, Prefer, X-Request-Id"
)
READ = (
    "Content-Disposition, Content-Location, ETag, Last-Modified, Link, Location, RateLimit, "
    "RateLimit-Policy, Retry-After, WWW-Authenticate, X-Progress, X-Request-Id"
)
REMEMBERED = "600"
"""Seconds for which a browser need not ask again."""


def allow(asked: Request, answer: Response, origins: frozenset[str]) -> None:
    """Put on an answer whether the page that asks may read it: by its origin alone."""
    if asked.path in PUBLIC:
        answer.headers["Access-Control-Allow-Origin"] = "*"
    elif (origin := asked.headers.get("Origin", "")) in origins:
        answer.headers["Access-Control-Allow-Origin"] = origin
    else:
        return
    answer.headers["Access-Control-Expose-Headers"] = READ
    wished = asked.headers.get("Access-Control-Request-Method")
    if asked.method == "OPTIONS" and wished and "Allow" in answer.headers:
        answer.headers["Access-Control-Allow-Methods"] = answer.headers["Allow"]
        answer.headers["Access-Control-Allow-Headers"] = SENT
        answer.headers["Access-Control-Max-Age"] = REMEMBERED
