"""The patient masks and shows; nobody else, and nobody can tell."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway import masking
from gateway.audit import trail
from gateway.demo.table import principal_of
from gateway.identity.principal import Principal
from gateway.repository import records
from labels.codes import Mark
from labels.fhir import VISIBILITY
from mappings.mapped import Refused
from tests.gateway.world import Software

Json = dict[str, Any]

PARENTS = Mark.INVISIBLE_REPRESENTANTS_LEGAUX
MASK = {"coding": [{"system": VISIBILITY, "code": "MASQUE_PS"}]}
R = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
            "code": "R",
        }
    ]
}
ADD = [{"op": "add", "path": "/securityLabel/-", "value": MASK}]


def patch(
    software: Software, reader: str, document: str, operations: object
) -> TestResponse:
    """Send a JSON Patch as a persona, to the document as its depositor names it."""
    return software.ask(
        reader,
        f"/fhir/DocumentReference/{software.id_of(document)}",
        "PATCH",
        data=json.dumps(operations),
        content_type="application/json-patch+json",
    )


def codes(resource: Json) -> list[str]:
    """Return the codes of the security labels shown."""
    return [each["coding"][0]["code"] for each in resource["securityLabel"]]


def identifier(software: Software, document: str) -> str:
    """Return the master identifier of a demo document."""
    return software.world.documents()[document].identifier


def test_a_masked_document_is_gone_for_the_team_and_stays_for_its_author(
    software: Software,
) -> None:
    """The dentist loses sight; the patient, the treating doctor and the author do not."""
    wanted = identifier(software, "blood-count")
    assert wanted in software.identifiers("dentist", "solene")
    answer = patch(software, "solene", "blood-count", ADD)
    assert (
        answer.status_code,
        codes(answer.get_json(force=True)),
    ) == (200, ["N", "MASQUE_PS"])
    seen = {
        reader: wanted in software.identifiers(reader, "solene")
        for reader in ("dentist", "pharmacist", "gp", "biologist", "solene")
    }
    assert seen == {
        "dentist": False,
        "pharmacist": False,
        "gp": True,
        "biologist": True,
        "solene": True,
    }


def test_masking_changes_nothing_that_others_can_see(software: Software) -> None:
    """Version, ETag, dates and labels shown to the author are as before."""
    path = f"/fhir/DocumentReference/{software.id_of('blood-count')}"
    for reader in ("biologist", "gp"):
        before = software.ask(reader, path)
        patch(software, "solene", "blood-count", ADD)
        after = software.ask(reader, path)
        assert (before.get_data(), before.headers) == (after.get_data(), after.headers)
        patch(
            software,
            "solene",
            "blood-count",
            [{"op": "remove", "path": "/securityLabel/1"}],
        )


def test_showing_again_brings_it_back_as_it_was(software: Software) -> None:
    """After mask and unmask the dentist's search is what it was, byte for byte."""
    before = software.search("dentist", "solene").get_data()
    patch(software, "solene", "blood-count", ADD)
    assert before != software.search("dentist", "solene").get_data()
    patch(
        software,
        "solene",
        "blood-count",
        [{"op": "remove", "path": "/securityLabel/1"}],
    )
    assert before == software.search("dentist", "solene").get_data()


def test_overwriting_the_level_with_a_mark_keeps_the_level(software: Software) -> None:
    """A client that replaces the first label by a mark loses no level (merge)."""
    replace = [{"op": "replace", "path": "/securityLabel/0", "value": MASK}]
    answer = patch(software, "tristan", "hiv-prescription", replace)
    assert codes(answer.get_json(force=True)) == ["R", "MASQUE_PS"]


def test_a_mark_of_the_depositor_can_be_lifted_by_the_patient(
    software: Software,
) -> None:
    """The patient has the last word also on what the depositor asked for."""
    masked = [
        (deposit.patient, deposit.documents[0].name)
        for deposit in software.world.deposits
        if "MASQUE_PS" in deposit.marks
    ]
    patient, document = masked[0]
    before = patch(
        software,
        patient,
        document,
        [{"op": "test", "path": "/securityLabel/1", "value": MASK_SHOWN}],
    )
    assert before.status_code == 200
    answer = patch(
        software, patient, document, [{"op": "remove", "path": "/securityLabel/1"}]
    )
    assert "MASQUE_PS" not in codes(answer.get_json(force=True))


MASK_SHOWN = {
    "coding": [
        {
            "system": VISIBILITY,
            "code": "MASQUE_PS",
            "display": "Masqué aux professionnels de santé",
        }
    ]
}


def test_the_patient_can_raise_and_lower_the_level(software: Software) -> None:
    """R on an ordinary document closes it to the team; N opens it again."""
    wanted = identifier(software, "blood-count")
    raised = [{"op": "replace", "path": "/securityLabel/0", "value": R}]
    assert codes(
        patch(software, "solene", "blood-count", raised).get_json(force=True)
    ) == ["R"]
    assert wanted not in software.identifiers("dentist", "solene")
    lowered = [
        {"op": "replace", "path": "/securityLabel/0/coding/0/code", "value": "N"}
    ]
    assert codes(
        patch(software, "solene", "blood-count", lowered).get_json(force=True)
    ) == ["N"]
    assert wanted in software.identifiers("dentist", "solene")


@pytest.mark.parametrize("reader", ["gp", "dentist", "biologist", "psychiatrist"])
def test_no_professional_can_patch_and_all_get_one_answer(
    software: Software, reader: str
) -> None:
    """Treating doctor, author and stranger: the same 403, whatever the document."""
    answers = {
        (each.status_code, each.get_data())
        for each in (
            patch(software, reader, "blood-count", ADD),
            software.ask(
                reader,
                f"/fhir/DocumentReference/{'0' * 64}",
                "PATCH",
                data=json.dumps(ADD),
                content_type="application/json-patch+json",
            ),
        )
    }
    assert [status for status, _ in answers] == [403]


@pytest.mark.parametrize(
    ("operations", "status"),
    [
        ([{"op": "replace", "path": "/status", "value": "superseded"}], 403),
        ([{"op": "remove", "path": "/type"}], 405),
        ([{"op": "move", "from": "/type", "path": "/securityLabel/0"}], 422),
        ([{"op": "add", "path": "/securityLabelX", "value": []}], 405),
        ([], 422),
        ("x", 422),
        ([7], 422),
        ([{"op": "add", "path": "/securityLabel/-", "value": {"text": "N"}}], 422),
        ([{"op": "add", "path": "/securityLabel/-", "value": {}}], 422),
        ([{"op": "replace", "path": "/securityLabel", "value": "N"}], 422),
        ([{"op": "remove", "path": "/securityLabel/9"}], 422),
        ([{"op": "nonsense", "path": "/securityLabel/0"}], 422),
    ],
)
def test_a_patch_we_cannot_follow_changes_nothing(
    software: Software, operations: object, status: int
) -> None:
    """Other elements, unknown labels, impossible operations: refused, nothing changed."""
    before = software.search("solene", "solene").get_data()
    answer = patch(software, "solene", "blood-count", operations)
    assert (status, "OperationOutcome") == (
        answer.status_code,
        answer.get_json(force=True)["resourceType"],
    )
    assert before == software.search("solene", "solene").get_data()


def test_a_mother_cannot_unmask_what_she_sees(software: Software) -> None:
    """A representative who may see a document still does not decide about it."""
    answer = patch(software, "corentine", "ankle-visit", ADD)
    assert answer.status_code == 403


def test_a_patch_that_grows_is_refused(software: Software) -> None:
    """Copies of copies, and long lists of operations, are not begun."""
    copy = {"op": "copy", "from": "/securityLabel", "path": "/securityLabel/-"}
    for operations in ([copy], ADD * 21):
        assert patch(software, "solene", "blood-count", operations).status_code == 422


def test_a_refused_patch_leaves_its_trace(software: Software) -> None:
    """What the mother tried is in the child's trail."""

    def tried() -> int:
        store = software.services.store
        with store.unit() as connection:
            record = records.by_identifiers(
                connection, store.keys, software.world.patients["inaya"].identifier
            )
            events = trail.of_record(connection, record)
        return sum(each["outcome"] == "4" for each in events)

    before = tried()
    patch(software, "corentine", "ankle-visit", ADD)
    assert tried() > before


def solene_s(software: Software, document: str) -> tuple[Principal, str]:
    """Return Solène as who asks, and the id of a document of hers."""
    return principal_of(software.world.readers["solene"]), software.id_of(document)


def marks(software: Software, document: str) -> list[str]:
    """Return the labels that Solène sees on a document."""
    path = f"/fhir/DocumentReference/{software.id_of(document, 'solene')}"
    return codes(software.ask("solene", path).get_json(force=True))


def test_one_mark_is_set_and_the_others_stay(software: Software) -> None:
    """It is put on, or taken off, what the label is by then; what is so changes nothing."""
    solene, document = solene_s(software, "blood-count")
    services, both = software.services, (Mark.MASQUE_PS, PARENTS)
    for mark in both:
        assert masking.set_mark(services, solene, document, mark, on=True)
        assert not masking.set_mark(services, solene, document, mark, on=True)
    assert {*both} <= {*marks(software, "blood-count")}
    assert masking.set_mark(services, solene, document, PARENTS, on=False)
    assert marks(software, "blood-count") == ["N", "MASQUE_PS"]
    assert not masking.set_mark(services, solene, document, PARENTS, on=False)


def test_a_mark_is_set_by_the_patient_on_what_is_theirs(software: Software) -> None:
    """Not by a mother nor by a doctor, on no other's document, and no mark of ours."""
    services, on = software.services, {"on": True}
    solene, _ = solene_s(software, "blood-count")
    visit = software.id_of("ankle-visit")
    for reader in ("corentine", "gp"):
        who = principal_of(software.world.readers[reader])
        with pytest.raises(Refused) as refused:
            masking.set_mark(services, who, visit, Mark.MASQUE_PS, **on)
        assert refused.value.status == 403
    assert not masking.set_mark(services, solene, visit, Mark.MASQUE_PS, **on)
    for mark in set(Mark) - masking.SETTABLE:
        with pytest.raises(ValueError, match=mark):
            masking.set_mark(services, solene, visit, mark, **on)
