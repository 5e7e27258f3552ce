"""Names of code systems, both ways, and the tables of document types."""

from mappings.terminology.systems import oid, uri

__all__ = ["oid", "uri"]
