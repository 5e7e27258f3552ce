"""The law of renditions on documents small enough to read."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda import xml
from mappings.cda.document import NAMESPACES, clinical_document
from mappings.mapped import Refused
from tests.mappings.cda.rendition import told_in_entries, told_in_words
from tests.mappings.cda.rendition.documents import (
    SECTION,
    TEXT,
    WHO,
    render,
    shown,
    structured,
)
from tests.mappings.cda.rendition.structure import faults
from tests.mappings.cda.rendition.writer import Places, Writer

WAYS = (*told_in_words.WAYS, *told_in_entries.WAYS)
PREFIXES: dict[str | None, str] = {
    (None if prefix == "h" else prefix): uri for prefix, uri in NAMESPACES.items()
}
RICH = structured(
    """Bare words here.<br/>A second line.
    <paragraph>Two sentences. The <content ID="p1">second</content> one.</paragraph>
    <list><item>One item</item><item>Two items <content ID="p2">here</content></item></list>
    <table><thead><tr><th>A</th><th>B</th></tr></thead><tbody>
     <tr><td rowspan="2">x y</td><td><content ID="p3">z</content></td></tr>
     <tr><td>v w</td></tr></tbody></table>""",
    """<entry><organizer classCode="BATTERY" moodCode="EVN"><code code="b"/>
     <component><sequenceNumber value="1"/><observation><code code="c"/>
      <text><reference value="#p3"/></text></observation></component>
     <component><sequenceNumber value="2"/><observation><code code="d"/></observation></component>
    </organizer></entry>
    <entry><act><code code="a"/><entryRelationship typeCode="COMP"><observation>
     <code code="e"/><text><reference value="p2"/></text></observation></entryRelationship>
    </act></entry>""",
)


@given(st.sampled_from(WAYS), st.integers(0, 2**32))
def test_hidden_equals_never_written(
    way: Callable[[Writer], Places], seed: int
) -> None:
    """However and wherever a fact is written, hiding it undoes the writing."""
    writer = Writer(clinical_document(RICH).root, random.Random(seed))  # noqa: S311 - reproducible chance
    places = way(writer)
    if places:
        written = xml.serialised(writer.root, PREFIXES)
        assert render(written, *places) == render(RICH)


def test_two_facts_written_are_two_facts_hidden() -> None:
    """Hiding several facts at once equals none of them written."""
    writer = Writer(clinical_document(RICH).root, random.Random(1))  # noqa: S311 - reproducible chance
    places = [*told_in_entries.told_twice(writer), *told_in_words.whole_table(writer)]
    assert len(places) >= 2
    found = shown(xml.serialised(writer.root, PREFIXES), *places)
    assert "Zorglub" not in found


def test_a_rendition_is_a_document() -> None:
    """It keeps the minimal structure, with nothing empty, double or dangling in it."""
    document = structured("<paragraph>P</paragraph>")
    found = render(document)
    assert found is not None
    missing = faults(found.body)
    assert all("low" not in fault for fault in missing)
    assert render(found.body) is not None


def test_no_document_is_refused() -> None:
    """Bytes that are no CDA are refused as everywhere."""
    with pytest.raises(Refused):
        render(b"<x/>")


def test_nothing_left_is_nothing() -> None:
    """When the last section goes, the reader gets nothing."""
    assert render(structured("<paragraph>P</paragraph>"), f"{TEXT}/h:paragraph") is None


def test_a_section_title_goes_alone() -> None:
    """A title that tells gives way to the name of the section's code."""
    document = structured("<paragraph>P</paragraph>", title="Consultation VIH")
    plain = structured("<paragraph>P</paragraph>", title="Liste des problèmes")
    assert shown(document, f"{SECTION}/h:title/text()[1]") == shown(plain)


def test_an_introduction_goes_with_what_it_introduces() -> None:
    """No line ending with a colon is left over nothing."""
    table = "<table><tbody><tr><td>{0}</td></tr></tbody></table>"
    head = "<paragraph>{0} :</paragraph>"
    first, second = (head.format(w) + table.format(w) for w in ("Biologie", "Imagerie"))
    last = f"{TEXT}/h:table[2]/h:tbody/h:tr"
    assert shown(structured(first + second), last) == shown(structured(first))
    gone = f"{TEXT}/h:table[1]/h:tbody/h:tr"
    assert shown(structured(first + second), gone) == shown(structured(second))


def test_a_shared_word_stays_with_who_else_refers_to_it() -> None:
    """A remark of several entries is no copy of the one that goes."""
    inner = "<code code='{0}'/><text><reference value='#m'/></text>"
    entry = f"<entry><observation>{inner}</observation></entry>"
    text = "<paragraph><content ID='m'>Électrophorèse</content></paragraph>"
    both = structured(text, entry.format("a") + entry.format("b"))
    one = structured(text, entry.format("a"))
    assert shown(both, f"{SECTION}/h:entry[2]/h:observation/h:code/@code") == shown(one)


def test_statement_numbers_have_no_gap() -> None:
    """Numbers that a sender gave to statements are replaced by ones without order."""
    inner = "<id root='1.2.3' extension='{0}'/><code code='a'/>"
    entry = f"<entry><observation>{inner}</observation></entry>"
    found = shown(
        structured("<paragraph>P</paragraph>", entry.format(1) + entry.format(3))
    )
    assert "1.2.3" not in found
    assert 'extension="3"' not in found


def test_foreign_parts_are_dropped() -> None:
    """An element or attribute in a namespace of the sender's own is not shown."""
    text = (
        "<paragraph xmlns:z='urn:z' z:why='VIH'>P<z:secret>VIH</z:secret></paragraph>"
    )
    assert shown(structured(text)) == shown(structured("<paragraph>P</paragraph>"))


def test_a_prefix_changes_nothing() -> None:
    """A document that writes every element with a prefix renders to the same bytes."""
    value = f"<value xmlns:xsi='{NAMESPACES['xsi']}' xsi:type='CD' code='a'/>"
    entry = f"<entry><observation>{value}</observation></entry>"
    plain = structured("<paragraph>P</paragraph>", entry)
    tree = clinical_document(plain).root
    prefixed = xml.serialised(tree, {"c": NAMESPACES["h"], "xsi": NAMESPACES["xsi"]})
    prefixed = prefixed.replace(b'type="CD"', b'type="c:CD"')
    assert b"<c:paragraph>" in prefixed
    assert render(prefixed) == render(plain)


def test_one_word_of_the_identity_changes_the_rendition() -> None:
    """The identifier is that of the content: other content, other identifier."""
    document = structured("<paragraph>P</paragraph>")
    other = render(document, who=type(WHO)(WHO.identifiers, family="X", given=("Y",)))
    assert other is not None
    assert other != render(document)
