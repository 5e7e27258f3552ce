"""Real documents through the front door: accepted, or refused for a reason that is right."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.demo.corpus import Fate, deposit_all, written
from gateway.demo.environment import open_demo, settings_in

pytestmark = pytest.mark.corpus

WRONG_KEY = "value at /h:ClinicalDocument/h:recordTarget/h:patientRole/h:id: The INS"
NO_PATIENT = "required at /h:ClinicalDocument/h:recordTarget/h:patientRole/h:id"
CONFLICT = "not-found at /h:ClinicalDocument/h:recordTarget/h:patientRole/h:id"

REFUSED = {
    "cda-fr": {
        # The keys of these INS are wrong: their publishers made the numbers up.
        "ans-cda-2.41__OBP-SCE_2021.01.xml": WRONG_KEY,
        "ans-cda-3.0__CSE-CS8_2024.01.xml": WRONG_KEY,
        "ans-cda-3.0__CSE-CS8_2025.01.xml": WRONG_KEY,
        "ans-cda-3.0__CSE-MDE_2023.01.xml": WRONG_KEY,
        "ans-cda-3.0__OBP-SNE_2024.01.xml": WRONG_KEY,
        "ans-cda-3.0__SDM-MR_2024.01_nouveau-ne.xml": WRONG_KEY,
    },
    "ccda": {
        # The patient's number is empty or reads UNK.
        "jddamore__Afoundria__Bates__Jeremy_V.xml": NO_PATIENT,
        "jddamore__Afoundria__Referral_for_Bates_Jeremy_V.xml": NO_PATIENT,
        "jddamore__Agastha__195352.xml": NO_PATIENT,
        "jddamore__Agastha__195372.xml": NO_PATIENT,
        # Another example uses the same number for another person: the traits contradict.
        "hl7-ccda-examples__Unstructured_Document_embed.xml": CONFLICT,
        "jddamore__ChartLogic__2015-06-22-1.xml": CONFLICT,
    },
    "authored": {
        "fhir-01-collection-vih.json": "not-supported at Bundle.type",
        "fhir-03-collection-hormones.json": "not-supported at Bundle.type",
    },
}
FHIR_ACCEPTED = {"oehf-ipf__test.json"}
FHIR_REASONS = {
    "ans-pdsm4dmp__Bundle-example-annexe-fhir-document.json": "value at",
    "ans-pdsm4dmp__Bundle-example-td2-iti65-lot-soumission.json": "value at",
    "ans-pdsm4dmp__DocumentReference-example-td2-iti105-publication-simplifiee.json": "value at",
    "i4mi-mag__ch-mhd-bundle-sample.json": "code-invalid at Bundle.entry[2]",
    "i4mi-mag__mhdch.json": "code-invalid at Bundle.entry[2]",
    "openhie-hiv-ig__Bundle-HIVBundleExample.json": "required at Bundle.entry[0].resource.subject",
}


def deposited(
    shared: Callable[..., Path], tmp_path: Path, folder: str
) -> dict[str, Fate]:
    """Deposit a folder of samples, print what became of each, return it by name."""
    services, _ = open_demo(settings_in(tmp_path))
    fates = list(deposit_all(services, shared("samples", folder)))
    services.store.engine.dispose()
    print(written(fates))  # noqa: T201 - the table is what one looks for in the log
    return {each.name: each for each in fates}


@pytest.mark.parametrize("folder", REFUSED)
def test_each_document_is_taken_or_refused_for_the_right_reason(
    shared: Callable[..., Path], tmp_path: Path, folder: str
) -> None:
    """Every document is accepted but those listed, which are refused as listed."""
    fates = deposited(shared, tmp_path, folder)
    refused = {
        name: each.reasons[0] for name, each in fates.items() if each.status >= 300
    }
    assert set(REFUSED[folder]) == set(refused)
    for name, reason in REFUSED[folder].items():
        assert refused[name].startswith(reason), name


def test_fhir_resources_that_are_no_deposit_are_refused_as_such(
    shared: Callable[..., Path], tmp_path: Path
) -> None:
    """One transaction is whole; the others lack a patient, a key, their data, or are none."""
    fates = deposited(shared, tmp_path, "fhir")
    accepted = {name for name, each in fates.items() if each.status < 300}
    assert accepted == FHIR_ACCEPTED
    assert {each.status for each in fates.values()} <= {201, 422}
    for name, reason in FHIR_REASONS.items():
        assert fates[name].reasons[0].startswith(reason), name


def test_a_second_deposit_of_the_same_document_raises_its_label(
    shared: Callable[..., Path], tmp_path: Path
) -> None:
    """The ITI-65 lots repeat CDA documents that came before, with marks: joined, not lost."""
    fates = deposited(shared, tmp_path, "authored")
    repeated = [each for name, each in fates.items() if name.startswith("td-")]
    assert {each.status for each in repeated} == {200}
