"""A wrong rule file is refused at the start, with its name, the place and the reason."""

import copy
from typing import Any

import pytest

from labels.codes import Category, Confidentiality
from labels.detection.context import read_cues
from labels.detection.load import check_names, rule_set
from labels.detection.rules import RuleFileError
from labels.detection.schema import read_category
from labels.detection.yaml_file import parse_data, read_data

GOOD: dict[str, Any] = {
    "category": "hiv",
    "title": {"fr": "VIH", "en": "HIV"},
    "policy": {"fr": "R"},
    "sources": {"cim10": "CIM-10", "paravent": "ours"},
    "codes": {"icd10": [{"code": "B24", "name": "VIH", "source": "cim10"}]},
    "terms": {"virus": {"negated": "kept", "fr": ["vih"], "level": "V"}},
    "exclusions": ["hiver*"],
    "signals": {"drug": {"atc": ["J05A"], "fr": ["truvada"], "joins": ["hiv"]}},
    "inference": {
        "X-1": {
            "because": "x",
            "if": [{"signal": ["drug"]}, {"sex": "M"}],
            "unless": [{"younger": 10}],
            "then": ["hiv"],
            "source": "cim10",
        }
    },
}


def changed(path: str, value: object) -> dict[str, Any]:
    """Return the good file with one value changed, or removed when it is None."""
    data = copy.deepcopy(GOOD)
    *parents, last = path.split(".")
    node: Any = data
    for name in parents:
        node = node[int(name) if name.isdigit() else name]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return data


def test_a_good_file_is_read() -> None:
    """Codes, terms, exclusions, signals and inference come out as values."""
    file = read_category("hiv.yaml", GOOD, Category.HIV)
    assert [code.rule for code in file.codes] == ["hiv/icd10/B24"]
    assert {g.kind for g in file.groups} == {"term", "exclusion", "signal"}
    assert file.groups[0].level == Confidentiality.V
    assert file.inference[0].unless[0].younger == 10


@pytest.mark.parametrize(
    ("path", "value", "place", "reason"),
    [
        ("category", "sti", "category", "hiv is expected"),
        ("sources", None, "file", "sources is missing"),
        ("sources", [], "sources", "a mapping is expected"),
        ("surprise", 1, "file", "surprise is not a known key"),
        ("codes.icd9", [], "codes.icd9", "one of"),
        ("codes.icd10", {}, "codes.icd10", "a list is expected"),
        ("codes.icd10", ["B24"], "codes.icd10[0]", "a mapping is expected"),
        ("codes.icd10.0.source", None, "codes.icd10[0]", "source is missing"),
        ("codes.icd10.0.source", "web", "codes.icd10[0]", "one of cim10, paravent"),
        ("codes.icd10.0.code", 24, "codes.icd10[0].code", "a text is expected"),
        ("codes.icd10.0.strength", "big", "codes.icd10[0]", "context, direct, weak"),
        ("codes.icd10.0.match", "regex", "codes.icd10[0]", "exact, prefix"),
        ("codes.icd10.0.level", "X", "codes.icd10[0]", "one of L, M, N, R, U, V"),
        ("terms", ["vih"], "terms", "a mapping is expected"),
        ("terms.virus", {}, "terms.virus", "no term in fr or en"),
        ("terms.virus.fr", "vih", "terms.virus.fr", "a list of texts is expected"),
        ("terms.virus.fr", ["(vih"], "terms.virus: (vih", "brackets do not match"),
        ("terms.virus.fr", ["v"], "terms.virus: v", "two fixed characters"),
        ("terms.virus.negated", "never", "terms.virus", "dropped, kept, minor"),
        ("terms.virus.near", ["(x"], "terms.virus.near", "brackets do not match"),
        ("terms.virus.colour", "red", "terms.virus", "colour is not a known key"),
        ("exclusions", {"a": 1}, "exclusions", "a list of texts is expected"),
        ("signals.drug.joins", ["aids"], "signals.drug.joins", "one of"),
        ("inference.X-1.then", ["aids"], "inference.X-1.then", "one of"),
        ("inference.X-1.because", None, "inference.X-1", "because is missing"),
        ("inference.X-1.if", {}, "inference.X-1.if", "a list is expected"),
        ("inference.X-1.if", [{}], "inference.X-1.if[0]", "always holds"),
        ("inference.X-1.if", [{"sex": "X"}], "inference.X-1.if[0]", "F, M"),
        ("inference.X-1.if", [{"younger": "x"}], "inference.X-1.if[0]", "years"),
        ("inference.X-1.if", [{"moon": 1}], "inference.X-1.if[0]", "not a known key"),
    ],
)
def test_a_fault_is_named(path: str, value: object, place: str, reason: str) -> None:
    """The refusal says which file, where in it, and what is wrong."""
    with pytest.raises(RuleFileError) as refused:
        read_category("hiv.yaml", changed(path, value), Category.HIV)
    assert refused.value.file == "hiv.yaml"
    assert place == refused.value.place
    assert reason in refused.value.reason


def test_a_rule_that_asks_for_an_unknown_signal_is_refused() -> None:
    """An inference cannot depend on a fact that nothing ever raises."""
    file = read_category("hiv.yaml", GOOD, Category.HIV)
    with pytest.raises(RuleFileError, match="no signal is called drug"):
        check_names({}, file.inference)


def test_text_that_is_no_yaml_is_refused_with_its_line() -> None:
    """A syntax error names the line; a list is no rule file."""
    with pytest.raises(RuleFileError, match="line 3: did not find"):
        parse_data("x.yaml", "a: 1\nb: [1\n")
    with pytest.raises(RuleFileError, match="a mapping is expected"):
        parse_data("x.yaml", "- 1")


def test_cues_without_a_list_are_refused() -> None:
    """The context file must hold every list of cues."""
    with pytest.raises(RuleFileError, match=r"context\.yaml"):
        read_cues({"negation": {}})


def test_every_rule_of_this_package_has_a_source() -> None:
    """No code, group or inference stands without saying where it comes from."""
    rules = rule_set()
    labelling = [g for g in rules.groups if g.kind == "term"]
    assert all(rule.source for rule in rules.codes)
    assert all(rule.source for rule in rules.inference)
    assert all(group.source for group in labelling)
    assert rules.version


def test_rule_ids_are_unique() -> None:
    """An evidence names exactly one rule."""
    rules = rule_set()
    ids = [rule.rule for rule in rules.codes]
    ids += [rule.rule for rule in rules.inference]
    ids += [g.rule for g in rules.groups if g.kind in {"term", "context"}]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("category", list(Category))
def test_every_file_names_its_law_and_uses_its_sources(category: Category) -> None:
    """Each file states its policy with the texts it rests on, and no idle source."""
    data = read_data(f"rules/{category}.yaml")
    assert data["policy"]["legal"]
    assert data["title"]["fr"]
    assert data["title"]["en"]
    assert len(data["sources"]) >= 2
