"""How a medicine is taken: the times, route, site and doses of an administration."""

from mappings.fhir.elements import child, children, string, strings, words
from mappings.fhir.to_cda.datatypes import (
    concept,
    interval,
    number,
    quantity,
    ratio,
    span,
)
from mappings.fhir.to_cda.statement import loinc, relation, templates
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject

_SIG = "2.16.840.1.113883.10.20.22.4.147"
_EVENTS = words("HS WAKE C CM CD CV AC ACM ACD ACV PC PCM PCD PCV")
"""TimingEvent of CDA; FHIR has moments of the day besides."""
_INSTRUCTION = "1.3.6.1.4.1.19376.1.5.3.1.4.3"


def times(dosage: JsonObject, bounds: Tag | None) -> list[Tag]:
    """Return effectiveTime elements: the interval of use, then what repeats in it."""
    repeat = child(dosage, "timing", "repeat")
    within = child(repeat, "boundsPeriod")
    limits = bounds or interval(
        "effectiveTime", string(within, "start"), string(within, "end"), kind="IVL_TS"
    )
    found = [limits] if limits else []
    return [*found, *_repeated(repeat), *_events(repeat)]


def _repeated(repeat: JsonObject) -> list[Tag]:
    """Return PIVL_TS. CDA counts the time between two doses: only once a period has one."""
    period, often = number(repeat.get("period")), repeat.get("frequency", 1)
    unit = string(repeat, "periodUnit")
    if not period or often != 1 or "when" in repeat:
        return []
    longest = number(repeat.get("periodMax"))
    every = (
        tag(
            "period",
            tag("low", value=period, unit=unit),
            tag("high", value=longest, unit=unit),
            type="IVL_PQ",
        )
        if longest
        else tag("period", value=period, unit=unit)
    )
    operator = tag("effectiveTime", every, type="PIVL_TS", operator="A")
    return [operator]


def _events(repeat: JsonObject) -> list[Tag]:
    return [
        tag("effectiveTime", tag("event", code=event), type="EIVL_TS", operator="A")
        for event in strings(repeat, "when")[:1]
        if event in _EVENTS
    ]


def amounts(dosage: JsonObject) -> list[Tag]:
    """Return route, site, dose, rate and largest dose, in the order of the schema."""
    given = next(iter(children(dosage, "doseAndRate")), {})
    found = [
        concept("routeCode", child(dosage, "route")),
        concept("approachSiteCode", child(dosage, "site")),
        _amount(given, "dose", "doseQuantity"),
        _amount(given, "rate", "rateQuantity"),
        ratio("maxDoseQuantity", child(dosage, "maxDosePerPeriod")),
    ]
    return [one for one in found if one]


def _amount(given: JsonObject, element: str, name: str) -> Tag | None:
    limits = child(given, f"{element}Range")
    if limits:
        return span(name, child(limits, "low"), child(limits, "high"))
    return quantity(name, child(given, f"{element}Quantity"))


def sayings(dosage: JsonObject) -> list[Tag]:
    """Return the words of a dosage, and what the patient is told."""
    found = []
    if text := string(dosage, "text"):
        found.append(
            relation(
                "COMP",
                _act(
                    "substanceAdministration",
                    _SIG,
                    loinc("76662-6", "Instructions"),
                    text,
                ),
            )
        )
    if text := string(dosage, "patientInstruction"):
        code = tag("code", code="PINSTRUCT", codeSystem="1.3.6.1.4.1.19376.1.5.3.2")
        found.append(
            relation("SUBJ", _act("act", _INSTRUCTION, code, text), inverted=True)
        )
    return found


def as_needed(dosage: JsonObject) -> Tag | None:
    """Return the precondition of a dosage that is taken in some case only."""
    found = concept("value", child(dosage, "asNeededCodeableConcept"), kind="CD")
    return tag("precondition", tag("criterion", found)) if found else None


def phases(dosages: tuple[JsonObject, ...]) -> list[Tag]:
    """Return the dosages that follow one another, each as an administration inside."""
    return [
        relation(
            "COMP", _phase(dosage), number=number(dosage.get("sequence")) or str(rank)
        )
        for rank, dosage in enumerate(dosages, 1)
    ]


def _phase(dosage: JsonObject) -> Tag:
    return tag(
        "substanceAdministration",
        tag("id", nullFlavor="UNK"),
        some("text", string(dosage, "text")),
        tag("statusCode", code="completed"),
        times(dosage, None),
        amounts(dosage),
        tag(
            "consumable",
            tag(
                "manufacturedProduct",
                tag("manufacturedMaterial", tag("code", nullFlavor="NA")),
            ),
        ),
        as_needed(dosage),
        classCode="SBADM",
        moodCode="INT",
    )


def _act(kind: str, template: str, code: Tag, text: str) -> Tag:
    nothing = (
        tag("consumable", tag("manufacturedProduct", tag("manufacturedMaterial")))
        if kind == "substanceAdministration"
        else None
    )
    return tag(
        kind,
        templates(template),
        code,
        tag("text", text),
        tag("statusCode", code="completed"),
        nothing,
        classCode="SBADM" if nothing else "ACT",
        moodCode="INT",
    )
