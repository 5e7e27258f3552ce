"""What we make of real CDA documents is FHIR for validators that others wrote."""

import re

import pytest

from mappings.cda.to_fhir.document import bundle
from mappings.submission import JsonObject
from tests.interop.validators import Finding, Validators
from tests.shared_material import SHARED, shared

RECORDED = "2026-11-22T10:00:00+00:00"
_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\]\.resource")
SAMPLES = SHARED / "samples"
FILES = sorted(
    path.relative_to(SAMPLES).as_posix()
    for folder in ("cda-fr", "ccda", "authored")
    for path in (SAMPLES / folder).rglob("*")
    if path.suffix.lower() == ".xml"
) or ["none"]
KNOWN: dict[str, str] = {}
"""Findings that are not ours to mend, by their text, each with its reason."""


@pytest.mark.corpus
@pytest.mark.parametrize("name", FILES)
def test_every_resource_of_a_mapped_document_is_valid(
    validators: Validators, name: str
) -> None:
    """The Bundle of the document, and everything in it."""
    found = bundle(shared("samples", name).read_bytes(), RECORDED).value
    wrong = [_named(found, one) for one in validators.judge(found)]
    assert [one for one in wrong if one[-1] not in KNOWN] == []


def _named(made: JsonObject, one: Finding) -> tuple[str, str, str, str]:
    """Return a finding with the type of the resource it is about."""
    entry = _ENTRY.match(one.place)
    kind = made["entry"][int(entry[1])]["resource"]["resourceType"] if entry else ""
    return one.validator, kind, _ENTRY.sub("", one.place), one.text
