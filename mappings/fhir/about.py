"""What a resource is about, in the words it brings itself."""

from mappings.fhir.elements import child, codings, string
from mappings.fhir.xhtml import tree
from mappings.submission import JsonObject

_SUBJECTS = (
    *("code", "medicationCodeableConcept", "vaccineCode", "type", "description"),
    *("title", "conclusion", "relationship"),
)
_VALUES = ("valueCodeableConcept", "valueString", "valueQuantity")


def about(resource: JsonObject) -> str:
    """Return its subject with its value if it has one; its own narrative without any.

    Empty for a person, a structure, or a resource that names nothing.
    """
    if string(resource, "resourceType") in {"Patient", "Practitioner", "Organization"}:
        return ""
    subject = next((said for n in _SUBJECTS if (said := _said(resource.get(n)))), "")
    value = next((said for n in _VALUES if (said := _said(resource.get(n)))), "")
    if subject:
        return f"{subject} : {value}" if value else subject
    found = tree(string(child(resource, "text"), "div"))
    return found.text() if found else ""


def _said(value: object) -> str:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict):
        return ""
    if "value" in value:
        amount = getattr(value["value"], "text", value["value"])
        return f"{string(value, 'comparator')}{amount} {string(value, 'unit')}".strip()
    displays = (string(one, "display") for one in codings(value))
    return string(value, "text") or next((one for one in displays if one), "")
