"""French: *de* before a name, as *d'Inaya*, *de Tristan*. Pure.

Sure cases only: a vowel that is heard as one. Before an h, a y with a vowel after it
(*Yannick*), *i* or *ou* with a vowel after it (*Iannis*, *Ouassim*), *onze* and *oui*, the
word stays whole: the ear may want either, and *de* is never wrong to read.
"""

import re
import unicodedata
from collections.abc import Mapping

OF_VALUE = re.compile(r"\b([Dd])e \{(\w+)\}")
"""*de* right before a value of a sentence."""
HEARD = re.compile(r"(?!onze|oui\b|i[aeiouy]|ou[aeiouy])[aeiouœæ]|y[^\W\d_aeiouyœæ]")


def elided(sentence: str, values: Mapping[str, object]) -> str:
    """Return a sentence whose *de* is *d'* before each value that wants it."""

    def of(found: re.Match[str]) -> str:
        value = str(values.get(found[2], ""))
        return f"{found[1]}'{{{found[2]}}}" if wants_elision(value) else found[0]

    return OF_VALUE.sub(of, sentence)


def wants_elision(name: str) -> bool:
    """Whether *de* is surely *d'* before a name."""
    apart = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(each for each in apart if not unicodedata.combining(each))
    return HEARD.match(plain) is not None
