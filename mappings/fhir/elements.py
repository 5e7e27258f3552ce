"""Reading FHIR JSON without trusting its shape: every accessor here is total.

A missing element and one of the wrong JSON type read the same: empty. Wrong types are
reported by :mod:`mappings.fhir.shape`; no reader of this package can fail on them.
"""

import re
from collections.abc import Iterator

from mappings.submission import JsonObject

ROOTS = frozenset(
    {
        "Bundle",
        "Composition",
        "DocumentReference",
        "List",
        "Binary",
        "Patient",
        "Parameters",
    }
)
_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")


def string(owner: JsonObject, name: str) -> str:
    """Return the string element ``name`` of ``owner``, or an empty string."""
    value = owner.get(name)
    return value if isinstance(value, str) else ""


def child(owner: JsonObject, *names: str) -> JsonObject:
    """Return the object found by following ``names`` from ``owner``, or an empty one."""
    for name in names:
        value = owner.get(name)
        owner = value if isinstance(value, dict) else {}
    return owner


def items(owner: JsonObject, name: str) -> Iterator[tuple[int, JsonObject]]:
    """Yield index and value of each object in the array ``name`` of ``owner``."""
    value = owner.get(name)
    for index, item in enumerate(value if isinstance(value, list) else ()):
        if isinstance(item, dict):
            yield index, item


def children(owner: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """Return the objects in the array ``name`` of ``owner``."""
    return tuple(item for _, item in items(owner, name))


def strings(owner: JsonObject, name: str) -> tuple[str, ...]:
    """Return the strings in the array ``name`` of ``owner``."""
    value = owner.get(name)
    listed = value if isinstance(value, list) else ()
    return tuple(item for item in listed if isinstance(item, str))


def extension(owner: JsonObject, url: str) -> JsonObject:
    """Return the first extension of ``owner`` with this url, or an empty object."""
    return next((e for e in children(owner, "extension") if e.get("url") == url), {})


def codings(concept: JsonObject) -> tuple[JsonObject, ...]:
    """Return the codings of a CodeableConcept."""
    return children(concept, "coding")


def words(text: str) -> frozenset[str]:
    """Return the set of words in ``text``: the short form of a long table of names."""
    return frozenset(text.split())


def root(resource: object) -> str:
    """Return the FHIRPath root for ``resource``: its type when well known, else Resource."""
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    return kind if isinstance(kind, str) and kind in ROOTS else "Resource"


def step(expression: str, key: str | int) -> str:
    """Return the FHIRPath one step below ``expression``.

    A key that cannot be an element name may hold anything, so it is not repeated:
    the expression then stays at the parent.
    """
    if isinstance(key, int):
        return f"{expression}[{key}]"
    return f"{expression}.{key}" if _NAME.fullmatch(key) else expression
