"""ITI-65: the entries a request may hold, and no others."""

import pytest

from mappings.fhir.slices import ENTRIES_AT_MOST
from mappings.submission import JsonObject
from tests.mappings.fhir.deposits import (
    MHD,
    changed,
    document_reference,
    entry,
    patient,
    submission_set,
    transaction,
    with_entry,
)
from tests.mappings.fhir.reading import places, read, refusal

FOREIGN = [
    entry({"resourceType": "Provenance"}),
    entry({"resourceType": "Consent"}),
    entry({"resourceType": "Practitioner"}),
    entry(submission_set(), method="PUT"),
    entry(document_reference(), method="PUT"),
    entry(document_reference(), method="DELETE", to="DocumentReference/1"),
    entry({"resourceType": "Binary"}, method="GET"),
    entry({"resourceType": "Parameters"}, to="$process-message"),
    entry(patient(), method="DELETE"),
    entry(patient(), to="Observation"),
    {"fullUrl": "urn:x"},
    {"request": {"method": "GET", "url": "Observation?code=x"}},
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_the_slicing_is_closed(foreign: JsonObject) -> None:
    """Any entry that ITI-65 does not name refuses the whole request at its place."""
    refused = refusal(with_entry(foreign))
    assert refused.status == 422
    assert places(refused)[0] == "Bundle.entry[3]"


def test_folders_are_refused_aloud() -> None:
    """A folder is lawful in MHD and not supported here: it is refused, never dropped."""
    codes = {"coding": [{"system": f"{MHD}/CodeSystem/MHDlistTypes", "code": "folder"}]}
    refused = refusal(with_entry(entry(submission_set() | {"code": codes})))
    assert "Bundle.entry[3].resource.code" in places(refused)
    assert refused.issues[0].code == "not-supported"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_both_spellings_of_the_list_type_are_read(scheme: str) -> None:
    """The system of the submission set is written with http and with https."""
    system = f"{scheme}://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes"
    whole = changed(transaction(), "entry.0.resource.code.coding.0.system", system)
    assert read(whole).value.entries[0] == "List"


def test_too_many_entries_are_not_looked_at() -> None:
    """The limit is enforced before any work."""
    many = {"entry": [{"fullUrl": "urn:x"}] * (ENTRIES_AT_MOST + 1)}
    assert places(refusal(transaction() | many)) == ["Bundle.entry"]
