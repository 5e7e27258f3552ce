"""Values that never existed, of the shape of those that do: what absent is asked by."""

import re
import string
from random import Random

TAIL = 12
HEX = re.compile(r"[0-9a-f-]{8,}\Z")


def decoy(value: str, chance: Random) -> str:
    """Return a value of the same length and kinds of characters, with another end.

    Only the last twelve letters and digits are others: what a server checks stands in
    front (the version of a UUID, the root of an OID, the compartment within an id).
    """
    places = [i for i, each in enumerate(value) if each.isascii() and each.isalnum()]
    hexadecimal = HEX.search(value) is not None
    drawn = list(value)
    for place in places[-TAIL:]:
        drawn[place] = _other(value[place], chance, hexadecimal=hexadecimal)
    return "".join(drawn)


def word(chance: Random, length: int = 14) -> str:
    """Return a word that nobody writes: letters and digits that no template holds."""
    letters = string.ascii_lowercase
    drawn = (
        chance.choice("bcdfghjklmnpqrstvwxz" if i % 2 else letters)
        for i in range(length)
    )
    return "zq" + "".join(drawn)


def _other(each: str, chance: Random, *, hexadecimal: bool) -> str:
    if each.isdigit():
        return chance.choice("123456789")
    if hexadecimal:
        return chance.choice("abcdef")
    letters = string.ascii_lowercase
    return chance.choice(letters.upper() if each.isupper() else letters)
