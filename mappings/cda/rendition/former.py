"""A former first name and sex marker in the text of a document: replaced, or hidden.

Replaced where the words around show that they denote the patient: beside the family
name, or as the answer to *sexe*. Everything else that repeats the former name is
hidden with its sentence, row, statement or file.
"""

import re
import unicodedata
from dataclasses import dataclass

from mappings.submission import Traits


@dataclass(frozen=True, slots=True)
class Former:
    """Former first names of the patient, and the former sex (FHIR code) if it changed."""

    given: tuple[str, ...] = ()
    gender: str = ""


NO_ONE = Former()
"""Of somebody who has no former identity: the text stays as it is."""

Change = tuple[int, int, str]
"""A stretch of a text and the words that take its place."""

_MEN, _WOMEN = ("monsieur", "m.", "mr"), ("madame", "mme", "mlle", "mademoiselle")
_CIVILITIES = {
    "male": {
        "madame": "monsieur",
        "mme": "M.",
        "mlle": "M.",
        "mademoiselle": "monsieur",
    },
    "female": {"monsieur": "madame", "m.": "Mme", "mr": "Mme"},
}
_SEXES = {
    "male": {"feminin": "masculin", "femme": "homme", "f": "M"},
    "female": {"masculin": "féminin", "homme": "femme", "m": "F"},
}
_AS_WRITTEN = frozenset({"M", "F", "M.", "Mme"})
_SHORTEST = 3
"""A shorter first name would be found in other words' company."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """How the words of a former identity are recognised in one document."""

    patterns: tuple[re.Pattern[str], ...]
    names: re.Pattern[str] | None
    others: re.Pattern[str] | None
    current: str
    gender: str

    @classmethod
    def of(cls, former: Former, identity: Traits) -> "Renaming | None":
        """Prepare a renaming; None for somebody without a former identity."""
        current = identity.used_given or next(iter(identity.given), "")
        mine = {folded(word) for word in current.split()}
        given = [
            n for n in former.given if len(n) >= _SHORTEST and folded(n) not in mine
        ]
        gender = identity.gender if former.gender not in {"", identity.gender} else ""
        if not given and gender not in _SEXES:
            return None
        family = _either({identity.family, identity.used_family} - {""})
        first = _either(set(given))
        return cls(
            tuple(re.compile(one) for one in _patterns(first, family)),
            re.compile(rf"(?<!\w){first}(?!\w)") if first else None,
            re.compile(rf"(?:dr|docteur|pr|professeur)\.? {first}(?!\w)")
            if first
            else None,
            "".join(c for c in current if c.isprintable()),
            gender,
        )

    def changes(self, text: str) -> list[Change]:
        """Return what is to be replaced in a text, from its end to its beginning."""
        plain = folded(text)
        found = {
            (*span, self._words(name, text[slice(*span)]))
            for pattern in self.patterns
            for match in pattern.finditer(plain)
            for name, span in ((n, match.span(n)) for n in match.groupdict())
            if span != (-1, -1)
        }
        kept = [one for one in found if one[2] != text[one[0] : one[1]]]
        return sorted(kept, reverse=True)

    def left(self, text: str) -> list[tuple[int, int]]:
        """Return where a former name is that cannot be replaced safely."""
        if self.names is None:
            return []
        plain = folded(text)
        replaced = [(start, end) for start, end, _ in self.changes(text)]
        doctors = [m.span() for m in self.others.finditer(plain)] if self.others else []
        known = [*replaced, *doctors]
        return [
            m.span()
            for m in self.names.finditer(plain)
            if not any(s <= m.start() and m.end() <= e for s, e in known)
        ]

    def _words(self, kind: str, said: str) -> str:
        if kind.startswith("first"):
            return _cased(self.current, said)
        table = (_SEXES if kind.startswith("sex") else _CIVILITIES).get(self.gender, {})
        new = table.get(folded(said), said)
        return new if new in _AS_WRITTEN else _cased(new, said)


def _either(words: set[str]) -> str:
    parts = sorted((re.escape(folded(word)) for word in words), key=len, reverse=True)
    return f"(?:{'|'.join(parts)})" if parts else ""


def _patterns(first: str, family: str) -> list[str]:
    civil = "|".join(re.escape(one) for one in (*_WOMEN, *_MEN))
    found = [
        r"(?<!\w)sexe(?: administratif)? ?:? ?(?P<sex>masculin|feminin|homme|femme|[mf])(?!\w)"
    ]
    if family:
        found.append(rf"(?<!\w)(?P<civil>{civil}) (?:[\w'-]+ ){{0,2}}{family}(?!\w)")
    if first and family:
        several = rf"{first}(?: {first})*"
        found.append(rf"(?<!\w)(?P<first>{several}) {family}(?!\w)")
        found.append(rf"(?<!\w){family} (?P<first>{several})(?!\w)")
    return found


def _cased(words: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return words.upper()
    if like[:1].isupper():
        return words.title() if words.isupper() else words[:1].upper() + words[1:]
    return words.lower() if like.islower() else words


def folded(text: str) -> str:
    """Return a text without accents and capitals, character for character."""
    return "".join(_plain(character) for character in text)


def _plain(character: str) -> str:
    base = unicodedata.normalize("NFD", character)[0].lower()
    return " " if base.isspace() else base[:1]
