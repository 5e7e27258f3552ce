"""The tables: every kind has its mapper, every sign decides, every row is whole."""

import pytest

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir import tables
from mappings.cda.to_fhir.entries import kind
from mappings.cda.to_fhir.entries.dispatch import MAPPERS
from mappings.cda.to_fhir.scope import section_of
from mappings.terminology import concept_maps
from tests.mappings.cda.to_fhir.entries import clinical

_PARTS_ONLY = {
    *("dose-sequence", "pointer", "prescription-item", "sig", "specimen-received"),
    *("privacy", "substitution"),
}
"""Kinds that mean something inside another statement only."""
_MAPS = (
    *("act-status", "allergy-status", "assertion", "criticality", "laterality"),
    *("medication-status", "null-flavor", "priority", "problem-status"),
    *("reaction-severity", "unit-misread", "unit-spelling"),
)


def _kind(entry: str, section: str = "99999-9") -> kind.Kind:
    code = f'<code code="{section}" codeSystem="2.16.840.1.113883.6.1"/>'
    text = f"<section>{code}<entry>{entry}</entry></section>"
    root = clinical_document(clinical.document(text)).root
    (found,) = root.iter("{urn:hl7-org:v3}section")
    (one,) = found.iter("{urn:hl7-org:v3}entry")
    return kind.of(one[-1], section_of(found))


def test_every_kind_has_a_mapper() -> None:
    """A kind of the table is mapped, or is a part of another statement."""
    kinds = {row["kind"] for row in tables.table("kinds")}
    assert kinds == set(MAPPERS) | _PARTS_ONLY


def test_no_sign_stands_twice() -> None:
    """Each sign of the table decides once."""
    signs = [(row["by"], row["sign"]) for row in tables.table("kinds")]
    assert len(signs) == len(set(signs))


@pytest.mark.parametrize("name", _MAPS)
def test_every_concept_map_loads(name: str) -> None:
    """The concept maps of the clinical entries are whole and say their source."""
    assert concept_maps.rows(name)


def test_a_template_outweighs_the_form() -> None:
    """An observation of a problem template is a problem."""
    problem = '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.5"/>'
    assert _kind("<observation/>").name == "observation"
    assert _kind(f"<observation>{problem}</observation>").name == "condition"


def test_the_narrower_template_decides() -> None:
    """An allergy says that it is a problem too: it is an allergy."""
    roots = ("1.3.6.1.4.1.19376.1.5.3.1.4.5", "1.3.6.1.4.1.19376.1.5.3.1.4.6")
    templates = "".join(f'<templateId root="{root}"/>' for root in roots)
    assert _kind(f"<observation>{templates}</observation>").name == "allergy"


def test_the_mood_outweighs_the_template() -> None:
    """A procedure that is intended is a request, whatever its template."""
    template = '<templateId root="1.3.6.1.4.1.19376.1.5.3.1.4.19"/>'
    assert _kind(f'<procedure moodCode="INT">{template}</procedure>').name == "planned"


def test_without_a_template_the_section_decides() -> None:
    """An observation in the section of problems is a problem."""
    assert _kind("<observation/>", "11450-4").name == "condition"


def test_an_unknown_form_is_unknown() -> None:
    """A statement that no sign fits is no kind, and raises nothing."""
    assert _kind("<regionOfInterest/>") is kind.UNKNOWN


def test_a_row_that_does_not_fit_stops_the_start() -> None:
    """A table with a column too many is refused when it is read."""
    with pytest.raises(ValueError, match="does not fit"):
        tables.rows("a,b\n1,2,3\n", "odd")
    with pytest.raises(ValueError, match="does not fit"):
        tables.rows("a,b\n1\n", "odd")
