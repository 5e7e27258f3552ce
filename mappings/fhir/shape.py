"""Is this FHIR? Element names, types, cardinalities: fhir.resources R4B, and what it skips.

The models only look; nothing they build is kept, because they do not write back what
they read (facts: 125 of 307 files change). R4B stands for R4: see the README.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mappings.fhir.bindings import check_bindings
from mappings.fhir.elements import step, string
from mappings.fhir.issues import error, warning
from mappings.mapped import Issue
from mappings.submission import JsonObject

if TYPE_CHECKING:
    from pydantic import BaseModel

_KIND = re.compile(r"[A-Z][A-Za-z]{1,63}")
_NESTED = {"contained": "", "entry": "resource", "parameter": "resource"}
_R4_ONLY = frozenset(
    {
        "EffectEvidenceSynthesis",
        "MedicinalProduct",
        "MedicinalProductAuthorization",
        "MedicinalProductContraindication",
        "MedicinalProductIndication",
        "MedicinalProductIngredient",
        "MedicinalProductInteraction",
        "MedicinalProductManufactured",
        "MedicinalProductPackaged",
        "MedicinalProductPharmaceutical",
        "MedicinalProductUndesirableEffect",
        "RiskEvidenceSynthesis",
        "SubstanceNucleicAcid",
        "SubstancePolymer",
        "SubstanceProtein",
        "SubstanceReferenceInformation",
        "SubstanceSourceMaterial",
        "SubstanceSpecification",
    }
)


def check(resource: JsonObject, expression: str) -> tuple[Issue, ...]:
    """Return what keeps ``resource`` from being FHIR R4, each with its FHIRPath.

    Contained resources and resources in Bundles and Parameters are checked by their own
    type. Never raises on any JSON object; no issue repeats a value.
    """
    found = (*_empty(resource, expression), *_check(resource, expression))
    return tuple(dict.fromkeys(found))


def _check(resource: JsonObject, expression: str) -> Iterator[Issue]:
    shell, nested = _apart(resource, expression)
    yield from _model_errors(shell, expression)
    yield from check_bindings(shell, expression)
    for inner, place in nested:
        if isinstance(inner, dict):
            yield from _check(inner, place)
        else:
            yield _not_a_resource(place)


def _apart(
    resource: JsonObject, expression: str
) -> tuple[JsonObject, list[tuple[Any, str]]]:
    """Take the inner resources out, so that each is judged by the model of its type."""
    shell, nested = dict(resource), []
    for name, member in _NESTED.items():
        value = resource.get(name)
        if not isinstance(value, list):
            continue
        place = step(expression, name)
        kept = []
        for index, item in enumerate(value):
            at = step(place, index)
            if not member:
                nested.append((item, at))
            elif isinstance(item, dict) and member in item:
                nested.append((item[member], step(at, member)))
                kept.append({k: v for k, v in item.items() if k != member})
            else:
                kept.append(item)
        shell[name] = kept
    return {k: v for k, v in shell.items() if k != "contained"}, nested


def _model_errors(shell: JsonObject, expression: str) -> Iterator[Issue]:
    kind = string(shell, "resourceType")
    if kind in _R4_ONLY:
        yield warning(
            "not-supported",
            expression,
            "This type of FHIR 4.0.1 is not checked: R4B no longer has it.",
            "Ce type de FHIR 4.0.1 n'est pas vérifié : R4B ne le connaît plus.",
        )
        return
    model = _model(kind)
    if model is None:
        yield _not_a_resource(step(expression, "resourceType"))
        return
    yield from _validate(model, shell, expression)


def _validate(
    model: "type[BaseModel]", shell: JsonObject, expression: str
) -> Iterator[Issue]:
    from pydantic import ValidationError  # noqa: PLC0415 - the models are slow to import

    try:
        model.model_validate(shell)
    except ValidationError as wrong:
        found = wrong.errors(
            include_url=False, include_input=False, include_context=False
        )
        for item in found:
            yield _issue(item["type"], item["loc"], expression)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        # The library itself stumbles on some wrong types; which element is not known.
        yield _issue("unknown", (), expression)


def _model(kind: str) -> "type[BaseModel] | None":
    if not _KIND.fullmatch(kind):
        return None
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - slow import
    from fhir.resources.R4B.resource import Resource  # noqa: PLC0415 - slow import

    try:
        model = get_fhir_model_class(kind)
    except (ValueError, KeyError, AttributeError):
        return None
    abstract = kind in {"Resource", "DomainResource"}
    return model if issubclass(model, Resource) and not abstract else None


def _issue(kind: str, place: tuple[str | int, ...], expression: str) -> Issue:
    for key in place:
        expression = expression if key == "root" else step(expression, key)
    if kind.endswith("missing"):
        text, texte = "A required element is missing.", "Un élément obligatoire manque."
        return error("required", expression, text, texte)
    if kind == "extra_forbidden":
        text, texte = "FHIR R4 has no such element.", "FHIR R4 n'a pas cet élément."
        return error("structure", expression, text, texte)
    return error(
        "value",
        expression,
        "The value does not have the form that its type requires.",
        "La valeur n'a pas la forme que son type impose.",
    )


def _not_a_resource(expression: str) -> Issue:
    return error(
        "structure",
        expression,
        "This is not a resource of FHIR R4.",
        "Ce n'est pas une ressource FHIR R4.",
    )


def _empty(value: object, expression: str, *, listed: bool = False) -> Iterator[Issue]:
    """Yield an error for each null, empty text, object or array (FHIR R4, json.html).

    Only an array may hold null, where an extension stands for the missing value.
    """
    if (value is None and not listed) or value in ("", [], {}):
        yield error(
            "structure",
            expression,
            "FHIR has no null and no empty text, object or array.",
            "FHIR n'admet ni null, ni texte, objet ou tableau vides.",
        )
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _empty(item, step(expression, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _empty(item, step(expression, index), listed=True)
