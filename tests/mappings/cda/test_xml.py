"""The hardened XML factory against the hostile cases XML-01 to XML-04."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda import xml
from mappings.mapped import Refused

FORBIDDEN = re.compile(
    r"^\s*(?:from|import)\s+(?:lxml|xml\.|xml\b|html\.parser|defusedxml)", re.MULTILINE
)

SECRET = "Ormeau-canary"

HOSTILE = {
    "billion laughs": b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "external entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    "parameter entity": b'<!DOCTYPE a [<!ENTITY % b SYSTEM "http://127.0.0.1/d">%b;]><a/>',
    "external DTD": b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
    "DOCTYPE after a comment": b"<?xml version='1.0'?><!-- x --><?p q?>\n<!DOCTYPE a><a/>",
    "DOCTYPE in UTF-16": "<!DOCTYPE a><a/>".encode("utf-16"),
    "undeclared entity": b"<a>&secret;</a>",
    "too deep": b"<a>" * 200 + b"</a>" * 200,
    "far too deep": b"<a>" * 100_000,
    "too many elements": b"<r>" + b"<a/>" * xml.MARKUP_AT_MOST + b"</r>",
    "too many attributes": b"<r "
    + b"".join(b'a%d="" ' % n for n in range(1_000_001))
    + b"/>",
    "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-b+AD4-</a>',
    "EBCDIC": "<?xml version='1.0' encoding='cp500'?><a/>".encode("cp500"),
    "UTF-8 that is not": '<?xml version="1.0" encoding="UTF-8"?><a>é</a>'.encode(
        "latin-1"
    ),
    "overlong UTF-8": b"<a>\xc0\xbc</a>",
    "NUL": b"<a>\x00</a>",
    "control character": b"<a>\x01</a>",
    "UTF-16 without mark": "<a/>".encode("utf-16-le"),
    "not XML": b"PK\x03\x04",
    "empty": b"",
    "blank": b"  \n",
    "two roots": b"<a/><b/>",
    "cut short": b"<a><b>",
    "unbound prefix": b"<x:a/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused(name: str) -> None:
    """Each hostile document is a refusal with a place, whatever the attack."""
    with pytest.raises(Refused) as refused:
        xml.parse(HOSTILE[name])
    assert refused.value.status in {400, 413}
    assert refused.value.issues[0].expression == "/"


def test_the_size_limit_comes_first() -> None:
    """Over 50 MB nothing is decoded or parsed: the answer is 413."""
    with pytest.raises(Refused) as refused:
        xml.parse(b" " * (xml.BYTES_AT_MOST + 1))
    assert refused.value.status == 413


def test_a_refusal_never_quotes_the_document() -> None:
    """libxml2 quotes what it chokes on: the refusal keeps the line only."""
    with pytest.raises(Refused) as refused:
        xml.parse(f"<a>\n<{SECRET}>\n</a>".encode())
    said = f"{refused.value} {refused.value.issues}"
    assert SECRET not in said
    assert "line 3" in refused.value.issues[0].text


NOT_UTF_8 = (
    b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80",
    b"\xe2\x28\xa1", b"\x80", b"\xf4\x90\x80\x80", b"\xe0\x80\xaf",
)  # fmt: skip
AROUND = (
    b"<a>x%sy</a>", b'<a b="x%sy"/>', b"<a><!-- x%sy --></a>", b"<a><?p x%sy?></a>",
    b"<a><![CDATA[x%sy]]></a>", b"<a/><!-- %s -->", b"<a%s/>", b'<a xmlns="u%s"/>',
    b"<a>" + b"z" * 9000 + b"%s" + b"z" * 9000 + b"</a>",
)  # fmt: skip


@pytest.mark.parametrize("around", AROUND)
def test_bytes_that_are_not_utf_8_are_refused_wherever_they_stand(
    around: bytes,
) -> None:
    """The parser checks what it reads; the refusal says that it is the encoding."""
    for wrong in NOT_UTF_8:
        with pytest.raises(Refused) as refused:
            xml.parse(around.replace(b"%s", wrong))
        assert "encoding" in refused.value.issues[0].text


ACCEPTED = {
    "plain": "<a>é</a>".encode(),
    "byte order mark": b"\xef\xbb\xbf" + "<a>é</a>".encode(),
    "white space first": b'\n \n<?xml version="1.0" encoding="UTF-8"?>'
    + "<a>é</a>".encode(),
    "instructions first": b'<?xml version="1.0"?><?oxygen x="y"?>'
    + "<!-- <!DOCTYPE --><a>é</a>".encode(),
    "UTF-16": '<?xml version="1.0" encoding="UTF-16"?><a>é</a>'.encode("utf-16"),
    "Latin-1": '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode("latin-1"),
    "Latin-9": "<?xml version='1.0' encoding='iso-8859-15'?><a>é</a>".encode(
        "iso-8859-15"
    ),
    "Windows-1252": '<?xml version="1.0" encoding="windows-1252"?><a>é</a>'.encode(
        "cp1252"
    ),
    "Latin-1 that lies": '<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'.encode(),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_honest_or_guessable_encoding_gives_the_same_text(name: str) -> None:
    """Whatever the encoding, the text that is labelled is the text that is meant."""
    assert xml.parse(ACCEPTED[name]).text == "é"


def test_a_doctype_inside_text_is_only_text() -> None:
    """CDATA may speak of a DOCTYPE: the prolog alone is searched."""
    assert xml.parse(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


def test_a_prolog_is_read_in_one_pass() -> None:
    """A comment of megabytes before the root costs neither time nor memory."""
    assert xml.parse(b"<!--" + b" - " * 1_000_000 + b"--><a>x</a>").text == "x"


def test_an_endless_prolog_is_refused() -> None:
    """A comment that never ends is no document."""
    with pytest.raises(Refused):
        xml.parse(b"<!-- <a/>")


def test_an_embedded_file_may_be_one_long_text() -> None:
    """A text node over libxml2's default of 10 MB is kept whole."""
    assert len(xml.parse(b"<a>" + b"A" * 12_000_000 + b"</a>").text or "") == 12_000_000


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_any_bytes_are_parsed_or_refused(data: bytes) -> None:
    """No input makes the factory raise anything but a refusal."""
    try:
        root = xml.parse(data)
    except Refused:
        return
    assert isinstance(root.tag, str)


@given(st.text(max_size=200))
def test_any_html_gives_an_answer(html: str) -> None:
    """The HTML reader never raises; without a root it says that it read nothing."""
    root, complete = xml.parse_html(html)
    assert root is not None or not complete


def test_no_other_module_imports_an_xml_parser() -> None:
    """Every path through the project uses this factory (attack case XML-06)."""
    project = Path(xml.__file__).parents[2]
    guilty = {
        str(path.relative_to(project))
        for package in ("labels", "mappings", "gateway")
        for path in (project / package).rglob("*.py")
        if FORBIDDEN.search(path.read_text("utf-8"))
    }
    assert guilty == {"mappings/cda/xml.py"}
