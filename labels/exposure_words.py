"""Why an item gives something away, in one sentence for the person it is about."""

from collections.abc import Mapping
from types import MappingProxyType

from labels.told import How, Reason, Strength

_WORDS: dict[str, dict[str, str]] = {
    "fr": {
        How.LABEL: "l'étiquette que ce lecteur voit avec le document le nomme",
        How.DIRECT: "{what} le dit en clair",
        How.INFERENCE: "à lire {what}, on peut le conclure{beside}",
        How.COMPANY: "à lire {what}, on peut le deviner{beside}",
        How.HINT: "{what} l'accompagne souvent, sans le dire",
        How.OPAQUE: "le document n'a pas pu être lu : il le dit peut-être",
        "quoted": "« {} »",
        "nothing": "ce document",
        "beside": ", à côté de {}",
        "and": " et de ",
        "sex": "votre sexe enregistré",
        "age": "votre âge",
        "one": "un autre document",
        "many": "{} autres documents",
    },
    "en": {
        How.LABEL: "the label this reader is shown with the document names it",
        How.DIRECT: "{what} says it plainly",
        How.INFERENCE: "from {what} one can conclude it{beside}",
        How.COMPANY: "from {what} one can guess it{beside}",
        How.HINT: "{what} often goes with it, without saying it",
        How.OPAQUE: "the document could not be read: it may say it",
        "quoted": "“{}”",
        "nothing": "this document",
        "beside": ", beside {}",
        "and": " and ",
        "sex": "your recorded sex",
        "age": "your age",
        "one": "one other document",
        "many": "{} other documents",
    },
}

STRENGTHS = {
    "fr": {
        Strength.CERTAIN: "certain",
        Strength.LIKELY: "probable",
        Strength.POSSIBLE: "possible",
    },
    "en": {
        Strength.CERTAIN: "certain",
        Strength.LIKELY: "likely",
        Strength.POSSIBLE: "possible",
    },
}
"""How strongly, in one word of each language."""


NOTHING_NAMED: Mapping[str, str] = MappingProxyType({})


def sentence(
    reason: Reason, lang: str, named: Mapping[str, str] = NOTHING_NAMED
) -> str:
    """Return one plain sentence in ``fr`` (also for any other ``lang``) or ``en``.

    ``named`` says what a code is in our words, which are not quoted.
    It quotes what was seen and ends with the ids of the rules in brackets: it is as
    confidential as the document, and for whoever may see all of the record.
    """
    words = _WORDS.get(lang, _WORDS["fr"])
    quoted = [
        named.get(each) or words["quoted"].format(each)
        for each in dict.fromkeys(reason.what)
    ]
    said = words[reason.how].format(
        what=", ".join(quoted) or words["nothing"],
        beside=_beside(reason, words),
    )
    rules = f" [{', '.join(reason.rules)}]" if reason.rules else ""
    return f"{said[0].upper()}{said[1:]}{rules}."


def _beside(reason: Reason, words: dict[str, str]) -> str:
    """Say beside what else the words tell: the person's sex or age, other documents."""
    number = len(reason.others)
    parts = [words[each] for each in reason.known]
    if number:
        parts.append(words["one"] if number == 1 else words["many"].format(number))
    return words["beside"].format(words["and"].join(parts)) if parts else ""
