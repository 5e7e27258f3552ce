"""The forms of a PATCH (R4): JSON Patch and FHIRPath Patch, read strictly.

Both become one of two things: a JSON Patch of ``securityLabel``, or an amendment of how
the document stands. Everything else is 405 (PDSm, flux 03). Beside them the one form of
``$meta-add`` and ``$meta-delete``, and which of all these tell what is there.
"""

import re
from dataclasses import replace
from types import NoneType
from typing import Any

from flask import Request

from gateway import amending, masking
from gateway.amending import Amendment
from gateway.fhir.intake import json_body
from gateway.fhir.media import Form
from gateway.fhir.operation import unclear
from gateway.view import IS_ARCHIVED
from labels import fhir
from labels.codes import Mark
from mappings.fhir.parse import parse_json
from mappings.mapped import Refused, refuse

Json = dict[str, Any]
Patch = tuple[list[Json], Amendment | None]
"""What is asked: operations on labels, or what is said of how the document stands."""

JSON_PATCH = "application/json-patch+json"
LABEL = "securityLabel"
ARCHIVED = f"DocumentReference.extension.where(url='{IS_ARCHIVED}')"
ARCHIVED_VALUE = (f"{ARCHIVED}.value", f"{ARCHIVED}.valueBoolean")
ADDED = {"op": "add", "path": f"/{LABEL}/-"}
"""The one operation on labels that is done alike whatever labels there are."""
_ELEMENT = re.compile(rf"DocumentReference\.{LABEL}(?:\[([0-9]{{1,3}})\])?")
_MOST = 20


def asked(request: Request) -> Patch:
    """Return the patch that a body asks for.

    Raises ``Refused``: 400, 405 and 415 for none; 422 for labels and standing in one,
    since different people may say them.
    """
    if request.mimetype == JSON_PATCH:
        return _of_json(parse_operations(request.get_data()))
    if request.mimetype in (Form.JSON, "application/json") and not _is_list(request):
        return _of_fhirpath(json_body(request, "Parameters"))
    raise refuse(
        415,
        "not-supported",
        "",
        f"Send {JSON_PATCH}, or a FHIRPath Patch as {Form.JSON} or {Form.XML}.",
        f"Envoyez du {JSON_PATCH}, ou un FHIRPath Patch en {Form.JSON} ou {Form.XML}.",
    )


def _is_list(request: Request) -> bool:
    """Whether a body is a list: a JSON Patch under the media type of something else."""
    return request.get_data().lstrip()[:1] == b"["


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


def _of_json(operations: list[Json]) -> Patch:
    standing = [amending.speaks(each) for each in operations]
    if not any(standing):
        return operations, None
    if not all(standing):
        raise _mixed()
    masking.check_form(operations)
    return [], Amendment(operations=operations)


def _of_fhirpath(parameters: Json) -> Patch:
    """Return a FHIRPath Patch (R4, fhirpatch.html) as JSON Patch, or as an amendment."""
    given = parameters.get("parameter")
    if not isinstance(given, list) or not 0 < len(given) <= _MOST:
        raise unclear("Parameters.parameter")
    labels, said = [], Amendment()
    for n, each in enumerate(given):
        found = _translated(each, said, f"Parameters.parameter[{n}]")
        if isinstance(found, Amendment):
            said = found
        else:
            labels.append(found)
    if said == Amendment():
        return labels, None
    if labels:
        raise _mixed()
    return [], said


def _translated(operation_: Any, said: Amendment, place: str) -> Json | Amendment:  # noqa: ANN401 - any JSON
    parts = operation_.get("part") if isinstance(operation_, dict) else None
    if not isinstance(parts, list) or not all(isinstance(each, dict) for each in parts):
        raise unclear(place)
    held = {str(p.get("name")): _value(p) for p in parts}
    kind, path, name = held.get("type"), str(held.get("path")), held.get("name")
    value, element = held.get("value"), _ELEMENT.fullmatch(path)
    if kind == "add" and path == "DocumentReference" and name == LABEL:
        return {"op": "add", "path": f"/{LABEL}/-", "value": value}
    if kind in ("delete", "replace") and element and element[1]:
        op: Json = {"op": "remove", "path": f"/{LABEL}/{element[1]}"}
        return op if kind == "delete" else op | {"op": "replace", "value": value}
    if kind == "replace" and path == "DocumentReference.status":
        return replace(said, status=str(value))
    if kind in ("add", "replace") and path in ARCHIVED_VALUE and type(value) is bool:
        return replace(said, archived=value)
    if kind == "delete" and path == ARCHIVED:
        return replace(said, archived=False)
    raise refuse(
        405,
        "not-supported",
        place,
        "Only securityLabel (add, replace, delete), status (replace) and isArchived "
        "(replace of its value, delete) can be patched.",
        "Seuls securityLabel (add, replace, delete), status (replace) et isArchived "
        "(replace de sa valeur, delete) peuvent être modifiés.",
    )


def _value(part: Json) -> object:
    values = [v for n, v in part.items() if n.startswith("value")]
    return values[0] if len(values) == 1 else None


def _mixed() -> Refused:
    return refuse(
        422,
        "business-rule",
        "DocumentReference",
        "Patch securityLabel by itself, status and isArchived by themselves.",
        "Modifiez securityLabel seul, status et isArchived seuls.",
    )


def codings_of(request: Request) -> list[Json]:
    """Return the labels of ``$meta-add`` and ``$meta-delete``; ``Refused`` (400) for more.

    They are in the one parameter, ``meta``; nothing else of it may change.
    """
    given = json_body(request, "Parameters").get("parameter")
    one = given[0] if isinstance(given, list) and len(given) == 1 else {}
    meta = one.get("valueMeta") if isinstance(one, dict) else None
    if (
        not isinstance(meta, dict)
        or one.get("name") != "meta"
        or set(meta) != {"security"}
    ):
        raise unclear("Parameters.parameter.where(name='meta')")
    codings = meta["security"]
    if not isinstance(codings, list) or not all(map(_is_coding, codings)):
        raise unclear("Parameters.parameter[0].valueMeta.security")
    return codings


def _is_coding(said: object) -> bool:
    """Whether a system and a code are texts, where they are given."""
    texts = (str, NoneType)
    return isinstance(said, dict) and all(
        isinstance(said.get(name), texts) for name in ("system", "code")
    )


def patch_tells(request: Request) -> bool:
    """Whether what becomes of a PATCH tells more than that there is such a document.

    All do, but to add labels, and a FHIRPath Patch that says *entered in error* or whether
    the document is put away: those are done alike whatever there is. One whose form is
    refused tells nothing: it is, whatever it names.
    """
    try:
        operations, amendment = asked(request)
    except Refused:
        return False
    if amendment is None:
        return not all(map(_only_adds, operations))
    stated = amendment.status in ("", amending.IN_ERROR)
    return bool(amendment.operations) or not stated


def adding_tells(request: Request) -> bool:
    """Whether what becomes of a ``$meta-add`` tells more, as :func:`patch_tells`."""
    try:
        return any(_waits({"coding": [each]}) for each in codings_of(request))
    except Refused:
        return False


def _only_adds(operation: object) -> bool:
    if not isinstance(operation, dict):
        return False
    value = operation.get("value")
    return operation == ADDED | {"value": value} and not _waits(value)


def _waits(concept: Any) -> bool:  # noqa: ANN401 - any JSON
    """Whether a label asks to wait for an announcement: taken only where it is already."""
    try:
        return Mark.INVISIBLE_PATIENT in fhir.read([concept]).marks
    except fhir.LabelError:
        return False
