"""A CDA document as FHIR resources, and as one FHIR document: the way, as a list of calls."""

from mappings.cda import datatypes
from mappings.cda.datatypes import find
from mappings.cda.document import ClinicalDocument, clinical_document
from mappings.cda.header import header
from mappings.cda.patient import traits
from mappings.cda.people import people
from mappings.cda.to_fhir import carried
from mappings.cda.to_fhir.composition import composition
from mappings.cda.to_fhir.encounter import encounter
from mappings.cda.to_fhir.patient import patient
from mappings.cda.to_fhir.provenance import provenances
from mappings.cda.to_fhir.scope import Derived, Scope, scope_of
from mappings.cda.xml import Element
from mappings.mapped import Issue, Mapped, Refused
from mappings.submission import Identifier, JsonObject

_UUIDS = "urn:ietf:rfc:3986"


def mapped(document: ClinicalDocument, recorded: str) -> Mapped[tuple[Derived, ...]]:
    """Map a document to FHIR R4 resources, each with its place and its Provenance.

    ``recorded`` is the instant of the mapping (FHIR instant). The Composition comes
    first; the DocumentReference is not among them (mappings.cda.submission makes it).
    Total on every ClinicalDocument: what is not carried over is an issue with its XPath.
    Mapping the same document twice gives the same resources.
    """
    scope = scope_of(document.root)
    source: JsonObject = {"type": "DocumentReference"}
    own = datatypes.identifier(find(document.root, "id"))
    if own is not None:
        source["identifier"] = datatypes.as_fhir(own)
    _map(scope, source, recorded)
    return Mapped(tuple(_composition_first(scope)), tuple(scope.issues))


def bundle(data: bytes, recorded: str) -> Mapped[JsonObject]:
    """Map the bytes of a document to a FHIR document Bundle, Composition first.

    The DocumentReference of the submission is in it when the document could be
    submitted; otherwise the reasons why not are among the issues. Raises Refused (400)
    when the bytes are no ClinicalDocument.
    """
    root = clinical_document(data).root
    scope = scope_of(root)
    reference, issues = _document_reference(root, data)
    own = datatypes.identifier(find(root, "id"))
    source: JsonObject = {"type": "DocumentReference"}
    if own is not None:
        source["identifier"] = datatypes.as_fhir(own)
    if reference is not None:
        reference = {
            "resourceType": "DocumentReference",
            "id": scope.own("source"),
        } | reference
        source["reference"] = f"urn:uuid:{reference['id']}"
    _map(scope, source, recorded)
    resources = [one.resource for one in _composition_first(scope)]
    resources += [] if reference is None else [reference]
    answer = _bundle(resources, own, recorded, scope)
    return Mapped(answer, (*issues, *scope.issues))


def _map(scope: Scope, source: JsonObject, recorded: str) -> None:
    patient(scope)
    composition(scope, encounter(scope))
    provenances(scope, source, recorded)
    carried.report_all(scope)


def _composition_first(scope: Scope) -> list[Derived]:
    found = scope.derived
    return sorted(found, key=lambda one: one.resource["resourceType"] != "Composition")


def _document_reference(
    root: Element, data: bytes
) -> tuple[JsonObject | None, tuple[Issue, ...]]:
    try:
        found = header(root, data, traits(root), people(root))
    except Refused as refused:
        return None, refused.issues
    return found.value.reference, found.issues


def _bundle(
    resources: list[JsonObject], own: Identifier | None, recorded: str, scope: Scope
) -> JsonObject:
    name = own or Identifier(_UUIDS, f"urn:uuid:{scope.own('Bundle')}")
    return {
        "resourceType": "Bundle",
        "identifier": datatypes.as_fhir(name),
        "type": "document",
        "timestamp": recorded,
        "entry": [
            {"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources
        ],
    }
