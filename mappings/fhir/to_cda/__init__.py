"""FHIR to CDA: a document for readers whose software knows nothing else."""

from mappings.fhir.to_cda.document import to_cda

__all__ = ["to_cda"]
