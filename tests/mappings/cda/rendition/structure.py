"""The minimal structure of a CI-SIS document, as a check written for these tests.

From the header order and cardinalities of CI-SIS *structuration minimale*. It tells
what is wrong by element names, in the order of the document.
"""

from collections.abc import Iterator

from mappings.cda.document import HL7, clinical_document
from mappings.cda.xml import Element

H = f"{{{HL7}}}"
ORDER = (
    "realmCode typeId templateId id code title effectiveTime confidentialityCode"
    " languageCode setId versionNumber copyTime recordTarget author dataEnterer informant"
    " custodian informationRecipient legalAuthenticator authenticator participant"
    " inFulfillmentOf documentationOf relatedDocument authorization componentOf component"
).split()
ONCE = (
    "typeId id code title effectiveTime confidentialityCode languageCode setId"
    " versionNumber recordTarget custodian legalAuthenticator componentOf component"
).split()
PERFORMER = "documentationOf/serviceEvent/performer/assignedEntity"
NEEDED = (
    "templateId[@root='1.2.250.1.213.1.1.1.1']",
    "recordTarget/patientRole/id[@extension]",
    "recordTarget/patientRole/patient/name/family",
    "recordTarget/patientRole/patient/name/given",
    "recordTarget/patientRole/patient/administrativeGenderCode",
    "recordTarget/patientRole/patient/birthTime",
    "author/time",
    "author/assignedAuthor/id",
    "custodian/assignedCustodian/representedCustodianOrganization/id[@root]",
    "legalAuthenticator/time",
    "legalAuthenticator/signatureCode[@code='S']",
    "legalAuthenticator/assignedEntity/id",
    "documentationOf/serviceEvent/effectiveTime/low",
    f"{PERFORMER}/id",
    f"{PERFORMER}/representedOrganization/standardIndustryClassCode[@code]",
    "componentOf/encompassingEncounter/effectiveTime",
    "componentOf/encompassingEncounter/location/healthCareFacility/code[@code]",
    "relatedDocument[@typeCode='XFRM']/parentDocument/id",
)
EMPTY = "tr list item table thead tbody section organizer entry".split()


def faults(document: bytes) -> list[str]:
    """Return what is missing, double, out of order, empty or dangling in a document."""
    root = clinical_document(document).root
    return [*_header(root), *_body(root)]


def _header(root: Element) -> Iterator[str]:
    names = [str(child.tag).removeprefix(H) for child in root]
    if sorted(names, key=ORDER.index) != names:
        yield "order"
    for name in ONCE:
        if names.count(name) != 1:
            yield f"{name}: {names.count(name)}"
    for path in NEEDED:
        if root.find("/".join(H + step for step in path.split("/"))) is None:
            yield f"missing {path}"
    level = root.find(f"{H}confidentialityCode")
    if level is None or level.get("code") != "N":
        yield "confidentialityCode"


def _body(root: Element) -> Iterator[str]:
    known: set[str] = set()
    for element in root.iter("{*}*"):
        name = str(element.tag).removeprefix(H)
        own = element.get("ID")
        if own is not None and (own in known or own != f"n{len(known) + 1}"):
            yield f"ID of {name}"
        known |= {str(own)} if own is not None else set()
        if name in EMPTY and not len(element) and not (element.text or "").strip():
            yield f"empty {name}"
    for element in root.iter(f"{H}reference", f"{H}renderMultiMedia"):
        value = element.get("value") or element.get("referencedObject") or ""
        if value.startswith("#") and value[1:] not in known:
            yield "dangling reference"
