"""What medicine it is: a CodeableConcept, or a contained Medication when more is said."""

from mappings.cda.datatypes import attribute, date_time, find, text
from mappings.cda.to_fhir import clinical_types, quantities
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.to_fhir.scope import Scope
from mappings.cda.xml import Element
from mappings.submission import JsonObject

_HOLDERS = ("consumable", "product")


def medication(statement: Statement) -> JsonObject:
    """Return ``medicationCodeableConcept``, or a contained Medication with its reference.

    Contained, because a medicine told apart from its patient has no meaning of its own,
    and must be hidden with the statement that names it. A part of a statement that names
    no medicine is about that of the statement.
    """
    scope, product = statement.scope, _product(statement)
    material = find(product, "manufacturedMaterial")
    code = product_code(material, scope)
    details = _details(product, material, scope)
    if not details:
        words = statement.words()
        said = {"text": words} if words else clinical_types.unstated()
        return {"medicationCodeableConcept": code or said}
    resource = {"resourceType": "Medication", "id": "medication", "code": code}
    return {
        "contained": [compact(resource | details)],
        "medicationReference": {"reference": "#medication"},
    }


def _product(statement: Statement) -> Element | None:
    element: Element | None = statement.element
    while element is not None and not str(element.tag).endswith("}section"):
        for name in _HOLDERS:
            found = find(element, name, "manufacturedProduct")
            if found is not None:
                return found
        element = element.getparent()
    return None


def product_of(statement: Statement) -> Element | None:
    """Return the manufacturedProduct of a statement itself."""
    found = (statement.first(name, "manufacturedProduct") for name in _HOLDERS)
    return next((one for one in found if one is not None), None)


def product_code(material: Element | None, scope: Scope) -> JsonObject | None:
    """Return the code of a medicine with the classes (ATC) it is said to belong to."""
    found = clinical_types.concept(find(material, "code"), scope) or {}
    named = text(find(material, "name"))
    classes = _foreign(
        material, "asSpecializedKind", "generalizedMedicineClass", "code"
    )
    named_classes = [one for one in map(clinical_types.coding, classes) if one]
    codings = clinical_types.once([*found.get("coding", []), *named_classes])
    answer = {"coding": codings} if codings else {}
    words = found.get("text") or named
    if named and named not in words:
        words = f"{words} ({named})"
    return answer | ({"text": words} if words else {}) or None


def _details(
    product: Element | None, material: Element | None, scope: Scope
) -> JsonObject:
    maker = text(find(product, "manufacturerOrganization", "name"))
    return compact(
        {
            "manufacturer": {"display": maker} if maker else None,
            "form": clinical_types.concept(_one(material, "formCode"), scope),
            "amount": _amount(material),
            "ingredient": [
                one
                for one in (
                    _ingredient(i, scope) for i in _foreign(material, "ingredient")
                )
                if one
            ],
            "batch": batch(material),
        }
    )


def batch(material: Element | None) -> JsonObject:
    """Return ``lotNumber`` and ``expirationDate``, as far as they are said."""
    expires = attribute(_one(material, "expirationTime"), "value")
    return compact(
        {
            "lotNumber": text(find(material, "lotNumberText")),
            "expirationDate": date_time(expires),
        }
    )


def _amount(material: Element | None) -> JsonObject | None:
    """Return how much one package holds."""
    capacity = next(
        iter(
            _foreign(
                material, "asContent", "containerPackagedMedicine", "capacityQuantity"
            )
        ),
        None,
    )
    found = quantities.quantity(capacity)
    return None if found is None else {"numerator": found, "denominator": {"value": 1}}


def _ingredient(element: Element, scope: Scope) -> JsonObject | None:
    substance = _one(element, "ingredient")
    item = clinical_types.concept(_one(substance, "code"), scope)
    named = text(_one(substance, "name"))
    if named:
        item = {"text": named} | (item or {})
    if item is None:
        return None
    amount = _one(element, "quantity")
    answer: JsonObject = {"itemCodeableConcept": item}
    if attribute(element, "classCode") in {"ACTI", "ACTIB", "ACTIM", "ACTIR"}:
        answer["isActive"] = True
    return answer | compact({"strength": quantities.ratio(amount)})


def _foreign(element: Element | None, *path: str) -> list[Element]:
    """Return what is found along a path in any namespace (``pharm`` has had several)."""
    found = [] if element is None else [element]
    for name in path:
        found = [child for one in found for child in one.findall(f"{{*}}{name}")]
    return found


def _one(element: Element | None, name: str) -> Element | None:
    return next(iter(_foreign(element, name)), None)
