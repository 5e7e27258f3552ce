"""A strict way through the JSON of a Consent: what is not understood is refused by its place."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


class ConsentError(Exception):
    """A Consent that we cannot keep to: it is refused whole, never followed in part.

    ``expression`` is the FHIRPath of the element, ``text`` and ``texte`` say what is
    wrong in English and French; none of them holds a value of the Consent. ``missing``
    names every element that is needed and not there, when that is what is wrong.
    """

    def __init__(
        self, expression: str, text: str, texte: str, missing: tuple[str, ...] = ()
    ) -> None:
        """Keep the places and the words; the message is the (first) place."""
        super().__init__(expression)
        self.expression = expression
        self.text = text
        self.texte = texte
        self.missing = missing


def absent(missing: tuple[str, ...]) -> ConsentError:
    """Return the error for elements that are needed and not there, at least one."""
    return ConsentError(
        missing[0],
        "A Consent needs this element, and it is missing.",
        "Un Consent a besoin de cet élément, et il manque.",
        missing,
    )


@dataclass(frozen=True, slots=True)
class Element:
    """An object of the resource and its FHIRPath."""

    path: str
    value: Json

    def refused(self, name: str, text: str, texte: str) -> ConsentError:
        """Return the error for a child, or for the element itself when it has no name."""
        path = f"{self.path}.{name}" if name else self.path
        return ConsentError(path, text, texte)

    def need(self, name: str) -> None:
        """Refuse when a child that must be there is not."""
        if name not in self.value:
            raise absent((f"{self.path}.{name}",))

    def only(self, known: frozenset[str]) -> None:
        """Refuse the first child that is not known: it could change what is meant."""
        for name in self.value:
            if name not in known:
                raise self.refused(
                    name if name.isidentifier() else "",
                    "This element is not understood here, so the Consent is refused.",
                    "Cet élément n'est pas compris ici : le Consent est refusé.",
                )

    def text(self, name: str, *, required: bool = True) -> str:
        """Return a text child; empty when it is absent and need not be there."""
        if required:
            self.need(name)
        value = self.value.get(name, "")
        if not isinstance(value, str) or (required and not value):
            raise self.refused(
                name, "A text is needed here.", "Un texte est attendu ici."
            )
        return value

    def child(self, name: str) -> "Element":
        """Return an object child, which must be there."""
        self.need(name)
        value = self.value.get(name)
        if not isinstance(value, dict) or not value:
            raise self.refused(
                name, "An object is needed here.", "Un objet est attendu ici."
            )
        return Element(f"{self.path}.{name}", value)

    def optional(self, name: str) -> "Element | None":
        """Return an object child, or None when there is none."""
        return self.child(name) if name in self.value else None

    def each(self, name: str, *, required: bool = False) -> list["Element"]:
        """Return the objects of a list child; an empty list is no list in FHIR."""
        if required:
            self.need(name)
        values = self.value.get(name)
        if values is None and not required:
            return []
        if not isinstance(values, list) or not values:
            raise self.refused(
                name, "A list is needed here.", "Une liste est attendue ici."
            )
        found = []
        for index, value in enumerate(values):
            if not isinstance(value, dict) or not value:
                raise self.refused(
                    f"{name}[{index}]",
                    "An object is needed here.",
                    "Un objet est attendu ici.",
                )
            found.append(Element(f"{self.path}.{name}[{index}]", value))
        return found

    def codings(self) -> list["Element"]:
        """Return the codings of this CodeableConcept."""
        return self.each("coding", required=True)

    @property
    def coded(self) -> tuple[str, str]:
        """The system and the code of this Coding."""
        return self.text("system"), self.text("code")
