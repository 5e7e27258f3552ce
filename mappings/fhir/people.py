"""Who wrote a document and for which structure, as ``system|value`` strings.

Sources: standards-fr.md 3.4: PS_IdNat is ``8`` and the RPPS number; Struct_IdNat is
``1`` and FINESS, ``2`` and SIREN, ``3`` and SIRET.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from mappings.fhir.elements import child, string
from mappings.fhir.issues import warning
from mappings.fhir.references import Found, Scope, identifiers, logical, token
from mappings.mapped import Issue
from mappings.submission import Identifier, JsonObject

PROFESSIONALS = "urn:oid:1.2.250.1.71.4.2.1"
STRUCTURES = "urn:oid:1.2.250.1.71.4.2.2"

_ROLE_ENDS = (("practitioner", "Practitioner"), ("organization", "Organization"))
_NATIONAL = {
    ("rpps.esante.gouv.fr", 11): (PROFESSIONALS, "8"),
    ("finess.esante.gouv.fr", 9): (STRUCTURES, "1"),
    ("sirene.fr", 9): (STRUCTURES, "2"),
    ("sirene.fr", 14): (STRUCTURES, "3"),
}


@dataclass(frozen=True, slots=True)
class People:
    """Identifiers of persons and of structures, and what could not be followed."""

    persons: frozenset[str] = frozenset()
    structures: frozenset[str] = frozenset()
    issues: tuple[Issue, ...] = ()

    def __or__(self, other: "People") -> "People":
        """Return everybody of both."""
        return People(
            self.persons | other.persons,
            self.structures | other.structures,
            (*self.issues, *other.issues),
        )


def national(identifier: Identifier) -> Identifier:
    """Return the national form of an RPPS, FINESS, SIREN or SIRET number; others as is."""
    host = identifier.system.removeprefix("https://").removeprefix("http://")
    known = _NATIONAL.get((host.rstrip("/"), len(identifier.value)))
    if known is None or not identifier.value.isdigit():
        return identifier
    return Identifier(known[0], known[1] + identifier.value)


def people_of(scope: Scope, references: Iterable[tuple[JsonObject, str]]) -> People:
    """Return everybody that ``references`` (each with its FHIRPath) lead to."""
    found = People()
    for reference, expression in references:
        found |= _follow(scope, reference, expression, string(reference, "type"))
    return found


def _follow(scope: Scope, reference: JsonObject, expression: str, kind: str) -> People:
    found, target = _named(scope, reference, expression, kind)
    if target is None or string(target.resource, "resourceType") != "PractitionerRole":
        return found
    inner = scope.at(target)
    for name, role in _ROLE_ENDS:
        below = child(target.resource, name)
        if below:
            # One level only: a role that leads back to a role is not followed.
            found |= _named(inner, below, f"{target.expression}.{name}", role)[0]
    return found


def _named(
    scope: Scope, reference: JsonObject, expression: str, kind: str
) -> tuple[People, Found | None]:
    target = scope.resolve(reference)
    named = frozenset(_tokens(logical(reference)))
    if target is None:
        dangling = (
            string(reference, "reference").startswith(("#", "urn:")) and not named
        )
        issues = (_nowhere(expression),) if dangling else ()
        return _as(kind or _kind_in(reference), named, issues), None
    named |= frozenset(_tokens(identifiers(target.resource)))
    return _as(string(target.resource, "resourceType"), named, ()), target


def _as(kind: str, named: frozenset[str], issues: tuple[Issue, ...]) -> People:
    if kind == "Organization":
        return People(structures=named, issues=issues)
    return People(persons=named, issues=issues)


def _kind_in(reference: JsonObject) -> str:
    return string(reference, "reference").partition("?")[0].partition("/")[0]


def _tokens(found: Iterable[JsonObject]) -> Iterator[str]:
    for identifier in found:
        known = token(identifier)
        if known:
            yield str(national(known))


def _nowhere(expression: str) -> Issue:
    return warning(
        "not-found",
        expression,
        "The reference points to nothing in this request.",
        "La référence ne désigne rien dans cette requête.",
    )
