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
from gateway.fhir.paging import Paging
from gateway.fhir.parameters import Parameters
from gateway.identity.principal import Principal
from gateway.repository.search import Position
from gateway.services import Services

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """What is asked of a list of one type, and which page of it."""

    paging: Paging
    asked: Parameters

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
        paging = Paging.of(services, principal, request, kind)
        return cls(paging, Parameters.of(paging.pairs, tokens, patient=patient))

    @property
    def further(self) -> bool:
        """Whether this page is a further one: the log tells the pages as one search."""
        return self.paging.after is not None

    def answer(self, found: Sequence[Json]) -> Response:
        """Answer with the page of what was found: never more than ``_count`` (R4 search)."""
        start = self.paging.after.dated if self.paging.after else 0
        end = start + self.asked.count
        here = list(found[start:end])
        following = Position(end, "") if here and len(found) > end else None
        return self.paging.answer(self.asked, Page(here, len(found), following, ""))
