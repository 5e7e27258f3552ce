"""How an answer is written: pretty, in part, counted only; in JSON or XML (R4, search).

All of it works on the finished answer, which holds nothing that the reader may not see,
so no parameter here can tell anything: the work for an answer is done before.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from flask import Request

from gateway.fhir import media
from mappings.fhir.parse import dump
from mappings.fhir.xml import schema, write
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

NAMES = frozenset({"_format", "_pretty", "_summary", "_elements", "_total"})
SUMMARIES = frozenset({"true", "text", "data", "count", "false"})
TOTALS = frozenset({"none", "estimate", "accurate"})
BOOLEANS = frozenset({"true", "false"})
MOST_ELEMENTS = 50
ALWAYS = frozenset({"resourceType", "id", "meta"})
"""Kept in every part of a resource: labels cannot be asked away."""
WHOLE = frozenset({"OperationOutcome", "Parameters"})
SUBSETTED = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
    "code": "SUBSETTED",
}


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a client asks of the writing; ``query`` is how the next page says it again."""

    pretty: bool = False
    summary: str = "false"
    elements: frozenset[str] = frozenset()
    total: str = "accurate"
    query: str = ""

    @classmethod
    def of(cls, request: Request) -> Self:
        """Read the parameters; raises ``Refused`` (400) for a value that is none."""
        given = [pair for pair in parameters(request) if pair[0] in NAMES]
        values = dict(given)
        if len(values) < len(given):
            raise refused(next(name for name, _ in given))
        elements = _elements(values.get("_elements"))
        summary = _one_of(values, "_summary", SUMMARIES, "false")
        if elements and summary != "false":
            raise refused("_elements")
        return cls(
            pretty=_one_of(values, "_pretty", BOOLEANS, "false") == "true",
            summary=summary,
            elements=elements,
            total=_one_of(values, "_total", TOTALS, "accurate"),
            query=urlencode(given),
        )


def parameters(request: Request) -> list[tuple[str, str]]:
    """Return the parameters of the address and of a posted search, taken together."""
    return [*request.args.items(multi=True), *media.posted(request)]


def shown(resource: Json, asked: Presentation) -> Json:
    """Return the part of an answer that was asked for."""
    if resource.get("resourceType") in WHOLE:
        return resource
    if resource.get("resourceType") == "Bundle" and resource["type"] == "searchset":
        return _page(resource, asked)
    return part(resource, asked)


def written(resource: Json, form: media.Form, *, pretty: bool = False) -> bytes:
    """Return a resource in a form; ``pretty`` adds only white space, and only to JSON."""
    if form is media.Form.XML:
        return write.written(resource)
    compact = dump(resource)
    if not pretty:
        return compact
    # Numbers stay as written: they pass through as the texts they are.
    held = json.loads(compact, parse_float=_Number, parse_int=_Number)
    return "".join(_indented(held, "\n")).encode() + b"\n"


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _indented(value: object, line: str) -> Iterable[str]:
    """Yield JSON with an indent of two for each level."""
    deeper = f"{line}  "
    if isinstance(value, dict) and value:
        for position, (name, held) in enumerate(value.items()):
            yield f"{',' if position else '{'}{deeper}{_text(name)}: "
            yield from _indented(held, deeper)
        yield f"{line}}}"
    elif isinstance(value, list) and value:
        for position, held in enumerate(value):
            yield f"{',' if position else '['}{deeper}"
            yield from _indented(held, deeper)
        yield f"{line}]"
    else:
        yield str(value) if isinstance(value, _Number) else _text(value)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _page(bundle: Json, asked: Presentation) -> Json:
    links = [_with(each, asked.query) for each in bundle["link"]]
    page = bundle | {"link": links}
    if asked.total == "none" and asked.summary != "count":
        page.pop("total")
    if asked.summary == "count":
        page["link"] = [each for each in links if each["relation"] == "self"]
        page.pop("entry", None)
    if "entry" in page:
        page["entry"] = [
            each | {"resource": part(each["resource"], asked)}
            if each.get("search", {}).get("mode") != "outcome"
            else each
            for each in page["entry"]
        ]
    return page


def _with(link: Json, query: str) -> Json:
    """Say on a link to another page how this one was asked to be written."""
    if not query or link["relation"] == "self":
        return link
    return link | {"url": f"{link['url']}&{query}"}


def part(resource: Json, asked: Presentation) -> Json:
    """Return the part of a resource that was asked for, tagged as one (SUBSETTED)."""
    shape = schema.of_resource(str(resource.get("resourceType")))
    if shape is None or not (
        asked.elements or asked.summary in ("true", "text", "data")
    ):
        return resource
    required = {each.name for each in shape.members if each.required}
    if asked.elements:
        names = {*asked.elements, *required}
    elif asked.summary == "true":
        names = {each.name for each in shape.members if each.summary} | required
    elif asked.summary == "text":
        names = {"text"} | required
    else:
        names = {each.name for each in shape.members} - {"text"}
    kept = {n: v for n, v in resource.items() if n.removeprefix("_") in ALWAYS | names}
    if "contained" in resource and _points_inside(kept):
        kept["contained"] = resource["contained"]
    return kept | {"meta": _subsetted(resource.get("meta", {}))}


def _points_inside(value: object) -> bool:
    """Whether something refers to a contained resource."""
    if isinstance(value, dict):
        if str(value.get("reference", "")).startswith("#"):
            return True
        return any(map(_points_inside, value.values()))
    return isinstance(value, list) and any(map(_points_inside, value))


def _subsetted(meta: Json) -> Json:
    return meta | {"tag": [*meta.get("tag", []), SUBSETTED]}


def _elements(value: str | None) -> frozenset[str]:
    if value is None:
        return frozenset()
    names = frozenset(each.strip() for each in value.split(","))
    if len(names) > MOST_ELEMENTS or not all(
        n.isascii() and n.isalnum() for n in names
    ):
        raise refused("_elements")
    return names


def _one_of(
    values: dict[str, str], name: str, known: frozenset[str], otherwise: str
) -> str:
    value = values.get(name, otherwise)
    if value not in known:
        raise refused(name)
    return value


def refused(name: str) -> Refused:
    """Return the refusal (400) of a parameter of the writing."""
    return refuse(
        400,
        "invalid",
        name,
        "Not a value that this parameter takes here, or given twice.",
        "Ce n'est pas une valeur que ce paramètre admet ici, ou il est donné deux fois.",
    )
