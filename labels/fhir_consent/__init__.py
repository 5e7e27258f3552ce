"""Consent in FHIR JSON (R4, in the shape of IHE PCF): directives, both ways."""
