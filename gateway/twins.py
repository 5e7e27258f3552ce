"""The same results from another source: same type, day, author and values (issue D).

A laboratory sends a report, the hospital that asked for it sends it again in its own
wrapping: other bytes, the same facts. What the patient decided about one holds for the
other. Only what has results is compared: two letters of one day are two letters.
"""

import json
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

from gateway.indexing import document_type
from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.document import mapped
from mappings.fhir.parse import parse_json
from mappings.mapped import Refused
from mappings.submission import Document

Json = dict[str, Any]

TWIN = "twin"
"""The parameter under which a record keeps what is compared; no search has it."""
XML = ("text/xml", "application/xml", "application/hl7-cda+xml")
FHIR = ("application/fhir+json", "application/json")
LOINC = "http://loinc.org"
DAY = 10
UNDATED = "1970-01-01T00:00:00Z"


def tokens(document: Document) -> frozenset[tuple[str, str]]:
    """Return what tells that another document has the same results, one for each author.

    Empty for what has no results that can be read, no author or no date.
    """
    day = str(document.reference.get("date", ""))[:DAY]
    results = sorted(set(_results(_observations(document))))
    if not (day and results):
        return frozenset()
    known = [document_type(document.reference), day, *results]
    return frozenset(
        (TWIN, sha256("\x1f".join((author, *known)).encode()).hexdigest())
        for author in document.authors
    )


def _observations(document: Document) -> Iterator[Json]:
    try:
        if document.content_type in XML and b"observation" in document.body:
            found = mapped(clinical_document(document.body), UNDATED).value
            yield from (each.resource for each in found)
        elif document.content_type in FHIR and b"Observation" in document.body:
            entries = _dicts(parse_json(document.body).get("entry"))
            yield from _dicts([each.get("resource") for each in entries])
    except Refused:  # what cannot be read has no results to compare
        return


def _results(resources: Iterable[Json]) -> Iterator[str]:
    for each in resources:
        code, value = _code(each.get("code")), _value(each)
        if each.get("resourceType") == "Observation" and code and value:
            yield f"{code}={value}"


def _code(concept: object) -> str:
    """Return the LOINC code of a concept, else all its codes."""
    codings = _dicts(concept.get("coding")) if isinstance(concept, dict) else []
    named = {(str(c.get("system", "")), str(c.get("code", ""))) for c in codings}
    loinc = sorted(code for system, code in named if system == LOINC)
    return loinc[0] if loinc else json.dumps(sorted(named)) if named else ""


def _value(observation: Json) -> str:
    quantity = observation.get("valueQuantity")
    if isinstance(quantity, dict) and "value" in quantity:
        unit = quantity.get("code") or quantity.get("unit", "")
        return f"{_number(str(quantity['value']))} {unit}"
    if "valueCodeableConcept" in observation:
        return _code(observation["valueCodeableConcept"])
    return str(observation.get("valueString", "")).casefold().strip()


def _number(text: str) -> str:
    """Return a number in one notation; what is none as it stands."""
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return text


def _dicts(values: object) -> list[Json]:
    """Return the objects of a list, if it is one: what is malformed is compared as absent."""
    held = values if isinstance(values, list) else []
    return [each for each in held if isinstance(each, dict)]
