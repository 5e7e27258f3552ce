"""A benchmark of leaks for any FHIR R4 server: hidden has to mean unobservable."""
