"""Whatever is missing, doubled or odd in an entry, the mapping ends and gives valid FHIR."""

from hypothesis import given
from hypothesis import strategies as st

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir.entries import map_entry
from mappings.cda.to_fhir.entries.kind import is_statement
from mappings.cda.to_fhir.scope import scope_of, section_of
from mappings.cda.xml import Element
from mappings.fhir.shape import check
from tests.mappings.cda.to_fhir.entries import clinical

_XSI = "{http://www.w3.org/2001/XMLSchema-instance}type"
_ODD = (
    *("", " ", "0", "-1", "1e400", "NaN", "999999999999999999999", "1.5", "<5", "?"),
    *("20240230", "2024", "202401011200+0100", "00000000", "true", "É\u00a0x", "a b"),
    *("2.16.840.1.113883.6.1", "#", "#p1", "http://x y", "urn:x", "x" * 300),
    *("PQ", "CD", "TS", "IVL_PQ", "ED", "BL", "INT", "RTO", "SXPR_TS", "QTY", "a:b:c"),
    *("EVN", "INT", "GOL", "RQO", "DEF", "completed", "active", "MFST", "RSON", "COMP"),
)
_NAMES = (
    *("code", "codeSystem", "value", "unit", "nullFlavor", "negationInd", "moodCode"),
    *("typeCode", "extension", "root", "displayName", "mediaType", "inclusive", _XSI),
)


@st.composite
def mutated(draw: st.DrawFn) -> Element:
    """Return a golden case whose entries have lost, gained or changed something."""
    name = draw(st.sampled_from(clinical.CASES))
    section = (clinical.GOLDEN / f"{name}.xml").read_text("utf-8")
    root = clinical_document(clinical.document(section)).root
    body = [e for e in root.iter("{*}*") if e.getparent() is not None][1:]
    for _ in range(draw(st.integers(1, 6))):
        _change(draw, draw(st.sampled_from(body)))
    return root


def _change(draw: st.DrawFn, element: Element) -> None:
    kind = draw(st.sampled_from(("drop", "set", "text", "remove", "double", "move")))
    parent = element.getparent()
    if kind == "set":
        name, value = draw(st.sampled_from(_NAMES)), draw(st.sampled_from(_ODD))
        element.set(name, value)
    elif kind == "drop" and element.keys():
        del element.attrib[draw(st.sampled_from(sorted(map(str, element.keys()))))]
    elif kind == "text":
        element.text = draw(st.sampled_from(_ODD))
    elif parent is not None and kind == "remove":
        parent.remove(element)
    elif parent is not None and kind == "double":
        parent.insert(0, _copy(element))
    elif parent is not None and kind == "move":
        parent.append(element)


def _copy(element: Element) -> Element:
    """Return a copy of an element with all that is in it."""
    twin = element.makeelement(str(element.tag))
    twin.text = element.text
    for name, value in element.items():
        twin.set(name, value)
    for child in element:
        twin.append(_copy(child))
    return twin


@given(mutated())
def test_no_mutation_raises_or_gives_invalid_fhir(root: Element) -> None:
    """Every mutation of every case maps to valid resources, without an exception."""
    scope = scope_of(root)
    scope.subject = {"reference": "urn:uuid:patient"}
    for section in root.iter("{urn:hl7-org:v3}section"):
        for entry in section.iter("{urn:hl7-org:v3}entry"):
            for statement in entry:
                if is_statement(statement):
                    map_entry(statement, section_of(section), scope)
    for one in scope.derived:
        assert check(one.resource, one.resource["resourceType"]) == ()
