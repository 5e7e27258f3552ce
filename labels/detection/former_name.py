"""A former first name tells a transition, wherever it is repeated.

One that the record knows is always found. One that only the header tells follows GEN-6
(terminology.md section 5): another first name *and* a sex or a form of address that
changed. Another family name, a compound or a second first name is nothing.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from labels.codes import Category, Confidentiality
from labels.detection.findings import Finding, Reading
from labels.detection.fold import fold
from labels.detection.repeated import Repeated, family_beside, own_names, words
from labels.detection.spelling import SHORTEST
from labels.detection.structure import Places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from labels.detection.findings import Span

RULE = "gender_identity/inference/GEN-6"
KNOWN = "gender_identity/identity/former"
"""The rule by which a first name that the record knows as former is found."""
_CDA = re.compile(r"(?P<who>.*/h:patient)/h:name(?:\[\d+\])?/h:given(?:\[\d+\])?/text")
_FHIR = re.compile(r"(?P<who>.*)/name/(?P<name>\d+)/given/\d+$", flags=re.DOTALL)
_FEMALE = r"\b(?:madame|mme|mlle|mademoiselle|mrs|ms)\b"
_MALE = r"\b(?:monsieur|m\.|mr)(?!\w)"
_CIVILITY = {"M": _FEMALE, "F": _MALE}
_AS_BEFORE = {
    "F": (_MALE, ("homme", "(?:masculin|homme|m)")),
    "M": (_FEMALE, ("femme", "(?:feminin|femme|f)")),
}
"""What a former sex is told by, for each present one: form of address, and words."""
_LISTED = 3
"""How many first names a header has at least that has all three kinds."""


class KnownPerson(Protocol):
    """What is known of the patient beside the document."""

    @property
    def sex(self) -> str:
        """The recorded sex, M or F, or empty."""

    @property
    def former(self) -> tuple[str, ...]:
        """First names the person had and has no more."""

    @property
    def family(self) -> tuple[str, ...]:
        """The family names of the person."""


class Worded(Protocol):
    """A place and its words."""

    @property
    def place(self) -> str:
        """Where it is."""

    @property
    def text(self) -> str:
        """The words found there."""


@dataclass(frozen=True, slots=True)
class _Names:
    """The first names of a header: where the former ones are, and the two names."""

    places: tuple[str, ...]
    sex_place: str
    former: str
    used: str
    families: frozenset[str]
    certain: bool


def mark_former_names(
    readings: "dict[str, Reading]", places: "Places", known: KnownPerson
) -> None:
    """Label the former first names of the patient, their repetitions, the recorded sex.

    Of those that only the document tells: when it tells a transition by itself, addresses
    the person in the other gender than the recorded one, or calls the name an old one.
    The patient's names in the header are left when the record knows them: whoever shows
    a document without this category shows the names of the record there.
    """
    told = any(
        finding.category == Category.GENDER_IDENTITY
        for reading in readings.values()
        for finding in reading.direct
    )
    for names in _headers(places):
        if told or names.certain or _addressed_otherwise(places, names.used, known.sex):
            _mark(readings, places, names)
    sought = Repeated.of(known.former, known.family)
    if sought is not None:
        _repeat(readings, places, sought, frozenset(own_names(places)), KNOWN)
        _addressed_as_before(readings, places, known)


def states_former(contents: "Iterable[Worded]", known: KnownPerson) -> bool:
    """Tell whether a header gives the patient a first name that the record calls former.

    It matters where a document is given as it was received: no rendition replaces it.
    """
    sought = Repeated.of(known.former, known.family)
    if sought is None:
        return False
    places = Places({content.place: content.text for content in contents})
    return any(sought.spans(places.text(place)) for place in own_names(places))


def _mark(readings: "dict[str, Reading]", places: "Places", names: _Names) -> None:
    own = [
        place
        for place in places.all()
        if place in names.places or place.startswith(names.sex_place)
    ]
    for place in own:
        _read(readings, place).direct.append(
            _finding(RULE, place, places.text(place), None)
        )
    sought = Repeated.of((names.former, *_parts(names)), names.families)
    if sought is not None:
        _repeat(readings, places, sought, frozenset(own), RULE)


def _repeat(
    readings: "dict[str, Reading]",
    places: "Places",
    sought: Repeated,
    but: frozenset[str],
    rule: str,
) -> None:
    for place in places.all():
        text = places.text(place)
        found = [] if place in but else sought.spans(text)
        if not found or sought.of_another(place, places):
            continue
        _read(readings, place).direct.extend(
            _finding(rule, place, text[slice(*span)] if span else "", span)
            for span in found
        )


def _read(readings: "dict[str, Reading]", place: str) -> Reading:
    """Return what was found at a place; that of one text, where nothing was."""
    return readings.setdefault(place, Reading(texts=1))


def _finding(rule: str, place: str, what: str, span: "Span | None") -> Finding:
    return Finding(
        Category.GENDER_IDENTITY,
        rule,
        "paravent" if rule == KNOWN else "terms",
        what,
        Confidentiality.V,
        place,
        span=span,
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
    texts = [words(places.text(place)) for place in given]
    if len(texts) < _LISTED or texts[1] != texts[0][: len(texts[1])]:
        return
    sex_place = f"{who}/h:administrativeGenderCode"
    families = family_beside(given[0].rpartition("/h:given")[0], places)
    where = _Names(tuple(given[:-1]), sex_place, "", "", families, certain=False)
    yield from _changed(where, texts[0], texts[-1])


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
            tuple(w for p in names[n] for w in words(places.text(p)))
            for n in (number, used)
        )
        families = family_beside(f"{who}/name/{number}", places)
        where = _Names(
            tuple(names[number]), f"{who}/gender", "", "", families, use == "old"
        )
        yield from _changed(where, former, current)


def _changed(
    where: _Names, former: tuple[str, ...], used: tuple[str, ...]
) -> "Iterator[_Names]":
    """Yield the names when no word of one is a word of the other."""
    if not former or not used or set(former) & set(used):
        return
    if len(former[0]) >= SHORTEST:
        yield replace(where, former=former[0], used=used[0])


def _parts(names: _Names) -> tuple[str, ...]:
    """Return the parts of a compound former name that the used name does not have."""
    parts, now = names.former.split("-"), names.used.split("-")
    return tuple(part for part in parts if part not in now) if parts[1:] else ()


def _addressed_as_before(
    readings: "dict[str, Reading]", places: "Places", known: KnownPerson
) -> None:
    """Label where a person with a former name is spoken of as of the other sex.

    *Monsieur* and the family name at once, *homme de 35 ans*, *sexe : M*.
    """
    if known.sex not in _AS_BEFORE:
        return
    civil, sex = _AS_BEFORE[known.sex]
    family = "|".join(re.escape(fold(each).text) for each in known.family if each)
    named = rf"|{civil} (?:{family})(?!\w)" if family else ""
    expression = re.compile(
        rf"\b{sex[0]} (?:agee? )?de \d{{1,3}} ans?\b|\bsexe ?:? ?{sex[1]}(?!\w){named}"
    )
    for place in places.all():
        folded = fold(places.text(place))
        for match in expression.finditer(folded.text):
            span = folded.span(*match.span())
            found = _finding(KNOWN, place, folded.words(*match.span()), span)
            _read(readings, place).direct.append(found)


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
