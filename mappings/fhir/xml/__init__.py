"""FHIR XML to FHIR JSON and back (FHIR R4, xml.html and json.html)."""
