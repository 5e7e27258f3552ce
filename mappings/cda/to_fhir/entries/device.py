"""Devices: implanted, worn or used: Device and DeviceUseStatement."""

from mappings.cda.datatypes import as_fhir, attribute, find, identifier, text
from mappings.cda.document import HL7
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.entries.parts import Parts, parts_of
from mappings.cda.to_fhir.entries.product import product_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.to_fhir.scope import Scope
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_H = f"{{{HL7}}}"
_REQUESTS = frozenset({"INT", "RQO", "PRP", "PRMS"})
_USED = frozenset({"DEV", "PRD"})


def devices(statement: Statement) -> list[JsonObject]:
    """Return a Reference to each device that takes part in a statement."""
    found = []
    for participant in statement.all("participant"):
        role = find(participant, "participantRole")
        if attribute(participant, "typeCode") in _USED and role is not None:
            found.append(device(role, statement.scope))
    return [{"reference": one} for one in found if one]


def used_device(statement: Statement) -> JsonObject | None:
    """Return a Reference to the device an observation was made with."""
    return next(iter(devices(statement)), None)


def device(role: Element, scope: Scope) -> str:
    """Map a participantRole to a Device; empty when it names none."""
    playing = find(role, "playingDevice")
    playing = find(role, "playingEntity") if playing is None else playing
    names = {
        "model-name": text(find(playing, "manufacturerModelName")),
        "user-friendly-name": text(find(playing, "name"))
        or text(find(playing, "softwareName")),
    }
    maker = find(role, "scopingEntity")
    numbers = [identifier(one) for one in role.findall(f"{_H}id")]
    said = compact(
        {
            "identifier": [as_fhir(one) for one in numbers if one is not None],
            "manufacturer": text(find(maker, "desc")) or text(find(maker, "name")),
            "deviceName": [{"name": n, "type": t} for t, n in names.items() if n],
            "type": clinical_types.concept(find(playing, "code"), scope),
        }
    )
    if not said:
        return ""
    resource = {"resourceType": "Device", **said, "patient": scope.subject}
    return scope.add(resource, role)


def device_use(statement: Statement) -> str:
    """Map a device that somebody has or uses to a DeviceUseStatement; its reference.

    A supply without a device is no use of one: it is told by its narrative only.
    """
    target = _target(statement)
    if not target:
        return ""
    if statement.mood in _REQUESTS:
        return _request(statement, target)
    parts, scope = parts_of(statement), statement.scope
    told = parts.linked("RSON", "COMP", "SUBJ")
    parts.left += [one for one in told if one.kind == "comment"]
    notes = parts.notes()
    told = [one for one in told if one.kind != "comment"]
    resource = statement.base("DeviceUseStatement") | {
        "status": statement.status("DeviceUseStatement", "active"),
        "subject": scope.subject,
        "derivedFrom": Parts(told).members("Observation", "Procedure"),
        **statement.when("timing"),
        "recordedOn": statement.authored(),
        "source": statement.person("author", "informant"),
        "device": target,
        "bodySite": statement.concept("targetSiteCode"),
        "note": notes,
    }
    if statement.negated:
        resource["status"] = "stopped"
        scope.lost(statement.element, "negated-part")
    parts.rest()
    return statement.keep(resource)


def _request(statement: Statement, target: JsonObject) -> str:
    """Map a device that is prescribed to a DeviceRequest and return its reference."""
    parts, scope = parts_of(statement), statement.scope
    notes = parts.notes()
    told = parts.instructions("instruction", "instruction-dispenser")
    quantity = quantities.quantity(statement.first("quantity"))
    lasts = quantities.quantity(statement.first("expectedUseTime", "width"))
    counted = {"quantity": quantity, "expected use time": lasts}
    resource = statement.base("DeviceRequest") | {
        "status": statement.status("DeviceRequest", "active"),
        "intent": "plan" if statement.mood == "PRP" else "order",
        "codeReference": target,
        "parameter": [
            {"code": {"text": name}, "valueQuantity": one}
            for name, one in counted.items()
            if one
        ],
        "subject": scope.subject,
        **statement.when("occurrence"),
        "authoredOn": statement.authored(),
        "requester": statement.person("author"),
        **parts.reasons(),
        "note": notes + [{"text": one["text"]} for one in told if "text" in one],
    }
    resource["supportingInfo"] = parts.members("Observation", "Procedure")
    if statement.negated:
        resource["status"] = "revoked"
    return statement.keep(resource)


def _target(statement: Statement) -> JsonObject | None:
    found = used_device(statement)
    if found:
        return found
    material = find(product_of(statement), "manufacturedMaterial")
    kind = clinical_types.concept(find(material, "code"), statement.scope)
    named = text(find(material, "name"))
    kind = kind or ({"text": named} if named else None)
    if kind is None or material is None:
        return None
    resource = {
        "resourceType": "Device",
        "type": kind,
        "patient": statement.scope.subject,
    }
    return {"reference": statement.scope.add(resource, material)}
