"""Operations on what is in a record: $everything, $docref, $document, $meta, $validate."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Request, Response

from gateway import disclosure
from gateway.disclosure import Page
from gateway.fhir import answers, operation, problems
from gateway.fhir.intake import json_body
from gateway.fhir.operation import Given
from gateway.fhir.paging import Paging, searchset
from gateway.fhir.parameters import Parameters, refused
from gateway.fhir.presentation import NAMES
from gateway.fhir.route import Handler, Route
from gateway.fhir.searching import DOCUMENT, answered
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.repository.search import MOST, Search
from gateway.search import definitions, resources
from gateway.services import Services
from mappings.fhir import shape
from mappings.fhir.bindings import UNBOUND
from mappings.mapped import Issue

Json = dict[str, Any]

VALIDATED = (
    *sorted(definitions.load()),
    *("Bundle", "Consent", "DocumentReference", "List", "Patient"),
)
"""Types whose resources can be validated before they are sent."""


def everything(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Give all that the reader may see of a record: ``Patient/[id]/$everything``.

    In one Bundle without pages; the bytes of documents are read one by one.
    """
    no_parameters(request)
    identity = answers.request_id(request)
    query = f"Patient/{resource_id}/$everything"
    opened = by_id(services, resource_id)
    with inquire(services, principal, opened, identity) as asked:
        person = disclosure.patient(asked, query).resources
        found = [*person, *_listed(asked, query), *resources.everything(asked, query)]
    if not person:
        return answers.not_found()
    base = f"{services.settings.base_url}/fhir"
    page = Page(found, len(found), None, resource_id)
    bundle = searchset(services, "Patient", page, "")
    for entry in bundle["entry"]:
        each = entry["resource"]
        entry["fullUrl"] = f"{base}/{each['resourceType']}/{each['id']}"
    bundle["link"] = [{"relation": "self", "url": f"{base}/{query}"}]
    return answers.resource(bundle)


def _listed(asked: Inquiry, query: str) -> Iterator[Json]:
    """Yield every DocumentReference and List that may be seen."""
    for find in (disclosure.documents, disclosure.submission_sets):
        page = find(asked, Search(count=MOST), query)
        yield from page.resources
        while page.following is not None:
            page = find(asked, Search(count=MOST, after=page.following), query)
            yield from page.resources


def docref_by_address(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Find documents as IPA asks for them: ``GET DocumentReference/$docref``."""
    pairs = [each for each in request.args.items(multi=True) if each[0] not in NAMES]
    return _docref(services, principal, request, pairs)


def docref_by_body(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Find documents as IPA asks for them: ``POST DocumentReference/$docref``."""
    kinds = {"patient": "valueString", "start": "valueDateTime", "end": "valueDateTime"}
    given = Given(request, kinds)
    pairs = [(name, str(value)) for name in kinds for value in given.all(name)]
    return _docref(services, principal, request, pairs)


def _docref(
    services: Services,
    principal: Principal,
    request: Request,
    pairs: list[tuple[str, str]],
) -> Response:
    names = {"patient": "", "start": "ge", "end": "le"}
    asked = []
    for name, value in pairs:
        if name not in names:
            raise refused(name, "This search parameter is not supported here.")
        dated = name != "patient"
        asked.append(("date" if dated else name, f"{names[name]}{value}"))
    wanted = Parameters.of(asked, DOCUMENT.tokens)
    wanted.one("patient")
    paging = Paging.first(services, principal, request, DOCUMENT.name)
    return answered(principal, DOCUMENT, paging, wanted)


def document(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Give a Composition as a FHIR document: ``Composition/[id]/$document``.

    Made of what the reader may see of the document it came from; not signed, not kept.
    """
    no_parameters(request)
    identity = answers.request_id(request)
    found = resources.document_of(
        services, principal, "Composition", resource_id, identity
    )
    if not found:
        return answers.not_found()
    base = f"{services.settings.base_url}/fhir"
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": base, "value": f"Composition/{resource_id}"},
        "timestamp": found[0]["meta"]["lastUpdated"],
        "entry": [
            {
                "fullUrl": f"{base}/{each['resourceType']}/{each['id']}",
                "resource": each,
            }
            for each in found
        ],
    }
    return answers.resource(bundle)


def meta(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Give the labels of a document as this reader is shown them: ``$meta``."""
    no_parameters(request)
    identity = answers.request_id(request)
    found = disclosure.document(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    return operation.answer({"name": "return", "valueMeta": found[0]["meta"]})


def no_parameters(request: Request) -> None:
    """Refuse (400) parameters but those of the writing: an ignored one would give more."""
    for name in request.args:
        if name not in NAMES:
            raise refused(name, "This search parameter is not supported here.")


def _validate(kind: str) -> Handler:
    def answer(services: Services, principal: Principal, request: Request) -> Response:
        """Say what keeps a resource from being FHIR R4: 200 also when much does."""
        del services, principal
        issues = [_judged(e) for e in shape.check(json_body(request, kind), kind)]
        fine = Issue("information", "informational", "", "Valid.", "Valide.")
        return answers.resource(problems.outcome(issues or [fine]))

    return answer


def _judged(issue: Issue) -> Issue:
    """Return an issue as it is of a resource by itself: a required binding is an error.

    A deposit is told of it as a warning, where it carries the code without acting on it.
    """
    broken = issue.code == UNBOUND
    return replace(issue, severity="error") if broken else issue


ROUTES = (
    Route(
        "GET",
        "/fhir/Patient/<resource_id>/$everything",
        everything,
        "$everything",
        "Patient",
    ),
    Route(
        "GET",
        "/fhir/DocumentReference/$docref",
        docref_by_address,
        "$docref",
        "DocumentReference",
    ),
    Route(
        "POST",
        "/fhir/DocumentReference/$docref",
        docref_by_body,
        "$docref",
        "DocumentReference",
    ),
    Route(
        "GET",
        "/fhir/Composition/<resource_id>/$document",
        document,
        "$document",
        "Composition",
    ),
    Route(
        "GET",
        "/fhir/DocumentReference/<resource_id>/$meta",
        meta,
        "$meta",
        "DocumentReference",
    ),
    *(
        Route("POST", f"/fhir/{kind}/$validate", _validate(kind), "$validate", kind)
        for kind in VALIDATED
    ),
)
"""The routes of this file."""
