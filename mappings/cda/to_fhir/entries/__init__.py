"""The clinical statements of CDA entries as typed FHIR resources."""

from mappings.cda.to_fhir.entries.dispatch import map_entry

__all__ = ["map_entry"]
