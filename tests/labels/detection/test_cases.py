"""The named cases of labels/detection/cases.yaml: the contract with those who read the rules."""

from collections import Counter
from typing import Any

import pytest

from labels.codes import Category
from labels.detection.lines import label_line
from labels.detection.yaml_file import read_data

GROUPS: dict[str, list[dict[str, Any]]] = read_data("cases.yaml")
CASES = [case for cases in GROUPS.values() for case in cases]


def line_of(case: dict[str, Any]) -> str:
    """Return a case as a line of ``paravent label --lines``."""
    return f"{case['item']}\t{case['with']}" if "with" in case else str(case["item"])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_case(case: dict[str, Any]) -> None:
    """An item carries exactly the categories that its case says."""
    answer = label_line(line_of(case))
    assert set(case["labels"]) == set(answer["categories"])
    assert "error" not in answer


def test_every_case_says_why() -> None:
    """A case without a reason, or said twice, teaches a reader nothing."""
    assert all(case["why"] for case in CASES)
    assert max(Counter(line_of(case) for case in CASES).values()) == 1


@pytest.mark.parametrize("category", list(Category))
def test_there_are_enough_cases(category: Category) -> None:
    """Each category has at least eight cases that carry it and six that do not."""
    carried = [case for case in CASES if category in case["labels"]]
    tempting = [case for case in GROUPS[category] if category not in case["labels"]]
    assert len(carried) >= 8
    assert len(tempting) >= 6


def test_evidence_names_rule_source_and_words() -> None:
    """Whatever is labelled says by which rule, from which source, for which words."""
    for case in CASES:
        for evidence in label_line(line_of(case))["evidence"]:
            assert all(evidence.values()), case["item"]
            assert evidence["rule"].split("/")[0] in set(Category)
