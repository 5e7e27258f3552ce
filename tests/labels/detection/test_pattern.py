"""The language of the terms: what it matches, what it refuses, and that it is bounded."""

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.detection.load import rule_set
from labels.detection.pattern import TermError, compile_any, compile_term, compiled


def matched(term: str, text: str) -> str | None:
    """Return what a term matches at the beginning of a folded text."""
    found = compiled(compile_term(term).source).match(text)
    return found.group() if found else None


@pytest.mark.parametrize(
    ("term", "text", "expected"),
    [
        ("vih", "vih", "vih"),
        ("vih", "vihs", "vihs"),
        ("vih", "vihx", None),
        ("antiretrovir*", "antiretroviraux", "antiretroviraux"),
        ("anti-vhc", "anti vhc", "anti vhc"),
        ("anti-vhc", "antivhc", "antivhc"),
        ("charge virale", "charge\nvirale", "charge\nvirale"),
        ("hepatite[ virale] (b|c)", "hepatite c", "hepatite c"),
        ("hepatite[ virale] (b|c)", "hepatite virale b", "hepatite virale b"),
        ("hepatite[ virale] (b|c)", "hepatite a", None),
        ("g#p#", "g3p1", "g3p1"),
        ("a-b ... 400", "a b par voie orale, 400", "a b par voie orale, 400"),
        ("misoprostol ... 400", "misoprostol 2 x 400", "misoprostol 2 x 400"),
        ("misoprostol ... 400", "misoprostol. 400", None),
        ("sérologie", "serologie", "serologie"),
    ],
)
def test_term(term: str, text: str, expected: str | None) -> None:
    """A term matches its words, their variants, and nothing longer."""
    assert expected == matched(term, text)


@pytest.mark.parametrize("term", ["", "a", "(a|b", "a]b", "(vih|", "[x", "*", "é"])
def test_bad_term_is_refused(term: str) -> None:
    """Unbalanced brackets and beginnings that match everything are refused."""
    with pytest.raises(TermError):
        compile_term(term)


@given(st.text(alphabet="ab()[]|*#' -.é", max_size=20))
def test_any_term_compiles_or_is_refused(term: str) -> None:
    """Whatever is written, a term is an expression or a TermError, never a crash."""
    try:
        pattern = compile_term(term)
    except TermError:
        return
    re.compile(pattern.source)
    assert all(pattern.prefixes)


def test_every_match_begins_with_a_prefix() -> None:
    """What a term matches starts with one of the beginnings the automaton looks for."""
    for term, text in (
        ("ag-hbs", "ag hbs"),
        ("charge virale", "charge  virale"),
        ("(ab|cd[e]) f", "cd\nf"),
        ("au cmp", "au - cmp"),
    ):
        pattern = compile_term(term)
        assert matched(term, text) == text
        separated = re.sub(r"\W", " ", text)
        starts = (re.sub(r"\W", " ", prefix) for prefix in pattern.prefixes)
        assert any(separated.startswith(start) for start in starts)


Parsed = Iterable[tuple[Any, Any]]


def check_repeats(parsed: Parsed, *, inside: bool = False) -> None:
    """Fail on a repetition without bound, or on one inside another."""
    for operator, argument in parsed:
        if operator in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            _, high, body = argument
            assert high is not _constants.MAXREPEAT, "without bound"
            assert high == 1 or not inside, "inside another"
            check_repeats(body, inside=inside or high > 1)
        elif operator is _constants.BRANCH:
            for branch in argument[1]:
                check_repeats(branch, inside=inside)
        elif operator is _constants.SUBPATTERN:
            check_repeats(argument[3], inside=inside)
        else:
            assert operator is not _constants.GROUPREF


def test_every_term_takes_a_bounded_number_of_steps() -> None:
    """No expression of the rules repeats without bound or repeats a repetition."""
    for group in rule_set().groups:
        for source in (*(p.source for p in group.patterns), group.near, group.unless):
            if source:
                check_repeats(_parser.parse(source))


def test_terms_to_find_nearby_may_begin_with_anything() -> None:
    """A word that only settles a meaning need not be rare."""
    assert compiled(compile_any(("7", "a*"))).search("le 7 mai")
