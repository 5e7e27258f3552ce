"""PATCH of a document's securityLabel, in the forms of R4, and what amounts to it.

JSON Patch, FHIRPath Patch and ``$meta-add``/``$meta-delete`` all become one JSON Patch of
``securityLabel``, which :mod:`gateway.masking` applies. Anything else is 405 (PDSm, flux 03).
"""

import re
from typing import Any

from flask import Request, Response

from gateway import disclosure, masking, raising
from gateway.fhir import answers, operation
from gateway.fhir.intake import json_body
from gateway.fhir.media import Form
from gateway.fhir.searching import identifier_of, pairs_of
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier, inquire
from gateway.repository.search import Search
from gateway.services import Services
from mappings.fhir.parse import parse_json
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

JSON_PATCH = "application/json-patch+json"
LABEL = "securityLabel"
_ELEMENT = re.compile(rf"DocumentReference\.{LABEL}(?:\[([0-9]{{1,3}})\])?")
_MOST = 20


def patch(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Let the patient mask or show a document: ``PATCH DocumentReference/[id]``."""
    operations = _operations(request)
    if not _of_this_version(services, principal, request, resource_id):
        return answers.problem(412)
    return _patched(services, principal, request, resource_id, operations)


def conditional(services: Services, principal: Principal, request: Request) -> Response:
    """Patch the document of an identifier: ``PATCH DocumentReference?identifier=``.

    The patient's own. Hidden and absent are one answer; two that match are a 412.
    """
    operations = _operations(request)
    pairs = pairs_of(request)
    if [name for name, _ in pairs] != ["identifier"]:
        raise _unclear("identifier")
    identifier = identifier_of(pairs[0][1], "identifier")
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    wanted = Search(tokens=(("identifier", (str(identifier),)),), count=2)
    with inquire(services, principal, find, answers.request_id(request)) as inquiry:
        found = disclosure.documents(inquiry, wanted).resources
    if len(found) > 1:
        return answers.problem(412)
    if not found:
        return answers.not_found()
    return _patched(services, principal, request, found[0]["id"], operations)


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
    labels = [
        {"coding": [each]} for each in _security(json_body(request, "Parameters"))
    ]
    identity = answers.request_id(request)
    if not raising.raised(services, principal, resource_id, labels, identity):
        return answers.not_found()
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
    codings = _security(json_body(request, "Parameters"))
    if not principal.patient:
        raise only_the_patient()
    identity = answers.request_id(request)
    found = disclosure.document(services, principal, resource_id, identity)
    if found is None:
        return answers.not_found()
    named = {(each.get("system"), each.get("code")) for each in codings}
    kept = [each for each in found[0][LABEL] if not (delete and _has(each, named))]
    labels = kept if delete else [*kept, *({"coding": [each]} for each in codings)]
    changed: list[Json] = [{"op": "replace", "path": f"/{LABEL}", "value": labels}]
    shown = masking.patch(services, principal, resource_id, changed, identity)
    if shown is None:
        return answers.not_found()
    return operation.answer({"name": "return", "valueMeta": shown["meta"]})


def _has(concept: Json, named: set[tuple[Any, Any]]) -> bool:
    codings = concept.get("coding", ())
    return any((each.get("system"), each.get("code")) in named for each in codings)


def _security(parameters: Json) -> list[Json]:
    """Return the labels of the one parameter, ``meta``; nothing else of it may change."""
    given = parameters.get("parameter")
    one = given[0] if isinstance(given, list) and len(given) == 1 else {}
    meta = one.get("valueMeta") if isinstance(one, dict) else None
    if (
        not isinstance(meta, dict)
        or one.get("name") != "meta"
        or set(meta) != {"security"}
    ):
        raise _unclear("Parameters.parameter.where(name='meta')")
    codings = meta["security"]
    if not isinstance(codings, list) or not all(isinstance(c, dict) for c in codings):
        raise _unclear("Parameters.parameter[0].valueMeta.security")
    return codings


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


def _operations(request: Request) -> list[Json]:
    """Return the JSON Patch that a body asks for; ``Refused`` (400, 405, 415) for none."""
    if request.mimetype == JSON_PATCH:
        return parse_operations(request.get_data())
    if request.mimetype in (Form.JSON, "application/json"):
        return _of_fhirpath(json_body(request, "Parameters"))
    raise refuse(
        415,
        "not-supported",
        "",
        f"Send {JSON_PATCH}, or a FHIRPath Patch as {Form.JSON} or {Form.XML}.",
        f"Envoyez du {JSON_PATCH}, ou un FHIRPath Patch en {Form.JSON} ou {Form.XML}.",
    )


def parse_operations(data: bytes) -> list[Json]:
    """Parse a JSON Patch as strictly as any resource (the parser wants an object)."""
    try:
        return list(parse_json(b'{"operations":' + data + b"}")["operations"])
    except (Refused, TypeError):
        raise refuse(
            400,
            "structure",
            "Patch",
            "The body is not a JSON Patch: a list of operations (RFC 6902).",
            "Le corps n'est pas un JSON Patch : une liste d'opérations (RFC 6902).",
        ) from None


def _of_fhirpath(parameters: Json) -> list[Json]:
    """Return a FHIRPath Patch (R4, fhirpatch.html) as JSON Patch."""
    given = parameters.get("parameter")
    if not isinstance(given, list) or not 0 < len(given) <= _MOST:
        raise _unclear("Parameters.parameter")
    return [
        _translated(each, f"Parameters.parameter[{n}]") for n, each in enumerate(given)
    ]


def _translated(operation_: Any, place: str) -> Json:  # noqa: ANN401 - any JSON
    parts = operation_.get("part") if isinstance(operation_, dict) else None
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        raise _unclear(place)
    said = {str(p.get("name")): _value(p) for p in parts}
    kind, path, name = said.get("type"), str(said.get("path")), said.get("name")
    value, element = said.get("value"), _ELEMENT.fullmatch(path)
    if kind == "add" and path == "DocumentReference" and name == LABEL:
        return {"op": "add", "path": f"/{LABEL}/-", "value": value}
    if kind in ("delete", "replace") and element and element[1]:
        op: Json = {"op": "remove", "path": f"/{LABEL}/{element[1]}"}
        return op if kind == "delete" else op | {"op": "replace", "value": value}
    raise refuse(
        405,
        "not-supported",
        place,
        "Only securityLabel can be patched: add, replace, delete.",
        "Seul securityLabel peut être modifié : add, replace, delete.",
    )


def _value(part: Json) -> object:
    values = [v for n, v in part.items() if n.startswith("value")]
    return values[0] if len(values) == 1 else None


def _of_this_version(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> bool:
    """Whether If-Match names the version as the reader sees it; true without one.

    What is not there for the reader is left to the answer that all such get.
    """
    stated = request.headers.get("If-Match")
    if stated is None or not principal.patient:
        return True
    identity = answers.request_id(request)
    found = disclosure.document(services, principal, resource_id, identity)
    named = {each.strip().removeprefix("W/") for each in stated.split(",")}
    return found is None or "*" in named or f'"{found[1]}"' in named


def _unclear(place: str) -> Refused:
    return refuse(
        400,
        "structure",
        place,
        "Missing, given twice, unknown here, or not of the type that is expected.",
        "Absent, donné deux fois, inconnu ici, ou d'un autre type que celui attendu.",
    )
