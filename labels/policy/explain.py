"""A decision in one sentence: the same clauses for the command line and for people.

:func:`sentence` names the rules, for whoever looks them up. :func:`plainly` is for the
patient: no ids, and it says by what an item is beyond a reader.
"""

from collections.abc import Iterator
from enum import StrEnum

from labels.item import Item
from labels.policy.clearance import Clearance, Decision, Permit
from labels.policy.rule import Rule, Rules


class Bound(StrEnum):
    """What of an item a permit does not reach: its type, its sensitivity, or its words."""

    TYPE = "type"
    SENSITIVITY = "sensitivity"
    UNREAD = "unread"


_WORDS = {
    "fr": {
        "permit": "Visible",
        "deny": "Non visible",
        "silence": "aucune règle n'ouvre cela à ce lecteur",
        "beyond": "cela dépasse ce qui lui est ouvert",
        Bound.TYPE: "le tableau officiel n'ouvre pas ce type de document à sa profession",
        Bound.SENSITIVITY: "il est plus sensible que ce qui est ouvert à ce lecteur",
        Bound.UNREAD: "la machine n'a pas pu le lire, il est donc traité comme sensible",
        "rule": "ce que dit la règle",
        "none": "aucune règle",
        "colon": " : ",
        "semicolon": " ; ",
    },
    "en": {
        "permit": "Visible",
        "deny": "Not visible",
        "silence": "no rule opens this to this reader",
        "beyond": "it is beyond what is open to them",
        Bound.TYPE: "the official table does not open this type to their profession",
        Bound.SENSITIVITY: "it is more sensitive than what is open to this reader",
        Bound.UNREAD: "the machine could not read it, so it is treated as sensitive",
        "rule": "what the rule says",
        "none": "no rule",
        "colon": ": ",
        "semicolon": "; ",
    },
}


def sentence(decision: Decision, rules: Rules, lang: str) -> str:
    """Return one plain sentence in ``fr`` (also for any other ``lang``) or ``en``.

    It ends with the ids of the rules in brackets. It is for whoever may know the rules
    of this record: the patient, never the reader who was refused.
    """
    lang = _known(lang)
    words = _WORDS[lang]
    reasons = _because(decision, rules, lang)
    if not reasons:
        reasons = [words["silence"], *_beyond(decision, rules, lang, words["beyond"])]
    ids = ", ".join(decision.because) or words["none"]
    return f"{_told(decision, reasons, lang)} [{ids}]."


def plainly(clearance: Clearance, item: Item, rules: Rules, lang: str) -> str:
    """Return the same for people: no ids, and by what the item is beyond the reader.

    ``clearance`` is the reader's; ``lang`` as for :func:`sentence`, and so is for whom
    it is.
    """
    lang = _known(lang)
    words = _WORDS[lang]
    decision = clearance.judge(item)
    reasons = _because(decision, rules, lang)
    if not reasons:
        bounds = exceeded(clearance, item)
        reasons = [words[each] for each in Bound if each in bounds]
        reasons = reasons or [words["silence"]]
        reasons += _beyond(decision, rules, lang, words["rule"])
    return f"{_told(decision, reasons, lang)}."


def exceeded(clearance: Clearance, item: Item) -> frozenset[Bound]:
    """Return by what the item is beyond the permits that speak of a kind of items."""
    permits = [each for each in clearance.permits if each.bounded]
    return frozenset(bound for each in permits for bound in _bounds(each, item))


def _bounds(permit: Permit, item: Item) -> Iterator[Bound]:
    types, within, marks = (
        permit.types_within,
        permit.categories_within,
        permit.marks_within,
    )
    if types is not None and item.type not in types:
        yield Bound.TYPE
    unread = marks is not None and not item.marks <= marks
    if unread:
        yield Bound.UNREAD
    if unread and not item.categories:
        return  # its level comes of nothing but that
    level = item.confidentiality > permit.confidentiality_at_most
    if level or (within is not None and not item.categories <= within):
        yield Bound.SENSITIVITY


def _known(lang: str) -> str:
    return lang if lang in _WORDS else "fr"


def _told(decision: Decision, reasons: list[str], lang: str) -> str:
    words = _WORDS[lang]
    said = words["semicolon"].join(reasons)
    return f"{words[decision.outcome]}{words['colon']}{said}"


def _because(decision: Decision, rules: Rules, lang: str) -> list[str]:
    return [_reason(rules.named(rule), lang) for rule in decision.because]


def _reason(rule: Rule, lang: str) -> str:
    clause = rule.fr if lang == "fr" else rule.en
    return f"{clause} ({', '.join(rule.law)})"


def _beyond(decision: Decision, rules: Rules, lang: str, lead: str) -> list[str]:
    """Say which permits the reader holds that do not reach as far as the item."""
    if not decision.beyond:
        return []
    held = [_reason(rules.named(rule), lang) for rule in decision.beyond]
    return [lead + _WORDS[lang]["colon"] + ", ".join(held)]
