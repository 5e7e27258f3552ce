"""The second opinion: what is asked of it, and the judgements that are kept."""

from tests.evaluation.items import Item, Kind
from tests.evaluation.oracle import JUDGED, Question, Span, compare, judgements


def item(text: str) -> Item:
    """Return an item that says this."""
    nothing: frozenset[str] = frozenset()
    return Item("x", text, nothing, nothing, Kind.POSITIVE, nothing, "")  # type: ignore[arg-type]


def never(text: str, spans: list[Span]) -> list[dict[str, bool]]:
    """Answer no to everything; every span must name words of the text."""
    assert all(text[start:end] for start, end in spans)
    return [dict.fromkeys(map(str, Question), False) for _ in spans]


def test_both_are_asked_about_each_term_that_stands_in_a_text() -> None:
    """Also about those that are denied, which labelling would drop."""
    found = tuple(compare([item("Pas de toxicomanie. VIH connu.")], never))
    asked = {each.words for each in found}
    assert {"toxicomanie", "VIH"} <= asked
    assert len(found) == len(asked) * len(Question)
    (denied,) = (each for each in found if each.ours)
    assert (denied.words, denied.question) == ("toxicomanie", Question.NEGATION)


def test_a_code_is_no_sentence() -> None:
    """Only texts are compared."""
    assert not tuple(compare([item("CIM-10|B24|VIH")], never))


def test_each_judgement_says_who_is_right_and_why() -> None:
    """The difference is named by its item, its question and its words."""
    rows = judgements()
    assert JUDGED.exists()
    assert len(rows) >= 20
    for row in rows.values():
        assert row.keys() == {"id", "question", "words", "right", "why"}
        assert row["question"] in set(Question)
        assert row["right"] in {"ours", "edsnlp", "neither"}
        assert row["why"]
