"""JSON numbers that keep the text they were written with (FHIR R4, datatypes, decimal).

``1.50`` and ``1.5`` are two different statements in FHIR: precision is part of a value.
"""

from decimal import Decimal
from typing import Self

LONGEST = 256
"""Characters a number may have: far above any measure, far below what costs time."""

_EXPONENT = 308


class WrittenDecimal(Decimal):
    """A Decimal that remembers how it was written; equal to the Decimal of that text."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        """Build the number from its JSON text; the text must be a JSON number."""
        number = super().__new__(cls, text)
        number.text = text
        return number


class Unusable:
    """Stands where a number, or a repeated name, was found that no reader may accept."""

    __slots__ = ("code", "text", "texte")

    def __init__(self, code: str, text: str, texte: str) -> None:
        """Keep the issue type and the two sentences to be said of the place."""
        self.code = code
        self.text = text
        self.texte = texte


TOO_LONG = Unusable("value", "The number is too long.", "Le nombre est trop long.")
TOO_LARGE = Unusable(
    "value",
    "The number is outside the range that every reader can hold.",
    "Le nombre sort de l'intervalle que tout lecteur peut représenter.",
)
NOT_A_NUMBER = Unusable(
    "structure",
    "NaN and Infinity are not JSON.",
    "NaN et Infinity n'existent pas en JSON.",
)


def integer(text: str) -> "int | WrittenDecimal | Unusable":
    """Read a JSON integer; ``-0`` keeps its sign, an overlong one is unusable."""
    if len(text) > LONGEST:
        return TOO_LONG
    return WrittenDecimal(text) if text == "-0" else int(text)


def decimal(text: str) -> "WrittenDecimal | Unusable":
    """Read a JSON number with a fraction or an exponent, keeping its text."""
    if len(text) > LONGEST:
        return TOO_LONG
    number = WrittenDecimal(text)
    if number and abs(number.adjusted()) > _EXPONENT:
        return TOO_LARGE
    return number


def constant(_name: str) -> Unusable:
    """Read one of the three names that Python's reader accepts and JSON does not."""
    return NOT_A_NUMBER
