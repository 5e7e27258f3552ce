"""Results given together: DiagnosticReport, from an organizer or the act of a laboratory."""

from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries import observation, specimen
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement
from mappings.submission import JsonObject

_CATEGORY = "http://terminology.hl7.org/CodeSystem/v2-0074"
_ENTRY = f"{{{HL7}}}entry"
_INSTANT = len("2026-11-22T10:00:00Z")


def report(statement: Statement) -> str:
    """Map results given together to a DiagnosticReport and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    notes = parts.notes()
    sample = specimen.specimen_of(statement) or specimen.collected(parts)
    issued = statement.authored()
    resource = statement.base("DiagnosticReport") | {
        "status": statement.status("DiagnosticReport", "unknown"),
        "category": _category(statement),
        "code": statement.concept("code") or _titled(statement),
        "subject": scope.subject,
        "encounter": parts.encounter(),
        **statement.when("effective"),
        "issued": issued if len(issued) >= _INSTANT else None,
        "performer": statement.people("performer", "author"),
        "resultsInterpreter": statement.participants("AUTHEN", "RESP", "VRF"),
        "specimen": [sample] if sample else [],
        "media": _media(parts),
        "conclusion": "; ".join(one["text"] for one in notes),
    }
    before = len(scope.derived)
    resource["result"] = parts.members("Observation")
    if not (resource["result"] or resource["media"] or sample or notes):
        made = scope.derived[before:]
        return f"urn:uuid:{made[-1].resource['id']}" if made else ""
    return statement.keep(resource)


def battery(statement: Statement) -> str:
    """Map a battery: a report of its own, or a panel inside the report it belongs to."""
    holder = statement.element.getparent()
    alone = holder is not None and holder.tag == _ENTRY
    return report(statement) if alone else observation.panel(statement)


def _category(statement: Statement) -> list[JsonObject]:
    category = statement.known.category
    if not category.isupper():
        return []
    return [{"coding": [{"system": _CATEGORY, "code": category}]}]


def _titled(statement: Statement) -> JsonObject:
    """Return what the report is for want of a code: its words, or its section's title."""
    words = statement.words() or statement.section.title
    return {"text": words} if words else clinical_types.unstated()


def _media(parts: Parts) -> list[JsonObject]:
    pictures = parts.take("media")
    return [{"link": one} for one in Parts(pictures).members("Media")]
