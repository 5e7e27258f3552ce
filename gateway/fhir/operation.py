"""Operations (``$name``): the Parameters that come in and go out (FHIR R4, operations)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Request, Response

from gateway.fhir import answers
from mappings.fhir.parse import parse_json
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier

Json = dict[str, Any]

FHIR_TYPES = ("application/fhir+json", "application/json")
MOST = 100

PYTHON = {
    "valueString": str,
    "valueCode": str,
    "valueDateTime": str,
    "valueInstant": str,
    "valueInteger": int,
    "valueBoolean": bool,
    "valueIdentifier": dict,
    "valueReference": dict,
}
"""The types of values that operations here take."""


class Given:
    """The parameters that came in, each of a kind that was expected."""

    def __init__(self, request: Request, kinds: Mapping[str, str]) -> None:
        """Read the body of ``request``: names and their ``value[x]``; strictly.

        Raises ``Refused``: 415 for another media type, 400 with the place of a parameter
        that is unknown or of another type.
        """
        self.values: dict[str, list[Any]] = {}
        for index, each in enumerate(_parameters(resource(request, "Parameters"))):
            place = f"Parameters.parameter[{index}]"
            name = each.get("name") if isinstance(each, dict) else None
            kind = kinds.get(name) if isinstance(name, str) else None
            value = each.get(kind) if kind else None
            if kind is None or type(value) is not PYTHON[kind] or len(each) > 2:  # noqa: PLR2004
                raise unclear(place)
            self.values.setdefault(str(name), []).append(value)

    def all(self, name: str) -> list[Any]:
        """Return every value of that name."""
        return self.values.get(name, [])

    def one(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return the value of that name; 400 for two, and for none without a default."""
        found = self.values.get(name, [])
        if len(found) > 1 or (not found and default is None):
            raise unclear(f"Parameters.parameter.where(name='{name}')")
        return found[0] if found else default

    def identifier(self, name: str) -> Identifier:
        """Return an Identifier that must be there, with system and value."""
        return identifier(self.one(name), f"Parameters.parameter.where(name='{name}')")


def resource(request: Request, expected: str) -> Json:
    """Return the resource in the body; raises ``Refused`` for another (400, 415)."""
    encoded = request.headers.get("Content-Encoding", "identity") != "identity"
    if request.mimetype not in FHIR_TYPES or encoded:
        raise refuse(
            415,
            "not-supported",
            "",
            f"Send {FHIR_TYPES[0]}, not compressed.",
            f"Envoyez du {FHIR_TYPES[0]}, sans compression.",
        )
    body = parse_json(request.get_data())
    if body.get("resourceType") != expected:
        raise unclear("resourceType")
    return body


def identifier(value: object, place: str) -> Identifier:
    """Return the Identifier that a value is; 400 naming the place when it is none."""
    held = value if isinstance(value, dict) else {}
    system, number = held.get("system"), held.get("value")
    if not (isinstance(system, str) and isinstance(number, str) and system and number):
        raise unclear(place)
    return Identifier(system, number)


def instant(text: object, place: str) -> str:
    """Return a dateTime with a time zone as it is kept; 400 for anything else."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise unclear(place) from None
    if not isinstance(text, str) or at.utcoffset() is None:
        raise unclear(place)
    return at.isoformat()


def answer(*parameters: Json, status: int = 200) -> Response:
    """Answer with Parameters."""
    body: Json = {"resourceType": "Parameters"}
    if parameters:
        body["parameter"] = list(parameters)
    return answers.resource(body, status)


def part(name: str, parts: Iterable[tuple[str, str, Any]]) -> Json:
    """Return a parameter with parts, each a name, a ``value[x]`` and the value."""
    return {
        "name": name,
        "part": [{"name": n, kind: value} for n, kind, value in parts],
    }


def unclear(place: str) -> Refused:
    """Return the refusal (400) of what stands at a place of the body."""
    return refuse(
        400,
        "structure",
        place,
        "Missing, given twice, unknown here, or not of the type that is expected.",
        "Absent, donné deux fois, inconnu ici, ou d'un autre type que celui attendu.",
    )


def _parameters(body: Json) -> list[Any]:
    held = body.get("parameter", [])
    if not isinstance(held, list) or len(held) > MOST:
        raise unclear("Parameters.parameter")
    return held
