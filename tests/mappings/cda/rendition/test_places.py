"""Names of places lead to elements, and never to less than they name."""

from hypothesis import given
from hypothesis import strategies as st

from mappings.cda.document import clinical_document, place
from mappings.cda.rendition.places import targets
from tests.mappings.cda.documents import cda

ROOT = clinical_document(cda()).root
PIECES = st.lists(
    st.sampled_from(
        [
            "/h:ClinicalDocument",
            "/h:title",
            "/h:author[2]",
            "//h:x",
            "/@code",
            "#char=1,2",
            "/text()[1]",
            "#page=1",
            "/*[local-name()='x'][3]",
            "/",
            "",
            "h:",
            "[0]",
            "é",
        ]
    ),
    max_size=6,
)


def test_every_place_leads_to_its_element() -> None:
    """The place of each element of a document leads back to it."""
    for element in ROOT.iter("{*}*"):
        (found,) = targets(ROOT, [place(element)])
        assert found.element is element


def test_a_part_of_a_text_keeps_its_offsets() -> None:
    """A sentence is told by the offsets of RFC 5147, the end exclusive."""
    (found,) = targets(ROOT, ["/h:ClinicalDocument/h:title/text()[1]#char=3,9"])
    assert (found.span, found.spoken) == ((3, 9), True)


def test_what_is_not_there_is_what_stands_above() -> None:
    """A place that leads nowhere hides the nearest one above it."""
    (found,) = targets(ROOT, ["/h:ClinicalDocument/h:author/h:nothing/h:code/@code"])
    assert place(found.element) == "/h:ClinicalDocument/h:author"


@given(PIECES)
def test_any_string_has_a_target(pieces: list[str]) -> None:
    """Whatever is given as a place leads to an element of the document."""
    (found,) = targets(ROOT, ["".join(pieces)])
    assert found.element is ROOT or found.element in set(ROOT.iter())
