"""Observations: what was seen, measured or said, with its value and its parts.

A negated observation never carries its value as if it were true: a coded finding is
*known absent*, a truth is turned round, and any other value is left out, with the reason
``not-performed``.
"""

from mappings.cda.datatypes import attribute, find
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.entries import media, specimen
from mappings.cda.to_fhir.entries.device import used_device
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Related, Statement, compact
from mappings.cda.to_fhir.scope import Scope
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
_MEANING = "http://terminology.hl7.org/CodeSystem/referencerange-meaning"
_ASSERTION = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
_LOINC = "http://loinc.org"
_BY_REPORT = {"LAB": "laboratory"}
_ABSENT = {
    "system": "http://snomed.info/sct",
    "code": "410516002",
    "display": "Known absent",
}
_COMPONENTS = ("severity", "status", "criticality", "certainty", "age", "dose-number")
_SEQUEL = f"{clinical_types.EXTENSION}/observation-sequelTo"
_NOTHING = frozenset({"coding", "text"})
_TELLING = ("value", "component", "hasMember", "derivedFrom", "note", "text")
_INSTANT = len("2026-11-22T10:00:00Z")


def observation(statement: Statement) -> str:
    """Map an observation to an Observation and return its reference."""
    parts = parts_of(statement)
    values = _values(statement)
    resource = statement.base("Observation") | {
        "extension": _former(statement, parts),
        **about(statement),
        **values,
        **_details(statement),
        "encounter": parts.encounter(),
        "note": parts.notes(),
    }
    resource["component"] = values.get("component", []) + _components(parts)
    resource["derivedFrom"] = _derived(parts) + media.referred(statement)
    resource["hasMember"] = _members(parts)
    parts.rest()
    if _NOTHING.isdisjoint(resource["code"]) and not _says(resource):
        return ""
    return statement.keep(resource)


def _says(resource: JsonObject) -> bool:
    """Tell whether an observation without a code says anything all the same."""
    return any(value for name, value in resource.items() if name.startswith(_TELLING))


def _former(statement: Statement, parts: Parts) -> list[JsonObject]:
    """Return earlier results of the same examination, which a laboratory quotes."""
    own = clinical_types.token(statement.first("code"))
    earlier = parts.where(
        lambda one: (
            one.link == "REFR"
            and own != ""
            and clinical_types.token(one.statement.first("code")) == own
        )
    )
    return [
        {"url": _SEQUEL, "valueReference": one}
        for one in Parts(earlier).members("Observation")
    ]


def about(statement: Statement) -> JsonObject:
    """Return what an Observation says whatever its value: code, category, time, people."""
    category = statement.known.category
    category = _BY_REPORT.get(category, category)
    coded = {"coding": [{"system": CATEGORY, "code": category}]}
    issued = statement.authored()
    return {
        "status": statement.status("Observation", "unknown"),
        "category": [coded] if category and category.islower() else [],
        "code": _code(statement),
        "subject": statement.scope.subject,
        **statement.when("effective"),
        "issued": issued if len(issued) >= _INSTANT else None,
        "performer": [
            *statement.people("performer", "author", "informant"),
            *statement.participants("AUTHEN", "RESP", "VRF"),
        ],
        "specimen": specimen.specimen_of(statement),
    }


def _code(statement: Statement) -> JsonObject:
    """Return what is observed; an ASSERTION is named by what its template asserts."""
    found = statement.concept("code")
    if not found:
        words = statement.words()
        return {"text": words} if words else clinical_types.unstated()
    codings = found.get("coding", [])
    if any((c.get("system"), c["code"]) == (_ASSERTION, "ASSERTION") for c in codings):
        roots = (attribute(one, "root") for one in statement.all("templateId"))
        named = next(
            (one for one in (translate("assertion", r) for r in roots) if one), ""
        )
        if named:
            found["coding"] = [{"system": _LOINC, "code": named}, *codings]
    return found


def _values(statement: Statement) -> JsonObject:
    elements = statement.all("value")
    if statement.negated:
        return _negated(statement, elements)
    found = [one for e in elements if (one := clinical_types.value(e, statement.scope))]
    if len(found) > 1:
        code = _code(statement)
        return {"component": [{"code": code} | one for one in found]}
    if found:
        return found[0]
    null = any(attribute(one, "nullFlavor") for one in elements)
    return {"dataAbsentReason": clinical_types.absent(elements[0])} if null else {}


def _negated(statement: Statement, elements: list[Element]) -> JsonObject:
    found = [one for e in elements if (one := clinical_types.value(e, statement.scope))]
    value = found[0] if len(found) == 1 else {}
    if "valueBoolean" in value:
        return {"valueBoolean": not value["valueBoolean"]}
    concept = value.get("valueCodeableConcept")
    if concept:
        codings = concept.get("coding", [])
        named = concept.get("text") or next(
            (one["display"] for one in codings if "display" in one), ""
        )
        text = {"text": f"Absence : {named}"} if named else {}
        return {"valueCodeableConcept": {"coding": [_ABSENT]} | text}
    for element in elements:
        statement.scope.lost(element, "negated-value")
    absent = {"system": clinical_types.ABSENT, "code": "not-performed"}
    words = _as_words(value)
    text = {"text": f"Absence : {words}"} if words else {}
    return {"status": "cancelled", "dataAbsentReason": {"coding": [absent]} | text}


def _details(statement: Statement) -> JsonObject:
    scope = statement.scope
    ranges = [_range(one, scope) for one in statement.all("referenceRange")]
    return {
        "interpretation": [
            _interpreted(one) for one in statement.concepts("interpretationCode")
        ],
        "bodySite": statement.concept("targetSiteCode"),
        "method": statement.concept("methodCode"),
        "device": used_device(statement),
        "referenceRange": [one for one in ranges if one],
    }


def _interpreted(found: JsonObject) -> JsonObject:
    """Give an interpretation without system (senders leave it out) that of HL7."""
    codings = [
        one if "system" in one else {"system": _INTERPRETATION} | one
        for one in found.get("coding", [])
    ]
    return found | ({"coding": codings} if codings else {})


def _range(element: Element, scope: Scope) -> JsonObject | None:
    """Map a referenceRange; FHIR demands low, high or words (obs-3)."""
    criteria = find(element, "observationRange")
    value = find(criteria, "value")
    answer = quantities.bounds(value)
    words = clinical_types.said(find(criteria, "text"), scope)
    if not answer and value is not None and not words:
        words = _as_words(clinical_types.value(value, scope))
    if words:
        answer["text"] = words
    if not answer:
        return None
    meaning = clinical_types.coding_of(find(criteria, "interpretationCode"))
    if meaning and meaning["code"] == "N":
        answer["type"] = {"coding": [{"system": _MEANING, "code": "normal"}]}
    elif meaning:
        answer["type"] = {"coding": [meaning]}
    applies = clinical_types.concept(find(criteria, "code"), scope)
    return answer | ({"appliesTo": [applies]} if applies else {})


def _as_words(value: JsonObject) -> str:
    """Return a value that is no range as words: a code, a sentence, one number."""
    said = next(iter(value.values()), "")
    if isinstance(said, dict) and "value" in said:
        unit = said.get("unit", "")
        return f"{said.get('comparator', '')}{said['value']} {unit}".strip()
    if isinstance(said, dict):
        displays = [one.get("display", one["code"]) for one in said.get("coding", [])]
        return said.get("text") or next(iter(displays), "")
    return said if isinstance(said, str) else ""


def _components(parts: Parts) -> list[JsonObject]:
    """Return the small parts (severity, status...) as components of what they qualify."""
    found = (_component(one) for one in parts.take(*_COMPONENTS))
    return [one for one in found if one]


def _component(one: Related) -> JsonObject | None:
    inner = one.statement
    if inner.negated:
        inner.scope.lost(inner.element, "negated-part")
        return None
    value = next(
        (v for e in inner.all("value") if (v := clinical_types.value(e, inner.scope))),
        {},
    )
    words = inner.words()
    value = value or compact({"valueString": words})
    parts_of(inner).rest()
    return {"code": _code(inner)} | value if value else None


_SUPPORT = ("Observation", "Media", "DocumentReference", "ImagingStudy")


def _derived(parts: Parts) -> list[JsonObject]:
    """Return what supports an observation: its grounds, pictures and files."""
    chosen = parts.where(
        lambda one: one.link in {"SPRT", "XCRPT"} or one.kind == "media"
    )
    return Parts(chosen).members(*_SUPPORT)


def _members(parts: Parts) -> list[JsonObject]:
    """Return the observations an observation is made of."""
    return Parts(parts.linked("COMP", "SUBJ")).members("Observation")


def panel(statement: Statement) -> str:
    """Map an organizer of observations to an Observation that has them as members."""
    parts = parts_of(statement)
    resource = statement.base("Observation") | about(statement)
    resource["specimen"] = resource["specimen"] or specimen.collected(parts)
    resource["note"] = parts.notes()
    resource["encounter"] = parts.encounter()
    resource["derivedFrom"] = _derived(parts)
    before = len(statement.scope.derived)
    resource["hasMember"] = parts.members("Observation")
    made = statement.scope.derived[before:]
    if not (resource["hasMember"] or resource["derivedFrom"]):
        # Nothing was observed: what the organizer held, if anything, stands alone.
        return f"urn:uuid:{made[-1].resource['id']}" if made else ""
    return statement.keep(resource)


def remark(statement: Statement) -> str:
    """Map a comment that stands alone to an Observation with its words."""
    words = statement.words()
    resource = statement.base("Observation") | about(statement)
    parts_of(statement).rest()
    return statement.keep(resource | {"valueString": words}) if words else ""
