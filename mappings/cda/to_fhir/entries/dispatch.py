"""Which mapper makes resources of a statement: by its kind (``kinds.csv``)."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from mappings.cda.to_fhir.entries import (
    adverse_event,
    allergy,
    condition,
    coverage,
    device,
    encounter,
    family,
    imaging,
    immunization,
    media,
    medication,
    observation,
    planned,
    procedure,
    report,
    specimen,
)
from mappings.cda.to_fhir.entries.statement import Statement, statement_of
from mappings.cda.to_fhir.scope import Scope, Section
from mappings.cda.xml import Element

Mapper = Callable[[Statement], str]

MAPPERS: Mapping[str, Mapper] = MappingProxyType(
    {
        "act": procedure.act,
        "adverse-event": adverse_event.adverse_event,
        "age": observation.observation,
        "allergy": allergy.allergy,
        "attached": media.attached,
        "battery": report.battery,
        "certainty": observation.observation,
        "comment": observation.remark,
        "concern": condition.concern,
        "condition": condition.condition,
        "coverage": coverage.coverage,
        "criticality": observation.observation,
        "death": observation.observation,
        "device-use": device.device_use,
        "dispense": medication.dispense,
        "document-pointer": media.document_pointer,
        "dose-number": observation.observation,
        "encounter": encounter.encounter,
        "family": family.family,
        "family-condition": family.family_condition,
        "goal": planned.goal,
        "imaging-study": imaging.imaging_study,
        "immunization": immunization.immunization,
        "instruction": planned.planned,
        "instruction-dispenser": planned.planned,
        "media": media.media,
        "medication": medication.medication,
        "observation": observation.observation,
        "panel": observation.panel,
        "planned": planned.planned,
        "planned-immunization": immunization.recommendation,
        "policy": coverage.policy,
        "prescription": medication.medication,
        "procedure": procedure.procedure,
        "reaction": observation.observation,
        "reason": condition.condition,
        "refusal": observation.observation,
        "report": report.report,
        "severity": observation.observation,
        "specimen-collection": specimen.collection,
        "status": observation.observation,
        "supply-request": medication.supply_request,
        "wrapper": procedure.wrapper,
    }
)
"""A kind that is missing here has a meaning inside another statement only."""


def map_entry(element: Element, section: Section, scope: Scope) -> bool:
    """Map one statement of an entry, and those inside it, to resources of the scope.

    False when no typed resource came of it. Never raises: an unknown template or an
    odd value degrades.
    """
    before = len(scope.derived)
    map_statement(statement_of(element, section, scope, map_statement))
    return len(scope.derived) > before


def map_statement(statement: Statement) -> str:
    """Map a statement by its kind; the reference of what it became, or nothing."""
    mapper = MAPPERS.get(statement.known.name)
    return mapper(statement) if mapper else ""
