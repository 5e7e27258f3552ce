"""One item a line: the fixed shape of ``paravent label --lines``."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Category
from labels.detection.lines import label_line, parse_context


def test_the_shape_of_an_answer() -> None:
    """Categories in the order of the enumeration; evidence with rule, source and words."""
    answer = label_line("Hépatite C et VIH\n")
    assert answer["categories"] == ["hiv", "viral_hepatitis"]
    assert {"rule", "source", "what"} == set(answer["evidence"][0])
    assert "error" not in answer


def test_a_bar_in_free_text_is_text() -> None:
    """Only a known system before the bar makes a line a code."""
    assert label_line("Sérologies | VIH | négatif")["categories"] == ["hiv"]
    assert label_line("CIM-10|B24")["categories"] == ["hiv"]


@pytest.mark.parametrize(
    ("line", "warned"),
    [
        ("FOO|B24|VIH", True),
        ("FOO|B24", True),
        ("CIM-10|B24|VIH", False),
        ("Sérologies | VIH | négatif", False),
        ("VIH", False),
    ],
)
def test_a_code_of_an_unknown_system_is_warned_of(line: str, *, warned: bool) -> None:
    """Its words are read all the same, and nothing of the line is in the warning."""
    answer = label_line(line)
    assert ("warning" in answer) is warned
    assert "FOO" not in answer.get("warning", "")
    assert "B24" in line or answer["categories"] == ["hiv"]


@pytest.mark.parametrize("line", ["Z21|x", "B24|VIH", "G03CA03|estradiol", "F64.0|"])
def test_a_code_without_a_system_is_an_error(line: str) -> None:
    """The answer says how a code is written; the words are read all the same."""
    answer = label_line(line)
    assert "CIM-10|Z21" in answer["error"]
    assert "warning" not in answer
    assert ("VIH" in line) == (answer["categories"] == ["hiv"])


def test_context_is_read() -> None:
    """Sex, age, diagnoses and medications, in any order, empty ones allowed."""
    context = parse_context("meds=G03CA03,J05AJ03;age=15; sex=m ;dx=C61+I10")
    assert (context.sex, context.age) == ("M", 15)
    assert context.diagnoses == {"C61", "I10"}
    assert context.medications == {"G03CA03", "J05AJ03"}
    assert parse_context("sex=;age=") == parse_context("")


@pytest.mark.parametrize(
    ("context", "error"),
    [
        ("sexe=M", "context: sex, age, dx or meds is expected"),
        ("age", "context: sex, age, dx or meds is expected"),
        ("age=abc", "context: age is a number of years"),
        ("age=-1", "context: age is a number of years"),
        ("age=151", "context: age is a number of years"),
        ("age=٣", "context: age is a number of years"),
        ("age=" + "9" * 5000, "context: age is a number of years"),
        ("sex=X", "context: sex is M or F"),
    ],
)
def test_a_malformed_context_is_an_error_value(context: str, error: str) -> None:
    """The answer says what is wrong and still labels the item, without the context."""
    answer = label_line(f"VIH\t{context}")
    assert answer["error"] == error
    assert answer["categories"] == ["hiv"]


@given(st.text())
def test_any_line_gives_an_answer_that_is_json(line: str) -> None:
    """Whatever the line, the answer has its shape and can be printed."""
    answer = label_line(line)
    assert set(answer["categories"]) <= set(Category)
    json.dumps(answer)
