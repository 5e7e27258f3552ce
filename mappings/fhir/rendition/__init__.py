"""A FHIR resource or document rebuilt for a reader who may not see all of it."""

from mappings.fhir.rendition.rendition import rendition

__all__ = ["rendition"]
