"""What a code is called, as the rule that knows it says: in French, as its list does."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gateway.patient.reasons import system_of
from gateway.patient.words import Words
from labels.codes import Category
from labels.detection.systems import bare
from labels.label import Evidence

RULES = files("labels.detection") / "rules"


def coded(rule: str, system: str, code: str, words: Words) -> str:
    """Return a code with what kind of code it is and, where known, what it is called."""
    name, kind = called(rule, code), words.kind_of_code(system)
    if not name:
        return f"{kind}, {code}"
    return f"{kind}, {code} ({'' if words.lang == 'fr' else 'in French: '}{name})"


def called(rule: str, code: str) -> str:
    """Return the name of a code by the rule ``<category>/<system>/<code>`` that found it.

    Empty for a rule that goes by words, and for a code that has no name there.
    """
    category, _, rest = rule.partition("/")
    system, _, _ = rest.partition("/")
    if category not in set(Category):
        return ""
    rows = rule_file(category).get("codes", {}).get(system, ())
    names = {str(row["code"]): str(row["name"]) for row in rows}
    plain = code.replace(".", "")
    fit = [own for own in names if plain.startswith(own.replace(".", ""))]
    return names[max(fit, key=len)] if fit else ""


def seen_by(rules: Iterable[str], what: str) -> tuple[str, str]:
    """Return the rule that knows ``what`` as a code, and the code's system.

    A reason holds several rules and several things seen: a code belongs to the rule that
    bears it, or to the signal that it raises. Both are empty for words.
    """
    for rule in rules:
        system = system_of(Evidence(rule, "", "", what))
        _, _, own = rule.partition("/")
        kind, _, code = own.partition("/")
        raised = system and kind == "signal"
        if raised or (kind == system and _is_under(system, what, code)):
            return rule, system
    return "", ""


def _is_under(system: str, what: str, code: str) -> bool:
    return bool(system) and bare(system, what).startswith(bare(system, code))


def source(category: Category, name: str) -> str:
    """Return what the rule file of a category says of a source; its name if nothing."""
    return str(rule_file(category).get("sources", {}).get(name, name))


@cache
def rule_file(category: str) -> dict[str, Any]:
    """Return a rule file as it is written; read once."""
    text = (RULES / f"{category}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
