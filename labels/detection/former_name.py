"""A former first name in the header tells a transition, wherever it is repeated.

The rule is GEN-6 (terminology.md section 5): another first name *and* a sex or a form of
address that changed. Another family name, a compound or a second first name is nothing.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from labels.codes import Category, Confidentiality
from labels.detection.findings import Finding, Reading
from labels.detection.fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from labels.detection.findings import Span
    from labels.detection.structure import Places

RULE = "gender_identity/inference/GEN-6"
_CDA = re.compile(r"(?P<who>.*/h:patient)/h:name(?:\[\d+\])?/h:given(?:\[\d+\])?/text")
_FHIR = re.compile(r"(?P<who>.*)/name/(?P<name>\d+)/given/\d+$", flags=re.DOTALL)
_FEMALE = r"\b(?:madame|mme|mlle|mademoiselle|mrs|ms)\b"
_MALE = r"\b(?:monsieur|m\.|mr)(?!\w)"
_CIVILITY = {"M": _FEMALE, "F": _MALE}
_SHORTEST = 3
"""A shorter first name would be found in too many words' company."""
_REPETITIONS = 40
"""A text that repeats it more often is about it everywhere."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The first names of a header: where the former ones are, and the two names."""

    places: tuple[str, ...]
    sex_place: str
    former: str
    used: str
    certain: bool


def mark_former_names(
    readings: "dict[str, Reading]", places: "Places", sex: str
) -> None:
    """Label the former first name of the patient, its repetitions and the recorded sex.

    Only when the document tells a transition by itself, addresses the person in the
    other gender than the recorded one, or calls the name an old one.
    """
    told = any(
        finding.category == Category.GENDER_IDENTITY
        for reading in readings.values()
        for finding in reading.direct
    )
    for names in _headers(places):
        if told or names.certain or _addressed_otherwise(places, names.used, sex):
            _mark(readings, places, names)


def _mark(readings: "dict[str, Reading]", places: "Places", names: _Names) -> None:
    said = re.compile(rf"(?<!\w){re.escape(names.former)}(?!\w)")
    for place in places.all():
        text = places.text(place)
        if place in names.places or place.startswith(names.sex_place):
            readings[place].direct.append(_finding(place, text, None))
        else:
            readings[place].direct.extend(
                _finding(place, names.former, span) for span in _spans(said, text)
            )


def _spans(said: re.Pattern[str], text: str) -> "list[Span | None]":
    """Return where a name is repeated; when that is very often, everywhere."""
    folded = fold(text)
    found = [folded.span(*m.span()) for m in said.finditer(folded.text)]
    return list(found) if len(found) <= _REPETITIONS else [None]


def _finding(place: str, what: str, span: "Span | None") -> Finding:
    level = Confidentiality.V
    return Finding(
        Category.GENDER_IDENTITY, RULE, "terms", what, level, place, span=span
    )


def _headers(places: "Places") -> "Iterator[_Names]":
    cda: dict[str, list[str]] = {}
    fhir: dict[str, dict[str, list[str]]] = {}
    for place in places.all():
        if "given" not in place:
            continue
        if found := _CDA.match(place):
            cda.setdefault(found["who"], []).append(place)
        elif found := _FHIR.match(place):
            fhir.setdefault(found["who"], {}).setdefault(found["name"], []).append(
                place
            )
    for who, given in cda.items():
        yield from _in_cda(places, who, given)
    for who, names in fhir.items():
        yield from _in_fhir(places, who, names)


def _in_cda(places: "Places", who: str, given: list[str]) -> "Iterator[_Names]":
    """Read the INS list, the first birth name and the used name, in this order."""
    texts = [_words(places.text(place)) for place in given]
    if len(texts) < _SHORTEST or texts[1] != texts[0][: len(texts[1])]:
        return
    sex_place = f"{who}/h:administrativeGenderCode"
    yield from _changed(tuple(given[:-1]), sex_place, texts[0], texts[-1])


def _in_fhir(
    places: "Places", who: str, names: "Mapping[str, list[str]]"
) -> "Iterator[_Names]":
    if next(iter(places.below(f"{who}/relationship")), ""):
        return
    uses = {places.text(f"{who}/name/{number}/use"): number for number in names}
    used = uses.get("usual", uses.get("official"))
    for use in ("old", "official"):
        number = uses.get(use)
        if number is None or used is None or number == used:
            continue
        former, current = (
            tuple(w for p in names[n] for w in _words(places.text(p)))
            for n in (number, used)
        )
        yield from _changed(
            tuple(names[number]), f"{who}/gender", former, current, certain=use == "old"
        )


def _changed(
    where: tuple[str, ...],
    sex_place: str,
    former: tuple[str, ...],
    used: tuple[str, ...],
    *,
    certain: bool = False,
) -> "Iterator[_Names]":
    """Yield the names when no word of one is a word of the other."""
    if not former or not used or set(former) & set(used):
        return
    if len(former[0]) >= _SHORTEST:
        yield _Names(where, sex_place, former[0], used[0], certain)


def _addressed_otherwise(places: "Places", used: str, sex: str) -> bool:
    """Tell whether the used name is addressed in the other gender than recorded."""
    if sex not in _CIVILITY:
        return False
    expression = re.compile(
        rf"{_CIVILITY[sex]} (?:[\w'-]+ ){{0,2}}{re.escape(used)}(?!\w)"
    )
    return any(expression.search(text) for text in _folded(places))


def _folded(places: "Places") -> "Iterable[str]":
    return (fold(places.text(place)).text for place in places.all())


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w'-]+", fold(text).text))
