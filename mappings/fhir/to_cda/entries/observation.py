"""Observation, DiagnosticReport and Procedure."""

from collections.abc import Iterator

from mappings.fhir.elements import child, children, codings, string
from mappings.fhir.to_cda.datatypes import (
    coding,
    concept,
    number,
    quantity,
    ratio,
    required,
    span,
    stamp,
    when,
)
from mappings.fhir.to_cda.statement import (
    PCC,
    Resource,
    act_status,
    comment,
    relation,
    templates,
)
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject

_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_TEMPLATES = {
    "vital-signs": f"{PCC}.13.2",
    "laboratory": "1.3.6.1.4.1.19376.1.3.1.6",
    "social-history": f"{PCC}.13.4",
    "exam": "1.3.6.1.4.1.19376.1.12.1.3.6",
    "survey": f"{PCC}.1.2",
    "imaging": "2.16.840.1.113883.10.20.6.2.13",
}
_PANELS = {
    "vital-signs": f"{PCC}.13.1",
    "survey": "1.3.6.1.4.1.19376.1.5.3.1.1.12.3.7",
    "laboratory": "1.3.6.1.4.1.19376.1.3.1.4",
}
_REPORT = "2.16.840.1.113883.10.20.22.4.1"
_CLUSTER = {"classCode": "CLUSTER", "moodCode": "EVN"}


def observation(one: Resource) -> Tag:
    """Return an observation, or an organizer when it only holds others."""
    found = one.json
    members = list(_members(one, "hasMember"))
    if members and not any(name.startswith("value") for name in found):
        return _panel(one, members)
    category = _category(found)
    return tag(
        "observation",
        templates(_TEMPLATES.get(category, f"{PCC}.13")),
        one.ids(),
        required("code", child(found, "code")),
        _status(one),
        _time(found),
        value(found) or _absent(found),
        [c for i in children(found, "interpretation") if (c := _first(i))],
        concept("methodCode", child(found, "method")),
        concept("targetSiteCode", child(found, "bodySite")),
        one.performers(),
        _issued(one),
        [relation("COMP", _component(c)) for c in children(found, "component")],
        [relation("COMP", m) for m in members],
        one.notes(),
        [_range(r) for r in children(found, "referenceRange")],
        classCode="OBS",
        moodCode="EVN",
    )


def report(one: Resource) -> Tag:
    """Return the organizer of a DiagnosticReport with its results inside."""
    found = one.json
    conclusion = string(found, "conclusion")
    inside = [tag("component", m) for m in _members(one, "result")]
    inside += [tag("component", *comment(conclusion).parts)] if conclusion else []
    return tag(
        "organizer",
        templates(_REPORT),
        one.ids(),
        required("code", child(found, "code")),
        _status(one),
        _time(found),
        one.performers(),
        _issued(one),
        inside,
        **_CLUSTER,
    )


def procedure(one: Resource) -> Tag:
    """Return a procedure; one that was not done is negated."""
    found = one.json
    status = string(found, "status")
    return tag(
        "procedure",
        templates(f"{PCC}.19", "2.16.840.1.113883.10.20.1.29"),
        one.ids(),
        required("code", child(found, "code")),
        tag("statusCode", code=act_status("Procedure", status, "completed")),
        when("effectiveTime", found, "performed"),
        [c for s in children(found, "bodySite") if (c := concept("targetSiteCode", s))],
        one.performers(),
        one.authored("recorder", ""),
        one.informant("asserter"),
        one.reasons(),
        one.notes(),
        classCode="PROC",
        moodCode="EVN",
        negationInd="true" if status == "not-done" else "",
    )


def value(found: JsonObject) -> Tag | None:
    """Return ``value`` for any value[x] that CDA has a type for."""
    limits = child(found, "valueRange")
    candidates = (
        concept("value", child(found, "valueCodeableConcept"), kind="CD"),
        quantity("value", child(found, "valueQuantity"), kind="PQ"),
        span("value", child(limits, "low"), child(limits, "high"), kind="IVL_PQ"),
        ratio("value", child(found, "valueRatio"), kind="RTO_PQ_PQ"),
        some("value", string(found, "valueString"), type="ST"),
        when("value", found, "value", kind="IVL_TS"),
        _plain(found),
    )
    return next((one for one in candidates if one), None)


def _plain(found: JsonObject) -> Tag | None:
    truth = found.get("valueBoolean")
    if isinstance(truth, bool):
        return tag("value", type="BL", value="true" if truth else "false")
    whole = number(found.get("valueInteger"))
    return tag("value", type="INT", value=whole) if whole else None


def _absent(found: JsonObject) -> Tag | None:
    return (
        tag("value", type="CD", nullFlavor="NI")
        if "dataAbsentReason" in found
        else None
    )


def _panel(one: Resource, members: list[Tag]) -> Tag:
    found = one.json
    category = _category(found)
    return tag(
        "organizer",
        templates(_PANELS.get(category, "2.16.840.1.113883.10.20.1.35"))
        if category
        else None,
        one.ids(),
        required("code", child(found, "code")),
        _status(one),
        _time(found),
        one.performers(),
        _issued(one),
        [tag("component", m) for m in members],
        **_CLUSTER,
    )


def _members(one: Resource, name: str) -> Iterator[Tag]:
    """Yield the observations that a resource refers to, each inside it, once."""
    for reference in children(one.json, name):
        target = one.source.find(reference, one.found)
        if target is None or string(target.resource, "resourceType") != "Observation":
            continue
        if target.expression not in one.source.written:
            one.source.written.add(target.expression)
            yield observation(Resource(target, one.source))


def _component(found: JsonObject) -> Tag:
    return tag(
        "observation",
        templates(f"{PCC}.13"),
        tag("id", nullFlavor="UNK"),
        required("code", child(found, "code")),
        tag("statusCode", code="completed"),
        value(found),
        [c for i in children(found, "interpretation") if (c := _first(i))],
        [_range(r) for r in children(found, "referenceRange")],
        classCode="OBS",
        moodCode="EVN",
    )


def _status(one: Resource) -> Tag:
    status = string(one.json, "status")
    return tag("statusCode", code=act_status(one.kind, status, "completed"))


def _time(found: JsonObject) -> Tag | None:
    moment = stamp(string(found, "effectiveInstant"))
    if moment:
        return tag("effectiveTime", value=moment)
    return when("effectiveTime", found, "effective")


def _issued(one: Resource) -> Tag | None:
    return one.authored("", "issued")


def _category(found: JsonObject) -> str:
    for category in children(found, "category"):
        for one in codings(category):
            if string(one, "system") == _CATEGORY:
                return string(one, "code")
    return ""


def _first(found: JsonObject) -> Tag | None:
    return coding("interpretationCode", next(iter(codings(found)), {}))


def _range(found: JsonObject) -> Tag:
    limits = span("value", child(found, "low"), child(found, "high"), kind="IVL_PQ")
    words = some("text", string(found, "text"))
    return tag("referenceRange", tag("observationRange", words, limits))
