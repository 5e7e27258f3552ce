"""A small FHIR server that leaks on purpose: what the benchmark is tried on."""
