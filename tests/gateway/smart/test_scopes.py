"""Scopes are read as SMART 2.2 writes them, and only ever narrow."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from gateway.smart import scopes
from gateway.smart.scopes import Scope, allowance, everything, granted, parse

KINDS = ("*", "Observation", "Patient", "DocumentReference")
VALUES = ("category=laboratory", "code=x", "category=laboratory&code=x")
WORDS = some.builds(
    "{}/{}.{}{}".format,
    some.sampled_from(("patient", "user", "system")),
    some.sampled_from(KINDS),
    some.sampled_from(
        ("r", "s", "rs", "cruds", "cud", "read", "write", "*", "dus", "")
    ),
    some.sampled_from(("", "", *(f"?{each}" for each in VALUES), "?", "?x", "?a:b=1")),
)
SETS = some.lists(WORDS, max_size=4)


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("patient/*.rs", Scope("patient", "*", "rs")),
        ("user/Patient.cruds", Scope("user", "Patient", "cruds")),
        ("system/List.read", Scope("system", "List", "rs")),
        ("patient/List.write", Scope("patient", "List", "cud")),
        ("patient/*.*", Scope("patient", "*", "cruds")),
        (
            "patient/Observation.rs?category=http://x|lab&code=a",
            Scope(
                "patient",
                "Observation",
                "rs",
                (("category", "http://x|lab"), ("code", "a")),
            ),
        ),
    ],
)
def test_a_scope_says_what_it_says(word: str, found: Scope) -> None:
    """Level, type, acts and filter; the old forms as 2.0 reads them."""
    read = parse(word)
    assert read is not None
    assert read.text == word
    assert (read.level, read.kind, read.letters, read.parameters) == (
        found.level,
        found.kind,
        found.letters,
        found.parameters,
    )


@pytest.mark.parametrize(
    "word",
    [
        *(
            "patient/Observation.",
            "patient/Observation",
            "patient/.rs",
            "patient/*.rsc",
        ),
        *("patient/Observation.dus", "patient/Observation.rr", "patient/obs.rs"),
        *("Patient/*.rs", "patients/*.rs", "launch/patient", "openid", "", "/*.rs"),
        *("patient/*.rs?category=x", "patient/Observation.rs?", "patient/List.rs?a"),
        *("patient/Observation.rs?a=", "patient/Observation.rs?=b", "patient/*.rs\n"),
        f"patient/Observation.rs?a={'x' * 3000}",
        "patient/Observation.rs?" + "&".join(f"a{n}=1" for n in range(11)),
    ],
)
def test_what_is_no_scope_permits_nothing(word: str) -> None:
    """Out of order, unknown, half: nothing is read into it."""
    assert parse(word) is None
    assert allowance([word], "Observation", "r").nothing


def test_a_filter_is_for_reading() -> None:
    """It does not carry over to writing, and a scope without one is all of the type."""
    words = ["patient/Observation.cruds?category=lab"]
    assert allowance(words, "Observation", "r").filters == ((("category", "lab"),),)
    assert allowance(words, "Observation", "u").nothing
    assert allowance([*words, "patient/*.r"], "Observation", "r").whole
    assert allowance(words, "Patient", "r").nothing


@given(words=SETS, more=SETS)
def test_every_scope_is_one_condition(words: list[str], more: list[str]) -> None:
    """What one set of scopes leaves, a larger one leaves too, for every type and act."""
    for kind in KINDS[1:]:
        for letter in scopes.ALL:
            few = allowance(words, kind, letter)
            many = allowance([*words, *more], kind, letter)
            assert many.whole or not few.whole
            assert many.whole or set(few.filters) <= set(many.filters)
    assert everything(words, "r") <= everything([*words, *more], "r")


@given(asked=SETS, registered=SETS)
def test_what_is_granted_is_within_what_is_registered(
    asked: list[str], registered: list[str]
) -> None:
    """For every type and act: never the whole, nor a filter, that was not there before."""
    given_out = granted(asked, registered)
    assert set(given_out) <= set(asked)
    for kind in KINDS[1:]:
        for letter in scopes.ALL:
            left = allowance(given_out, kind, letter)
            most = allowance(registered, kind, letter)
            assert most.whole or not left.whole
            if not most.whole:
                assert all(
                    any(set(wide) <= set(each) for wide in most.filters)
                    for each in left.filters
                )


@given(words=SETS)
def test_granting_twice_changes_nothing(words: list[str]) -> None:
    """A set of well-formed scopes is within itself."""
    held = granted(words, words)
    assert set(held) == {each for each in words if parse(each)}
    assert granted(held, held) == held
