"""Which mapper makes the statement of a resource."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mappings.fhir.to_cda.entries import medication, observation, problem
from mappings.fhir.to_cda.statement import Resource
from mappings.fhir.to_cda.tag import Tag

Mapper = Callable[[Resource], Tag]

MAPPERS: Mapping[str, Mapper] = MappingProxyType(
    {
        "AllergyIntolerance": problem.allergy,
        "Condition": problem.condition,
        "DiagnosticReport": observation.report,
        "Immunization": medication.immunization,
        "MedicationRequest": medication.medication,
        "MedicationStatement": medication.medication,
        "Observation": observation.observation,
        "Procedure": observation.procedure,
    }
)
"""A type that is missing here stays in the narrative, and an issue says so."""


def statement(one: Resource) -> Tag | None:
    """Return the clinical statement of a resource, None for a type without one."""
    mapper = MAPPERS.get(one.kind)
    return mapper(one) if mapper else None
