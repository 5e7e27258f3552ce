"""A former first name and sex marker in the text of a document: replaced, or hidden.

Replaced where the words around show that they denote the patient: beside the family
name, or as the answer to *sexe*. Everything else that repeats the former name is
hidden with its sentence, row, statement or file.
"""

import re
from bisect import bisect
from collections.abc import Iterable
from dataclasses import dataclass

from mappings.spelling import (
    SHORTEST,
    either,
    folded,
    glued,
    in_address,
    letters,
    ordinary,
    solid,
    spelled,
)
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


def known_to(identity: Traits) -> tuple[str, ...]:
    """Return the first names that a record knows the person had and has no more.

    Those it calls former, the first birth name of who uses another one, and of each the
    parts that the present name does not have.
    """
    used, born = identity.used_given, identity.given
    other = used and not any(same(used, each) for each in born)
    now = (used,) if used else born
    former = (*identity.former_given, *(born[:1] if other else ()))
    whole = (n for n in former if not any(same(n, each) for each in now))
    return _once((*whole, *_parts(former, now)))


def stated(said: Traits, identity: Traits) -> Former:
    """Return what a document and the record say that is not the person's any more."""
    now = [each for each in (*identity.given, identity.used_given) if each]
    told = (*said.given, said.used_given, *said.former_given) if now else ()
    strange = [n for n in told if not any(same(n, each) for each in now)]
    given = _once((*known_to(identity), *strange, *_parts(strange, now)))
    return Former(given, said.gender if identity.gender else "")


def same(one: str, other: str) -> bool:
    """Tell whether two first names are one, or one a part of the other.

    *Jean* is a part of *Jean-Pierre*; *Jean* and *Jeanne* are two names.
    """
    words = [{letters(word) for word in _pieces(name)} for name in (one, other)]
    within = words[0] <= words[1] or words[1] <= words[0]
    return within or letters(one) == letters(other)


def _pieces(name: str) -> list[str]:
    return [word for word in re.split(r"[\s,;/&+_\u2010-\u2015-]+", name) if word]


def _parts(names: Iterable[str], now: Iterable[str]) -> list[str]:
    """Return the words of compound first names that no name of today has."""
    present = {letters(word) for name in now for word in (name, *_pieces(name))}
    several = (words for words in map(_pieces, names) if len(words) > 1)
    return [w for words in several for w in words if letters(w) not in present]


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))


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
    "male": {"feminin": "masculin", "femme": "homme", "f": "M", "une": "un"},
    "female": {"masculin": "féminin", "homme": "femme", "m": "F", "un": "une"},
}
_AS_WRITTEN = frozenset({"M", "F", "M.", "Mme"})
_TITLES = r"(?:dr|docteur|doctoresse|pr|professeur)"


@dataclass(frozen=True, slots=True)
class Renaming:
    """How the words of a former identity are recognised in one document."""

    patterns: tuple[re.Pattern[str], ...]
    names: re.Pattern[str] | None
    glued: re.Pattern[str] | None
    others: re.Pattern[str] | None
    given: frozenset[str]
    words: frozenset[str]
    families: frozenset[str]
    current: str
    gender: str

    @classmethod
    def of(cls, former: Former, identity: Traits) -> "Renaming | None":
        """Prepare a renaming; None for somebody without a former identity."""
        current = identity.used_given or next(iter(identity.given), "")
        mine = {letters(word) for word in (current, *_pieces(current))}
        given = [n for n in former.given if _long(n) and letters(n) not in mine]
        gender = identity.gender if former.gender not in {"", identity.gender} else ""
        if not given and gender not in _SEXES:
            return None
        families = {identity.family, identity.used_family} - {""}
        family, first = either(map(solid, families)), either(map(solid, given))
        return cls(
            tuple(re.compile(one) for one in _patterns(first, family)),
            re.compile(spelled(given, families)) if given else None,
            re.compile(inside) if (inside := glued(given)) else None,
            re.compile(_of_carers(first, family)) if first else None,
            frozenset(map(letters, given)),
            frozenset(
                folded(name) + plural
                for name in given
                if ordinary(name)
                for plural in ("", "s")
            ),
            frozenset(letters(each) for each in families),
            "".join(c for c in current if c.isprintable()),
            gender,
        )

    def changes(self, text: str) -> list[Change]:
        """Return what is to be replaced in a text, from its end to its beginning.

        No two of them overlap: the longer is replaced, and the other stays to be judged.
        """
        plain = folded(text)
        found = {
            (*span, self._words(name, text[slice(*span)]))
            for pattern in self.patterns
            for match in pattern.finditer(plain)
            for name, span in ((n, match.span(n)) for n in match.groupdict())
            if span != (-1, -1)
        }
        return _apart(one for one in found if one[2] != text[one[0] : one[1]])

    def left(self, text: str) -> list[tuple[int, int]]:
        """Return where a former name is that cannot be replaced safely."""
        found = self.said(text)
        replaced = [(s, e) for s, e, _ in self.changes(text)] if found else []
        return [
            (start, end)
            for start, end in found
            if not any(s <= start and end <= e for s, e in replaced)
        ]

    def said(self, text: str) -> list[tuple[int, int]]:
        """Return where a former name is: not a carer's, not an ordinary word."""
        if self.names is None or self.others is None or not text:
            return []
        plain = folded(text)
        found = [match.span() for match in self.names.finditer(plain)]
        doctors = [m.span() for m in self.others.finditer(plain)] if found else []
        return [
            (start, end)
            for start, end in found
            if not any(s <= start and end <= e for s, e in doctors)
            and not (plain[start:end] in self.words and text[start:end].islower())
        ] + self._inside(text, plain)

    def _inside(self, text: str, plain: str) -> list[tuple[int, int]]:
        """Return where a name is glued to other letters in an address or a file name."""
        found = self.glued.finditer(plain) if self.glued else ()
        return [m.span() for m in found if in_address(text, *m.span())]

    def within(self, name: str) -> bool:
        """Tell whether a former name is written in a technical name, glued to others."""
        plain = letters(name)
        return any(one in plain for one in self.given)

    def same_family(self, family: str) -> bool:
        """Tell whether a family name may be the patient's; that of nobody may be."""
        told = letters(family)
        return not told or not self.families or told in self.families

    def renamed(self, text: str) -> str:
        """Return a text with what can be replaced safely replaced."""
        for start, end, words in self.changes(text):
            text = text[:start] + words + text[end:]
        return text

    def _words(self, kind: str, said: str) -> str:
        if kind.startswith("first"):
            return _cased(self.current, said)
        table = (_SEXES if kind.startswith("sex") else _CIVILITIES).get(self.gender, {})
        new = table.get(folded(said), said)
        return new if new in _AS_WRITTEN else _cased(new, said)


def _apart(changes: Iterable[Change]) -> list[Change]:
    """Return the longest of what overlaps, from the end of the text to its beginning."""
    kept: list[Change] = []
    for one in sorted(changes, key=lambda each: (each[0] - each[1], each)):
        at = bisect(kept, one)
        after_last = not at or kept[at - 1][1] <= one[0]
        if after_last and (at == len(kept) or one[1] <= kept[at][0]):
            kept.insert(at, one)
    return kept[::-1]


def _long(name: str) -> bool:
    return len(letters(name)) >= SHORTEST


def _of_carers(first: str, family: str) -> str:
    """Return an expression for a doctor of that first name and another family."""
    another = rf"(?![\s,]{{0,3}}{family}(?!\w))" if family else ""
    return rf"(?<!\w){_TITLES}\.? {{1,3}}{first}(?!\w){another}"


def _patterns(first: str, family: str) -> list[str]:
    civil = "|".join(re.escape(one) for one in (*_WOMEN, *_MEN))
    found = [
        r"(?<!\w)sexe(?: administratif)? ?:? ?(?P<sex>masculin|feminin|homme|femme|[mf])(?!\w)",
        r"(?<!\w)(?:(?P<sex_one>une?) )?(?P<sex_aged>homme|femme) (?:age )?de \d{1,3} ans?(?!\w)",
    ]
    if family:
        titled = rf"(?:{civil})(?!\w)"
        found.append(
            rf"(?<!\w)(?P<civil>{civil}) (?:(?!{titled})[\w'-]+ ){{0,2}}{family}(?!\w)"
        )
    if first and family:
        several = rf"{first}(?: {first})*"
        found.append(rf"(?<![^\W_])(?P<first>{several})[ _,-]{{1,3}}{family}(?![^\W_])")
        found.append(rf"(?<![^\W_]){family}[ _,-]{{1,3}}(?P<first>{several})(?![^\W_])")
    return found


def _cased(words: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return words.upper()
    if like[:1].isupper():
        return words.title() if words.isupper() else words[:1].upper() + words[1:]
    return words.lower() if like.islower() else words
