"""Labels in words: what a document is said to be about, and for each subject why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.commands.naming import coded, source
from gateway.commands.whereabouts import Whereabouts
from gateway.patient import words
from gateway.patient.reasons import system_of
from gateway.patient.words import Words as Language
from labels.codes import Category, Mark
from labels.detection.service import Labels
from labels.label import Evidence, Label
from labels.last_word import category_of
from mappings.mapped import Issue

MOST_PLACES = 3

BESIDE_OTHERS = "context"
"""The kind of the rules whose words count only beside others."""

Words = dict[str, str]

ARTICLES: dict[str, Words] = {
    "fr": dict.fromkeys(("en-tête", "élément"), "l'")
    | dict.fromkeys(
        ("section", "donnée", "ligne", "page", "phrase", "ressource"), "la "
    )
    | dict.fromkeys(
        ("titre", "type", "texte", "paragraphe", "passage", "fichier"), "le "
    )
    | {"propriétés": "les "},
    "en": dict.fromkeys(
        ("header", "title", "type", "section", "text", "coded", "row", "head", "item"),
        "the ",
    )
    | dict.fromkeys(("properties", "attached", "sentence", "element"), "the "),
}
"""The article of a place, by the first word of what is said of it."""

SAID: dict[str, Words] = {
    "fr": {
        "document": "Ce document : {level}.",
        "ordinary": "Rien de sensible n'a été trouvé.",
        "opaque": "Une partie n'a pas pu être lue : elle est traitée comme sensible.",
        "about": "Il parle de : {names}.",
        "seen": "- vu : « {what} »",
        "code": "- vu : {what}",
        "beside": "  ne compte qu'à côté d'autres mots",
        "where": "  où : {place}",
        "more": "  et ailleurs : {number} fois de plus",
        "rule": "  règle : {rule}",
        "source": "  source : {source}",
        "issue": "Remarque sur {place} : {text}",
        "U": "sans restriction (U)",
        "L": "peu sensible (L)",
        "M": "modérément sensible (M)",
        "N": "confidentialité normale (N)",
        "R": "restreint (R)",
        "V": "très restreint (V)",
    },
    "en": {
        "document": "This document: {level}.",
        "ordinary": "Nothing sensitive was found.",
        "opaque": "A part could not be read: it is treated as sensitive.",
        "about": "It is about: {names}.",
        "seen": "- seen: “{what}”",
        "code": "- seen: {what}",
        "beside": "  counts only beside other words",
        "where": "  where: {place}",
        "more": "  and elsewhere: {number} more",
        "rule": "  rule: {rule}",
        "source": "  source (in French): {source}",
        "issue": "Remark on {place}: {text}",
        "U": "unrestricted (U)",
        "L": "little sensitive (L)",
        "M": "moderately sensitive (M)",
        "N": "normal confidentiality (N)",
        "R": "restricted (R)",
        "V": "very restricted (V)",
    },
}


@dataclass(frozen=True, slots=True)
class _Reason:
    """What was seen, once, with every rule that saw it and every place where it stands."""

    what: str
    rules: dict[str, None]
    sources: dict[str, None]
    places: dict[str, None]


def explained(
    labels: Labels, issues: Iterable[Issue], lang: str, where: Whereabouts | None = None
) -> str:
    """Return the level, the subjects and the reason of each, in ``fr`` or ``en``.

    Every reason says what was seen, where in words, by which rules, and the sources of
    the rules, which are written in French. A path is said nowhere: the JSON has it.
    """
    said, document = SAID[lang], labels.document
    level = said[document.confidentiality.name]
    lines = [said["document"].format(level=level)]
    if Mark.OPAQUE in document.marks:
        lines.append(said["opaque"])
    whereabouts = where or Whereabouts(lang, {}, {})
    lines += _subjects(document, whereabouts)
    for issue in issues:
        text, place = issue.texte if lang == "fr" else issue.text, issue.expression
        if place.startswith("/"):
            place = _with_article(whereabouts.say(place), lang)
        lines.append(said["issue"].format(place=place, text=text))
    return "\n".join(lines)


def _with_article(place: str, lang: str) -> str:
    """Return words for a place as they stand after *sur*, or *on*."""
    first = place.partition(" ")[0].rstrip(",")
    return f"{ARTICLES[lang].get(first, '')}{place}"


def _subjects(document: Label, where: Whereabouts) -> Iterator[str]:
    language = words.load()[where.lang]
    found = [each for each in Category if each in document.categories]
    if not found:
        if Mark.OPAQUE not in document.marks:
            yield SAID[where.lang]["ordinary"]
        return
    names = ", ".join(map(language.category, found))
    yield SAID[where.lang]["about"].format(names=names)
    for category in found:
        yield ""
        name = language.category(category)
        yield name[:1].upper() + name[1:]
        own = [e for e in document.evidence if category_of(e) == category]
        for reason in _reasons(own, category, language):
            yield from _lines(reason, where)


def _reasons(
    evidence: Iterable[Evidence], category: Category, language: Language
) -> Iterable[_Reason]:
    """Return each thing seen once, whatever the number of rules that know it."""
    found: dict[str, _Reason] = {}
    for each in evidence:
        what = _seen(each, language)
        reason = found.setdefault(what.casefold(), _Reason(what, {}, {}, {}))
        reason.rules[each.rule] = None
        reason.sources[source(category, each.source)] = None
        reason.places[each.place] = None
    return found.values()


def _seen(evidence: Evidence, language: Language) -> str:
    """Return what was seen, quoted; of a code, what kind it is and what it is called."""
    said, system = SAID[language.lang], system_of(evidence)
    if not system:
        return said["seen"].format(what=evidence.what)
    told = coded(evidence.rule, system, evidence.what, language)
    return said["code"].format(what=told)


def _lines(reason: _Reason, where: Whereabouts) -> Iterator[str]:
    """Tell a reason with the first places where it holds, each once."""
    said = SAID[where.lang]
    yield reason.what
    places = list(dict.fromkeys(where.say(place) for place in reason.places))
    for place in places[:MOST_PLACES]:
        yield said["where"].format(place=place)
    if len(places) > MOST_PLACES:
        yield said["more"].format(number=len(places) - MOST_PLACES)
    if all(rule.split("/")[1:2] == [BESIDE_OTHERS] for rule in reason.rules):
        yield said["beside"]
    yield said["rule"].format(rule=", ".join(reason.rules))
    for each in reason.sources:
        yield said["source"].format(source=each)
