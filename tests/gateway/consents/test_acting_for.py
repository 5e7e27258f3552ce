"""Who represents decides for the person, within what he sees; the person finds it all."""

import pytest

from gateway.audit import trail
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.inquiry import by_identifier, inquire
from gateway.lifecycle import representation
from gateway.repository import records
from labels.consent import Audience, AudienceKind
from labels.fhir_consent import terms
from labels.policy.question import Relation
from tests.gateway.consenting import about, consent, found, post, put, to_person
from tests.gateway.consents.asking import (
    UNKNOWN,
    Json,
    Moving,
    observed,
    parameters,
    team,
)
from tests.gateway.lifecycle.test_life import person
from tests.gateway.test_consent_parts import places_of

SECRET, OPEN = "contraception-visit", "ankle-visit"
MOTHER, CHILD = "corentine", "inaya"
PEDIATRICIAN = "ophthalmologist"
"""Any doctor of the demo whom nothing ties to the child."""


def also(moving: Moving, name: str, kind: Relation, of: str = CHILD) -> None:
    """Have somebody represent another person of the demo."""
    with moving.services.store.unit() as connection:
        keys = moving.services.store.keys
        whose = moving.world.patients[of].identifier
        record = records.by_identifiers(connection, keys, whose)
        held = HeldRelation(kind, str(moving.world.patients[name].identifier))
        relations.declare(connection, record, held)


def said(moving: Moving, document: str, kind: str, *whom: Json) -> Json:
    """Return a Consent for the child about one document."""
    provision: Json = {"type": kind, "data": [about(moving.id_of(document))]}
    return consent(CHILD, provision | ({"actor": [*whom]} if whom else {}))


def let_in(moving: Moving, by: str = MOTHER, role: str = "CARE_TEAM") -> Json:
    """Have somebody let the paediatrician in to the child's record."""
    body = team(moving.patient(CHILD), moving.who(PEDIATRICIAN), role)
    answer = moving.post(by, "CareTeam", body)
    assert answer.status_code == 201
    made: Json = answer.get_json(force=True)
    return made


def test_a_mother_masks_what_she_sees_and_the_girl_ends_it(moving: Moving) -> None:
    """Her mask holds, for professionals; the girl finds it, and it is hers to end."""
    made = post(moving, MOTHER, said(moving, OPEN, "deny")).get_json(force=True)
    known = moving.world.documents()[OPEN].identifier
    assert known not in moving.identifiers("midwife", CHILD)
    assert known in moving.identifiers(MOTHER, CHILD)
    assert [each["id"] for each in found(moving, MOTHER, CHILD)] == [made["id"]]
    assert made in found(moving, CHILD, CHILD)
    ended = put(moving, CHILD, made | {"status": "inactive"})
    assert ended.status_code == 200
    assert known in moving.identifiers("midwife", CHILD)
    assert found(moving, MOTHER, CHILD, "&status=inactive") == []


def test_a_mask_of_one_parent_hides_nothing_from_the_other(moving: Moving) -> None:
    """Both have the same authority: only the child hides something from one of them."""
    also(moving, "octave", Relation.REPRESENTATIVE)
    before = moving.identifiers("octave", CHILD)
    assert post(moving, MOTHER, said(moving, OPEN, "deny")).status_code == 201
    assert moving.identifiers("octave", CHILD) == before
    assert len(found(moving, "octave", CHILD)) == 1


def test_what_she_does_not_see_she_decides_nothing_about(moving: Moving) -> None:
    """A secret document, one of another, one that never was: the same refusal."""
    never = consent(CHILD, {"type": "permit", "data": [about("a" * 64)]})
    refusals = [
        post(moving, MOTHER, each)
        for each in (
            said(moving, SECRET, "permit", to_person(PEDIATRICIAN)),
            never | {"provision": never["provision"] | {"actor": [to_person("gp")]}},
        )
    ]
    assert {each.status_code for each in refusals} == {422}
    assert len({each.get_data() for each in refusals}) == 1


@pytest.mark.parametrize(
    "provision",
    [
        {"type": "deny"},
        {"type": "permit", "dataPeriod": {"start": "2026-01-01"}},
        {
            "type": "permit",
            "securityLabel": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
                    "code": "HIV",
                }
            ],
        },
    ],
)
def test_she_says_nothing_wider_than_documents(moving: Moving, provision: Json) -> None:
    """Everything, a time, a subject would also be about what she does not see: 422."""
    answer = post(moving, MOTHER, consent(CHILD, provision))
    assert answer.status_code == 422
    assert found(moving, CHILD, CHILD) == []


def test_she_chooses_nothing_about_emergencies(moving: Moving) -> None:
    """An emergency opens what is secret too: the choice is the person's own."""
    scope = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason"}
    sent = consent(CHILD, {"type": "deny", "purpose": [scope | {"code": "BTG"}]})
    code = {"system": "http://terminology.hl7.org/CodeSystem/consentcategorycodes"}
    sent["category"] = [{"coding": [code | {"code": "emrgonly"}]}]
    assert post(moving, MOTHER, sent).status_code == 422


def test_a_permission_opens_what_she_sees_while_she_represents(moving: Moving) -> None:
    """To the surgeon by name, one letter; on the eighteenth birthday it is over."""
    sent = said(moving, OPEN, "permit", to_person(PEDIATRICIAN))
    assert post(moving, MOTHER, sent).status_code == 201
    known = moving.world.documents()[OPEN].identifier
    assert moving.identifiers(PEDIATRICIAN, CHILD) == {known}
    moving.later(days=366 * 3)
    assert moving.identifiers(PEDIATRICIAN, CHILD) == set()


def test_whom_a_mother_lets_in_sees_no_more_than_she(moving: Moving) -> None:
    """Also where the preset opens all; until the girl lets the same doctor in herself."""
    with moving.services.store.unit() as connection:
        keys = moving.services.store.keys
        inaya = moving.world.patients[CHILD].identifier
        record = records.by_identifiers(connection, keys, inaya)
        records.set_preset(connection, record, "law")
    made = let_in(moving)
    secret = moving.world.documents()[SECRET].identifier
    seen = moving.identifiers(PEDIATRICIAN, CHILD)
    assert seen
    assert seen <= moving.identifiers(MOTHER, CHILD)
    let_in(moving, CHILD)
    assert secret in moving.identifiers(PEDIATRICIAN, CHILD)
    path = f"CareTeam/{made['id']}/$end"
    moving.post(MOTHER, path, parameters())
    assert secret in moving.identifiers(PEDIATRICIAN, CHILD)


def test_the_girl_knows_who_let_in_and_her_word_stays(moving: Moving) -> None:
    """She is shown by whom, puts him out, and he waits for her when said again."""
    made = let_in(moving)
    assert "extension" not in made
    (shown,) = [t for t in moving.tied(CHILD) if t["id"] == made["id"]]
    mother = moving.patient(MOTHER)
    assert shown["extension"][0]["valueIdentifier"] == mother
    assert moving.identifiers(PEDIATRICIAN, CHILD)
    assert moving.post(CHILD, f"CareTeam/{made['id']}/$end", parameters()).status_code
    assert moving.identifiers(PEDIATRICIAN, CHILD) == set()
    again = let_in(moving)
    assert again["status"] == made["status"] == "active"
    assert moving.identifiers(PEDIATRICIAN, CHILD) == set()
    path = f"CareTeam/{again['id']}/$confirm"
    assert moving.post(CHILD, path, parameters()).status_code == 200
    assert moving.identifiers(PEDIATRICIAN, CHILD)


def test_a_mother_is_shown_whom_parents_let_in(moving: Moving) -> None:
    """Not the midwife whom the girl declared; she ends her own, and may say it again."""
    assert searched(moving, MOTHER) == []
    made = let_in(moving)
    assert [each["id"] for each in searched(moving, MOTHER)] == [made["id"]]
    midwife = next(t for t in moving.tied(CHILD) if t["id"] != made["id"])
    other = moving.post(MOTHER, f"CareTeam/{midwife['id']}/$end", parameters())
    never = moving.post(MOTHER, f"CareTeam/{'a' * 64}/$end", parameters())
    assert observed(other) == observed(never)
    path = f"CareTeam/{made['id']}/$end"
    assert moving.post(MOTHER, path, parameters()).status_code == 200
    assert moving.post(MOTHER, path, parameters()).status_code == 404
    assert moving.identifiers(PEDIATRICIAN, CHILD) == set()
    let_in(moving)
    assert moving.identifiers(PEDIATRICIAN, CHILD)


def searched(moving: Moving, reader: str) -> list[Json]:
    """Return the CareTeams around the child that somebody is shown."""
    held = moving.patient(CHILD)
    path = f"/fhir/CareTeam?patient.identifier={held['system']}|{held['value']}"
    bundle = moving.ask(reader, path).get_json(force=True)
    return [each["resource"] for each in bundle.get("entry", [])]


def test_a_grandmother_sees_what_a_parent_opened_to_her(moving: Moving) -> None:
    """A subject, while it lasts; ended, all that the parent opened to her is over."""
    body: Json = {
        "resourceType": "RelatedPerson",
        "patient": {"identifier": moving.patient(CHILD)},
        "identifier": [moving.patient("melisande")],
        "extension": [
            {"url": "urn:paravent:opened-category", "valueCode": "reimbursement_admin"}
        ],
    }
    made = moving.post(MOTHER, "RelatedPerson", body)
    assert made.status_code == 201
    seen = moving.identifiers("melisande", CHILD)
    assert seen
    assert seen <= moving.identifiers(MOTHER, CHILD)
    path = f"RelatedPerson/{made.get_json(force=True)['id']}/$end"
    assert moving.post(MOTHER, path, parameters()).status_code == 200
    assert moving.identifiers("melisande", CHILD) == set()


@pytest.mark.parametrize("role", ["TREATING_DOCTOR", "CORRESPONDING_PHARMACIST"])
def test_what_is_the_persons_own_is_not_found(moving: Moving, role: str) -> None:
    """A treating doctor for a child, and anything for a stranger: one answer."""
    doctor = moving.who("cardiologist")
    answers = [
        observed(moving.post(MOTHER, "CareTeam", team(of, doctor, role)))
        for of in (moving.patient(CHILD), moving.patient("solene"), UNKNOWN)
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0].startswith("404")


def test_a_suspended_mother_is_a_stranger(moving: Moving) -> None:
    """What she let in is out at once; she decides, finds and ends as an unknown does."""
    made = let_in(moving)
    given = said(moving, OPEN, "permit", to_person("cardiologist"))
    kept = post(moving, MOTHER, given).get_json(force=True)
    inaya = moving.world.patients[CHILD].identifier
    find = by_identifier(moving.services, inaya)
    assert representation.suspend(moving.services, person(inaya), find)
    for reader in (PEDIATRICIAN, "cardiologist"):
        assert moving.identifiers(reader, CHILD) == set()
    probes = [
        [
            observed(post(moving, reader, given)),
            observed(put(moving, reader, kept)),
            observed(moving.ask(reader, f"/fhir/Consent/{kept['id']}")),
            observed(moving.post(reader, f"CareTeam/{made['id']}/$end", parameters())),
            found(moving, reader, CHILD),
            searched(moving, reader),
        ]
        for reader in (MOTHER, "octave")
    ]
    assert probes[0] == probes[1]
    nobody = given | {"patient": {"identifier": UNKNOWN}}
    assert observed(post(moving, MOTHER, nobody)) == probes[0][0]


def test_a_blocked_mother_decides_nothing(moving: Moving) -> None:
    """Whom the girl shut out acts for her no more, and neither does whom she let in."""
    let_in(moving)
    body = parameters(who=("valueIdentifier", moving.patient(MOTHER)))
    with moving.services.store.unit() as connection:
        keys = moving.services.store.keys
        inaya = moving.world.patients[CHILD].identifier
        record = records.by_identifiers(connection, keys, inaya)
        mother = str(moving.world.patients[MOTHER].identifier)
        relations.declare(connection, record, HeldRelation(Relation.BLOCKED, mother))
    assert moving.post(MOTHER, "Consent/$block", body).status_code in {404, 422}
    assert post(moving, MOTHER, said(moving, OPEN, "deny")).status_code == 403
    assert moving.identifiers(PEDIATRICIAN, CHILD) == set()


def test_a_guardian_acts_for_a_protected_adult(moving: Moving) -> None:
    """Lets a doctor in, masks a letter; the adult finds both, and ends the doctor."""
    also(moving, "octave", Relation.GUARDIAN, of="corentine")
    body = team(moving.patient("corentine"), moving.who("cardiologist"), "CARE_TEAM")
    made = moving.post("octave", "CareTeam", body)
    assert made.status_code == 201
    assert moving.identifiers("cardiologist", "corentine")
    sent = consent(
        "corentine", {"type": "deny", "data": [about(moving.id_of("back-pain-visit"))]}
    )
    assert post(moving, "octave", sent).status_code == 201
    assert moving.identifiers("cardiologist", "corentine") == set()
    path = f"CareTeam/{made.get_json(force=True)['id']}/$end"
    assert moving.post("corentine", path, parameters()).status_code == 200


def test_every_act_is_in_the_childs_trail(moving: Moving) -> None:
    """Who did it and what: done and refused, for the child to read."""
    let_in(moving)
    post(moving, MOTHER, said(moving, OPEN, "deny"))
    post(moving, "octave", said(moving, OPEN, "deny"))
    inaya = moving.world.patients[CHILD].identifier
    find = by_identifier(moving.services, inaya)
    with inquire(moving.services, person(inaya), find) as asked:
        events = trail.of_record(*asked.place)
    by = {
        name: [
            each["outcome"]
            for each in events
            if str(moving.world.patients[name].identifier.value) in str(each["agent"])
        ]
        for name in (MOTHER, "octave")
    }
    assert by[MOTHER].count("0") >= 3
    assert set(by["octave"]) == {"4"}


def test_a_team_a_mother_opened_to_attests_no_more_than_she(moving: Moving) -> None:
    """A structure she let in attests its members on her word, not on the girl's."""
    structure = moving.structure(PEDIATRICIAN)
    body = team(moving.patient(CHILD), structure, "CARE_TEAM")
    assert moving.post(MOTHER, "CareTeam", body).status_code == 201
    member = team(
        moving.patient(CHILD),
        moving.who("cardiologist"),
        "CARE_TEAM",
        within=structure,
    )
    assert moving.post(PEDIATRICIAN, "CareTeam", member).status_code == 201
    inaya = moving.world.patients[CHILD].identifier
    with moving.services.store.unit() as connection:
        keys = moving.services.store.keys
        record = records.by_identifiers(connection, keys, inaya)
        held = relations.of_record(connection, record)
    mother = str(moving.world.patients[MOTHER].identifier)
    assert {each.declared_by for each in held if each.by} == {mother}


def test_a_permission_of_what_she_sees_in_part_opens_nothing(moving: Moving) -> None:
    """The girl masked one passage to her parents: taken alike, and not kept."""
    place = next(each for each in places_of(OPEN) if "/h:text" in each)
    parents = terms.actor(Audience(AudienceKind.REPRESENTATIVES))
    data = [about(moving.id_of(OPEN), place)]
    mask: Json = {"type": "deny", "data": data, "actor": [parents]}
    assert post(moving, CHILD, consent(CHILD, mask)).status_code == 201
    known = moving.world.documents()[OPEN].identifier
    assert known in moving.identifiers(MOTHER, CHILD)
    sent = said(moving, OPEN, "permit", to_person(PEDIATRICIAN))
    assert post(moving, MOTHER, sent).status_code == 201
    assert moving.identifiers(PEDIATRICIAN, CHILD) == set()
    to_parents = said(moving, OPEN, "deny", parents)
    assert post(moving, MOTHER, to_parents).status_code == 422
