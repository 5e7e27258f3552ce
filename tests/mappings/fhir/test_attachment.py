"""The bytes of a document: base64, size and hash."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.attachment import check_bytes, decode, sha1
from mappings.format import media_type

BODY = b"Hello World"
HEX = hashlib.sha1(BODY, usedforsecurity=False).hexdigest()


@given(st.binary())
def test_base64_is_read_back(body: bytes) -> None:
    """What was encoded is decoded, also when the lines are folded."""
    text = base64.encodebytes(body).decode()
    assert decode(text) == body
    assert decode(base64.b64encode(body).decode()) == body


@pytest.mark.parametrize(
    "text",
    ["a", "ab=", "a===", "!!!!", "YQ==YQ==", "YWJj=", "YW\u00e9j", "YWJj\x00", "-_-_"],
)
def test_what_is_not_base64_is_none(text: str) -> None:
    """Wrong alphabet, wrong padding and anything after the padding are no base64."""
    assert decode(text) is None


@pytest.mark.parametrize(
    "written", [sha1(BODY), HEX, HEX.upper(), base64.b64encode(HEX.encode()).decode()]
)
def test_three_spellings_of_the_hash_are_read(written: str) -> None:
    """SHA-1 in base64, in hexadecimal, in base64 of hexadecimal: one digest."""
    assert check_bytes({"hash": written, "size": 11}, BODY, "A") == ()


@pytest.mark.parametrize("written", ["", "x", sha1(b"other"), HEX[:-1] + "1", "AAAA"])
def test_another_hash_is_an_error(written: str) -> None:
    """A hash that is not of these bytes is an error at attachment.hash."""
    [issue] = check_bytes({"hash": written}, BODY, "A")
    assert (issue.severity, issue.expression) == ("error", "A.hash")


@pytest.mark.parametrize("size", [0, 10, 12, "11", True, None, -11])
def test_another_size_is_an_error(size: object) -> None:
    """A size that is not the number of bytes is an error at attachment.size."""
    [issue] = check_bytes({"size": size}, BODY, "A")
    assert (issue.severity, issue.expression) == ("error", "A.size")


def test_media_types_are_compared_without_parameters() -> None:
    """Case and parameters do not make another media type."""
    assert media_type("Text/XML; charset=utf-8") == "text/xml"
