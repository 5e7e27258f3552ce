"""A decision in one sentence, the same everywhere: command line, pages, demo, audit."""

from labels.policy.clearance import Decision
from labels.policy.rule import Rule, Rules

_WORDS = {
    "fr": {
        "permit": "Visible",
        "deny": "Non visible",
        "silence": "aucune règle n'ouvre cela à ce lecteur",
        "beyond": "cela dépasse ce qui lui est ouvert",
        "none": "aucune règle",
        "colon": " : ",
        "semicolon": " ; ",
    },
    "en": {
        "permit": "Visible",
        "deny": "Not visible",
        "silence": "no rule opens this to this reader",
        "beyond": "it is beyond what is open to them",
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
    lang = lang if lang in _WORDS else "fr"
    words = _WORDS[lang]
    if decision.because:
        reasons = [_reason(rules.named(rule), lang) for rule in decision.because]
        ids = ", ".join(decision.because)
    else:
        reasons = [words["silence"], *_beyond(decision, rules, lang)]
        ids = words["none"]
    said = words["semicolon"].join(reasons)
    return f"{words[decision.outcome]}{words['colon']}{said} [{ids}]."


def _reason(rule: Rule, lang: str) -> str:
    clause = rule.fr if lang == "fr" else rule.en
    return f"{clause} ({', '.join(rule.law)})"


def _beyond(decision: Decision, rules: Rules, lang: str) -> list[str]:
    """Say which permits the reader holds that do not reach as far as the item."""
    if not decision.beyond:
        return []
    held = [_reason(rules.named(rule), lang) for rule in decision.beyond]
    return [_WORDS[lang]["beyond"] + _WORDS[lang]["colon"] + ", ".join(held)]
