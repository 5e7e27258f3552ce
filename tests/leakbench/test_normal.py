"""What is made equal before comparing: no more than what must differ between patients."""

import hashlib
from base64 import b64encode
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leakbench import comparing
from leakbench.comparing import Difference, Instants
from leakbench.exchange import Answer, Headers
from leakbench.ground import Side
from leakbench.normal import Normaliser

UUIDS = "6f0f7c0e-5c0e-4f5e-9d86-1f0a7f6f4a11", "a3b1c2d4-0000-4abc-8def-0123456789ab"


def answer(body: str, *headers: tuple[str, str], status: int = 200) -> Answer:
    """Return an answer with a body."""
    return Answer(status, "OK", headers, body.encode())


def digest(way: str, of: bytes) -> Answer:
    """Return an answer with a digest in base64, as of an attachment."""
    said = b64encode(hashlib.new(way, of).digest()).decode()
    return answer(f'{{"hash":"{said}"}}')


def compared(
    real: Answer,
    twin: Answer,
    names: tuple[dict[str, str], dict[str, str]] = ({}, {}),
    unordered: frozenset[str] = frozenset(),
) -> Difference | None:
    """Return where two answers part, when each side has values of known names."""
    left, right = (
        Normaliser(Side("", {}, names=known), Counter(), unordered).of(each)
        for each, known in zip((real, twin), names, strict=True)
    )
    return comparing.first(left, right, Instants((), 2.0))


def test_ids_that_correspond_are_equal_however_they_are_written() -> None:
    """Plain and quoted in an address; a part of a longer value is not the value."""
    names = ({"pat-one": "patient"}, {"pat-two": "patient"})
    for form in ("Patient/{}", "patient=Patient%2F{}&x", "x%7C{}"):
        pair = answer(form.format("pat-one")), answer(form.format("pat-two"))
        assert compared(*pair, names) is None
    longer = answer("pat-onely"), answer("pat-twoly")
    assert compared(*longer, names) is not None


def test_a_short_id_is_renamed_where_ids_stand_and_nowhere_else() -> None:
    """A count that happens to be the number of a resource stays a count."""
    names = ({"7": "v0.id"}, {"9": "v0.id"})
    pair = '{"id":"7","url":"A/7"}', '{"id":"9","url":"A/9"}'
    assert compared(answer(pair[0]), answer(pair[1]), names) is None
    counts = answer('{"total":7}'), answer('{"total":9}')
    assert compared(*counts, names) is not None


def test_what_is_drawn_is_numbered_as_it_occurs() -> None:
    """Two ids in two places are not one id in both."""
    one, two = UUIDS
    assert compared(answer(f"{one} {one}"), answer(f"{two} {two}")) is None
    assert compared(answer(f"{one} {two}"), answer(f"{two} {two}")) is not None


@pytest.mark.parametrize("way", ["sha1", "sha256", "sha512"])
@given(one=st.binary(max_size=64), other=st.binary(max_size=64))
def test_a_digest_is_drawn_whatever_its_base64_looks_like(
    way: str, one: bytes, other: bytes
) -> None:
    """Two documents have two digests, with slashes at any place."""
    assert compared(digest(way, one), digest(way, other)) is None


def test_a_digest_that_begins_like_a_reference_is_none() -> None:
    """A capital, letters, a slash: as in Type/id, but for what follows."""
    one, other = (f'{{"hash":"{each}JjTVuQutWNyYvc/AmQGsdSMGIU="}}' for each in "P0")
    assert compared(answer(one), answer(other)) is None


@pytest.mark.parametrize("rest", ["", "/_history/2", "/$everything"])
def test_of_a_reference_the_id_is_drawn_and_the_type_compared(rest: str) -> None:
    """What is behind a link tells what is hidden: only its number is of chance."""
    one, two = (f'"DocumentReference/{each}{rest}"' for each in UUIDS)
    assert compared(answer(one), answer(two)) is None
    other = f'"QuestionnaireForm/{UUIDS[1]}{rest}"'  # as long, and of another type
    assert compared(answer(one), answer(other)) is not None


def test_the_length_of_what_is_drawn_is_compared() -> None:
    """A cursor that is longer holds more."""
    one = "k3jh5k3jh5k3jh5k3jh5k3jh5"
    assert compared(answer(one), answer(f"{one}7")) is not None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2026-11-22T10:00:00.123Z", "2026-11-22T10:00:01Z", True),
        ("2026-11-22T10:00:00Z", "2026-11-22T11:00:00+01:00", True),
        ("2026-11-22T10:00:00Z", "2026-11-22T10:00:05Z", False),
        ("2026-11-22", "2026-11-23", False),
    ],
)
def test_instants_are_equal_within_the_tolerance(
    one: str, other: str, *, same: bool
) -> None:
    """Dates without a time are not: they come with the data."""
    assert (compared(answer(one), answer(other)) is None) is same


def test_headers_are_compared_in_order() -> None:
    """Their names, their order and their values, but for what runs down."""
    left: Headers = (("ETag", 'W/"1"'), ("Vary", "Accept"))
    assert compared(answer("", *left), answer("", *left[::-1])) is not None
    right: Headers = (("ETag", 'W/"2"'), ("Vary", "Accept"))
    assert compared(answer("", *left), answer("", *right)) is not None
    one, other = ("RateLimit-Remaining", "9"), ("RateLimit-Remaining", "8")
    assert compared(answer("", one), answer("", other)) is None


def test_a_length_is_that_of_the_body() -> None:
    """Or it is compared: HEAD tells a length, and a body."""
    right = (
        answer("abc", ("Content-Length", "3")),
        answer("abc", ("Content-Length", "3")),
    )
    assert compared(*right) is None
    head = answer("", ("Content-Length", "30")), answer("", ("Content-Length", "31"))
    assert compared(*head) is not None


def test_statuses_part_first() -> None:
    """403 beside 404 is the oldest leak there is."""
    found = compared(answer("", status=403), answer("", status=404))
    assert found == Difference("status", "403 OK", "404 OK")


def test_an_order_of_chance_is_no_difference_where_it_is_declared() -> None:
    """Of the types named only; what they say is still compared."""
    entry = '{{"resource":{{"resourceType":"A","n":{}}}}}'
    bundle = f'{{{{"entry":[{entry},{entry}]}}}}'
    pair = answer(bundle.format(1, 2)), answer(bundle.format(2, 1))
    assert compared(*pair) is not None
    assert compared(*pair, unordered=frozenset({"A"})) is None
    other = answer(bundle.format(1, 2)), answer(bundle.format(2, 3))
    assert compared(*other, unordered=frozenset({"A"})) is not None
