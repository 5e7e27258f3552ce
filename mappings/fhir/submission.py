"""The three ways a document comes in as FHIR, each mapped to one Submission."""

from mappings.fhir.document_bundle import read_document_bundle
from mappings.fhir.simplified import read_document_reference
from mappings.fhir.transaction import read_transaction

__all__ = ["read_document_bundle", "read_document_reference", "read_transaction"]
