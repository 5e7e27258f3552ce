"""Words that a hidden fact brought, found again where nobody labelled them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from mappings.fhir.elements import words as elements
from mappings.fhir.narrative import Span, blocks
from mappings.fhir.rendition.marks import Cuts

_CODE = re.compile(r"(?=.*[0-9])(?:[a-z0-9 ]{5,}|[a-z][a-z0-9 ]{2,})")
_COMBINING = re.compile("[\u0300-\u036f]")
_BETWEEN = re.compile(r"[\W_]+")
_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ0-9])|\n+")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Folded words that no text of a rendition may repeat."""

    said: frozenset[str] = frozenset()

    def cuts(self, xhtml: str, given: Cuts) -> Cuts:
        """Return ``given`` and what else of a narrative repeats one of the phrases."""
        if not self.said or given.everything:
            return given
        whole, parts = set(given.blocks), dict(given.characters)
        for number, text in enumerate(blocks(xhtml), 1):
            found = tuple(self.spans(text))
            if found and (len(found) == len(list(sentences(text)))):
                whole.add(number)
            elif found:
                parts[number] = parts.get(number, ()) + found
        return replace(given, blocks=frozenset(whole), characters=parts)

    def spans(self, text: str) -> Iterator[Span]:
        """Yield the sentences of ``text`` that hold one of the phrases."""
        if self.said:
            yield from (
                (a, b) for a, b in sentences(text) if self._told(folded(text[a:b]))
            )

    def _told(self, text: str) -> bool:
        return any(f" {phrase} " in f" {text} " for phrase in self.said)


def sentences(text: str) -> Iterator[Span]:
    """Yield where each sentence of ``text`` stands, without the white space between."""
    start = 0
    for end in _ENDS.finditer(text):
        yield start, end.start()
        start = end.end()
    if text[start:].strip():
        yield start, len(text)


def folded(text: str) -> str:
    """Return the words of ``text`` without case, accents and punctuation."""
    plain = text.casefold()
    if not plain.isascii():
        plain = _COMBINING.sub("", unicodedata.normalize("NFKD", plain))
    return _BETWEEN.sub(" ", plain).strip()


def without(text: str, gone: Iterable[Span]) -> str:
    """Return ``text`` without the characters in ``gone``, white space tidied there."""
    kept = text
    for start, end in sorted(gone, reverse=True):
        before, after = kept[:start].rstrip(), kept[end:].lstrip()
        kept = f"{before} {after}" if before and after else before + after
    return kept


_SUBJECTS = elements(
    "code medicationCodeableConcept vaccineCode substance itemCodeableConcept"
)
_WORDS = elements("text display")
_SENTENCES = elements("text valueString")
_LETTERS, _FEW = 4, 3


def phrases(told: Iterable[object], shown: Iterable[object]) -> Phrases:
    """Return the words by which ``told`` names its subjects and ``shown`` does not.

    Both are resources or parts of them. Words of a value (*négatif*) or a unit are no
    phrases: too many other facts use them.
    """
    said = {phrase for one in told for phrase in _phrases(one, "", named=False)}
    if not said:
        return Phrases()
    public = {phrase for one in shown for phrase in _phrases(one, "", named=False)}
    return Phrases(frozenset(said - public))


def _phrases(value: object, name: str, *, named: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key != "div":
                yield from _phrases(item, key, named=named or key in _SUBJECTS)
    elif isinstance(value, list):
        for item in value:
            yield from _phrases(item, name, named=named)
    elif isinstance(value, str):
        yield from _phrase(value, name, named=named)


def _phrase(text: str, name: str, *, named: bool) -> Iterator[str]:
    if not named and name not in _SENTENCES:
        return
    words = folded(text)
    sentence = name in _SENTENCES and len(words.split()) >= _FEW
    subject = named and name in _WORDS and len(words) >= _LETTERS
    code = named and name == "code" and _CODE.fullmatch(words)
    if sentence or subject or code:
        yield words
