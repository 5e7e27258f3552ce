"""The pages of a search: what is asked for, whole or by a sealed link; its Bundle."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, urlencode

from flask import Request, Response

from gateway.disclosure import Page
from gateway.fhir import answers, cursor, problems
from gateway.fhir.parameters import Parameters
from gateway.fhir.presentation import NAMES, Presentation, parameters
from gateway.identity.principal import Principal
from gateway.repository.search import Position
from gateway.services import Services
from mappings.mapped import Issue, refuse

Json = dict[str, Any]
Pairs = list[tuple[str, str]]

SIZE = "_count"


@dataclass(frozen=True, slots=True)
class Paging:
    """The page that a request asks for: the parameters of its search, and where it starts.

    A link holds for one reader, one role, one purpose, one policy (``bound``). What may be
    seen is judged anew on every page; the link itself gives no right.
    """

    services: Services
    request: Request
    kind: str
    bound: tuple[str, ...]
    pairs: Pairs = field(default_factory=list)
    after: Position | None = None

    @classmethod
    def first(
        cls, services: Services, principal: Principal, request: Request, kind: str
    ) -> Self:
        """Return the first page of a search whose parameters are read elsewhere."""
        reader = (principal.subject, principal.organization, str(principal.purpose))
        return cls(services, request, kind, (*reader, services.rules.version, kind))

    @classmethod
    def of(
        cls, services: Services, principal: Principal, request: Request, kind: str
    ) -> Self:
        """Read the page that is asked for; raises ``Refused`` (400) for a link of others."""
        first = cls.first(services, principal, request, kind)
        pairs = pairs_of(request)
        if "page" not in request.args:
            return cls(services, request, kind, first.bound, pairs)
        key, page = services.store.keys.cursor, request.args["page"]
        after, query = cursor.read(key, page, first.bound)
        whole = _going_on(query, pairs)
        return cls(services, request, kind, first.bound, whole, after)

    def answer(self, asked: Parameters, page: Page) -> Response:
        """Answer with a page: the link to the next one, the parameters that were ignored."""
        following = ""
        if page.following is not None:
            key = self.services.store.keys.cursor
            following = cursor.write(key, page.following, asked.query, self.bound)
        own, size = own_query(self.request, asked.ignored), _size_of(asked)
        bundle = searchset(self.services, self.kind, page, own, following, size)
        return answers.resource(_telling(bundle, asked.ignored))


def pairs_of(request: Request) -> Pairs:
    """Return the parameters of a search: not those of how its answer is written."""
    pairs = [each for each in parameters(request) if each[0] not in NAMES]
    others = [name for name, _ in pairs if name != SIZE]
    if "page" in request.args and len(others) > 1:
        raise refuse(
            400,
            "invalid",
            "page",
            "A page link stands alone, or with _count.",
            "Un lien de page est seul, ou avec _count.",
        )
    return pairs


def as_traced(request: Request, query: str) -> str:
    """Return a search as the trail keeps it: with the word that only a number was asked."""
    counted = Presentation.of(request).summary == "count"
    return f"{query}&_summary=count" if counted else query


def own_query(request: Request, ignored: tuple[str, ...] = ()) -> str:
    """Return the query of the self link: what was in the URL; a posted form is not."""
    if not ignored:
        return request.query_string.decode("ascii", "replace")
    given = request.args.items(multi=True)
    return urlencode([each for each in given if each[0] not in ignored])


def searchset(
    services: Services,
    kind: str,
    page: Page,
    query: str,
    following: str = "",
    size: Sequence[tuple[str, str]] = (),
) -> Json:
    """Return the Bundle of a page; ``query`` is of the self link, ``following`` a cursor."""
    base = f"{services.settings.base_url}/fhir"
    own = f"{base}/{kind}?{query}" if query else f"{base}/{kind}"
    links = [{"relation": "self", "url": own}]
    if following:
        onward = urlencode([*size, ("page", following)])
        links.append({"relation": "next", "url": f"{base}/{kind}?{onward}"})
    entries = [
        {
            "fullUrl": f"{base}/{kind}/{each['id']}",
            "resource": each,
            "search": {"mode": "match"},
        }
        for each in page.resources
    ]
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": page.total,
        "link": links,
    }
    return bundle | ({"entry": entries} if entries else {})


def _going_on(query: str, given: Pairs) -> Pairs:
    """Return the search that a page link holds, with the size given beside the link.

    Clients put ``_count`` to every address they ask (Medplum); it tells nothing.
    """
    size = [each for each in given if each[0] == SIZE]
    return [each for each in parse_qsl(query) if not (size and each[0] == SIZE)] + size


def _size_of(asked: Parameters) -> Pairs:
    """Return the size that was asked for, which the link to the next page says again."""
    return [(SIZE, each) for each in asked.values.get(SIZE, ())[-1:]]


def _telling(bundle: Json, ignored: tuple[str, ...]) -> Json:
    """Return the page with an outcome that names the parameters that were ignored."""
    if not ignored:
        return bundle
    named = ", ".join(ignored)
    issue = Issue(
        "warning",
        "not-supported",
        "",
        f"Not supported here and ignored, as was preferred: {named}.",
        f"Non pris en charge et ignoré, comme demandé : {named}.",
    )
    said = {"resource": problems.outcome([issue]), "search": {"mode": "outcome"}}
    return bundle | {"entry": [*bundle.get("entry", []), said]}
