"""What statements inside a statement say of it: notes, reasons, severity, status.

A mapper takes the parts it has a field for; each of the others gets resources of its
own, and its lost relation is told.
"""

from collections.abc import Callable
from dataclasses import dataclass

from mappings.cda.datatypes import as_fhir, attribute, identifier
from mappings.cda.to_fhir import clinical_types, quantities, units
from mappings.cda.to_fhir.entries.statement import (
    Related,
    Statement,
    compact,
    references,
)
from mappings.submission import JsonObject

_OF_A_PROBLEM = frozenset({"reason", "condition"})


@dataclass(slots=True)
class Parts:
    """The statements inside one statement that nobody has taken yet."""

    left: list[Related]

    def where(self, chosen: Callable[[Related], bool]) -> list[Related]:
        """Take the parts that something is true of."""
        found: list[Related] = []
        left: list[Related] = []
        for one in self.left:
            (found if chosen(one) else left).append(one)
        self.left = left
        return found

    def take(self, *kinds: str) -> list[Related]:
        """Take the parts of these kinds."""
        return self.where(lambda one: one.kind in kinds)

    def linked(self, *links: str) -> list[Related]:
        """Take the parts that are related by one of these typeCodes."""
        return self.where(lambda one: one.link in links)

    def notes(self) -> list[JsonObject]:
        """Take the comments, as Annotations."""
        found = (annotation(one.statement) for one in self.take("comment"))
        return [one for one in found if one is not None]

    def instructions(self, *kinds: str) -> list[JsonObject]:
        """Take the instructions of some kinds, as CodeableConcepts with their text."""
        found = (instruction(one.statement) for one in self.take(*kinds))
        return [one for one in found if one]

    def concept(self, kind: str) -> JsonObject | None:
        """Take the parts of a kind; the CodeableConcept that the first of them states."""
        found = [stated(one.statement) for one in self.take(kind)]
        return next((one for one in found if one), None)

    def reasons(self) -> JsonObject:
        """Take the reasons: ``reasonCode`` where a code says it, else ``reasonReference``."""
        codes: list[JsonObject] = []
        targets: list[JsonObject] = []
        for one in self.linked("RSON") + self.take("reason"):
            code, target = _reason(one)
            codes += [code] if code else []
            targets += [target] if target else []
        return compact({"reasonCode": codes, "reasonReference": targets})

    def encounter(self) -> JsonObject | None:
        """Take the encounter a statement belongs to: by its number when it says no more."""
        found: JsonObject | None = None
        target: JsonObject | None
        for one in self.take("encounter"):
            inner = one.statement
            number = identifier(inner.first("id"))
            if inner.first("code") is None and inner.first("text") is None:
                target = None if number is None else {"identifier": as_fhir(number)}
            else:
                reference = one.own()
                target = {"reference": reference} if reference else None
            found = found or target
        return found

    def members(self, *types: str) -> list[JsonObject]:
        """Map every part that is left; return those that became one of some types.

        The relation of the others is lost, and told.
        """
        found = [(one, *one.made()) for one in self.left]
        self.left = []
        for one, reference, kind in found:
            if reference and kind not in types:
                one.statement.scope.lost(one.holder, "relation")
        return references([reference for _, reference, kind in found if kind in types])

    def rest(self) -> None:
        """Map every part that is left to resources of its own; tell the lost relations."""
        for one in self.left:
            one.apart()
        self.left = []


def parts_of(statement: Statement) -> Parts:
    """Return the parts of a statement, none taken."""
    return Parts(statement.related())


def annotation(statement: Statement) -> JsonObject | None:
    """Map a comment to an Annotation; None when it has no words."""
    words = statement.words() or clinical_types.said(
        statement.first("code", "originalText"), statement.scope
    )
    who, time = statement.person("author"), statement.authored()
    parts_of(statement).rest()
    if not words:
        return None
    return compact({"authorReference": who, "time": time, "text": words})


def instruction(statement: Statement) -> JsonObject | None:
    """Map an instruction to a CodeableConcept: what it says, else what it is called."""
    words = statement.words()
    found = None if words else statement.concept("code")
    parts_of(statement).rest()
    return {"text": words} if words else found


def stated(statement: Statement) -> JsonObject | None:
    """Return the CodeableConcept a part states; a negated part states none."""
    found = statement.concept("value")
    words = "" if found else statement.words()
    if statement.negated:
        statement.scope.lost(statement.element, "negated-part")
        found, words = None, ""
    parts_of(statement).rest()
    return found or ({"text": words} if words else None)


def _reason(one: Related) -> tuple[JsonObject | None, JsonObject | None]:
    """Return a reason as a code, or as a reference to where it is told."""
    inner = one.statement
    if one.kind in _OF_A_PROBLEM and not inner.negated:
        found = inner.concept("value") or _worded(inner)
        parts_of(inner).rest()
        return found, None
    if one.kind == "pointer":
        return _pointer(inner)
    reference = one.own()
    return None, ({"reference": reference} if reference else None)


def _worded(statement: Statement) -> JsonObject | None:
    words = statement.words()
    return {"text": words} if words else None


def _pointer(statement: Statement) -> tuple[JsonObject | None, JsonObject | None]:
    """Map a pointer: its code is the reason; without one, the identifier it points to."""
    found = statement.concept("code")
    own = identifier(statement.first("id"))
    parts_of(statement).rest()
    if found or own is None:
        return found, None
    return None, {"identifier": as_fhir(own)}


def onset_age(statement: Statement) -> JsonObject | None:
    """Return the Age a part states (``445518008``), in UCUM years unless it says other."""
    value = statement.first("value")
    parts_of(statement).rest()
    if attribute(value, "unit"):
        return quantities.duration(value)
    years = quantities.quantity(value)
    return None if years is None else years | {"system": units.UCUM, "code": "a"}
