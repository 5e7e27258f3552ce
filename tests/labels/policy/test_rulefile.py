"""Bad rule files stop the start: each is refused with file, entry and reason."""

import pytest

from labels.policy import editions, matrix, rule
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
    ],
)
def test_a_bad_matrix(old: str, new: str, reason: str) -> None:
    """A cell that speaks of nothing known stops the start."""
    assert old in MATRIX
    with pytest.raises(BadRuleFile, match=reason):
        matrix.read(MATRIX.replace(old, new, 1))
