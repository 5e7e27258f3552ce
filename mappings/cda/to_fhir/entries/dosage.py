"""How a medicine is taken: Dosage, with its structure and its words."""

from mappings.cda.datatypes import attribute, find, text
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Related, Statement, compact
from mappings.cda.to_fhir.entries.timing import timing
from mappings.cda.xml import Element
from mappings.submission import JsonObject


def dosages(statement: Statement, parts: Parts, *, bounds: bool) -> list[JsonObject]:
    """Return the dosages of an administration: its own, then those it is made of.

    ``bounds``: the interval of use belongs into the timing (MedicationRequest), since no
    other element of the resource holds it.
    """
    phases = parts.where(_is_phase)
    words = " ".join(one.statement.words() for one in parts.take("sig")).strip()
    own = _dosage(statement, bounds=bounds)
    instructions = parts.instructions("instruction")
    if instructions:
        said = "; ".join(one["text"] for one in instructions if "text" in one)
        own |= compact({"patientInstruction": said})
    if words or not (own or phases):
        own |= compact({"text": words or statement.words()})
    told = [one for one in map(_phase, phases) if one]
    if told and own.keys() == {"patientInstruction"}:
        return [own | told[0], *told[1:]]
    return ([own] if own else []) + told


def _is_phase(one: Related) -> bool:
    """Tell whether an administration inside another is a part of its dosage."""
    inner = one.statement
    material = inner.first("consumable", "manufacturedProduct", "manufacturedMaterial")
    named = text(find(material, "name")) or clinical_types.tokens(
        find(material, "code")
    )
    return (
        one.kind in {"medication", "prescription"} and one.link == "COMP" and not named
    )


def _phase(one: Related) -> JsonObject:
    """Map a part of a dosage: ``sequence`` orders it among the others."""
    inner, parts = one.statement, parts_of(one.statement)
    answer = compact({"text": inner.words()}) | _dosage(inner, bounds=True)
    said = "; ".join(
        said["text"] for said in parts.instructions("instruction") if "text" in said
    )
    answer |= compact({"patientInstruction": said})
    parts.rest()
    number = quantities.number(one.sequence)
    return {"sequence": number} | answer if isinstance(number, int) else answer


def _dosage(statement: Statement, *, bounds: bool) -> JsonObject:
    times = statement.all("effectiveTime")
    return compact(
        {
            "timing": timing(times, statement.scope, bounds=bounds),
            **_as_needed(statement),
            "site": statement.concept("approachSiteCode"),
            "route": statement.concept("routeCode"),
            "doseAndRate": _amounts(statement),
            "maxDosePerPeriod": quantities.ratio(statement.first("maxDoseQuantity")),
        }
    )


def _as_needed(statement: Statement) -> JsonObject:
    """Map the first precondition that says something: take it in that case only.

    A condition that was found to be true or false is no case to wait for.
    """
    for one in statement.all("precondition"):
        criterion = find(one, "criterion")
        if _is_finding(criterion):
            continue
        found = clinical_types.concept(find(criterion, "value"), statement.scope)
        words = clinical_types.said(find(criterion, "text"), statement.scope)
        found = found or clinical_types.concept(
            find(criterion, "code"), statement.scope
        )
        if words:
            found = (found or {}) | {"text": words}
        if found:
            return {"asNeededCodeableConcept": found}
    return {}


def criteria(statement: Statement) -> list[JsonObject]:
    """Return the preconditions that were found true or false, as Observations."""
    return [
        {"reference": found}
        for one in statement.all("precondition")
        if (found := _finding(find(one, "criterion"), statement))
    ]


def _is_finding(criterion: Element | None) -> bool:
    return attribute(find(criterion, "value"), "value") in {"true", "false"}


def _finding(criterion: Element | None, statement: Statement) -> str:
    code = clinical_types.concept(find(criterion, "code"), statement.scope)
    if criterion is None or code is None or not _is_finding(criterion):
        return ""
    resource = {
        "resourceType": "Observation",
        "status": "unknown",
        "code": code,
        "subject": statement.scope.subject,
        "valueBoolean": attribute(find(criterion, "value"), "value") == "true",
    }
    return statement.scope.add(resource, criterion)


def _amounts(statement: Statement) -> list[JsonObject]:
    dose = _amount(statement.first("doseQuantity"), "dose")
    unit = statement.first("administrationUnitCode")
    if "doseQuantity" in dose and "code" not in dose["doseQuantity"]:
        dose["doseQuantity"] |= _counted(unit)
    rate = _amount(statement.first("rateQuantity"), "rate")
    return [dose | rate] if dose or rate else []


def _counted(unit: Element | None) -> JsonObject:
    """Return the unit of a dose that is counted: tablets, puffs."""
    found = clinical_types.coding_of(unit)
    if found is None:
        return {}
    name = {"unit": found.get("display", found["code"])}
    coded = {key: found[key] for key in ("system", "code") if "system" in found}
    return name | coded


def _amount(element: Element | None, name: str) -> JsonObject:
    """Map PQ or IVL_PQ to ``<name>Quantity`` or ``<name>Range``; equal ends are one."""
    if element is None:
        return {}
    ends = quantities.bounds(element)
    if not ends:
        single = quantities.quantity(element)
        return {f"{name}Quantity": _simple(single)} if single else {}
    low, high = ends.get("low"), ends.get("high")
    if low == high:
        return {f"{name}Quantity": low}
    return {f"{name}Range": ends} if quantities.is_range(ends) else {}


def _simple(one: JsonObject) -> JsonObject:
    return {key: part for key, part in one.items() if key != "comparator"}


def quantity_of(element: Element | None) -> JsonObject | None:
    """Return a counted quantity of packages or doses; None when it is no number."""
    found = quantities.quantity(element)
    return None if found is None else _simple(found)


def repeats(element: Element | None) -> int | None:
    """Return a repeatNumber as a whole number; None when it is none."""
    found = quantities.number(attribute(element, "value"))
    return found if isinstance(found, int) and 0 <= found < 10**6 else None
