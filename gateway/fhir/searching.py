"""The routes that search: DocumentReference (ITI-67), List (ITI-66), Patient."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Request, Response
from sqlalchemy import Connection

from gateway import disclosure
from gateway.disclosure import Page
from gateway.fhir import answers, scoping
from gateway.fhir.criteria import criteria
from gateway.fhir.paging import Paging, as_traced, own_query, pairs_of, searchset
from gateway.fhir.parameters import Parameters
from gateway.fhir.preferences import Preferences
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, by_identifier, inquire
from gateway.references import FHIR_ID, Reference
from gateway.repository.records import Record
from gateway.repository.search import Search
from gateway.search import definitions, shown
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
    return answers.resource(searchset(services, "Patient", page, own_query(request)))


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
    paging = Paging.of(services, principal, request, kind.name)
    lenient = Preferences.of(request).lenient
    asked = Parameters.of(paging.pairs, kind.tokens | kind.also, lenient=lenient)
    return answered(principal, kind, paging, asked)


def answered(
    principal: Principal, kind: Kind, paging: Paging, asked: Parameters
) -> Response:
    """Answer a page of a search whose parameters have been read."""
    services, request = paging.services, paging.request
    search, find = asked.search(paging.after, kind.tokens), record_of(services, asked)
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
    return paging.answer(asked, page)


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
