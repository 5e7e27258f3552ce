"""The routes of the way in: ITI-65, ITI-105, a FHIR document, a raw CDA, an XDM zip."""

from typing import Any
from urllib.parse import parse_qsl

from flask import Request, Response

from gateway import deadline, disclosure
from gateway.deposit import Deposited, deposit
from gateway.fhir import answers, bundles, media, problems
from gateway.fhir.preferences import Preferences
from gateway.identity.principal import Principal
from gateway.sandbox import PDFS, at_most
from gateway.services import Services
from mappings.cda import submission as cda
from mappings.fhir.parse import parse_json
from mappings.fhir.submission import (
    read_document_bundle,
    read_document_reference,
    read_transaction,
)
from mappings.mapped import Issue, Mapped, refuse
from mappings.submission import Submission
from mappings.xdm import submission as xdm

Json = dict[str, Any]

FHIR_TYPES = ("application/fhir+json", "application/json")
CDA_TYPES = ("text/xml", "application/xml", "application/hl7-cda+xml")
CONDITION = "If-None-Exist"
XDM_TYPES = (xdm.CONTENT_TYPE, "application/x-zip-compressed")


def bundle(services: Services, principal: Principal, request: Request) -> Response:
    """Take a transaction (ITI-65), a FHIR document, or reads: ``POST [base]``."""
    resource = json_body(request, "Bundle")
    kind = resource.get("type")
    if kind in ("batch", "transaction"):
        bundles.check_size(resource, services.settings.limits.entries)
        if kind == "batch":
            bundles.check_entries(resource)
        if not bundles.deposits(resource):
            return answers.resource(bundles.answered(resource, request))
    if kind == "transaction":
        mapped = read_transaction(resource, at_most(PDFS, services.pdf))
        done = deposit(services, principal, mapped.value, answers.request_id(request))
        return answers.resource(_transaction_response(mapped, done))
    if kind == "document":
        _check_signature(request, resource)
        mapped = read_document_bundle(
            resource, request.get_data(), at_most(PDFS, services.pdf)
        )
        return _created(services, principal, request, mapped)
    raise refuse(
        422,
        "value",
        "Bundle.type",
        "A deposit is a Bundle of type transaction (ITI-65) or document; a batch reads.",
        "Un dépôt est un Bundle de type transaction (ITI-65) ou document ; un batch lit.",
    )


def _check_signature(request: Request, document: Json) -> None:
    """Refuse a signed document in XML: it is kept in JSON, where it would not verify."""
    if "signature" in document and media.FROM_XML in request.environ:
        raise refuse(
            422,
            "not-supported",
            "Bundle.signature",
            "Send a signed document in the JSON that it was signed in.",
            "Envoyez un document signé dans le JSON qui a été signé.",
        )


def document_reference(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Take a simplified publication (ITI-105): ``POST [base]/DocumentReference``.

    With ``If-None-Exist: identifier=`` nothing is taken when the depositor's structure has
    deposited a document under that identifier: then it is answered as one sent twice.
    """
    unless = _unless(request)
    resource = json_body(request, "DocumentReference")
    mapped = read_document_reference(resource, at_most(PDFS, services.pdf))
    return _created(services, principal, request, mapped, unless)


def _unless(request: Request) -> str:
    """Return the identifier of ``If-None-Exist``; 400 for a condition of another kind.

    A condition that is not understood is refused: to ignore it would deposit twice.
    """
    stated = request.headers.get(CONDITION)
    if stated is None:
        return ""
    pairs = parse_qsl(stated.removeprefix("?"), keep_blank_values=True)
    system, _, value = pairs[0][1].partition("|") if pairs else ("", "", "")
    if [name for name, _ in pairs] != ["identifier"] or not (system and value):
        raise refuse(
            400,
            "invalid",
            CONDITION,
            "Only identifier=system|value is understood here.",
            "Seul identifier=système|valeur est compris ici.",
        )
    return f"{system}|{value}"


def clinical_document(
    services: Services, principal: Principal, request: Request
) -> Response:
    """Take a CDA R2 document as it is: ``POST /cda``."""
    _check_type(request, CDA_TYPES)
    mapped = cda.read(request.get_data(), at_most(PDFS, services.pdf))
    return _created(services, principal, request, mapped)


def medium(services: Services, principal: Principal, request: Request) -> Response:
    """Take an IHE XDM zip, answered as the ITI-65 request it spells: ``POST /xdm``."""
    _check_type(request, XDM_TYPES)
    mapped = xdm.read(request.get_data(), at_most(PDFS, services.pdf))
    done = deposit(services, principal, mapped.value, answers.request_id(request))
    return answers.resource(_transaction_response(mapped, done))


def _created(
    services: Services,
    principal: Principal,
    request: Request,
    mapped: Mapped[Submission],
    unless: str = "",
) -> Response:
    """Deposit one document; answer 201 with what its depositor sees of it.

    200 when the same organisation had deposited it before: it is one document.
    """
    identity = answers.request_id(request)
    done = deposit(services, principal, mapped.value, identity, unless=unless)
    deadline.lift()
    receipt = done.documents[0]
    location = f"{services.settings.base_url}/fhir/DocumentReference/{receipt.id}"
    status = 201 if receipt.created else 200
    preferred = Preferences.of(request).returned
    if preferred == "minimal":
        return Response(status=status, headers={"Location": location})
    if preferred == "OperationOutcome":
        said = (*mapped.issues, *receipt.issues) or (_accepted(),)
        return answers.resource(problems.outcome(said), status, Location=location)
    shown = disclosure.document(services, principal, receipt.id, identity)
    if shown is None:  # deposited, and not to be read
        return answers.done(status, Location=location)
    return answers.versioned(shown[0], status, Location=location)


def _accepted() -> Issue:
    return Issue("information", "informational", "", "Deposited.", "Déposé.")


def _transaction_response(mapped: Mapped[Submission], done: Deposited) -> Json:
    """Return the transaction-response: as many entries, in the same order."""
    entries = [_response(entry, done) for entry in mapped.value.entries]
    response: Json = {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": entries,
    }
    if mapped.issues:
        entries[0]["response"]["outcome"] = problems.outcome(mapped.issues)
    return response


def _response(entry: str, done: Deposited) -> Json:
    kind, _, index = entry.partition("/")
    issues: tuple[Issue, ...] = ()
    if kind == "List" and done.submission_set is not None:
        location, created = (
            f"List/{done.submission_set.id}",
            done.submission_set.created,
        )
    elif kind in ("DocumentReference", "Binary", "Bundle") and index:
        receipt = done.documents[int(index)]
        name = "DocumentReference" if kind == "DocumentReference" else "Binary"
        location, created = f"{name}/{receipt.id}", receipt.created
        issues = receipt.issues
    else:
        return {"response": {"status": "200 OK"}}
    status = "201 Created" if created else "200 OK"
    answer: Json = {"status": status, "location": location, "etag": 'W/"1"'}
    return {"response": answer | _doubts(issues)}


def _doubts(issues: tuple[Issue, ...]) -> Json:
    return {"outcome": problems.outcome(issues)} if issues else {}


def json_body(request: Request, expected: str) -> Json:
    """Return the resource sent; raises ``Refused`` (415, 400) for anything but that kind."""
    _check_type(request, FHIR_TYPES)
    resource = parse_json(request.get_data())
    if resource.get("resourceType") != expected:
        raise refuse(
            400,
            "structure",
            "resourceType",
            f"A {expected} is expected here.",
            f"Un {expected} est attendu ici.",
        )
    return resource


def _check_type(request: Request, types: tuple[str, ...]) -> None:
    encoded = request.headers.get("Content-Encoding", "identity") != "identity"
    if request.mimetype not in types or encoded:
        raise refuse(
            415,
            "not-supported",
            "",
            f"Send one of {', '.join(types)}, not compressed.",
            f"Envoyez l'un de {', '.join(types)}, sans compression.",
        )
