"""The key of an INS, compared with what somebody else's code says of it."""

from hypothesis import given
from hypothesis import strategies as st
from stdnum.fr import nir

from mappings import ins

BODIES = st.from_regex(
    r"[1-478][0-9]{4}([0-9]{2}|2[AB])[0-9]{6}", fullmatch=True
).filter(str.isascii)
KEYS = st.from_regex(r"[0-9]{2}", fullmatch=True).filter(str.isascii)


@given(BODIES)
def test_the_key_is_the_same(body: str) -> None:
    """Ours and python-stdnum's are the same two digits, Corsica included."""
    assert ins.key(body) == nir.calc_check_digits(body)


@given(BODIES, KEYS)
def test_what_is_valid_is_the_same(body: str, key: str) -> None:
    """A well-formed number is an INS exactly when python-stdnum takes its key."""
    assert ins.valid(ins.NIR, body + key) is nir.is_valid(body + key)
