"""The routes that search: DocumentReference (ITI-67), List (ITI-66), Patient."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Request, Response
from sqlalchemy import Connection

from gateway import disclosure
from gateway.disclosure import Page
from gateway.fhir import answers, cursor, problems, scoping
from gateway.fhir.criteria import criteria
from gateway.fhir.parameters import Parameters
from gateway.fhir.preferences import Preferences
from gateway.fhir.presentation import NAMES, Presentation, parameters
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, by_identifier, inquire
from gateway.references import FHIR_ID, Reference
from gateway.repository.records import Record
from gateway.repository.search import Search
from gateway.search import definitions, shown
from gateway.services import Services
from mappings.mapped import Issue, refuse
from mappings.submission import Identifier

Json = dict[str, Any]
Finder = Callable[[Inquiry, Search, str], Page]
Pairs = list[tuple[str, str]]

SIZE = "_count"

DOCUMENT_TOKENS = frozenset(
    {
        "type",
        "category",
        "event",
        "facility",
        "setting",
        "format",
        "contenttype",
        "identifier",
    }
)
LIST_TOKENS = frozenset({"code", "identifier"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What can be searched: its name, its token parameters, who finds it."""

    name: str
    tokens: frozenset[str]
    find: Finder

    @property
    def also(self) -> frozenset[str]:
        """The parameters that are compared with what the reader is shown."""
        return frozenset(definitions.of_shown()[self.name])


DOCUMENT = Kind("DocumentReference", DOCUMENT_TOKENS, disclosure.documents)
SUBMISSION_SET = Kind("List", LIST_TOKENS, disclosure.submission_sets)


def document_references(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Find documents (ITI-67)."""
    return _searched(services, principal, request, DOCUMENT)


def lists(services: Services, principal: Principal, request: Request) -> Response:
    """Find submission sets (ITI-66)."""
    return _searched(services, principal, request, SUBMISSION_SET)


def patients(services: Services, principal: Principal, request: Request) -> Response:
    """Find the Patient of an identifier, for who has a relation to the person."""
    asked = Parameters.of(pairs_of(request), frozenset({"identifier"}), patient=False)
    identifier = identifier_of(asked.one("identifier"), "identifier")
    find = by_identifier(services, identifier)
    request_id = answers.request_id(request)
    with inquire(services, principal, find, request_id) as inquiry:
        page = disclosure.patient(inquiry, as_traced(request, asked.query))
    page = replace(page, resources=page.resources[: asked.count])
    return answers.resource(
        searchset(services, "Patient", page, own_query(request), "")
    )


def read_list(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read a submission set: one with a member that the reader may see."""
    target = Reference.parse(resource_id)
    identity = answers.request_id(request)
    wanted = Search(ids=(frozenset({target.item_id}),), count=1)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, identity) as inquiry:
        page = disclosure.submission_sets(inquiry, wanted, f"List/{resource_id}")
    found = page.resources
    return answers.versioned(found[0]) if found else answers.not_found()


def read_patient(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Read the Patient of a record, for who has a relation to the person."""
    identity = answers.request_id(request)
    find = by_id(services, resource_id)
    with inquire(services, principal, find, identity) as inquiry:
        page = disclosure.patient(inquiry, f"Patient/{resource_id}")
    found = page.resources
    return answers.resource(found[0]) if found else answers.not_found()


def _searched(
    services: Services, principal: Principal, request: Request, kind: Kind
) -> Response:
    pairs, after = pairs_of(request), None
    if "page" in request.args:
        key, bound = (
            services.store.keys.cursor,
            bound_to(services, principal, kind.name),
        )
        after, query = cursor.read(key, request.args["page"], bound)
        pairs = going_on(query, pairs)
    lenient = Preferences.of(request).lenient
    asked = Parameters.of(pairs, kind.tokens | kind.also, lenient=lenient)
    return answered(services, principal, request, kind, asked.starting(after))


def answered(
    services: Services,
    principal: Principal,
    request: Request,
    kind: Kind,
    asked: Parameters,
) -> Response:
    """Answer a page of a search whose parameters have been read."""
    key, bound = services.store.keys.cursor, bound_to(services, principal, kind.name)
    search, find = asked.search(asked.after, kind.tokens), record_of(services, asked)
    also = (
        *criteria(definitions.of_shown()[kind.name], asked),
        *scoping.conditions(principal, kind.name, "s"),
    )
    request_id = answers.request_id(request)
    traced = as_traced(request, asked.query)
    with inquire(services, principal, find, request_id) as inquiry:
        if also:
            page = shown.find(inquiry, kind.name, search, also, traced)
        else:
            page = kind.find(inquiry, search, traced)
    following = ""
    if page.following is not None:
        following = cursor.write(key, page.following, asked.query, bound)
    own = own_query(request, asked.ignored)
    bundle = searchset(services, kind.name, page, own, following, size_of(asked))
    return answers.resource(telling(bundle, asked.ignored))


def bound_to(services: Services, principal: Principal, name: str) -> tuple[str, ...]:
    """Return what a page link holds for: one reader, one role, one purpose, one policy.

    What may be seen is judged anew on every page; the link itself gives no right.
    """
    reader = (principal.subject, principal.organization, str(principal.purpose))
    return (*reader, services.rules.version, name)


def telling(bundle: Json, ignored: tuple[str, ...]) -> Json:
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


def going_on(query: str, given: Pairs) -> Pairs:
    """Return the search that a page link holds, with the size given beside the link.

    Clients put ``_count`` to every address they ask (Medplum); it tells nothing.
    """
    size = [each for each in given if each[0] == SIZE]
    return [each for each in parse_qsl(query) if not (size and each[0] == SIZE)] + size


def as_traced(request: Request, query: str) -> str:
    """Return a search as the trail keeps it: with the word that only a number was asked."""
    counted = Presentation.of(request).summary == "count"
    return f"{query}&_summary=count" if counted else query


def size_of(asked: Parameters) -> Pairs:
    """Return the size that was asked for, which the link to the next page says again."""
    return [(SIZE, each) for each in asked.values.get(SIZE, ())[-1:]]


def own_query(request: Request, ignored: tuple[str, ...] = ()) -> str:
    """Return the query of the self link: what was in the URL; a posted form is not."""
    if not ignored:
        return request.query_string.decode("ascii", "replace")
    given = request.args.items(multi=True)
    return urlencode([each for each in given if each[0] not in ignored])


def record_of(services: Services, asked: Parameters) -> Callable[[Connection], Record]:
    """Return how to find the record: by ``patient`` or by ``patient.identifier``."""
    if ("patient" in asked.values) == ("patient.identifier" in asked.values):
        raise refuse(
            400,
            "required",
            "patient",
            "One of patient and patient.identifier is needed, and only one.",
            "Il faut patient ou patient.identifier, et un seul des deux.",
        )
    if "patient" in asked.values:
        patient_id = asked.one("patient").removeprefix("Patient/")
        if not FHIR_ID.fullmatch(patient_id):
            raise refuse(
                400,
                "value",
                "patient",
                "Not the id of a Patient, as GET Patient?identifier=system|value gives it.",
                "Ce n'est pas l'id d'un Patient : GET Patient?identifier=… le donne.",
            )
        return by_id(services, patient_id)
    token = asked.one("patient.identifier")
    return by_identifier(services, identifier_of(token, "patient.identifier"))


def identifier_of(token: str, name: str) -> Identifier:
    """Return the identifier that a token names; 400 for one without system or value."""
    system, separator, value = token.partition("|")
    if not (system and separator and value):
        raise refuse(
            400,
            "value",
            name,
            "An identifier is written system|value.",
            "Un identifiant s'écrit système|valeur.",
        )
    return Identifier(system, value)


def searchset(
    services: Services,
    kind: str,
    page: Page,
    query: str,
    following: str,
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
