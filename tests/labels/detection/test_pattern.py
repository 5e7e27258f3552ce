"""The language of the terms: what it matches, what it refuses, and that it is bounded."""

import re
from collections.abc import Iterable
from importlib import import_module
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from labels.detection.fold import fold
from labels.detection.load import rule_set
from labels.detection.openings import Openings
from labels.detection.pattern import (
    Pattern,
    TermError,
    compile_any,
    compile_term,
    compiled,
)

_constants, _parser = import_module("re._constants"), import_module("re._parser")


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
    assert all(pattern.openings)
    assert all(pattern.needed())


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("ag-hbs", "ag hbs"),
        ("ag-hbs", "aghbs"),
        ("charge virale", "charge  virale"),
        ("(ab|cd[e]) f", "cd\nf"),
        ("au cmp", "au - cmp"),
        ("+ si", "+ si"),
        ("l'ivg", "l' ivg"),
        ("(le |la )(rue|gare) [du ]nord", "la gare nord"),
        ("(bi|gay)[ ](man|men)", "gaymen"),
        ("dort* ... (rue|gare)s", "dortoir de la rues"),
        ("β-hcg", "βhcg"),
        ("#cig/j", "20cig/j"),
    ],
)
def test_a_term_is_looked_for_wherever_it_matches(term: str, text: str) -> None:
    """What a term matches has an opening of it, and all that it needs."""
    pattern = compile_term(term)
    assert matched(term, text) == text
    index = Openings([pattern])
    assert list(index.starts(text)) == [(0, [0] if text[0] == "+" else (0,))]


@given(st.sampled_from([p for g in rule_set().groups for p in g.patterns]), st.data())
def test_what_a_term_matches_has_all_that_it_needs(
    pattern: Pattern, data: st.DataObject
) -> None:
    """No text in which a term stands is passed over, whatever its shape."""
    text = data.draw(st.from_regex(compiled(pattern.source), fullmatch=True))
    folded = fold(text).text
    found = compiled(pattern.source).search(folded)
    assume(found is not None)
    assert found is not None
    starts = dict(Openings([pattern]).starts(folded))
    assert found.start() in starts


def test_a_text_without_a_needed_word_is_passed_over() -> None:
    """A first word alone starts no search."""
    index = Openings([compile_term("consultation (vih|ist)")])
    assert not list(index.starts("consultation de suivi"))
    assert list(index.starts("consultation ist")) == [(0, (0,))]


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
