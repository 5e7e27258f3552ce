"""The INS: what its key accepts and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.ins import NIR, NIR_TEST, SYSTEMS, identifier, key, valid

PLACES = st.one_of(
    st.from_regex(r"[0-9]{2}", fullmatch=True), st.sampled_from(["2A", "2B"])
)
BODIES = st.builds(
    lambda sex, date, place, rest: sex + date + place + rest,
    st.sampled_from("123478"),
    st.from_regex(r"[0-9]{4}", fullmatch=True),
    PLACES,
    st.from_regex(r"[0-9]{6}", fullmatch=True),
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("2790351215189", "89"),  # the test patient of the ANS
        ("2550699999999", "34"),
        ("1234567890123", "11"),  # published in a sample with the wrong key
        ("138032A999904", "20"),
    ],
)
def test_known_keys(body: str, expected: str) -> None:
    """The key of known numbers is the published one."""
    assert key(body) == expected


def test_corsica_counts_as_nineteen_and_eighteen() -> None:
    """2A has the key of 19 and 2B that of 18, and the letters stay in the value."""
    assert key("138032A999904") == key("1380319999904")
    assert key("138032B999904") == key("1380318999904")
    assert identifier(NIR_TEST, "138032A999904").value.startswith("138032A")


def test_a_sample_with_a_wrong_key_is_refused() -> None:
    """The INS printed in public examples with a wrong key is not valid."""
    assert not valid(NIR, "123456789012345")


@pytest.mark.parametrize(
    "system", ["", "1.2.250.1.213.1.4.8", "urn:oid:1.2.250.1.213.1.4.1"]
)
def test_only_the_four_systems_are_ins(system: str) -> None:
    """A right number under a foreign or obsolete system is not an INS."""
    assert not valid(system, "279035121518989")
    with pytest.raises(ValueError, match="system"):
        identifier(system, "2790351215189")


@pytest.mark.parametrize(
    "value",
    [
        "",
        "2790351215189",
        " 279035121518989",
        "279035121518989\n",
        "२७९०३५१२१५१८९८९",
        "579035121518989",
        "279032C21518989",
    ],
)
def test_other_forms_are_refused(value: str) -> None:
    """Too short, padded, written in other digits or with other letters: not an INS."""
    assert not valid(NIR, value)


@given(BODIES, st.sampled_from(sorted(SYSTEMS)))
def test_every_body_has_one_key(body: str, system: str) -> None:
    """Of the hundred two-digit endings exactly one makes a body an INS."""
    endings = [f"{n:02d}" for n in range(100) if valid(system, f"{body}{n:02d}")]
    assert endings == [key(body)]
    assert valid(system, identifier(system, body).value)


@given(BODIES, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_caught(body: str, place: int, shift: int) -> None:
    """Changing one digit always breaks the key, since 97 divides no such change."""
    digit = body[place]
    if not digit.isdecimal() or place in {5, 6}:
        return
    other = body[:place] + str((int(digit) + shift) % 10) + body[place + 1 :]
    assert not valid(NIR, other + key(body))


@given(st.text(), st.text())
def test_any_two_strings_get_an_answer(system: str, value: str) -> None:
    """No text makes the check fail, and a key is only given to the right form."""
    assert valid(system, value) in {True, False}
    with pytest.raises(ValueError, match="thirteen"):
        key(value + "x")
