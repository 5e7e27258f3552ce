"""Privacy annotations inside statements (HL7 DS4P for CDA): security labels of resources.

They say how confidential a statement is, why, and what may be done with it. They are no
findings: none becomes a resource, each goes to ``meta.security`` of what is made of the
statement and of those inside it.
"""

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types
from mappings.cda.xml import Element
from mappings.submission import JsonObject

KIND = "privacy"
_H = f"{{{HL7}}}"
_CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
_ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_VALUE = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_LEVELS = ("U", "L", "M", "N", "R", "V")
_CLASSIFICATION = "SECCLASSOBS"
_CODES = frozenset({_CLASSIFICATION, "SECCATOBS", "SECCONOBS", "SECINTOBS"})


def annotations(holders: list[Element]) -> tuple[JsonObject, ...]:
    """Return the labels in the annotations that some relations hold."""
    found = (holder.find(f"{_H}organizer") for holder in holders)
    return tuple(label for one in found if one is not None for label in _labels(one))


def below(element: Element) -> tuple[JsonObject, ...]:
    """Return the labels of every annotation in an element.

    A part may go into the resource of the whole (a reason, a note): what protects the
    part protects the whole.
    """
    found = element.iter(f"{_H}organizer")
    return tuple(label for one in found for label in _labels(one))


def _labels(organizer: Element) -> list[JsonObject]:
    if attribute(organizer, "moodCode") != "DEF":
        return []
    components = organizer.findall(f"{_H}component")
    found = (_label(find(component, "observation")) for component in components)
    return [one for one in found if one is not None]


def _label(observation: Element | None) -> JsonObject | None:
    kind = attribute(find(observation, "code"), "code")
    coding = clinical_types.coding_of(find(observation, "value"))
    if kind not in _CODES or coding is None:
        return None
    if kind == _CLASSIFICATION:
        return coding | {"system": _CONFIDENTIALITY}
    # DS4P names the value set of all security observations for the code system.
    return coding | ({"system": _ACT_CODE} if coding.get("system") == _VALUE else {})


def mark(resource: JsonObject, labels: tuple[JsonObject, ...]) -> None:
    """Add labels to ``meta.security``; of several levels the highest alone stays."""
    if not labels:
        return
    meta = resource.setdefault("meta", {})
    every = [*meta.get("security", []), *labels]
    levels = [one for one in every if _is_level(one)]
    others = [one for one in every if not _is_level(one)]
    highest = sorted(levels, key=lambda one: _LEVELS.index(one["code"]))[-1:]
    meta["security"] = highest + clinical_types.once(others)


def _is_level(label: JsonObject) -> bool:
    return label.get("system") == _CONFIDENTIALITY and label["code"] in _LEVELS
