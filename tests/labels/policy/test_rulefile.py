"""Bad rule files stop the start: each is refused with file, entry and reason."""

from dataclasses import fields, replace
from typing import Any

import pytest

from labels.codes import Confidentiality, Mark
from labels.policy import editions, matrix, rule
from labels.policy.question import Question, Relation
from labels.policy.rule import Own, What, Who
from labels.policy.rulefile import BadRuleFile, packaged

GOOD = """
version: "1"
rules:
  - id: r
    effect: permit
    who: {relations: [SELF]}
    because: {law: [CSP], fr: a, en: b}
"""
DENIAL = GOOD.replace("permit", "deny")


def test_the_good_file_is_taken() -> None:
    """The file all the others are made of is right."""
    assert len(rule.read(GOOD, editions.load()).rules) == 1
    assert len(rule.read(DENIAL, editions.load()).rules) == 1


def test_what_is_not_said_is_not_stated() -> None:
    """A rule that says little stands for all readers and items that it does not narrow."""
    (little,) = rule.read(GOOD, editions.load()).rules
    assert little.who == Who(relations=frozenset({Relation.SELF}))
    assert little.what == What()
    assert (little.permits, little.obligations) == (True, frozenset())
    assert (little.law, little.fr, little.en) == (("CSP",), "a", "b")
    assert Who().fits(Question("rpps|1"))
    said = [getattr(What(), field.name) for field in fields(What)]
    assert [each for each in said if each] == [Confidentiality.V, Own.NONE, Own.NONE]
    said = [getattr(Who(), field.name) for field in fields(Who)]
    assert [each for each in said if each is not None] == [frozenset()] * 5


@pytest.mark.parametrize("flag", ["except_shown", "yields", "anywhere", "one_month"])
def test_each_flag_of_a_denial_is_read(flag: str) -> None:
    """True, false and nothing said are what they are, and no other flag follows."""
    for text, expected in (("true", True), ("false", False)):
        said = f"{DENIAL}    what: {{marks: [OPAQUE], {flag}: {text}}}\n"
        (found,) = rule.read(said, editions.load()).rules
        marked = What(marks=frozenset({Mark.OPAQUE}))
        assert found.what == replace(marked, **dict[str, Any]({flag: expected}))


@pytest.mark.parametrize(
    "flag", ["professional", "minor", "under_15", "masks_open", "deceased"]
)
def test_each_flag_of_a_reader_is_read(flag: str) -> None:
    """True and false are two conditions; saying nothing is none."""
    for text, expected in (("true", True), ("false", False)):
        said = GOOD.replace("[SELF]", f"[SELF], {flag}: {text}")
        (found,) = rule.read(said, editions.load()).rules
        assert getattr(found.who, flag) is expected
        said_nothing = replace(found.who, **dict[str, Any]({flag: None}))
        assert said_nothing == Who(frozenset({Relation.SELF}))


def test_a_rule_is_found_by_its_id() -> None:
    """Its id names it; an unknown one is an error."""
    rules = rule.read(GOOD, editions.load())
    assert (rules.named("r"), rules.version) == (rules.rules[0], "1")
    with pytest.raises(KeyError):
        rules.named("s")


@pytest.mark.parametrize(
    ("text", "entry", "reason"),
    [
        ("a: [", "file", "not YAML"),
        ("[]", "file", "mapping"),
        ("1: a", "file", "not text"),
        ("a: 1\na: 2", "file", "twice"),
        (GOOD.replace("SELF", "SELFISH"), "r.who", "SELFISH is no Relation"),
        (GOOD.replace("SELF", "SELF, SELF"), "r.who", "twice"),
        (GOOD.replace("[SELF]", "SELF"), "r.who", "list of texts"),
        (GOOD.replace("relations: [SELF]", ""), "r.who", "to whom"),
        (GOOD.replace("{relations: [SELF]}", "all"), "r.who", "mapping"),
        (GOOD.replace("[SELF]", "[SELF], minor: old"), "r.who", "true or false"),
        (GOOD.replace("[SELF]", "[SELF], presets: [x]"), "r.who", "no preset x"),
        (GOOD.replace("[SELF]", "[SELF], age: [x]"), "r.who", "unknown key age"),
        (GOOD.replace("effect: permit", "effect: allow"), "r", "permit or deny"),
        (GOOD.replace("law: [CSP]", "law: []"), "r.because", "law"),
        (GOOD.replace("fr: a", "fr: ''"), "r.because", "fr must be a text"),
        (GOOD + "    obligations: [dance]\n", "r", "no obligation dance"),
        (GOOD + "    what: {confidentiality: X}\n", "r.what", "Confidentiality"),
        (GOOD + "    what: {types: all}\n", "r.what", "only be matrix"),
        (GOOD + "    what: {own: mine}\n", "r.what", "mine is no Own"),
        (GOOD + "    what: {marks: [OPAQUE]}\n", "r.what", "unknown key marks"),
        (DENIAL + "    what: {types: matrix}\n", "r.what", "unknown key types"),
        (
            DENIAL + "    what: {categories: {hiv: ''}}\n",
            "r.what.categories",
            "hiv must be a text",
        ),
        (
            DENIAL + "    what: {categories: {cold: x}}\n",
            "r.what.categories",
            "cold is no Category",
        ),
        (
            DENIAL + "    what: {masked: true, marks: [OPAQUE]}\n",
            "r.what",
            "three rules",
        ),
        (GOOD + GOOD.split("rules:")[1], "file", "r twice"),
        (GOOD.replace('version: "1"', ""), "file", "version"),
    ],
)
def test_a_bad_rule_file(text: str, entry: str, reason: str) -> None:
    """The error names the file, the entry and what is wrong with it."""
    with pytest.raises(BadRuleFile, match=reason) as caught:
        rule.read(text, editions.load())
    assert (caught.value.file, caught.value.entry) == ("rules.yaml", entry)


MATRIX = packaged("matrix.yaml")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("read: [med, phb", "read: [med, vet", "no column vet"),
        ("column: med\n", "column: vet\n", "no cell"),
        ("type: ATTEST-RESID", "type: NONE", "no cell"),
        ("    read: false\n", "", "no cell"),
        ('professions: ["28"]', 'professions: ["40"]', "40 in two columns"),
        ("id: opticien", "id: infirmier", "infirmier in two columns"),
        ('professions: ["28"]', "professions: []", "names professions"),
        ("in_force: false, fr: coord", "fr: coord", "names professions"),
        ("  DOCPAT03:\n", "  11488-4:\n", "twice"),
        (
            "id: opticien, prof",
            "id: opticien, in_force: false, prof",
            "names professions",
        ),
        ('    "31": {label', '    "40": {label', "the table has it"),
        ("    51851-4: {label", "    11488-4: {label", "the table has it"),
        ("capacity: occupational", "capacity: watchful", "watchful is no Capacity"),
        ("    FICHE-CONTACTS: {label", "    FICHE-CONTACTS: {name", "unknown key name"),
        ("lacking:\n  professions:", "lacking:\n  people:", "unknown key people"),
        ('effective: "2024-09-25"', 'effective: "25/09/2024"', "YYYY-MM-DD"),
        ('effective: "2024-09-25"', "effective: 2024-09-25", "must be a text"),
        ('  date: "2024-09-25"', '  day: "2024-09-25"', "unknown key day"),
        ("in_force: false, fr: coord", "in_force: perhaps, fr: coord", "true or false"),
        ("    reason: >-\n", "    why: >-\n", "unknown key why"),
        ("fr: opticien, en: optician", "fr: opticien", "en must be a text"),
    ],
)
def test_a_bad_matrix(old: str, new: str, reason: str) -> None:
    """A cell that speaks of nothing known stops the start."""
    assert old in MATRIX
    with pytest.raises(BadRuleFile, match=reason):
        matrix.read(MATRIX.replace(old, new, 1))
