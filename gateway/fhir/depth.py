"""How deep a body may nest, where the settings say less than the parsers allow.

The parsers have limits of their own, for every caller. A deployment may set lower ones;
then a body is read once more here, before anybody else reads it.
"""

from contextlib import suppress
from typing import Any

from flask import Request

from gateway.edge import Limits
from mappings.cda import xml
from mappings.fhir.parse import DEEPEST, parse_json
from mappings.mapped import Refused, refuse

JSON_PATCH = "application/json-patch+json"
JSON = frozenset({"application/fhir+json", "application/json", "text/json", JSON_PATCH})
XML = frozenset(
    {
        "application/fhir+xml",
        "application/hl7-cda+xml",
        "application/xml",
        "text/xml",
    }
)


def check(request: Request, limits: Limits) -> None:
    """Refuse (400) a body that nests deeper than the settings allow.

    A body that cannot be read at all is left to its handler, which says what is wrong.
    """
    if request.mimetype in JSON and limits.json_depth < DEEPEST:
        deep = _json_is_deeper(request, limits.json_depth)
    elif request.mimetype in XML and limits.xml_depth < xml.DEPTH_AT_MOST:
        deep = _xml_is_deeper(request, limits.xml_depth)
    else:
        return
    if deep:
        raise refuse(
            400,
            "too-costly",
            "",
            "The body is nested too deeply.",
            "Le corps est imbriqué trop profondément.",
        )


def _json_is_deeper(request: Request, most: int) -> bool:
    body = request.get_data()
    if request.mimetype == JSON_PATCH:  # a list, where the parser wants an object
        body, most = b'{"operations":' + body + b"}", most + 1
    with suppress(Refused):
        waiting: list[tuple[Any, int]] = [(parse_json(body), 1)]
        while waiting:
            value, level = waiting.pop()
            held = value.values() if isinstance(value, dict) else value
            if isinstance(value, dict | list):
                if level > most:
                    return True
                waiting.extend((each, level + 1) for each in held)
    return False


def _xml_is_deeper(request: Request, most: int) -> bool:
    with suppress(Refused):
        return xml.deeper_than(xml.parse(request.get_data()), most)
    return False
