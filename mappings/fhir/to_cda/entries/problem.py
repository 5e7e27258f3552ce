"""Condition and AllergyIntolerance: a concern act around one observation (IHE PCC)."""

from collections.abc import Iterator

from mappings.fhir.elements import child, children, string, strings
from mappings.fhir.to_cda.datatypes import concept, interval, required, stamp
from mappings.fhir.to_cda.statement import (
    PCC,
    SNOMED,
    Resource,
    comment,
    known,
    loinc,
    part,
    relation,
    status_of,
    templates,
)
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject

_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/condition-category"
_ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_ACT_CODE = "2.16.840.1.113883.5.4"
_ALLERGIES = {"food": "F", "medication": "D", "environment": "E"}
_OVER = frozenset({"inactive", "resolved", "remission"})
_SEVERITY = tag("code", code="SEV", codeSystem=_ACT_CODE, displayName="Severity")


def condition(one: Resource) -> Tag:
    """Return the concern that holds a Condition; a refuted one is negated."""
    found = one.json
    refuted = status_of(child(found, "verificationStatus")) == "refuted"
    observation = tag(
        "observation",
        templates(f"{PCC}.5", "2.16.840.1.113883.10.20.1.28"),
        one.ids(),
        _category(found),
        tag("statusCode", code="completed"),
        _span(found),
        required("value", child(found, "code"), kind="CD"),
        [c for s in children(found, "bodySite") if (c := concept("targetSiteCode", s))],
        one.authored("recorder", "recordedDate"),
        one.informant("asserter"),
        part(
            "SUBJ",
            f"{PCC}.1",
            _SEVERITY,
            concept("value", child(found, "severity"), kind="CD"),
            inverted="yes",
        ),
        [] if refuted else _statuses(found),
        one.notes(),
        classCode="OBS",
        moodCode="EVN",
        negationInd="true" if refuted else "false",
    )
    return _concern(f"{PCC}.5.2", observation, child(found, "clinicalStatus"), found)


def allergy(one: Resource) -> Tag:
    """Return the concern that holds an AllergyIntolerance; a refuted one is negated."""
    found = one.json
    refuted = status_of(child(found, "verificationStatus")) == "refuted"
    observation = tag(
        "observation",
        templates(f"{PCC}.6", "2.16.840.1.113883.10.20.1.18"),
        one.ids(),
        _allergy_code(found),
        tag("statusCode", code="completed"),
        _span(found),
        tag("value", type="CD", nullFlavor="NA"),
        one.authored("recorder", "recordedDate"),
        one.informant("asserter"),
        _agent(found),
        [
            relation("MFST", _reaction(r), inverted=True)
            for r in children(found, "reaction")
        ],
        list(_qualities(found, refuted=refuted)),
        one.notes(),
        classCode="OBS",
        moodCode="EVN",
        negationInd="true" if refuted else "false",
    )
    return _concern(f"{PCC}.5.3", observation, child(found, "clinicalStatus"), found)


def _concern(template: str, inner: Tag, status: JsonObject, found: JsonObject) -> Tag:
    over = status_of(status) in _OVER
    began = stamp(string(found, "recordedDate") or string(found, "onsetDateTime"))
    low = tag("low", value=began) if began else tag("low", nullFlavor="UNK")
    high = [tag("high", nullFlavor="UNK")] if over else []
    return tag(
        "act",
        templates(f"{PCC}.5.1", template),
        tag("id", nullFlavor="UNK"),
        tag("code", nullFlavor="NA"),
        tag("statusCode", code="completed" if over else "active"),
        tag("effectiveTime", low, high),
        relation("SUBJ", inner),
        classCode="ACT",
        moodCode="EVN",
    )


def _span(found: JsonObject) -> Tag:
    said = interval(
        "effectiveTime",
        string(found, "onsetDateTime") or string(child(found, "onsetPeriod"), "start"),
        string(found, "abatementDateTime"),
    )
    return said or tag("effectiveTime", tag("low", nullFlavor="UNK"))


def _category(found: JsonObject) -> Tag:
    """Return the kind of problem, where a category of another system tells it."""
    for category in children(found, "category"):
        if any(string(c, "system") != _CATEGORY for c in children(category, "coding")):
            return required("code", category)
    return tag("code", code="55607006", codeSystem=SNOMED, displayName="Problem")


def _statuses(found: JsonObject) -> list[Tag]:
    clinical = status_of(child(found, "clinicalStatus"))
    certainty = status_of(child(found, "verificationStatus"))
    said = concept(
        "value", known("problem-status", clinical, fhir=_CLINICAL), kind="CD"
    )
    sure = concept(
        "value", known("problem-status", certainty, fhir=_VERIFICATION), kind="CD"
    )
    return [
        *part("REFR", f"{PCC}.1.1", loinc("33999-4", "Status"), said),
        *part("SUBJ", f"{PCC}.13", loinc("66455-7", "Certainty"), sure),
    ]


def _allergy_code(found: JsonObject) -> Tag:
    """Return ALG, DALG, FINT...: category, then allergy or intolerance (IHE PCC)."""
    category = next(iter(strings(found, "category")), "")
    intolerance = string(found, "type") == "intolerance"
    kind = "INT" if intolerance else "ALG"
    letter = _ALLERGIES.get(category, "O" if intolerance else "")
    return tag("code", code=f"{letter}{kind}", codeSystem=_ACT_CODE)


def _agent(found: JsonObject) -> Tag:
    agent = required("code", child(found, "code"))
    entity = tag("playingEntity", agent, classCode="MMAT")
    role = tag("participantRole", entity, classCode="MANU")
    return tag("participant", role, typeCode="CSM")


def _reaction(reaction: JsonObject) -> Tag:
    severity = known("reaction-severity", string(reaction, "severity"), fhir="")
    manifestation = next(iter(children(reaction, "manifestation")), {})
    onset = stamp(string(reaction, "onset"))
    return tag(
        "observation",
        templates(f"{PCC}.5", "2.16.840.1.113883.10.20.1.54"),
        tag("id", nullFlavor="UNK"),
        tag("code", code="404684003", codeSystem=SNOMED, displayName="Finding"),
        some("text", string(reaction, "description")),
        tag("statusCode", code="completed"),
        interval("effectiveTime", onset and string(reaction, "onset"), ""),
        required("value", manifestation, kind="CD"),
        part(
            "SUBJ",
            f"{PCC}.1",
            _SEVERITY,
            concept("value", severity, kind="CD"),
            inverted="yes",
        ),
        [comment(string(note, "text")) for note in children(reaction, "note")],
        classCode="OBS",
        moodCode="EVN",
    )


def _qualities(found: JsonObject, *, refuted: bool) -> Iterator[Tag]:
    critical = known("criticality", string(found, "criticality"), fhir="")
    value = concept("value", critical, kind="CD")
    template = "2.16.840.1.113883.10.20.22.4.145"
    yield from part(
        "SUBJ", template, loinc("82606-5", "Criticality"), value, inverted="yes"
    )
    if refuted:
        return
    clinical = status_of(child(found, "clinicalStatus"))
    sure = status_of(child(found, "verificationStatus"))
    status = known("allergy-status", clinical, fhir=_ALLERGY_CLINICAL)
    certainty = known("problem-status", sure, fhir=_VERIFICATION)
    said = concept("value", status, kind="CD")
    yield from part("REFR", f"{PCC}.1.1", loinc("33999-4", "Status"), said)
    known_sure = concept("value", certainty, kind="CD")
    yield from part("SUBJ", f"{PCC}.13", loinc("66455-7", "Certainty"), known_sure)
