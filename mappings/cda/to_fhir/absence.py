"""Why a mandatory value is absent: nullFlavor as the FHIR data-absent-reason.

Only where FHIR demands the element; elsewhere what is absent is simply left out.
"""

from mappings.cda.datatypes import attribute
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

URL = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def reason(element: Element | None) -> str:
    """Return the data-absent-reason for an element: ``masked`` for MSK, else unknown."""
    return translate("null-flavor", attribute(element, "nullFlavor")) or "unknown"


def absent(element: Element | None) -> JsonObject:
    """Return an element that holds nothing but the reason why it holds nothing."""
    return {"extension": [{"url": URL, "valueCode": reason(element)}]}
