"""The table of mandatory elements against the models it was made from."""

import pytest
from fhir.resources.R4B import get_fhir_model_class

from mappings.fhir.rendition.mandatory import type_of, vital

KINDS = (
    *("AllergyIntolerance", "CarePlan", "Composition", "Condition", "DiagnosticReport"),
    *("DocumentReference", "Encounter", "FamilyMemberHistory", "Goal", "Immunization"),
    *("List", "Medication", "MedicationDispense", "MedicationRequest", "Observation"),
    *("MedicationStatement", "Procedure", "Provenance", "ServiceRequest", "Specimen"),
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_mandatory_element_is_in_the_table(kind: str) -> None:
    """One with a minimum of one, or one of a choice of which one is demanded."""
    for name, field in get_fhir_model_class(kind).model_fields.items():
        extra = field.json_schema_extra
        known = extra if isinstance(extra, dict) else {}
        if known.get("element_required") or known.get("one_of_many_required"):
            assert (field.alias or name) in vital(kind)


def test_the_table_leads_into_the_parts_of_a_resource() -> None:
    """A component needs its code; a section may hold sections."""
    assert type_of("Observation", "component") == "ObservationComponent"
    assert "code" in vital("ObservationComponent")
    assert type_of("CompositionSection", "section") == "CompositionSection"
    assert vital("NoSuchType") == frozenset()
