"""CDA narrative as XHTML: whole, valid, harmless."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda import xml
from mappings.cda.to_fhir.narrative import Picture, Surroundings, xhtml

TAGS = {
    *(
        "div",
        "span",
        "b",
        "i",
        "em",
        "u",
        "p",
        "br",
        "sub",
        "sup",
        "ul",
        "ol",
        "li",
        "a",
    ),
    *(
        "table",
        "caption",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "col",
        "colgroup",
    ),
    "img",
}
ATTRIBUTES = {
    *("xmlns", "id", "class", "href", "src", "alt", "colspan", "rowspan", "scope"),
}


def shown(inside: str, pictures: dict[str, Picture] | None = None) -> str:
    """Return the XHTML of a text element that holds ``inside``, without its div."""
    block = xml.parse(f'<text xmlns="urn:hl7-org:v3">{inside}</text>'.encode())
    found = xhtml(block, Surroundings(set(), (pictures or {}).get))
    return found.removeprefix('<div xmlns="http://www.w3.org/1999/xhtml">')[:-6]


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ("a &lt;b&gt; &amp; c", "a &lt;b&gt; &amp; c"),
        ("<paragraph>x<br/>y</paragraph>", "<p>x<br/>y</p>"),
        ('<content styleCode="Bold">x</content>', '<b class="Bold">x</b>'),
        ('<content ID="n1">x</content> y', '<span id="n1">x</span> y'),
        (
            '<list listType="ordered"><item>1</item></list>',
            "<ol><li>1</li></ol>",
        ),
        (
            "<list><caption>C</caption><item>1</item></list>",
            '<ul><span class="caption">C</span><li>1</li></ul>',
        ),
        (
            (
                '<table border="1" width="9"><caption>C</caption><thead><tr>'
                '<th scope="col" align="left">h</th></tr></thead><tbody><tr>'
                '<td colspan="2" rowspan="x">c</td></tr></tbody></table>'
            ),
            (
                '<table><caption class="caption">C</caption><thead><tr>'
                '<th scope="col">h</th></tr></thead><tbody><tr>'
                '<td colspan="2">c</td></tr></tbody></table>'
            ),
        ),
        (
            '<linkHtml href="https://x.example">x</linkHtml>',
            '<a href="https://x.example">x</a>',
        ),
        ('<linkHtml href=" javascript:a()">x</linkHtml>', "<span>x</span>"),
        ('<linkHtml href="data:text/html,x">x</linkHtml>', "<span>x</span>"),
        ('<footnoteRef IDREF="f">1</footnoteRef>', '<a href="#f">1</a>'),
        ("<footnote>x</footnote>", '<span class="footnote">x</span>'),
        ("<script>alert(1)</script>", "<span>alert(1)</span>"),
        ('<paragraph onclick="x" style="y">z</paragraph>', "<p>z</p>"),
        (
            "<paragraph><list><item>x</item></list></paragraph>",
            "<div><ul><li>x</li></ul></div>",
        ),
        ("x<!-- hidden -->y<?run me?>z", "xyz"),
        ("<sub>2</sub><sup>3</sup>", "<sub>2</sub><sup>3</sup>"),
    ],
)
def test_each_block_has_its_tag_and_nothing_else(inside: str, expected: str) -> None:
    """Known elements become HTML, unknown ones keep their words only."""
    assert shown(inside) == expected


def test_a_narrative_that_shows_nothing_is_none() -> None:
    """FHIR wants content in a div; an empty table is no content."""
    assert shown("<table><tbody><tr><td/></tr></tbody></table>") == ""


def test_of_two_equal_ids_the_first_is_kept() -> None:
    """Ids are unique in a resource, whatever the document does."""
    found = shown('<content ID="a">x</content><content ID="a">y</content>')
    assert found == '<span id="a">x</span><span>y</span>'


def test_an_id_that_is_none_is_left_out() -> None:
    """An id with spaces or markup is no id."""
    assert shown('<content ID="a b">x</content>') == "<span>x</span>"


def test_pictures_are_shown_and_files_are_linked() -> None:
    """By the reference of the resource that holds them; a dangling one shows its caption."""
    pictures = {
        "m1": Picture("urn:uuid:1", image=True),
        "m2": Picture("urn:uuid:2", image=False),
    }
    inside = '<renderMultiMedia referencedObject="{}"><caption>C</caption></renderMultiMedia>'
    assert shown(inside.format("m1"), pictures) == (
        '<img src="urn:uuid:1" alt="C"/><span>C</span>'
    )
    assert shown(inside.format("m2"), pictures) == '<a href="urn:uuid:2">C</a>'
    assert shown(inside.format("m3"), pictures) == "<span>C</span>"


class _Reader(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


names = st.sampled_from(
    "paragraph content list item table tr td th caption script style iframe br".split()
)
keys = st.sampled_from("ID styleCode href onclick style colspan src listType".split())
texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12
)


@st.composite
def blocks(draw: st.DrawFn, depth: int = 3) -> str:
    """Draw narrative with hostile words in every place."""
    words = xml_escaped(draw(texts))
    if depth == 0:
        return words
    name, key = draw(names), draw(keys)
    value = xml_escaped(
        draw(texts | st.sampled_from(['"><script>', "javascript:x", "a"]))
    )
    inner = "".join(draw(st.lists(blocks(depth - 1), max_size=2)))
    return f'{words}<{name} {key}="{value}">{inner}</{name}>{words}'


def xml_escaped(text: str) -> str:
    """Return text as it may stand in XML."""
    kept = "".join(c for c in text if c not in "\ufffe\uffff")
    return kept.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


@given(blocks())
def test_whatever_is_written_only_known_tags_come_out(inside: str) -> None:
    """No tag and no attribute but ours, well-formed, and every word is still there."""
    block = xml.parse(f'<text xmlns="urn:hl7-org:v3">{inside}</text>'.encode())
    found = xhtml(block, Surroundings(set(), lambda _: None))
    reader = _Reader()
    reader.feed(found)
    assert reader.tags <= TAGS
    assert reader.attributes <= ATTRIBUTES
    if found:
        xml.parse(found.encode())
        said = "".join(str(piece) for piece in block.itertext())
        assert "".join("".join(reader.words).split()) == "".join(said.split())
