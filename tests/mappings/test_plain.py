"""The characters of a text body."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.plain import characters, words


@pytest.mark.parametrize(
    ("body", "declared", "texts", "known"),
    [
        ("é".encode(), "text/plain", ("é",), True),
        ("é".encode("cp1252"), "text/plain; charset=us-ascii", ("é",), True),
        ("é".encode("utf-16-le"), "text/plain; charset=utf-16le", ("é",), True),
        (b"VIH+", 'text/plain; charset="utf-7"', ("VIH+",), False),
        (b"VIH", "text/plain; charset=utf-8; charset=utf-7", ("VIH",), False),
        ("é".encode("cp1252"), "text/plain; charset=utf-8", ("é",), False),
        (b"a\xa4", "text/plain;charset=ISO-8859-15", ("a¤", "a€"), True),
        (b"a\x00", "text/plain", (), True),
    ],
)
def test_characters(
    body: bytes,
    declared: str,
    texts: tuple[str, ...],
    known: bool,  # noqa: FBT001 - the expected answer
) -> None:
    """The bytes decide, a charset adds its reading, one not read here is told."""
    found = characters(body, declared)
    assert (found.texts, found.charset_known) == (texts, known)


def test_words_between_bytes_are_seen() -> None:
    """What a viewer shows of a binary file; noise is no word."""
    assert words(b"\x00\x01S\xc3\xa9rologie VIH positive\xff\xfe ab") == (
        "Sérologie VIH positive"
    )


@given(st.binary(max_size=100), st.text(max_size=40))
def test_any_bytes_are_read(body: bytes, declared: str) -> None:
    """Total on any bytes and any type."""
    assert all(len(each) <= len(body) for each in characters(body, declared).texts)
    assert len(words(body)) <= len(body)
