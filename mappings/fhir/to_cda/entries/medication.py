"""MedicationStatement, MedicationRequest and Immunization: substanceAdministration."""

from mappings.fhir.elements import child, children, string
from mappings.fhir.to_cda.datatypes import (
    concept,
    interval,
    number,
    quantity,
    required,
    stamp,
    when,
)
from mappings.fhir.to_cda.entries import dosage
from mappings.fhir.to_cda.entries.product import consumable, product
from mappings.fhir.to_cda.people import author
from mappings.fhir.to_cda.statement import (
    PCC,
    Resource,
    act_status,
    known,
    loinc,
    part,
    relation,
    status_of,
    templates,
)
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject

_MOODS = {"order": "RQO", "proposal": "PRP", "plan": "INT"}
_ACT_CODE = "2.16.840.1.113883.5.4"
_SUPPLY = "2.16.840.1.113883.10.20.22.4.17"
_STATUSES = frozenset({"active", "on-hold", "completed", "stopped"})


def medication(one: Resource) -> Tag:
    """Return the administration of a MedicationStatement or MedicationRequest.

    Several dosages, or one with a rank, are administrations inside it (IHE PCC).
    """
    found = one.json
    given = children(found, "dosage") or children(found, "dosageInstruction")
    alone = given[0] if len(given) == 1 and "sequence" not in given[0] else {}
    status = string(found, "status")
    negated = status == "not-taken" or found.get("doNotPerform") is True
    return tag(
        "substanceAdministration",
        templates("2.16.840.1.113883.10.20.1.24"),
        one.ids(),
        _code(found),
        tag("statusCode", code=act_status(one.kind, status, "active")),
        dosage.times(alone, _use(found)),
        dosage.amounts(alone),
        consumable(one),
        one.performers() if one.kind == "MedicationRequest" else None,
        _written(one),
        one.reasons(),
        [] if alone else dosage.phases(given),
        dosage.sayings(alone),
        _status(status),
        _supply(child(found, "dispenseRequest")),
        one.notes(),
        dosage.as_needed(alone),
        classCode="SBADM",
        moodCode=_mood(one),
        negationInd="true" if negated else "",
    )


def _use(found: JsonObject) -> Tag | None:
    """Return the interval of use; CDA has no type for a moment among several times."""
    moment = stamp(string(found, "effectiveDateTime"))
    if moment:
        return tag("effectiveTime", value=moment)
    return when("effectiveTime", found, "effective", kind="IVL_TS")


def _mood(one: Resource) -> str:
    if one.kind == "MedicationStatement":
        return "EVN"
    return _MOODS.get(string(one.json, "intent"), "INT")


def _code(found: JsonObject) -> Tag:
    categories = found.get("category")
    listed = (
        [categories] if isinstance(categories, dict) else children(found, "category")
    )
    drug = tag("code", code="DRUG", codeSystem=_ACT_CODE)
    return concept("code", next(iter(listed), {})) or drug


def _written(one: Resource) -> Tag | None:
    if one.kind == "MedicationRequest":
        return one.authored("requester", "authoredOn")
    moment, who = string(one.json, "dateAsserted"), child(one.json, "informationSource")
    return (
        author("author", who, moment, one.source, one.found) if moment or who else None
    )


def _status(status: str) -> list[Tag]:
    """Return the status that ActStatus is too coarse for."""
    if status not in _STATUSES:
        return []
    said = concept("value", known("medication-status", status, fhir=""), kind="CE")
    return part(
        "REFR", "2.16.840.1.113883.10.20.1.47", loinc("33999-4", "Status"), said
    )


def _supply(request: JsonObject) -> list[Tag]:
    if not request:
        return []
    period, again = (
        child(request, "validityPeriod"),
        request.get("numberOfRepeatsAllowed"),
    )
    wait = quantity("width", child(request, "expectedSupplyDuration"))
    fills = str(again + 1) if isinstance(again, int) else ""
    supply = tag(
        "supply",
        templates(_SUPPLY),
        tag("statusCode", code="active"),
        interval(
            "effectiveTime",
            string(period, "start"),
            string(period, "end"),
            kind="IVL_TS",
        ),
        some("repeatNumber", value=fills),
        quantity("quantity", child(request, "quantity")),
        tag("expectedUseTime", wait) if wait else None,
        classCode="SPLY",
        moodCode="RQO",
    )
    return [relation("COMP", supply)]


def immunization(one: Resource) -> Tag:
    """Return the administration of a vaccine; one that was not done is negated."""
    found = one.json
    status = string(found, "status")
    refused = status == "not-done"
    vaccine = {
        "code": child(found, "vaccineCode"),
        "batch": {
            "lotNumber": string(found, "lotNumber"),
            "expirationDate": string(found, "expirationDate"),
        },
        "manufacturer": child(found, "manufacturer"),
    }
    moment = stamp(string(found, "occurrenceDateTime"))
    return tag(
        "substanceAdministration",
        templates(f"{PCC}.12", "2.16.840.1.113883.10.20.1.24"),
        one.ids(),
        tag("code", code="IMMUNIZ", codeSystem=_ACT_CODE),
        tag("statusCode", code=act_status("Immunization", status, "completed")),
        tag("effectiveTime", value=moment)
        if moment
        else tag("effectiveTime", nullFlavor="UNK"),
        concept("routeCode", child(found, "route")),
        concept("approachSiteCode", child(found, "site")),
        quantity("doseQuantity", child(found, "doseQuantity")),
        tag("consumable", product(vaccine)),
        one.performers(),
        one.authored("recorder", "recorded"),
        one.reasons(),
        _dose_number(found),
        _refusal(child(found, "statusReason")),
        one.notes(),
        classCode="SBADM",
        moodCode="EVN",
        negationInd="true" if refused else "false",
    )


def _dose_number(found: JsonObject) -> list[Tag]:
    protocol = next(iter(children(found, "protocolApplied")), {})
    rank = number(protocol.get("doseNumberPositiveInt"))
    value = tag("value", type="INT", value=rank) if rank else None
    code = loinc("30973-2", "Dose number")
    return part("SUBJ", "2.16.840.1.113883.10.20.1.46", code, value)


def _refusal(reason: JsonObject) -> list[Tag]:
    if not status_of(reason) and not string(reason, "text"):
        return []
    observation = tag(
        "observation",
        templates("2.16.840.1.113883.10.20.22.4.53"),
        tag("id", nullFlavor="UNK"),
        required("code", reason),
        tag("statusCode", code="completed"),
        classCode="OBS",
        moodCode="EVN",
    )
    return [relation("RSON", observation)]
