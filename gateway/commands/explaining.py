"""Labels in words: what a document is said to be about, and for each subject why."""

from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

import yaml

from gateway.patient import words
from labels.codes import Category, Mark
from labels.detection.service import Labels
from labels.label import Evidence, Label
from labels.last_word import category_of
from mappings.mapped import Issue

MOST_PLACES = 3

Words = dict[str, str]

SAID: dict[str, Words] = {
    "fr": {
        "document": "Ce document : {level}.",
        "ordinary": "Rien de sensible n'a été trouvé.",
        "opaque": "Une partie n'a pas pu être lue : elle est traitée comme sensible.",
        "about": "Il parle de : {names}.",
        "seen": "- vu : « {what} »",
        "where": "  où : {part}{place}",
        "coded": "donnée codée, ",
        "text": "texte, ",
        "title": "titre, ",
        "sentence": "{part}phrase des caractères {start} à {end}, ",
        "header": "en-tête, ",
        "more": "  et à {number} autres endroits",
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
        "where": "  where: {part}{place}",
        "coded": "coded data, ",
        "text": "text, ",
        "title": "title, ",
        "sentence": "{part}sentence of characters {start} to {end}, ",
        "header": "header, ",
        "more": "  and in {number} more places",
        "rule": "  rule: {rule}",
        "source": "  source: {source}",
        "issue": "Remark on {place}: {text}",
        "U": "unrestricted (U)",
        "L": "little sensitive (L)",
        "M": "moderately sensitive (M)",
        "N": "normal confidentiality (N)",
        "R": "restricted (R)",
        "V": "very restricted (V)",
    },
}

BODY = "/h:structuredBody/"
PARTS = (
    ("coded", BODY, "/h:entry"),
    ("text", BODY, "/h:text"),
    ("title", BODY, "/h:title"),
)
"""The parts of a CDA body that people can tell apart, and what their places hold."""

RULES = files("labels.detection") / "rules"


def explained(labels: Labels, issues: Iterable[Issue], lang: str) -> str:
    """Return the level, the subjects and the reason of each, in ``fr`` or ``en``.

    Every reason says what was seen, in which places, by which rule, and the source of
    the rule in the words of the rule file.
    """
    said, document = SAID[lang], labels.document
    level = said[document.confidentiality.name]
    lines = [said["document"].format(level=level)]
    if Mark.OPAQUE in document.marks:
        lines.append(said["opaque"])
    lines += _subjects(document, lang)
    for issue in issues:
        text = issue.texte if lang == "fr" else issue.text
        lines.append(said["issue"].format(place=issue.expression, text=text))
    return "\n".join(lines)


def _subjects(document: Label, lang: str) -> Iterator[str]:
    named = words.load()[lang].category
    found = [each for each in Category if each in document.categories]
    if not found:
        if Mark.OPAQUE not in document.marks:
            yield SAID[lang]["ordinary"]
        return
    yield SAID[lang]["about"].format(names=", ".join(map(named, found)))
    for category in found:
        yield ""
        name = named(category)
        yield name[:1].upper() + name[1:]
        own = [e for e in document.evidence if category_of(e) == category]
        yield from _reasons(own, _sources(category), SAID[lang])


def _reasons(
    evidence: list[Evidence], sources: dict[str, Any], said: Words
) -> Iterator[str]:
    """Tell each reason once, with the first places where it holds."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for each in evidence:
        reason = (each.what, each.rule, each.source)
        places.setdefault(reason, []).append(each.place)
    for (what, rule, source), found in places.items():
        yield said["seen"].format(what=what)
        for place in found[:MOST_PLACES]:
            whole, _, characters = place.partition("#char=")
            part = _sentence(_part(whole, said), characters, said)
            yield said["where"].format(part=part, place=whole)
        if len(found) > MOST_PLACES:
            yield said["more"].format(number=len(found) - MOST_PLACES)
        yield said["rule"].format(rule=rule)
        yield said["source"].format(source=sources.get(source, source))


def _part(place: str, said: Words) -> str:
    """Return which part of a CDA a place is in; nothing for other documents."""
    if not place.startswith("/h:ClinicalDocument/"):
        return ""
    for part, body, below in PARTS:
        if below in place.partition(body)[2]:
            return said[part]
    return "" if BODY in place else said["header"]


def _sentence(part: str, characters: str, said: Words) -> str:
    """Return the part, and which characters of it when it is one sentence."""
    if not characters:
        return part
    start, _, end = characters.partition(",")
    return said["sentence"].format(part=part, start=start, end=end)


def _sources(category: Category) -> dict[str, Any]:
    """Return what the rule file of a category says of each of its sources."""
    text = (RULES / f"{category}.yaml").read_text(encoding="utf-8")
    held = yaml.safe_load(text)
    sources: dict[str, Any] = held.get("sources", {})
    return sources
