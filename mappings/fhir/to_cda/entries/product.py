"""What medicine it is: manufacturedProduct, from a code or from a Medication."""

from mappings.fhir.elements import child, children, string
from mappings.fhir.to_cda.datatypes import concept, ratio, required, stamp
from mappings.fhir.to_cda.statement import PCC, Resource, templates
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject


def medicine(one: Resource) -> JsonObject:
    """Return the Medication a statement is about; a bare code is one with that code."""
    said = child(one.json, "medicationCodeableConcept")
    if said:
        return {"code": said}
    reference = child(one.json, "medicationReference")
    found = one.source.resource(reference, one.found)
    return found or {"code": {"text": string(reference, "display")}}


def consumable(one: Resource) -> Tag:
    """Return the consumable of an administration."""
    return tag("consumable", product(medicine(one)))


def product(found: JsonObject) -> Tag:
    """Return manufacturedProduct for a Medication: code, name, form, lot, ingredients."""
    code = child(found, "code")
    batch = child(found, "batch")
    lot, until = string(batch, "lotNumber"), stamp(string(batch, "expirationDate"))
    maker = string(child(found, "manufacturer"), "display")
    material = tag(
        "manufacturedMaterial",
        required("code", code),
        some("name", name_of(code)),
        some("lotNumberText", lot),
        concept("pharm:formCode", child(found, "form")),
        some("pharm:expirationTime", value=until),
        [_ingredient(i) for i in children(found, "ingredient")],
        classCode="MMAT",
        determinerCode="KIND",
    )
    organization = (
        tag("manufacturerOrganization", tag("name", maker)) if maker else None
    )
    return tag(
        "manufacturedProduct",
        templates(f"{PCC}.7.2"),
        material,
        organization,
        classCode="MANU",
    )


def name_of(code: JsonObject) -> str:
    """Return what a medicine is called: its words, else the first display."""
    displays = (string(one, "display") for one in children(code, "coding"))
    return string(code, "text") or next((one for one in displays if one), "")


def _ingredient(found: JsonObject) -> Tag:
    item = child(found, "itemCodeableConcept")
    substance = tag(
        "pharm:ingredient",
        required("pharm:code", item),
        some("pharm:name", name_of(item)),
        classCode="MMAT",
        determinerCode="KIND",
    )
    return tag(
        "pharm:ingredient",
        ratio("pharm:quantity", child(found, "strength")),
        substance,
        classCode="ACTI" if found.get("isActive") else "INGR",
    )
