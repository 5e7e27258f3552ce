"""The routes that search: DocumentReference (ITI-67), List (ITI-66), Patient."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Request, Response
from sqlalchemy import Connection

from gateway import disclosure
from gateway.disclosure import Page
from gateway.fhir import answers, cursor
from gateway.fhir.parameters import Parameters
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, by_identifier, inquire
from gateway.references import FHIR_ID
from gateway.repository.records import Record
from gateway.repository.search import Search
from gateway.services import Services
from mappings.mapped import refuse
from mappings.submission import Identifier

Json = dict[str, Any]
Finder = Callable[[Inquiry, Search, str], Page]

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


def document_references(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Find documents (ITI-67)."""
    kind = Kind("DocumentReference", DOCUMENT_TOKENS, disclosure.documents)
    return _searched(services, principal, request, kind)


def lists(services: Services, principal: Principal, request: Request) -> Response:
    """Find submission sets (ITI-66)."""
    kind = Kind("List", LIST_TOKENS, disclosure.submission_sets)
    return _searched(services, principal, request, kind)


def patients(services: Services, principal: Principal, request: Request) -> Response:
    """Find the Patient of an identifier, for who has a relation to the person."""
    asked = Parameters.of(pairs_of(request), frozenset({"identifier"}), patient=False)
    identifier = _identifier(asked.one("identifier"), "identifier")
    find = by_identifier(services, identifier)
    request_id = answers.request_id(request)
    with inquire(services, principal, find, request_id) as inquiry:
        page = disclosure.patient(inquiry, asked.query)
    return answers.resource(
        searchset(services, "Patient", page, own_query(request), "")
    )


def _searched(
    services: Services, principal: Principal, request: Request, kind: "Kind"
) -> Response:
    key = services.store.keys.cursor
    bound = (principal.subject, principal.organization, kind.name)
    pairs, after = pairs_of(request), None
    if "page" in request.args:
        after, query = cursor.read(key, request.args["page"], bound)
        pairs = parse_qsl(query)
    asked = Parameters.of(pairs, kind.tokens)
    search, find = asked.search(after), record_of(services, asked)
    request_id = answers.request_id(request)
    with inquire(services, principal, find, request_id) as inquiry:
        page = kind.find(inquiry, search, asked.query)
    following = ""
    if page.following is not None:
        following = cursor.write(key, page.following, asked.query, bound)
    return answers.resource(
        searchset(services, kind.name, page, own_query(request), following)
    )


def pairs_of(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of the URL and of a posted form, taken together."""
    if "page" in request.args and len(request.args) > 1:
        raise refuse(
            400,
            "invalid",
            "page",
            "A page link stands alone.",
            "Un lien de page est seul.",
        )
    posted = request.form.items(multi=True) if request.method == "POST" else ()
    return [*request.args.items(multi=True), *posted]


def own_query(request: Request) -> str:
    """Return the query of the self link: what was in the URL; a posted form is not."""
    return request.query_string.decode("ascii", "replace")


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
                400, "value", "patient", "Not a patient id.", "Identifiant faux."
            )
        return by_id(services, patient_id)
    token = asked.one("patient.identifier")
    return by_identifier(services, _identifier(token, "patient.identifier"))


def _identifier(token: str, name: str) -> Identifier:
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
    services: Services, kind: str, page: Page, query: str, following: str
) -> Json:
    """Return the Bundle of a page; ``query`` is of the self link, ``following`` a cursor."""
    base = f"{services.settings.base_url}/fhir"
    own = f"{base}/{kind}?{query}" if query else f"{base}/{kind}"
    links = [{"relation": "self", "url": own}]
    if following:
        next_page = f"{base}/{kind}?{urlencode({'page': following})}"
        links.append({"relation": "next", "url": next_page})
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
