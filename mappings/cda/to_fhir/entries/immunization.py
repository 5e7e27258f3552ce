"""Immunizations: given or refused, and those that are planned."""

from mappings.cda.datatypes import attribute, date_time, find, text
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.entries import product
from mappings.cda.to_fhir.entries.dosage import quantity_of
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.submission import JsonObject

_FORECAST = "http://terminology.hl7.org/CodeSystem/immunization-recommendation-status"
_LOINC = "http://loinc.org"
_PLANS = frozenset({"INT", "RQO", "PRP", "PRMS"})


def immunization(statement: Statement) -> str:
    """Map an immunization by its mood and return its reference."""
    if statement.mood in _PLANS:
        return recommendation(statement)
    parts, scope = parts_of(statement), statement.scope
    made = product.product_of(statement)
    material = find(made, "manufacturedMaterial")
    batch = product.batch(material)
    expires = batch.get("expirationDate", "")[:10]
    maker = text(find(made, "manufacturerOrganization", "name"))
    resource = statement.base("Immunization") | {
        **_status(statement, parts),
        "vaccineCode": _vaccine(statement),
        "patient": scope.subject,
        "encounter": parts.encounter(),
        **_occurrence(statement),
        "recorded": statement.authored(),
        "manufacturer": {"display": maker} if maker else None,
        "lotNumber": batch.get("lotNumber"),
        "expirationDate": expires,
        "site": statement.concept("approachSiteCode"),
        "route": statement.concept("routeCode"),
        "doseQuantity": quantity_of(statement.first("doseQuantity")),
        "performer": [{"actor": one} for one in statement.people("performer")],
        "note": parts.notes() + parts.instructions("instruction"),
        **parts.reasons(),
        "reaction": _reactions(parts),
        "protocolApplied": _protocol(statement, parts),
    }
    parts.rest()
    return statement.keep(resource)


def _vaccine(statement: Statement) -> JsonObject:
    made = product.product_of(statement)
    found = product.product_code(find(made, "manufacturedMaterial"), statement.scope)
    words = "" if found else statement.words()
    return found or ({"text": words} if words else clinical_types.unstated())


def _status(statement: Statement, parts: Parts) -> JsonObject:
    """A negated immunization was not done; a refusal inside it says why."""
    why = [one.statement for one in parts.take("refusal")]
    reason = next((one for one in (w.concept("code") for w in why) if one), None)
    if statement.negated:
        return {"status": "not-done", "statusReason": reason}
    return {
        "status": statement.status("Immunization", "completed"),
        "statusReason": reason,
    }


def _occurrence(statement: Statement) -> JsonObject:
    """Return when it was given; FHIR demands words where no date is known."""
    time, scope = statement.first("effectiveTime"), statement.scope
    moment = clinical_types.start(time, scope)
    moment = moment or clinical_types.moment(time, scope, "center")
    moment = moment or clinical_types.moment(time, scope, "high")
    if moment:
        return {"occurrenceDateTime": moment}
    return {"occurrenceString": clinical_types.absent(time)["coding"][0]["code"]}


def _reactions(parts: Parts) -> list[JsonObject]:
    taken = parts.linked("CAUS", "MFST") + parts.take("reaction")
    found: list[JsonObject] = []
    for one in taken:
        moment = clinical_types.start(
            one.statement.first("effectiveTime"), one.statement.scope
        )
        reference, kind = one.made()
        if kind == "Observation":
            detail = {"reference": reference}
            found.append(compact({"date": moment, "detail": detail}))
        else:
            one.statement.scope.lost(one.holder, "relation")
    return found


def _protocol(statement: Statement, parts: Parts) -> list[JsonObject]:
    """Return the rank of the dose: an observation, an ordered act, or repeatNumber."""
    ranks = [one.statement.first("value") for one in parts.take("dose-number")]
    told = [attribute(one, "value") for one in ranks]
    told += [one.sequence for one in parts.take("dose-sequence")]
    told.append(attribute(statement.first("repeatNumber"), "value"))
    numbers = map(quantities.number, told)
    found = (n for n in numbers if isinstance(n, int) and 0 < n < 10**6)
    return [{"doseNumberPositiveInt": n} for n in found][:1]


def recommendation(statement: Statement) -> str:
    """Map a planned immunization to an ImmunizationRecommendation; its reference."""
    parts, scope = parts_of(statement), statement.scope
    time = statement.first("effectiveTime")
    bounds = {"30981-5": find(time, "low"), "59777-3": find(time, "high")}
    bounds["30980-7"] = time
    criteria = [
        {
            "code": {"coding": [{"system": _LOINC, "code": code}]},
            "value": date_time(attribute(element, "value")),
        }
        for code, element in bounds.items()
        if date_time(attribute(element, "value"))
    ]
    status = "complete" if statement.negated else "due"
    line = compact(
        {
            "vaccineCode": [_vaccine(statement)],
            "forecastStatus": {"coding": [{"system": _FORECAST, "code": status}]},
            **next(iter(_protocol(statement, parts)), {}),
            "dateCriterion": criteria,
            "description": "; ".join(one["text"] for one in parts.notes()),
        }
    )
    written = statement.authored() or clinical_types.moment(
        scope.root, scope, "effectiveTime"
    )
    date = {"date": written} if written else {"_date": clinical_types.unstated()}
    resource = statement.base("ImmunizationRecommendation") | {
        "patient": scope.subject,
        **date,
        "recommendation": [line],
    }
    parts.rest()
    return statement.keep(resource)
