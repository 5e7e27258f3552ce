"""Administrations of medicines: MedicationStatement when it happens, else MedicationRequest.

IHE PCC fixes the status of every administration as ``completed``; there the dates say
whether a treatment goes on, seen from the date of the document.
"""

from mappings.cda.datatypes import attribute
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.entries import allergy, product
from mappings.cda.to_fhir.entries.dosage import criteria, dosages, quantity_of, repeats
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.statement import (
    Statement,
    compact,
    references,
)
from mappings.cda.to_fhir.entries.timing import use
from mappings.submission import JsonObject

_FIXED_STATUS = "1.3.6.1.4.1.19376.1.5.3.1.4.7"
_MEDICINE = frozenset({"DRUG"})
_INTENTS = {"RQO": "order", "PRP": "proposal", "PRMS": "plan"}
_REQUESTS = frozenset({"INT", "RQO", "PRP", "PRMS", "ARQ"})


def medication(statement: Statement) -> str:
    """Map an administration by its mood and return the reference."""
    if statement.mood in _REQUESTS:
        return _request(statement)
    parts, times = parts_of(statement), statement.all("effectiveTime")
    period = use(times, statement.scope, "effective")
    resource = statement.base("MedicationStatement") | {
        "basedOn": references([one.own() for one in parts.take("supply-request")]),
        "status": _statement_status(statement, parts, period),
        "category": _use(statement),
        **product.medication(statement),
        "subject": statement.scope.subject,
        "context": parts.encounter(),
        **period,
        "dateAsserted": statement.authored(),
        "informationSource": statement.person("informant", "author"),
        **parts.reasons(),
        "dosage": dosages(statement, parts, bounds=False),
        "note": _notes(parts),
    }
    resource["derivedFrom"] = _owned(parts, "dispense", "observation")
    resource["derivedFrom"] += criteria(statement)
    parts.rest()
    return statement.keep(resource)


def _request(statement: Statement) -> str:
    parts, times = parts_of(statement), statement.all("effectiveTime")
    period = use(times, statement.scope, "effective")
    ordered = statement.known.name == "prescription"
    resource = statement.base("MedicationRequest") | {
        "status": _request_status(statement, parts, period),
        "intent": "order" if ordered else _INTENTS.get(statement.mood, "plan"),
        "category": [used] if (used := _use(statement)) else [],
        "doNotPerform": True if statement.negated else None,
        **product.medication(statement),
        "subject": statement.scope.subject,
        "encounter": parts.encounter(),
        "authoredOn": statement.authored(),
        "requester": statement.person("author"),
        "performer": statement.person("performer"),
        **parts.reasons(),
        "dosageInstruction": dosages(statement, parts, bounds=True),
        "dispenseRequest": _supply(statement, parts),
        "substitution": _substitution(parts),
        "note": _notes(parts),
    }
    resource["supportingInformation"] = _owned(parts, "observation", "dispense")
    resource["supportingInformation"] += criteria(statement)
    parts.rest()
    return statement.keep(resource)


def _use(statement: Statement) -> JsonObject | None:
    """Return the code of the act, unless it says no more than that it is a medicine."""
    code = statement.first("code")
    if attribute(code, "code") in _MEDICINE:
        return None
    return clinical_types.concept(code, statement.scope)


def supply_request(statement: Statement) -> str:
    """Map a supply that is ordered apart from any administration: MedicationRequest."""
    parts = parts_of(statement)
    resource = statement.base("MedicationRequest") | {
        "status": statement.status("MedicationRequest", "unknown"),
        "intent": _INTENTS.get(statement.mood, "order"),
        "doNotPerform": True if statement.negated else None,
        **product.medication(statement),
        "subject": statement.scope.subject,
        "authoredOn": statement.authored(),
        "requester": statement.person("author"),
        "performer": statement.person("performer"),
        "dosageInstruction": [
            {"patientInstruction": one["text"]}
            for one in parts.instructions("instruction")
            if "text" in one
        ],
        "dispenseRequest": _supplied(statement),
        "note": _notes(parts),
    }
    parts.rest()
    return statement.keep(resource)


def _owned(parts: Parts, *kinds: str) -> list[JsonObject]:
    return references([one.own() for one in parts.take(*kinds)])


def _notes(parts: Parts) -> list[JsonObject]:
    """Return the comments, and what is said to who dispenses."""
    told = parts.instructions("instruction-dispenser")
    return parts.notes() + [{"text": one["text"]} for one in told if "text" in one]


def _statement_status(statement: Statement, parts: Parts, period: JsonObject) -> str:
    said = allergy.translated(parts.concept("status"), "medication-status")
    if statement.negated:
        return "not-taken"
    if said:
        return said
    if not _is_fixed(statement):
        return statement.status("MedicationStatement", "unknown")
    return _by_dates(statement, period)


def _request_status(statement: Statement, parts: Parts, period: JsonObject) -> str:
    said = allergy.translated(parts.concept("status"), "medication-status")
    if said in {"active", "on-hold", "completed", "stopped"}:
        return said
    if not _is_fixed(statement):
        return statement.status("MedicationRequest", "unknown")
    return "completed" if _by_dates(statement, period) == "completed" else "active"


def _is_fixed(statement: Statement) -> bool:
    code = attribute(statement.first("statusCode"), "code")
    templates = {attribute(one, "root") for one in statement.all("templateId")}
    return code == "completed" and _FIXED_STATUS in templates


def _by_dates(statement: Statement, period: JsonObject) -> str:
    """Return the status of a treatment on the day the document was written."""
    found = period.get("effectivePeriod", {})
    begin = found.get("start", period.get("effectiveDateTime", ""))
    end = found.get("end", period.get("effectiveDateTime", ""))
    scope = statement.scope
    today = clinical_types.moment(scope.root, scope, "effectiveTime")[:10]
    if end and today and end[:10] < today[: len(end)]:
        return "completed"
    if begin and today and begin[:10] > today:
        return "intended"
    return "active" if begin or end else "unknown"


def _supply(statement: Statement, parts: Parts) -> JsonObject | None:
    """Return what is to be dispensed; a repeatNumber of the line counts the renewals."""
    found: JsonObject = {}
    for one in parts.take("supply-request"):
        found |= _supplied(one.statement)
        parts_of(one.statement).rest()
    again = repeats(statement.first("repeatNumber"))
    return (
        found | ({"numberOfRepeatsAllowed": again} if again is not None else {}) or None
    )


def _supplied(statement: Statement) -> JsonObject:
    """Return quantity, repeats and validity of a supply.

    Its repeatNumber counts the times it may be filled, the first included (C-CDA R2.1).
    """
    fills = repeats(statement.first("repeatNumber"))
    wait = statement.first("expectedUseTime", "width")
    return compact(
        {
            "validityPeriod": clinical_types.period(
                statement.first("effectiveTime"), statement.scope
            ),
            "numberOfRepeatsAllowed": max(fills - 1, 0) if fills is not None else None,
            "quantity": quantity_of(statement.first("quantity")),
            "expectedSupplyDuration": quantities.duration(wait),
        }
    )


def _substitution(parts: Parts) -> JsonObject | None:
    for one in parts.take("substitution"):
        found = one.statement.concept("code")
        parts_of(one.statement).rest()
        if found:
            return {"allowedCodeableConcept": found}
    return None


def dispense(statement: Statement) -> str:
    """Map a supply that happened to a MedicationDispense and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    handed = clinical_types.start(statement.first("effectiveTime"), scope)
    actors = statement.people("performer", "author")
    items = [_ordered(one.statement) for one in parts.take("prescription-item")]
    resource = statement.base("MedicationDispense") | {
        "status": statement.status("MedicationDispense", "completed"),
        **product.medication(statement),
        "subject": scope.subject,
        "performer": [{"actor": one} for one in actors],
        "authorizingPrescription": references(items),
        "quantity": quantity_of(statement.first("quantity")),
        "whenHandedOver": handed,
        "dosageInstruction": dosages(statement, parts, bounds=False),
        "substitution": _substituted(parts),
        "note": _notes(parts),
    }
    if statement.negated:
        resource["status"] = "cancelled"
    parts.rest()
    return statement.keep(resource)


def _ordered(item: Statement) -> str:
    """Map the line of a prescription that a dispense answers.

    It may have named another medicine: what was dispensed is not claimed for it.
    """
    parts_of(item).rest()
    code = clinical_types.required(item.first("code"), item.scope)
    words = {"text": code["text"]} if "text" in code else clinical_types.unstated()
    resource = item.base("MedicationRequest") | {
        "status": item.status("MedicationRequest", "unknown"),
        "intent": "order",
        "medicationCodeableConcept": words,
        "subject": item.scope.subject,
        "authoredOn": item.authored(),
        "requester": item.person("author"),
    }
    return item.keep(resource)


def _substituted(parts: Parts) -> JsonObject | None:
    """Return whether another medicine was given: ``N`` says that none was."""
    for one in parts.take("substitution"):
        found = one.statement.concept("code")
        parts_of(one.statement).rest()
        if found:
            codes = {coding["code"] for coding in found.get("coding", [])}
            return {"wasSubstituted": codes != {"N"}, "type": found}
    return None
