"""FHIR resources as CDA statements (CI-SIS, IHE PCC), one file a kind."""

from mappings.fhir.to_cda.entries.dispatch import MAPPERS, statement

__all__ = ["MAPPERS", "statement"]
