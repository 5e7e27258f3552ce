"""Is this FHIR? Element names, types, cardinalities: fhir.resources R4B, and what it skips.

The models only look; nothing they build is kept, because they do not write back what
they read (facts: 125 of 307 files change). R4B stands for R4: see the README.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from mappings.fhir.bindings import check_bindings
from mappings.fhir.elements import step, string
from mappings.fhir.issues import ERRORS_AT_MOST, error, warning
from mappings.mapped import Issue
from mappings.submission import JsonObject

if TYPE_CHECKING:
    from pydantic import BaseModel

VALUES_AT_MOST = 20_000
NAMES_AT_MOST = 200
"""In one element: no element of FHIR has half as many."""
ITEMS_FIRST = 20

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
    type. At most fifty errors are looked for. Never raises on any JSON object; no issue
    repeats a value.
    """
    found = chain(_check(resource, expression), _empty(resource, expression))
    kept: dict[Issue, None] = {}
    errors = 0
    for issue in found:
        kept[issue] = None
        errors += issue.severity == "error"
        if errors >= ERRORS_AT_MOST:
            break
    return tuple(kept)


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
    if _values(shell) > VALUES_AT_MOST:
        yield _too_large(expression)
        return
    # A wrong array is wrong from its start: then the rest of it is not looked at.
    start = {name: _started(item) for name, item in shell.items()}
    found = _errors(model, start)
    if not found and start != shell:
        found = _errors(model, shell)
    for kind, place in found[:ERRORS_AT_MOST]:
        yield _issue(kind, place, expression)


def _errors(
    model: "type[BaseModel]", shell: JsonObject
) -> list[tuple[str, tuple[str | int, ...]]]:
    """Return kind and place of each error the model finds."""
    from pydantic import ValidationError  # noqa: PLC0415 - the models are slow to import

    try:
        model.model_validate(shell)
    except ValidationError as wrong:
        found = wrong.errors(
            include_url=False, include_input=False, include_context=False
        )
        return [(item["type"], item["loc"]) for item in found]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        # The library itself stumbles on some wrong types; which element is not known.
        return [("unknown", ())]
    return []


def _values(value: object) -> int:
    """Count the values in ``value``; more names than any element has count as too many."""
    if isinstance(value, dict):
        return (
            VALUES_AT_MOST + 1 if len(value) > NAMES_AT_MOST else _sum(value.values())
        )
    return _sum(value) if isinstance(value, list) else 1


def _sum(values: Iterable[object]) -> int:
    return sum(_values(value) for value in values)


def _started(value: object) -> object:
    """Return ``value`` with the first items only of every array."""
    if isinstance(value, dict):
        return {name: _started(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_started(item) for item in value[:ITEMS_FIRST]]
    return value


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


def _too_large(expression: str) -> Issue:
    return error(
        "too-costly",
        expression,
        "One resource holds more than 20 000 values, or one element more than 200 names.",
        "Une ressource compte plus de 20 000 valeurs, ou un élément plus de 200 noms.",
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
