"""How much one reader may ask for in a minute: counted by requests, by nothing else.

No count depends on what exists or who may see it: a record is counted by the way it was
asked for, before anything is looked up, and one that is not there counts the same. How it
is counted is in ``gateway.metering``.
The headers are those of draft-ietf-httpapi-ratelimit-headers-11 (May 2026).
"""

from collections.abc import Iterator

from flask import Request, Response
from werkzeug.exceptions import HTTPException

from gateway import metering
from gateway.edge import WINDOW
from gateway.fhir import presentation, smart
from gateway.identity.principal import Principal
from gateway.metering import COUNTED, Counted, Quota
from gateway.references import UUID_HEX
from gateway.services import Services
from gateway.smart import assertions, clients

WHOSE = ("patient", "patient.identifier", "subject", "identifier")
"""The parameters that say whose record is asked for, in the order they are looked at."""
TOLD_UNDER = 4
"""What is left is told once it is less than this part of the quota: until then answers
that are alike stay alike."""
TOLD = frozenset({"reader", "record"})
"""The quotas of which is told what is left: those of who is known. An address is shared by
a household: what is left of it would say when others of it asked."""
ENDPOINTS = frozenset({smart.TOKEN, smart.INTROSPECT, smart.REVOKE})
"""Where applications name themselves."""


class Meter(metering.Meter):
    """Counts the requests of the FHIR application, of readers too."""

    def __init__(self, services: Services) -> None:
        """Begin to count as the settings say."""
        super().__init__(services)
        self._services = services

    def address(self, request: Request, client: str = "") -> None:
        """Count a request of who is not known; raises :class:`TooManyError`.

        What a registered application asks for its tokens is counted apart, so that the
        quota of a household does not tell that one of its applications is in use.
        """
        super().address(request, client or self._named(request))

    def _named(self, request: Request) -> str:
        """Return the registered application that a request for tokens names, or nothing.

        Made-up names count for the address, so that they are no way round its quota.
        """
        if request.endpoint not in ENDPOINTS or request.mimetype != smart.FORM:
            return ""
        try:
            named = assertions.claimed(request.form)
        except HTTPException:  # longer than is read: counted, then refused as it is
            super().address(request)
            raise
        return named if clients.find(self._services, named) else ""

    def reader(self, request: Request, asker: Principal) -> None:
        """Count a request of who is known; raises :class:`TooManyError`.

        Each application by itself: what is left must not tell one that another asks.
        """
        who = (asker.issuer, asker.subject, asker.organization, asker.client)
        quotas: list[Quota] = [("reader", self.rates.reader, ("reader", *who))]
        about = asked_about(request)
        if about:
            quotas.append(("record", self.rates.record, ("record", about, *who)))
        self.count(request, quotas)


def asked_about(request: Request) -> str:
    """Return what names the record that a request is about, as it was written; or nothing.

    The first half of an id, else who is searched for. Another spelling of the same person
    counts apart, and so does a link to a next page: the quota of the reader bounds them all.
    """
    named = (request.view_args or {}).get("resource_id", "")
    if named:
        return str(named)[:UUID_HEX]
    given = dict(reversed(presentation.parameters(request)))
    value = next((given[each] for each in WHOSE if given.get(each)), "")
    return value.rpartition("|")[2].rpartition("/")[2][:UUID_HEX]


def tell(request: Request, answer: Response) -> None:
    """Put the quotas on an answer, and what is left of them when it is little."""
    counted = request.environ.get(COUNTED)
    if not isinstance(counted, Counted):
        return
    answer.headers["RateLimit-Policy"] = ", ".join(_policies(counted))
    told = [each for each in counted.counts if each.name in TOLD]
    if any(each.left * TOLD_UNDER < each.quota for each in told):
        answer.headers["RateLimit"] = ", ".join(_remaining(counted))


def _policies(counted: Counted) -> Iterator[str]:
    for each in counted.counts:
        yield f'"{each.name}";q={each.quota};w={WINDOW}'


def _remaining(counted: Counted) -> Iterator[str]:
    for each in counted.counts:
        yield f'"{each.name}";r={each.left};t={counted.resets}'
