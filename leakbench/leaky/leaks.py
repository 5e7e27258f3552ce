"""The leaks that can be switched on, each the failure of a named server."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Leak:
    """One switch: the family of probes that has to find it, and whose failure it is."""

    name: str
    family: str
    descent: str


LEAKS = (
    Leak("hidden-is-403", "read", "LinuxForHealth #2669, #1849: 403 for what is there"),
    Leak(
        "hidden-is-410",
        "read",
        "gone for what was masked, not found for what never was",
    ),
    Leak("another-text", "read", "two texts for two reasons of the same 404"),
    Leak("header-says", "read", "a header counts what was withheld"),
    Leak("head-forgets", "read", "OpenEMR CVE-2026-24487: one door forgets the policy"),
    Leak("etag-before-policy", "read", "If-None-Match is answered before who may know"),
    Leak("vread-forgets", "version", "LinuxForHealth #1809: versions are not judged"),
    Leak("history-forgets", "version", "LinuxForHealth #2300: history is not judged"),
    Leak("type-history-forgets", "version", "LinuxForHealth #2300: history of a type"),
    Leak(
        "binary-forgets", "binary", "LinuxForHealth #3716: the Binary behind a document"
    ),
    Leak("patient-touched", "patient", "the Patient's version moves with each deposit"),
    Leak("stub-for-hidden", "search", "fhir-proxy: 'Patient has withheld access'"),
    Leak(
        "banner", "search", "Ontario ClinicalConnect: 'some information is restricted'"
    ),
    Leak("id-search-forgets", "value", "who names an id is not filtered"),
    Leak(
        "identifier-is-counted", "value", "HAPI #6065: a guess is confirmed by a count"
    ),
    Leak(
        "total-of-all", "total", "HAPI #1507, #2012: the total counts what is not shown"
    ),
    Leak("count-of-all", "total", "HAPI #3418: only _summary=count counts all"),
    Leak(
        "filtered-after-page",
        "page",
        "Microsoft #5683: taken out after the page is cut",
    ),
    Leak(
        "next-link-of-all",
        "page",
        "LEAP-CES: link.next is that of the unfiltered search",
    ),
    Leak(
        "score-of-all", "sort", "Elasticsearch DLS: scores are worked out on everything"
    ),
    Leak(
        "text-counts-all",
        "filter",
        "Elasticsearch DLS: a term of a hidden text is found",
    ),
    Leak("label-counts-all", "filter", "_security confirms a label that is not shown"),
    Leak("post-forgets", "post-search", "LEAP-CES, fhir-proxy: only GET is filtered"),
    Leak(
        "page-cached-for-all", "cache", "HAPI #7888: a page of one reader for another"
    ),
    Leak(
        "revinclude-forgets",
        "include",
        "Microsoft #5683: what points here is not judged",
    ),
    Leak(
        "has-sees-all",
        "join",
        "HAPI #6065, Medplum #9986: _has looks into what is hidden",
    ),
    Leak("graphql-forgets", "graphql", "Medplum #7641: references resolved unjudged"),
    Leak("batch-forgets", "batch", "LEAP-CES: entries of a batch pass unfiltered"),
    Leak("everything-forgets", "everything", "HAPI #7082: $everything is not filtered"),
    Leak(
        "export-forgets", "export", "HAPI #6855, Blaze #2777: bulk export is not judged"
    ),
    Leak("meta-forgets", "operation", "HAPI: $meta is on the allow-list"),
    Leak("audit-tells", "aside", "SHARES: the log is an unfiltered copy of the record"),
    Leak("patch-looks-first", "write", "403 for a PATCH of what is there, else 404"),
    Leak(
        "version-checked-first", "write", "412 for If-Match on what is there, else 404"
    ),
    Leak(
        "condition-sees-all",
        "condition",
        "HAPI #3048: If-None-Exist finds what is hidden",
    ),
    Leak("unique-for-all", "collision", "PostgreSQL: a unique constraint tells"),
    Leak(
        "reference-checked-for-all", "reference", "integrity is checked on everything"
    ),
    Leak(
        "delete-looks-first",
        "delete",
        "LinuxForHealth #2669: 403 for a DELETE, else 404",
    ),
)
"""Every leak of the leaky server, in the order of the families."""

NAMES = frozenset(each.name for each in LEAKS)
