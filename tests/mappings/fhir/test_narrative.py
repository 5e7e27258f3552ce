"""The text of an XHTML narrative, block by block."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.narrative import blocks

DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


@pytest.mark.parametrize(
    ("xhtml", "texts"),
    [
        ("<p>Un</p><p>Deux</p>", ("Un", "Deux")),
        ("<ul><li>Un</li><li>Deux</li></ul>", ("Un", "Deux")),
        ("<table><tr><td>VIH</td><td>négatif</td></tr></table>", ("VIH", "négatif")),
        ("V<b>I</b>H", ("VIH",)),
        (
            "séro<span class='x'>positif</span> depuis<br/>2011",
            ("séropositif depuis", "2011"),
        ),
        ("a&amp;b &eacute; &#233;", ("a&b é é",)),
        ("texte <!-- VIH --> suite", ("texte suite", "VIH")),
        ("V<!-- x -->I<?y z?>H", ("VIH", "x", "y z")),
        ("a <!-- <p>b</p> --> c", ("a c", "<p>b</p>")),
        ("a <!-- b", ("a <!-- b",)),
        ("<![CDATA[<!-- VIH -->]]>", ("<![CDATA[<!-- VIH -->]]>",)),
        ('<p>x</p><img alt="radio du genou" src="#i"/>', ("x", "radio du genou")),
        ("un <a title='VIH'>lien</a> ici", ("un lien ici", "VIH")),
        ("   ", ()),
        ("1 < 2 et <p", ("1 < 2 et <p",)),
    ],
)
def test_blocks_are_sentences_and_cells(xhtml: str, texts: tuple[str, ...]) -> None:
    """Inline elements join, block elements part, nothing written is lost."""
    assert blocks(DIV.format(xhtml)) == texts


@given(st.text())
def test_text_without_markup_comes_out_whole(text: str) -> None:
    """Escaped text is one block, its white space aside."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert " ".join(blocks(f"<p>{escaped}</p>")).split() == text.split()


@given(st.text("<>/!-&;ap =\"'tilie", max_size=80))
def test_broken_markup_never_fails(xhtml: str) -> None:
    """Any text gives blocks."""
    assert all(blocks(xhtml))


@pytest.mark.parametrize(
    "unit",
    [
        "<",
        "<a",
        "<a ",
        "<!--",
        "<!----><?",
        "<?",
        "</",
        "&",
        '<a alt="',
        "<p>",
        "<a alt='>",
    ],
)
def test_hostile_markup_costs_no_more_than_its_length(unit: str) -> None:
    """A megabyte of any fragment is read at once: a quadratic scanner would hang here."""
    assert isinstance(blocks(unit * (1_000_000 // len(unit))), tuple)
