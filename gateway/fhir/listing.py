"""The pages of a list that is found whole: contests, notices, ties, subscriptions, Consents.

Such a list is short and in an order of its own, and what is in it is settled before it
comes here. A page is the part of it that was asked for; its link is sealed like that of
any search, and the list is found and judged anew for each page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask import Request, Response

from gateway.disclosure import Page
from gateway.fhir import answers, cursor, searching
from gateway.fhir.parameters import Parameters
from gateway.identity.principal import Principal
from gateway.repository.search import Position
from gateway.services import Services

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of a list of one type, and how many the pages before this one held."""

    kind: str
    asked: Parameters
    skipped: int
    bound: tuple[str, ...]

    @classmethod
    def of(
        cls,
        services: Services,
        principal: Principal,
        request: Request,
        kind: str,
        tokens: frozenset[str] = frozenset(),
        *,
        patient: bool = False,
    ) -> Self:
        """Read what is asked; raises ``Refused`` (400) before any data is touched.

        ``patient`` is that of :meth:`Parameters.of`: whether the parameters that searches of
        a record have in common are known.
        """
        bound = searching.bound_to(services, principal, kind)
        pairs, skipped = searching.pairs_of(request), 0
        if "page" in request.args:
            key = services.store.keys.cursor
            position, query = cursor.read(key, request.args["page"], bound)
            pairs, skipped = searching.going_on(query, pairs), position.dated
        asked = Parameters.of(pairs, tokens, patient=patient)
        return cls(kind, asked, skipped, bound)

    @property
    def further(self) -> bool:
        """Whether this page is a further one: the log tells the pages as one search."""
        return self.skipped > 0

    def answer(
        self, services: Services, request: Request, found: Sequence[Json]
    ) -> Response:
        """Answer with the page of what was found: never more than ``_count`` (R4 search)."""
        end = self.skipped + self.asked.count
        here, following = list(found[self.skipped : end]), ""
        if here and len(found) > end:
            key, position = services.store.keys.cursor, Position(end, "")
            following = cursor.write(key, position, self.asked.query, self.bound)
        page = Page(here, len(found), None, "")
        own, size = searching.own_query(request), searching.size_of(self.asked)
        return answers.resource(
            searching.searchset(services, self.kind, page, own, following, size)
        )
