"""``to_cda``: a FHIR document, or resources, as a CDA R2 document of level 3."""

from mappings.fhir.elements import string
from mappings.fhir.to_cda import attached
from mappings.fhir.to_cda.bundle import everything, main, source_of
from mappings.fhir.to_cda.composed import composition
from mappings.fhir.to_cda.demanded import missing
from mappings.fhir.to_cda.header import header
from mappings.fhir.to_cda.sections import body, untold
from mappings.fhir.to_cda.tag import document, tag
from mappings.mapped import Mapped, refuse
from mappings.submission import JsonObject


def to_cda(bundle: JsonObject) -> Mapped[bytes]:
    """Map a FHIR document Bundle, or any Bundle of resources, to a CDA document.

    The header is that of the minimal structure of CI-SIS, each section has its narrative
    and statements in templates of IHE PCC. Whatever CDA does not hold is an issue with
    its FHIRPath. Deterministic. Raises Refused (422) for what is no Bundle.
    """
    if string(bundle, "resourceType") != "Bundle":
        raise refuse(
            422,
            "not-supported",
            "Resource",
            "Only a Bundle becomes a CDA document.",
            "Seul un Bundle devient un document CDA.",
        )
    found = main(bundle) or composition(bundle)
    source = source_of(bundle, found)
    whole = body(found, source) or attached.body(bundle, source)
    root = tag("ClinicalDocument", list(header(bundle, found, source)), whole)
    untold(everything(bundle), source)
    return Mapped(document(root), (*missing(root), *source.issues))
