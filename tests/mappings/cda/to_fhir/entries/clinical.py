"""Clinical entries written for these tests, mapped in a real scope.

A case is a section of a CDA document. References to resources are shown as ``#1``,
``#2`` in the order they were made, and the confidentiality is left out, so that a case
can be read.
"""

import json
from pathlib import Path
from typing import Any

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.entries import map_entry
from mappings.cda.to_fhir.entries.kind import is_statement
from mappings.cda.to_fhir.scope import Scope, scope_of, section_of
from mappings.fhir.parse import dump
from mappings.submission import JsonObject
from mappings.terminology import concept_maps

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.xml"))

_HEAD = """<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:pharm="urn:ihe:pharm:medication"
 xmlns:sdtc="urn:hl7-org:sdtc" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<id root="2.999.0" extension="document"/><effectiveTime value="20240405"/>
<component><structuredBody><component>"""
_TAIL = "</component></structuredBody></component></ClinicalDocument>"
_ENTRY = "{urn:hl7-org:v3}entry"
_SECTION = "{urn:hl7-org:v3}section"


def document(section: str) -> bytes:
    """Return a document with this section as its body."""
    return f"{_HEAD}{section}{_TAIL}".encode()


def mapped(data: bytes) -> tuple[Scope, list[bool]]:
    """Map every entry of a document; the scope, and what each entry answered."""
    root = clinical_document(data).root
    scope = scope_of(root)
    scope.subject = {"reference": "urn:uuid:patient"}
    answers = [
        map_entry(statement, section_of(section), scope)
        for section in root.iter(_SECTION)
        for entry in section.iter(_ENTRY)
        for statement in entry
        if is_statement(statement)
    ]
    return scope, answers


def case(name: str) -> Scope:
    """Map one golden case."""
    return mapped(document((GOLDEN / f"{name}.xml").read_text("utf-8")))[0]


def observation(body: str, attributes: str = "") -> Scope:
    """Map one observation with this content."""
    entry = (
        f'<entry><observation moodCode="EVN" {attributes}>{body}</observation></entry>'
    )
    return mapped(document(f"<section>{entry}</section>"))[0]


def readable(scope: Scope) -> list[JsonObject]:
    """Return the resources as they are written, with short references and no level."""
    text = "[" + ",".join(dump(one.resource).decode() for one in scope.derived) + "]"
    for number, one in enumerate(scope.derived, start=1):
        text = text.replace(f"urn:uuid:{one.resource['id']}", f"#{number}")
    resources: list[JsonObject] = json.loads(text, parse_float=str)
    for resource in resources:
        resource.pop("id")
        resource.pop("meta", None)
    return resources


def losses(scope: Scope) -> list[str]:
    """Return each loss that a mapper told: the last step of its place, and what."""
    return [f"{i.expression.rpartition('/')[2]}: {i.text}" for i in scope.issues]


def only(scope: Scope, kind: str) -> Any:  # noqa: ANN401 - a JSON object of any shape
    """Return the one resource of a type."""
    (found,) = [one for one in readable(scope) if one["resourceType"] == kind]
    return found


def rows(name: str) -> tuple[dict[str, str], ...]:
    """Return the rows of a concept map."""
    return concept_maps.rows(name)
