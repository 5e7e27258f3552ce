"""A document that replaces another: relatesTo and the PATCH entry must agree (ITI-65).

Source: PDSm, st_ajout (relatesTo replaces, plus a FHIRPath Patch that sets the old
document superseded); standards-fr.md 8.2.
"""

from collections.abc import Iterable

from mappings.fhir.elements import child, children, items, string
from mappings.fhir.issues import error, warning
from mappings.fhir.references import logical, token
from mappings.mapped import Issue
from mappings.submission import JsonObject

_PATHS = frozenset({"DocumentReference.status", "status"})


def replaced(
    resource: JsonObject, expression: str
) -> tuple[frozenset[str], tuple[Issue, ...]]:
    """Return the names of the document that ``resource`` replaces; none when it does not.

    A name is a literal reference or a business identifier as ``system|value``. Errors:
    more than one replaced document, or one that nothing names.
    """
    links = [
        (index, child(link, "target"))
        for index, link in items(resource, "relatesTo")
        if string(link, "code") == "replaces"
    ]
    if not links:
        return frozenset(), ()
    index, target = links[0]
    names = _names(target)
    if len(links) == 1 and names:
        return names, ()
    place = f"{expression}.relatesTo[{index}].target"
    return names, (
        error(
            "business-rule",
            place,
            "A document replaces exactly one other, named by reference or identifier.",
            "Un document en remplace exactement un autre, nommé par référence ou "
            "identifiant.",
        ),
    )


def preferred(names: frozenset[str]) -> str:
    """Return the one name to keep: the reference when there is one, else the identifier."""
    return min(names, key=lambda name: ("|" in name, name), default="")


def patched(entry: JsonObject, expression: str) -> tuple[str, tuple[Issue, ...]]:
    """Return the name of the document that a PATCH entry sets superseded.

    Errors: a patch of anything else, which ITI-65 does not allow.
    """
    url = string(child(entry, "request"), "url")
    identifier = next(map(token, logical({"reference": url})), None)
    name = str(identifier) if identifier else url
    known = url.startswith(("DocumentReference/", "DocumentReference?identifier="))
    if known and _supersedes(child(entry, "resource")):
        return name, ()
    return name, (
        error(
            "not-supported",
            expression,
            "A patch in a deposit may only set a replaced document superseded.",
            "Un PATCH dans un dépôt ne peut que passer un document remplacé à superseded.",
        ),
    )


def agree(
    replacements: Iterable[tuple[frozenset[str], str]],
    patches: Iterable[tuple[str, str]],
) -> tuple[Issue, ...]:
    """Return what does not fit between the replacements and the patches of a request.

    Both come with their FHIRPath. A patch that no relatesTo announces is an error; a
    replacement without its patch is a warning, since its meaning is complete.
    """
    announced, done = list(replacements), list(patches)
    names = {name for found, _ in announced for name in found}
    orphans = [_unannounced(place) for name, place in done if name not in names]
    told = {name for name, _ in done}
    silent = [
        _unpatched(place) for found, place in announced if found and not found & told
    ]
    return (*orphans, *(() if orphans else silent))


def _names(target: JsonObject) -> frozenset[str]:
    reference = string(target, "reference")
    known = [str(i) for i in map(token, logical(target)) if i]
    literal = [reference] if reference and "?" not in reference else []
    return frozenset((*literal, *known))


def _supersedes(parameters: JsonObject) -> bool:
    operations = children(parameters, "parameter")
    if len(operations) != 1 or string(operations[0], "name") != "operation":
        return False
    parts = {string(p, "name"): p for p in children(operations[0], "part")}
    value = parts.get("value", {})
    return (
        string(parts.get("type", {}), "valueCode") == "replace"
        and string(parts.get("path", {}), "valueString") in _PATHS
        and "superseded" in {string(value, "valueCode"), string(value, "valueString")}
    )


def _unannounced(expression: str) -> Issue:
    return error(
        "business-rule",
        expression,
        "The patched document is not the one that relatesTo replaces.",
        "Le document modifié n'est pas celui que relatesTo remplace.",
    )


def _unpatched(expression: str) -> Issue:
    return warning(
        "required",
        expression,
        "The PATCH entry of the replaced document is missing; it is superseded anyway.",
        "L'entrée PATCH du document remplacé manque ; il passe quand même à superseded.",
    )
