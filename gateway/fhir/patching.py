"""PATCH of a document's securityLabel, status and isArchived, in the forms of R4.

JSON Patch, FHIRPath Patch and ``$meta-add``/``$meta-delete`` become one JSON Patch of
``securityLabel``, which :mod:`gateway.masking` applies, or an amendment of how the document
stands, for :mod:`gateway.amending`. Anything else is 405 (PDSm, flux 03).
"""

from typing import Any

from flask import Request, Response

from gateway import amending, deadline, disclosure, masking, raising
from gateway.amending import Amendment
from gateway.fhir import answers, operation
from gateway.fhir.operation import unclear
from gateway.fhir.paging import pairs_of
from gateway.fhir.parameters import Parameters
from gateway.fhir.patch_forms import asked, codings_of
from gateway.fhir.searching import identifier_of, record_of
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier
from gateway.services import Services

Json = dict[str, Any]


def patch(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Patch a document: ``PATCH DocumentReference/[id]``.

    The patient masks or shows it, and puts it away; who deposited it says that it was
    entered in error, and puts it away.
    """
    operations, amendment = asked(request)
    if not (principal.patient or amendment):
        raise only_the_patient()
    if not _of_this_version(services, principal, request, resource_id):
        return answers.problem(412)
    if amendment is not None:
        return _amended(services, principal, request, resource_id, amendment)
    return _patched(services, principal, request, resource_id, operations)


def conditional(services: Services, principal: Principal, request: Request) -> Response:
    """Patch the document of an identifier: ``PATCH DocumentReference?identifier=``.

    The person's own, or with ``patient`` what one has deposited for that person. Hidden
    and absent are one answer; two that match are a 412.
    """
    operations, amendment = asked(request)
    condition = _condition(principal, pairs_of(request))
    identifier = str(identifier_of(condition.one("identifier"), "identifier"))
    if principal.patient:
        find = by_identifier(services, principal.patient[0])
    elif amendment is None:
        raise only_the_patient()
    else:
        find = record_of(services, condition)
    found = amending.named(services, principal, find, identifier)
    if len(found) > 1:
        return answers.problem(412)
    if not found:
        return answers.not_found()
    if not _of_this_version(services, principal, request, found[0]):
        return answers.problem(412)
    if amendment is not None:
        return _amended(services, principal, request, found[0], amendment)
    return _patched(services, principal, request, found[0], operations)


def _condition(principal: Principal, pairs: list[tuple[str, str]]) -> Parameters:
    """Return the parameters that name one document; ``Refused`` (400) for others."""
    whose = {"patient", "patient.identifier"}
    named = [name for name, _ in pairs if principal.patient or name not in whose]
    if named != ["identifier"]:
        raise unclear("identifier")
    return Parameters.of(pairs, frozenset({"identifier"}))


def _amended(
    services: Services,
    principal: Principal,
    request: Request,
    resource_id: str,
    amendment: Amendment,
) -> Response:
    identity = answers.request_id(request)
    if not amending.amend(services, principal, resource_id, amendment, identity):
        return answers.not_found()
    deadline.lift()
    found = disclosure.document(services, principal, resource_id, identity)
    if found is None:  # deposited, and not to be read
        return answers.done()
    return answers.versioned(found[0])


def meta_add(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Add labels to a document: ``$meta-add``, by the patient, or by its depositor."""
    if not principal.patient:
        return _raised(services, principal, request, resource_id)
    return _meta(services, principal, request, resource_id)


def _raised(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Raise the label of what the depositor has deposited; it is never lowered here."""
    labels = [{"coding": [each]} for each in codings_of(request)]
    identity = answers.request_id(request)
    if not raising.raised(services, principal, resource_id, labels, identity):
        return answers.not_found()
    deadline.lift()
    found = disclosure.document(services, principal, resource_id, identity)
    if found is None:
        return operation.answer()
    return operation.answer({"name": "return", "valueMeta": found[0]["meta"]})


def meta_delete(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Take labels from a document: ``$meta-delete``, by the patient."""
    return _meta(services, principal, request, resource_id, delete=True)


def _meta(
    services: Services,
    principal: Principal,
    request: Request,
    resource_id: str,
    *,
    delete: bool = False,
) -> Response:
    codings = codings_of(request)
    identity = answers.request_id(request)
    shown = masking.tag(
        services, principal, resource_id, codings, identity, delete=delete
    )
    if shown is None:
        return answers.not_found()
    return operation.answer({"name": "return", "valueMeta": shown["meta"]})


def _patched(
    services: Services,
    principal: Principal,
    request: Request,
    resource_id: str,
    operations: list[Json],
) -> Response:
    identity = answers.request_id(request)
    resource = masking.patch(services, principal, resource_id, operations, identity)
    return answers.not_found() if resource is None else answers.versioned(resource)


def _of_this_version(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> bool:
    """Whether If-Match names the version as the reader sees it; true without one.

    What is not there for the reader is left to the answer that all such get.
    """
    stated = request.headers.get("If-Match")
    if stated is None:
        return True
    identity = answers.request_id(request)
    found = disclosure.document(services, principal, resource_id, identity)
    named = {each.strip().removeprefix("W/") for each in stated.split(",")}
    return found is None or "*" in named or f'"{found[1]}"' in named
