"""The people around a record: the patient lets in and puts out; nobody else is told."""

from datetime import timedelta

import pytest

from tests.gateway.consents.asking import (
    UNKNOWN,
    Json,
    Moving,
    observed,
    parameters,
    parts,
    team,
)


def declare(moving: Moving, patient: str, name: str, role: str, end_: str = "") -> Json:
    """Have a patient declare a professional; returns the CareTeam."""
    body = team(moving.patient(patient), moving.who(name), role, end=end_)
    answer = moving.post(patient, "CareTeam", body)
    assert answer.status_code == 201
    made: Json = answer.get_json(force=True)
    return made


def end(moving: Moving, patient: str, made: Json) -> int:
    """Have a patient end a relation; returns the status of the answer."""
    path = f"{made['resourceType']}/{made['id']}/$end"
    return moving.post(patient, path, parameters()).status_code


def shut(moving: Moving, patient: str, who: Json, name: str = "$block") -> int:
    """Have a patient block, or unblock, somebody; returns the status of the answer."""
    body = parameters(who=("valueIdentifier", who))
    return moving.post(patient, f"Consent/{name}", body).status_code


def test_a_member_of_the_team_is_let_in_and_put_out_at_once(moving: Moving) -> None:
    """The surgeon sees ordinary documents from the next request on, and no more."""
    own = moving.identifiers("ophthalmologist", "solene")
    made = declare(moving, "solene", "ophthalmologist", "CARE_TEAM")
    assert own < moving.identifiers("ophthalmologist", "solene")
    assert end(moving, "solene", made) == 200
    assert moving.identifiers("ophthalmologist", "solene") == own
    assert end(moving, "solene", made) == 404


def test_an_authorisation_ends_by_its_date(moving: Moving) -> None:
    """By name, until then, and by the clock."""
    until = (moving.clock.now() + timedelta(days=3)).isoformat()
    declare(moving, "solene", "ophthalmologist", "AUTHORISED", end_=until)
    assert moving.identifiers("ophthalmologist", "solene")
    moving.later(days=4)
    assert not moving.identifiers("ophthalmologist", "solene")
    shown = [each["status"] for each in moving.tied("solene")]
    assert shown.count("inactive") == 1


def test_there_is_one_treating_doctor(moving: Moving) -> None:
    """Declaring another ends the first, who then sees what he wrote."""
    before = moving.identifiers("gp", "solene")
    declare(moving, "solene", "cardiologist", "TREATING_DOCTOR")
    assert moving.identifiers("cardiologist", "solene") == before
    assert moving.identifiers("gp", "solene") < before


@pytest.mark.parametrize(
    ("name", "role"),
    [("midwife", "REFERRING_MIDWIFE"), ("pharmacist", "CORRESPONDING_PHARMACIST")],
)
def test_a_referring_professional_has_no_right_of_his_own(
    moving: Moving, name: str, role: str
) -> None:
    """Who follows the patient is said, and opens nothing."""
    before = moving.identifiers(name, "corentine")
    declare(moving, "corentine", name, role)
    assert moving.identifiers(name, "corentine") == before == set()


def test_a_block_wins_also_before_any_access_and_restores_nothing(
    moving: Moving,
) -> None:
    """Who was blocked sees nothing; unblocked, he has to be let in anew."""
    who = moving.who("dentist")
    assert moving.identifiers("dentist", "solene")
    assert shut(moving, "solene", who) == 200
    own = {moving.world.documents()["dental-assessment"].identifier}
    assert moving.identifiers("dentist", "solene") == own
    listed = parts(blocked(moving, "solene"))
    assert [each["who"] for each in listed] == [who]
    assert shut(moving, "solene", who, "$unblock") == 200
    assert moving.identifiers("dentist", "solene") == own
    assert shut(moving, "solene", moving.who("psychiatrist")) == 200
    declare(moving, "solene", "psychiatrist", "CARE_TEAM")
    assert moving.identifiers("psychiatrist", "solene") == set()


def blocked(moving: Moving, patient: str) -> Json:
    """Return the answer to a patient who asks who is blocked."""
    held = moving.patient(patient)
    token = f"{held['system']}|{held['value']}"
    path = f"/fhir/Consent/$blocked?patient.identifier={token}"
    answer: Json = moving.ask(patient, path).get_json(force=True)
    return answer


def test_a_block_of_a_structure_ends_the_permissions_to_it(moving: Moving) -> None:
    """Nobody of the structure reads; the permission by name is gone with the block."""
    hormone = moving.world.documents()["hormone-prescription"].identifier
    assert hormone in moving.identifiers("pharmacist", "solene")
    assert shut(moving, "solene", moving.structure("pharmacist")) == 200
    assert moving.identifiers("pharmacist", "solene") == set()
    assert shut(moving, "solene", moving.structure("pharmacist"), "$unblock") == 200
    assert shut(moving, "solene", moving.who("pharmacist")) == 200
    assert shut(moving, "solene", moving.who("pharmacist"), "$unblock") == 200
    assert hormone not in moving.identifiers("pharmacist", "solene")


def attest(
    moving: Moving, by: str, member: str, patient: str = "solene", end_: str = ""
) -> int:
    """Have a professional attest a colleague; returns the status of the answer."""
    body = team(
        moving.patient(patient),
        moving.who(member),
        "CARE_TEAM",
        end=end_,
        within=moving.structure(by),
    )
    return moving.post(by, "CareTeam", body).status_code


def test_a_structure_attests_only_once_the_patient_opened_the_record(
    moving: Moving,
) -> None:
    """Without the patient's consent: the answer of a record that is not there."""
    unknown = team(
        UNKNOWN,
        moving.who("cardiologist"),
        "CARE_TEAM",
        within=moving.structure("infectiologist"),
    )
    refused = moving.post("infectiologist", "CareTeam", unknown)
    known = unknown | {"subject": {"identifier": moving.patient("solene")}}
    assert observed(moving.post("infectiologist", "CareTeam", known)) == observed(
        refused
    )
    assert refused.status_code == 404
    moving.present(
        "infectiologist", moving.patient("solene"), moving.new_code("solene")
    )
    assert attest(moving, "infectiologist", "cardiologist") == 201
    assert moving.identifiers("cardiologist", "solene")
    shown = [each for each in moving.tied("solene") if "managingOrganization" in each]
    assert [each["participant"][0]["member"]["display"] for each in shown] == ["X"]


def test_what_was_attested_ends_and_attests_nobody(moving: Moving) -> None:
    """A team does not prolong itself: after the code's day, nobody is attested any more."""
    moving.present(
        "infectiologist", moving.patient("solene"), moving.new_code("solene")
    )
    assert attest(moving, "infectiologist", "cardiologist") == 201
    moving.later(hours=25)
    assert attest(moving, "infectiologist", "cardiologist") == 404
    assert attest(moving, "cardiologist", "infectiologist") == 404
    assert moving.identifiers("cardiologist", "solene")
    moving.later(days=90)
    assert not moving.identifiers("cardiologist", "solene")


def test_whom_the_patient_put_out_is_not_attested_back(moving: Moving) -> None:
    """The structure is answered as before; the member waits for the patient's word."""
    moving.present(
        "infectiologist", moving.patient("solene"), moving.new_code("solene")
    )
    assert attest(moving, "infectiologist", "cardiologist") == 201
    made = next(e for e in moving.tied("solene") if "managingOrganization" in e)
    assert end(moving, "solene", made) == 200
    assert attest(moving, "infectiologist", "cardiologist") == 201
    assert not moving.identifiers("cardiologist", "solene")
    waits = next(e for e in moving.tied("solene") if e["status"] == "proposed")
    path = f"CareTeam/{waits['id']}/$confirm"
    assert moving.post("solene", path, parameters()).status_code == 200
    assert moving.identifiers("cardiologist", "solene")


def test_a_block_outlives_an_attestation(moving: Moving) -> None:
    """Attested while blocked, then unblocked: nothing is open until the patient says so."""
    shut(moving, "solene", moving.who("cardiologist"))
    moving.present(
        "infectiologist", moving.patient("solene"), moving.new_code("solene")
    )
    assert attest(moving, "infectiologist", "cardiologist") == 201
    shut(moving, "solene", moving.who("cardiologist"), "$unblock")
    assert not moving.identifiers("cardiologist", "solene")


def test_a_structure_attests_its_own_only(moving: Moving) -> None:
    """Another structure's name is refused, whatever the record; so is another role."""
    for patient in (moving.patient("solene"), UNKNOWN):
        for role, within in (
            ("CARE_TEAM", moving.structure("gp")),
            ("TREATING_DOCTOR", moving.structure("dentist")),
        ):
            body = team(patient, moving.who("gp"), role, within=within)
            assert moving.post("dentist", "CareTeam", body).status_code == 422


def test_an_attested_member_reads_for_that_structure_only(moving: Moving) -> None:
    """The same person asked for from elsewhere is not of the team."""
    moving.present("surgeon", moving.patient("tristan"), moving.new_code("tristan"))
    body = team(
        moving.patient("tristan"),
        moving.who("ophthalmologist"),
        "CARE_TEAM",
        within=moving.structure("surgeon"),
    )
    assert moving.post("surgeon", "CareTeam", body).status_code == 201
    assert moving.identifiers("ophthalmologist", "tristan") == set()


def relative(moving: Moving, patient: str, who: Json, *opened: str, end_: str) -> Json:
    """Return a RelatedPerson: a carer, with what is opened to them."""
    return {
        "resourceType": "RelatedPerson",
        "patient": {"identifier": moving.patient(patient)},
        "identifier": [who],
        "name": [{"text": "Corentine"}],
        "period": {"end": end_},
        "extension": [
            {"url": "urn:paravent:opened-category", "valueCode": each}
            for each in opened
        ],
    }


def test_a_carer_sees_the_categories_opened_until_the_end(moving: Moving) -> None:
    """Octave's carer sees what he opened, and nothing once the care ended."""
    until = (moving.clock.now() + timedelta(days=30)).isoformat()
    body = relative(
        moving, "solene", moving.patient("corentine"), "gender_identity", end_=until
    )
    answer = moving.post("solene", "RelatedPerson", body)
    assert answer.status_code == 201
    seen = moving.identifiers("corentine", "solene")
    consultation = moving.world.documents()["transition-consultation"].identifier
    assert consultation in seen
    moving.later(days=31)
    assert moving.identifiers("corentine", "solene") == set()


def test_a_carer_who_comes_back_is_opened_nothing_by_old_words(moving: Moving) -> None:
    """Ending the care ends what was opened; declaring it again opens nothing else."""
    until = (moving.clock.now() + timedelta(days=30)).isoformat()
    carer = moving.patient("corentine")
    opened = relative(moving, "solene", carer, "gender_identity", end_=until)
    made = moving.post("solene", "RelatedPerson", opened).get_json(force=True)
    assert end(moving, "solene", made) == 200
    plain = relative(moving, "solene", carer, end_=until)
    assert moving.post("solene", "RelatedPerson", plain).status_code == 201
    assert moving.identifiers("corentine", "solene") == set()


def test_who_is_around_is_told_to_the_patient_alone(moving: Moving) -> None:
    """Searched, read, ended by others: as for a record and a relation that never were."""
    made = declare(moving, "solene", "psychiatrist", "CARE_TEAM")
    for kind in ("CareTeam", "RelatedPerson"):
        for reader in ("gp", "psychiatrist", "corentine", "dpi"):
            searched = [
                moving.ask(
                    reader,
                    f"/fhir/{kind}/_search",
                    "POST",
                    data={"patient.identifier": f"{each['system']}|{each['value']}"},
                )
                for each in (moving.patient("solene"), UNKNOWN)
            ]
            assert observed(searched[0]) == observed(searched[1])
            read = [
                moving.ask(reader, f"/fhir/{kind}/{each}")
                for each in (made["id"], "0" * 64, "x")
            ]
            assert len({str(observed(each)) for each in read}) == 1
            assert read[0].status_code == 404
    assert (
        moving.post(
            "corentine", f"CareTeam/{made['id']}/$end", parameters()
        ).status_code
        == 404
    )
    assert moving.identifiers("psychiatrist", "solene")


@pytest.mark.parametrize(
    ("role", "member"),
    [
        ("CARER", "gp"),
        ("SELF", "gp"),
        ("REPRESENTATIVE", "gp"),
        ("EMERGENCY", "gp"),
        ("TREATING_DOCTOR", "corentine"),
        ("CARE_TEAM", "corentine"),
    ],
)
def test_what_is_nobodys_to_declare_is_refused(
    moving: Moving, role: str, member: str
) -> None:
    """Neither the patient himself, nor a parent, nor an emergency, nor a patient as doctor."""
    body = team(moving.patient("solene"), moving.who(member), role)
    assert moving.post("solene", "CareTeam", body).status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"participant": []},
        {"participant": [{}, {}]},
        {"participant": [[]]},
        {"subject": None},
        {"subject": {"identifier": {"system": "", "value": "1"}}},
        {"participant": [{"role": [], "member": {"identifier": {}}}]},
        {"resourceType": "Group"},
    ],
)
def test_a_team_that_is_not_understood_is_refused_with_its_place(
    moving: Moving, change: Json
) -> None:
    """What is missing or of another form is named; nothing is kept."""
    before = len(moving.tied("solene"))
    body = team(moving.patient("solene"), moving.who("gp"), "CARE_TEAM") | change
    answer = moving.post("solene", "CareTeam", body)
    assert answer.status_code == 400
    assert answer.get_json(force=True)["issue"][0]["expression"]
    assert len(moving.tied("solene")) == before


def test_the_statement_names_every_operation(moving: Moving) -> None:
    """What software may call is in /metadata, as operations of their resources."""
    statement = moving.client.get("/fhir/metadata").get_json(force=True)
    named = {
        f"{kind['type']}/${operation['name']}"
        for kind in statement["rest"][0]["resource"]
        for operation in kind.get("operation", [])
    }
    expected = {"Consent/$present-code", "Consent/$block", "CareTeam/$end"}
    assert expected <= named
