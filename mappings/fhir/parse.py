"""Strict JSON in (RFC 8259 and FHIR R4, json.html), faithful JSON out.

Python's own reader keeps the last of two equal names and accepts NaN, 1e400 and lone
surrogates; a label could be hidden behind any of these. Here each is refused with the
place where it stands.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.fhir.elements import root, step
from mappings.fhir.numbers import Unusable, WrittenDecimal, constant, decimal, integer
from mappings.mapped import Refused, refuse
from mappings.submission import JsonObject

LARGEST = 50 * 1024 * 1024
DEEPEST = 64
MOST = 200_000
"""Commas, colons and opening brackets: about the names and values of a resource."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BOM = b"\xef\xbb\xbf"
_REPEATED = Unusable(
    "structure",
    "A name is given twice in this object.",
    "Un nom figure deux fois dans cet objet.",
)
_CHARACTERS = Unusable(
    "value",
    "The text holds a control character or half a surrogate pair.",
    "Le texte contient un caractère de contrôle ou une demi-paire de substitution.",
)
_TOO_DEEP = Unusable(
    "too-costly",
    "The JSON is nested too deeply.",
    "Le JSON est imbriqué trop profondément.",
)


def parse_json(data: bytes) -> JsonObject:
    """Return the JSON object in ``data``; numbers with a fraction keep their text.

    Promises unique names, no NaN, no number out of range, no control character or lone
    surrogate in any name or text, at most 64 levels. Raises Refused 413 above 50 MB or
    200 000 names and values, and Refused 400 naming the place for anything else; never
    another exception.
    """
    if len(data) > LARGEST:
        raise refuse(
            413,
            "too-long",
            "Resource",
            "The request is larger than 50 MB.",
            "La requête dépasse 50 Mo.",
        )
    text = _text(data)
    _refuse_crowd(text)
    value = _decode(text)
    if not isinstance(value, dict):
        raise _refused(
            "Resource",
            Unusable(
                "structure",
                "A FHIR resource is a JSON object.",
                "Une ressource FHIR est un objet JSON.",
            ),
        )
    _verify(value)
    return value


def dump(resource: JsonObject) -> bytes:
    """Return ``resource`` as compact UTF-8 JSON, names in order, numbers as written.

    The resource must come from :func:`parse_json` or be built of JSON values; anything
    else raises TypeError, which is an error of the caller.
    """
    return "".join(_written(resource)).encode()


def _text(data: bytes) -> str:
    if data.startswith(_BOM):
        raise _refused(
            "Resource",
            Unusable(
                "structure",
                "A byte order mark is not allowed in JSON.",
                "Le JSON n'admet pas de marque d'ordre des octets.",
            ),
        )
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _refused(
            "Resource",
            Unusable(
                "structure", "The body is not UTF-8.", "Le corps n'est pas en UTF-8."
            ),
        ) from None


def _refuse_crowd(text: str) -> None:
    """Refuse a crowd before it is built: a byte of JSON may cost a hundred of memory."""
    if _crowd(text) > MOST and _crowd(_QUOTED.sub("", text)) > MOST:
        raise refuse(
            413,
            "too-costly",
            "Resource",
            "The request has more than 200 000 names and values.",
            "La requête compte plus de 200 000 noms et valeurs.",
        )


def _crowd(text: str) -> int:
    return sum(text.count(mark) for mark in ",:{[")


def _decode(text: str) -> object:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=integer,
            parse_float=decimal,
            parse_constant=constant,
        )
    except RecursionError:
        raise _refused("Resource", _TOO_DEEP) from None
    except json.JSONDecodeError as wrong:
        raise refuse(
            400,
            "structure",
            "Resource",
            f"Not JSON: line {wrong.lineno}, column {wrong.colno}.",
            f"Ce n'est pas du JSON : ligne {wrong.lineno}, colonne {wrong.colno}.",
        ) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = dict(pairs)
    if len(found) < len(pairs):
        # The place is not known yet; _verify meets this and names it.
        found[""] = _REPEATED
    return found


def _verify(resource: JsonObject) -> None:
    """Refuse the first place that no reader may accept; a loop, so depth cannot hurt."""
    waiting: list[tuple[Any, str, int]] = [(resource, root(resource), 1)]
    while waiting:
        value, expression, depth = waiting.pop()
        if isinstance(value, Unusable):
            raise _refused(expression, value)
        if isinstance(value, str) and _FORBIDDEN.search(value):
            raise _refused(expression, _CHARACTERS)
        if isinstance(value, dict | list):
            if depth > DEEPEST:
                raise _refused(expression, _TOO_DEEP)
            waiting.extend(_below(value, expression, depth + 1))


def _below(
    value: dict[str, Any] | list[Any], expression: str, depth: int
) -> Iterator[tuple[Any, str, int]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield item, step(expression, index), depth
        return
    for name, item in value.items():
        if _FORBIDDEN.search(name):
            yield _CHARACTERS, expression, depth
        yield item, step(expression, name), depth


def _refused(expression: str, why: Unusable) -> Refused:
    return refuse(400, why.code, expression, why.text, why.texte)


def _written(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield "{"
        for position, (name, item) in enumerate(value.items()):
            yield f"{',' if position else ''}{_quoted(name)}:"
            yield from _written(item)
        yield "}"
    elif isinstance(value, list | tuple):
        yield "["
        for position, item in enumerate(value):
            yield "," if position else ""
            yield from _written(item)
        yield "]"
    else:
        yield _scalar(value)


def _scalar(value: object) -> str:
    if isinstance(value, WrittenDecimal):
        return value.text
    if isinstance(value, Decimal) and value.is_finite():
        return str(value)
    if isinstance(value, str):
        return _quoted(value)
    return json.dumps(value, allow_nan=False)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
