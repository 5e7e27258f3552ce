"""A narrative without some of its words: units, spans of tables, one canonical form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.narrative import blocks
from mappings.fhir.rendition.marks import Cuts
from mappings.fhir.rendition.narrative import redacted
from mappings.fhir.xhtml_text import OPENING

GRID = (
    "<table><thead><tr><th>Examen</th><th>Jour 1</th><th>Jour 2</th></tr></thead><tbody>"
    '<tr><td rowspan="2">Sang</td><td>a1</td><td>a2</td></tr>'
    "<tr><td>b1</td><td>b2</td></tr>"
    '<tr><td>Urines</td><td colspan="2">c</td></tr></tbody></table>'
)


def left(inner: str, *gone: str) -> str:
    """Return what is left of a narrative when the blocks with these texts go."""
    xhtml = f"{OPENING}{inner}</div>"
    texts = blocks(xhtml)
    numbers = frozenset(n for n, text in enumerate(texts, 1) if text in gone)
    assert len(numbers) >= len(gone)
    return (
        redacted(xhtml, Cuts(blocks=numbers))
        .removeprefix(OPENING)
        .removesuffix("</div>")
    )


@pytest.mark.parametrize(
    ("inner", "gone", "kept"),
    [
        ("<p>a</p><p>b</p>", "a", "<p>b</p>"),
        ("<ul><li>a</li><li>b <i>c</i></li></ul>", "b c", "<ul><li>a</li></ul>"),
        ("<ul><li>a</li></ul><p>b</p>", "a", "<p>b</p>"),
        (
            "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
            "a",
            "<ul><li>c</li></ul>",
        ),
        ("<ul><li>a<ul><li>b</li></ul></li></ul>", "b", "<ul><li>a</li></ul>"),
        ("<p>a<br/>b<br/>c</p>", "b", "<p>a<br/>c</p>"),
        ("<p>a<br/>b</p>", "b", "<p>a</p>"),
        ("a<p>b</p>c", "a", "<p>b</p>c"),
        (
            "<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>",
            "b",
            "<dl><dt>c</dt><dd>d</dd></dl>",
        ),
        ("<h3>a</h3><p>b</p>", "a", "<p>b</p>"),
        ("<p>a &amp; <b>b</b></p><p>c</p>", "c", "<p>a &amp; <b>b</b></p>"),
        ("<p>a<!-- b --></p><p>c</p>", "a", "<p>c</p>"),
        ("<p>a<!-- b --></p><p>c</p>", "b", "<p>a</p><p>c</p>"),
        ("<p>a<!-- x -->b</p><p>c</p>", "ab", "<p>c</p>"),
        ("<ul><li>a<?x b?></li></ul>", "x b", "<ul><li>a</li></ul>"),
        ("<p><!-- <p>b</p> -->a</p><p>c</p>", "c", "<p>a</p>"),
        ("<p>D :</p><ul><li>b</li></ul><p>c</p>", "b", "<p>c</p>"),
        (
            "<p>D :</p><ul><li>b</li></ul><ol><li>c</li></ol>",
            "b",
            "<p>D :</p><ol><li>c</li></ol>",
        ),
        (
            "<ul><li>D :<ul><li>b</li></ul></li><li>c</li></ul>",
            "b",
            "<ul><li>c</li></ul>",
        ),
        ("<ul><li>c</li><li>D :</li><li>b</li></ul>", "b", "<ul><li>c</li></ul>"),
        ("<p>c</p><p>D :</p><p>b</p>", "b", "<p>c</p>"),
        (
            "<p>D :</p><table><thead><tr><th>e</th></tr></thead><tr><td>b</td></tr></table>f",
            "b",
            "f",
        ),
        (
            "<table><tr><td><p>T :</p></td><td>b</td></tr><tr><td>c</td></tr></table>",
            "c",
            "<table><tr><td><p>T :</p></td><td>b</td></tr></table>",
        ),
        ("<p>&eacute;</p><p>c</p>", "é", "<p>c</p>"),
    ],
)
def test_the_smallest_unit_that_stands_alone_goes(
    inner: str, gone: str, kept: str
) -> None:
    """Items, rows, pairs and lines go whole; what is then empty goes too."""
    assert left(inner, gone) == kept


@pytest.mark.parametrize(
    ("gone", "absent", "present"),
    [
        ("a1", ["a1", "a2"], ["<tr><td>Sang</td><td>b1</td><td>b2</td></tr>"]),
        ("b2", ["b1"], ["<tr><td>Sang</td><td>a1</td><td>a2</td></tr>"]),
        ("Sang", ["a1", "b1"], ['<td colspan="2">c</td>']),
        (
            "Jour 2",
            ["a2", "b2"],
            ["<tr><td>Urines</td><td>c</td></tr>", '<td rowspan="2">'],
        ),
        ("Examen", ["Sang", "Urines"], ["<tr><td>a1</td><td>a2</td></tr>"]),
    ],
)
def test_the_spans_of_a_table_are_made_right(
    gone: str, absent: list[str], present: list[str]
) -> None:
    """A cell that spans rows or columns spans those that stay; a head takes its column."""
    found = left(GRID, gone)
    assert not [word for word in [gone, *absent] if f">{word}<" in found]
    assert [cell for cell in present if cell not in found] == []


def test_a_table_with_nothing_but_its_head_goes() -> None:
    """Whoever never had a row would have no table."""
    assert (
        left(
            "<table><tr><th>x</th><th>y</th></tr><tr><td>a</td><td>b</td></tr></table>z",
            "a",
        )
        == "z"
    )


def test_a_sentence_goes_alone() -> None:
    """Offsets are those of the text with white space collapsed and entities resolved."""
    xhtml = f"{OPENING}<p>Un &eacute;t&#233;.  <b>Deux</b>\n mots. Trois.</p></div>"
    (text,) = blocks(xhtml)
    start, end = text.index("Deux"), text.index(" Trois")
    found = redacted(xhtml, Cuts(characters={1: ((start, end),)}))
    assert found == f"{OPENING}<p>Un été. Trois.</p></div>"


def test_overlapping_sentences_go_together() -> None:
    """One cut inside another does not end it."""
    xhtml = f"{OPENING}<p>abcdef</p></div>"
    assert (
        redacted(xhtml, Cuts(characters={1: ((0, 4), (1, 2))}))
        == f"{OPENING}<p>ef</p></div>"
    )


@pytest.mark.parametrize(
    "xhtml",
    [
        "<div><p>a</div>",
        "<div>&unknown;</div>",
        "no markup",
        "",
        "<!DOCTYPE x><div>a</div>",
    ],
)
def test_what_is_no_xhtml_is_shown_to_nobody(xhtml: str) -> None:
    """Whatever is hidden in it, so its absence tells nothing."""
    assert redacted(xhtml, Cuts()) == ""


def test_nothing_but_words_and_structure_is_left() -> None:
    """No attribute, link, picture, script, style, comment or id of the source."""
    xhtml = (
        '<div id="vih" class="vih"><p style="x" title="vih"><a name="vih" href="#vih">b</a>'
        '<img alt="vih" src="data:vih"/><script>vih</script><!-- vih --><?vih vih?></p></div>'
    )
    assert redacted(xhtml, Cuts()) == f"{OPENING}<p>b</p></div>"


PIECES = (
    *(
        "<p>",
        "</p>",
        "<ul>",
        "<li>",
        "</li>",
        "</ul>",
        "<br/>",
        "<b>",
        "</b>",
        "<é>",
        "</é>",
    ),
    *(
        "<table>",
        "<tr>",
        "<td rowspan='2'>",
        "<td>",
        "</td>",
        "</tr>",
        "</table>",
        "<!--",
        "-->",
    ),
    *(
        "<![CDATA[",
        "]]>",
        "<?x",
        "?>",
        '<p title="a>b">',
        "&amp;",
        "&lt;",
        " ",
        "\n",
        "\ufdd0",
    ),
)


@given(
    st.lists(st.sampled_from(PIECES) | st.just("secret") | st.text("ab.", max_size=4)),
    st.data(),
)
def test_hidden_words_never_stay(pieces: list[str], data: st.DataObject) -> None:
    """However broken the markup is: a hidden block leaves no word, and nothing raises."""
    xhtml = f"<div>{''.join(pieces)}</div>"
    texts = blocks(xhtml)
    gone = frozenset(n for n, text in enumerate(texts, 1) if "secret" in text)
    spans: dict[int, tuple[tuple[int, int], ...]] = {
        n: ((0, data.draw(st.integers(0, 9))),)
        for n in data.draw(st.sets(st.integers(1, 5)))
    }
    assert "secret" not in redacted(xhtml, Cuts(blocks=gone, characters=spans))


@given(st.lists(st.sampled_from(PIECES) | st.text("ab.", max_size=4)))
def test_the_form_is_canonical(pieces: list[str]) -> None:
    """Rendering what was rendered changes nothing."""
    once = redacted(f"<div>{''.join(pieces)}</div>", Cuts())
    assert redacted(once, Cuts()) == once or not once
