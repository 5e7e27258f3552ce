"""The registry of Consents: what the person says holds at once, and nothing said is lost."""

from dataclasses import replace

import pytest

from gateway import masking
from gateway.audit import trail
from gateway.consents import directives, relations
from gateway.consents.relations import HeldRelation
from gateway.demo import table
from gateway.identity.principal import RECORDER
from gateway.repository import entries, records
from gateway.repository.records import Record
from labels.codes import Category
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.policy.question import Relation
from tests.gateway.consenting import (
    HIV,
    WORLD,
    Json,
    about,
    bearer,
    consent,
    found,
    patient_of,
    post,
    put,
    to_person,
)
from tests.gateway.world import Software


def masked(software: Software, document: str = "blood-count") -> Json:
    """Return the Consent by which Solène masks a document to everyone."""
    data = [about(software.id_of(document))]
    return consent("solene", {"type": "deny", "data": data})


def sees(software: Software, reader: str, document: str = "blood-count") -> bool:
    """Tell whether a persona may read a document of the demo."""
    path = f"/fhir/DocumentReference/{software.id_of(document)}"
    return software.ask(reader, path).status_code == 200


def test_what_is_taken_holds_at_once_and_reads_back(software: Software) -> None:
    """201 with an address; the dentist loses sight; read and search give what was sent."""
    assert sees(software, "dentist")
    sent = masked(software)
    answer = post(software, "solene", sent)
    made = answer.get_json(force=True)
    assert (answer.status_code, answer.headers["ETag"]) == (201, 'W/"1"')
    assert answer.headers["Location"].endswith(f"/Consent/{made['id']}/_history/1")
    assert {k: v for k, v in made.items() if k not in {"id", "meta"}} == sent
    assert not sees(software, "dentist")
    read = software.ask("solene", f"/fhir/Consent/{made['id']}")
    assert read.get_json(force=True) == made
    assert made in found(software, "solene", "solene")


def test_a_new_version_holds_and_the_old_one_stays(software: Software) -> None:
    """Inactive shows the document again; version 1 is still what was said."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    answer = put(software, "solene", made | {"status": "inactive"}, If_Match='W/"1"')
    changed = answer.get_json(force=True)
    assert (answer.status_code, changed["meta"]["versionId"]) == (200, "2")
    assert sees(software, "dentist")
    path = f"/fhir/Consent/{made['id']}/_history"
    old, new = (software.ask("solene", f"{path}/{number}") for number in (1, 2))
    assert (old.get_json(force=True), new.get_json(force=True)) == (made, changed)
    assert made["id"] not in {
        each["id"] for each in found(software, "solene", "solene")
    }
    for number in ("0", "3", "x"):
        assert software.ask("solene", f"{path}/{number}").status_code == 404


def test_a_change_from_another_version_is_refused(software: Software) -> None:
    """If-Match of an older version, or one that is none, changes nothing."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    put(software, "solene", made)
    for stated in ('W/"1"', "*", 'W/"x"', '"9"'):
        assert put(software, "solene", made, If_Match=stated).status_code == 412
    assert put(software, "solene", made, If_Match='W/"2"').status_code == 200


def test_a_change_under_another_id_is_refused(software: Software) -> None:
    """The id of the body is that of the address."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    answer = software.ask(
        "solene",
        f"/fhir/Consent/{'0' * 64}",
        "PUT",
        json=made,
        content_type="application/fhir+json",
    )
    assert answer.status_code == 400


def mask_of_the_app(software: Software) -> str:
    """Let Solène mask a subject in the app; return the directive's id."""
    decided = Directive(
        "",
        Effect.MASK,
        Audience(AudienceKind.PROFESSION, "40"),
        categories=frozenset({Category.TOBACCO}),
    )
    solene = table.principal_of(WORLD.readers["solene"])
    made = masking.decide(software.services, solene, decided)
    assert made
    return made


def test_what_the_app_writes_is_a_consent(software: Software) -> None:
    """One registry: a mask of the app is found as a Consent, with its profession."""
    before = {each["id"] for each in found(software, "solene", "solene")}
    mask_of_the_app(software)
    (new,) = (e for e in found(software, "solene", "solene") if e["id"] not in before)
    actor = new["provision"]["actor"][0]["reference"]
    assert (new["provision"]["type"], actor["identifier"]["value"]) == ("deny", "40")


def test_what_the_app_ends_is_inactive_and_still_readable(software: Software) -> None:
    """New and inactivate: version 2 says inactive, version 1 what was said."""
    before = {each["id"] for each in found(software, "solene", "solene")}
    decided = mask_of_the_app(software)
    (new,) = (e for e in found(software, "solene", "solene") if e["id"] not in before)
    solene = table.principal_of(WORLD.readers["solene"])
    assert masking.end(software.services, solene, decided)
    path = f"/fhir/Consent/{new['id']}"
    assert software.ask("solene", path).get_json(force=True)["status"] == "inactive"
    old = software.ask("solene", f"{path}/_history/1").get_json(force=True)
    assert old == new


def test_the_app_may_end_a_part_of_a_consent(software: Software) -> None:
    """What is left is said anew: the exception goes, the rest holds."""
    provision = {
        "type": "permit",
        "actor": [to_person("dentist")],
        "provision": [{"type": "deny", "securityLabel": [HIV]}],
    }
    made = post(software, "solene", consent("solene", provision)).get_json(force=True)
    solene = table.principal_of(WORLD.readers["solene"])
    exception = next(
        each.id
        for each in directives_of(software, "solene")
        if each.categories == {Category.HIV}
    )
    assert masking.end(software.services, solene, exception)
    now = software.ask("solene", f"/fhir/Consent/{made['id']}").get_json(force=True)
    assert now["status"] == "active"
    assert (now["provision"]["type"], "provision" in now["provision"]) == (
        "permit",
        False,
    )


def directives_of(software: Software, patient: str) -> tuple[Directive, ...]:
    """Return the directives in force of a demo patient."""
    store = software.services.store
    with store.unit() as connection:
        return directives.of_record(
            connection, record_of(software, patient, connection)
        )


def record_of(software: Software, patient: str, connection: object) -> Record:
    """Return the record of a demo patient."""
    keys = software.services.store.keys
    identifier = WORLD.patients[patient].identifier
    return records.by_identifiers(connection, keys, identifier)  # type: ignore[arg-type]


@pytest.mark.parametrize("reader", ["gp", "dentist", "biologist", "tristan", "dpi"])
def test_a_restriction_is_never_readable_by_another(
    software: Software, reader: str
) -> None:
    """Treating doctor, team, author, another patient: as if it had never been said."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    for path in ("", "/_history/1"):
        hidden = software.ask(reader, f"/fhir/Consent/{made['id']}{path}")
        absent = software.ask(reader, f"/fhir/Consent/{'0' * 64}{path}")
        assert (hidden.status, hidden.get_data()) == (absent.status, absent.get_data())
        assert hidden.status_code == 404
    assert found(software, reader, "solene") == []
    assert put(software, reader, made).status_code in {403, 404}


@pytest.mark.parametrize("reader", ["gp", "dentist", "corentine", "dpi"])
def test_nobody_else_speaks_for_the_person(software: Software, reader: str) -> None:
    """A professional, a structure, another person: 403, whoever is named as the patient."""
    answers = {
        (answer.status_code, answer.get_data())
        for answer in (
            post(software, reader, masked(software)),
            post(
                software,
                reader,
                masked(software)
                | {"patient": {"identifier": {"system": "urn:x", "value": "1"}}},
            ),
        )
    }
    assert {status for status, _ in answers} <= {403, 422}
    assert len(answers) == 1
    assert sees(software, "dentist")


def authorise(software: Software, reader: str, patient: str) -> None:
    """Make it that the patient gave a code to a persona."""
    with software.services.store.unit() as connection:
        held = HeldRelation(Relation.AUTHORISED, WORLD.readers[reader].id)
        relations.declare(connection, record_of(software, patient, connection), held)


def to_the_pharmacist(patient: str) -> Json:
    """Return a permission of everything to the pharmacist."""
    provision = {"type": "permit", "actor": [to_person("pharmacist")]}
    return consent(patient, provision)


def test_who_records_needs_the_task_and_a_code(software: Software) -> None:
    """With only one of the two, or for nobody known, the answer is the same 403."""
    scope = bearer(software, "psychiatrist", scope=f"openid {RECORDER}")
    sent = to_the_pharmacist("solene")
    nobody = sent | {"patient": {"reference": "Patient/" + "0" * 32}}
    without = [
        post(software, "psychiatrist", each, Authorization=scope)
        for each in (sent, nobody)
    ]
    authorise(software, "psychiatrist", "solene")
    without.append(post(software, "psychiatrist", sent))
    assert {(each.status_code, each.get_data()) for each in without} == {
        (403, without[0].get_data())
    }
    made = post(software, "psychiatrist", sent, Authorization=scope)
    assert made.status_code == 201
    path = f"/fhir/Consent/{made.get_json(force=True)['id']}"
    headers = {"Authorization": scope}
    assert software.ask("psychiatrist", path, headers=headers).status_code == 404
    assert software.ask("solene", path).status_code == 200


def test_who_recorded_a_consent_can_change_it_and_no_other(software: Software) -> None:
    """What the person said in the app is not the recorder's to change."""
    authorise(software, "psychiatrist", "solene")
    scope = bearer(software, "psychiatrist", scope=RECORDER)
    sent = to_the_pharmacist("solene")
    mine = post(software, "psychiatrist", sent, Authorization=scope)
    theirs = post(software, "solene", sent).get_json(force=True)
    held = mine.get_json(force=True) | {"status": "inactive"}
    assert put(software, "psychiatrist", held, Authorization=scope).status_code == 200
    assert put(software, "psychiatrist", theirs, Authorization=scope).status_code == 404


@pytest.mark.parametrize("to", ["psychiatrist", "everybody"])
def test_who_records_opens_nothing_to_himself(software: Software, to: str) -> None:
    """A permission that speaks of the recorder is not taken from his hand."""
    authorise(software, "psychiatrist", "solene")
    scope = bearer(software, "psychiatrist", scope=RECORDER)
    provision: Json = {"type": "permit"}
    if to != "everybody":
        provision["actor"] = [to_person(to)]
    sent = consent("solene", provision)
    answer = post(software, "psychiatrist", sent, Authorization=scope)
    assert answer.status_code == 403


def test_every_interaction_leaves_its_trace(software: Software) -> None:
    """Create, read, vread, update, search and what was refused stand in the person's trail."""
    before = len(events(software))
    made = post(software, "solene", masked(software)).get_json(force=True)
    path = f"/fhir/Consent/{made['id']}"
    software.ask("solene", path)
    software.ask("solene", f"{path}/_history/1")
    put(software, "solene", made)
    found(software, "solene", "solene")
    software.ask("dentist", path)
    new = events(software)[before:]
    kinds = [each["subtype"][0]["code"] for each in new if each["outcome"] == "0"]
    assert {"create", "read", "vread", "update", "search-type"} <= set(kinds)
    (refused,) = (each for each in new if each["outcome"] == "4")
    assert refused["agent"][0]["who"]["identifier"]["value"].startswith("8997")
    named = {
        e["what"]["reference"] for each in new for e in each["entity"] if "what" in e
    }
    assert f"Consent/{made['id']}" in named


def events(software: Software) -> list[Json]:
    """Return Solène's trail."""
    with software.services.store.unit() as connection:
        return trail.of_record(connection, record_of(software, "solene", connection))


@pytest.mark.parametrize(
    ("changed", "expression"),
    [
        ({"status": "unknown"}, "Consent.status"),
        ({"policy": [{"uri": "urn:another"}]}, "Consent.policy[0].uri"),
        ({"policy": []}, "Consent.policy"),
        ({"verification": [{"verified": True}]}, "Consent.verification"),
        ({"provision": {"type": "maybe"}}, "Consent.provision.type"),
        ({"provision": {"type": "deny", "class": []}}, "Consent.provision.class"),
        (
            {"provision": {"type": "deny", "data": [about("0" * 64)]}},
            "Consent.provision.data[0].reference.reference",
        ),
    ],
)
def test_what_cannot_be_kept_to_is_refused_by_its_place(
    software: Software, changed: Json, expression: str
) -> None:
    """422 with the FHIRPath, and nothing is kept."""
    before = len(found(software, "solene", "solene"))
    answer = post(software, "solene", masked(software) | changed)
    assert answer.status_code == 422
    issue = answer.get_json(force=True)["issue"][0]
    assert issue["expression"] == [expression]
    assert len(found(software, "solene", "solene")) == before


def test_what_is_missing_is_named_all_at_once(software: Software) -> None:
    """A Consent that is hardly begun: one answer with every element it needs."""
    patient = patient_of("solene")
    sent = {"resourceType": "Consent", "patient": patient, "provision": {"data": []}}
    answer = post(software, "solene", sent)
    assert answer.status_code == 422
    issues = answer.get_json(force=True)["issue"]
    assert {each["code"] for each in issues} == {"required"}
    names = "status scope category dateTime performer organization policy source"
    wanted = [f"Consent.{each}" for each in [*names.split(), "provision.type"]]
    assert [each["expression"] for each in issues] == [[each] for each in wanted]


def test_a_document_of_another_is_no_document(software: Software) -> None:
    """Naming a document of another record is naming nothing."""
    sent = consent(
        "solene", {"type": "deny", "data": [about(software.id_of("hiv-lab", "gp"))]}
    )
    assert post(software, "solene", sent).status_code == 422


def test_a_policy_of_pcf_is_taken_where_it_holds(software: Software) -> None:
    """*Policy-deny* is the very discreet preset: on a discreet record it would promise too much."""
    uri = "https://profiles.ihe.net/ITI/PCF/Policy-deny"
    sent = to_the_pharmacist("solene") | {"policy": [{"uri": uri}]}
    assert post(software, "solene", sent).status_code == 422
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        records.set_preset(connection, record, "very_discreet")
    assert post(software, "solene", sent).status_code == 201


def test_a_draft_holds_nothing(software: Software) -> None:
    """Only what is active is in force."""
    made = post(software, "solene", masked(software) | {"status": "draft"})
    assert made.status_code == 201
    assert sees(software, "dentist")
    held = made.get_json(force=True) | {"status": "active"}
    put(software, "solene", held)
    assert not sees(software, "dentist")


def test_a_search_needs_patient_and_status_and_keeps_to_every_filter(
    software: Software,
) -> None:
    """Without status 400; by actor, id and date it finds what it should, over pages."""
    made = post(software, "solene", to_the_pharmacist("solene")).get_json(force=True)
    other = post(software, "solene", masked(software)).get_json(force=True)
    identifier = WORLD.readers["pharmacist"].identifier.value
    actor = f"&actor:identifier={'urn:oid:1.2.250.1.71.4.2.1'}|{identifier}"

    def ids(more: str) -> set[str]:
        return {each["id"] for each in found(software, "solene", "solene", more)}

    assert made["id"] in ids(actor)
    assert other["id"] not in ids(actor)
    assert ids("&actor=Practitioner/1") == set()
    assert ids(f"&_id={other['id']}") == {other["id"]}
    assert ids("&_lastUpdated=gt2200-01-01") == set()
    assert {made["id"], other["id"]} <= ids("&_lastUpdated=ge2020")
    assert ids("&status=inactive") == set()
    assert ids("&status=inactive,active") == ids("")
    wanted = "/fhir/Consent?patient.identifier=urn:x|1"
    for more in ("", "&status=active&date=2020", "&status=here", "&status=active&x=1"):
        assert software.ask("solene", wanted + more).status_code == 400


def test_pages_give_every_consent_once(software: Software) -> None:
    """The next link goes on where the page ended; the total is exact on each."""
    for _ in range(3):
        post(software, "solene", masked(software))
    whole = [each["id"] for each in found(software, "solene", "solene")]
    identifier = WORLD.patients["solene"].identifier
    token = f"{identifier.system}|{identifier.value}"
    path = f"/fhir/Consent?patient.identifier={token}&status=active&_count=2"
    seen: list[str] = []
    while path:
        bundle = software.ask("solene", path).get_json(force=True)
        assert bundle["total"] == len(whole)
        seen += [each["resource"]["id"] for each in bundle["entry"]]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = links.get("next", "").partition("/fhir")[2]
        path = f"/fhir{path}" if path else ""
    assert seen == whole


def test_a_posted_search_is_the_same(software: Software) -> None:
    """GET and POST find the same (PCF asks for both)."""
    identifier = WORLD.patients["solene"].identifier
    form = {
        "patient.identifier": f"{identifier.system}|{identifier.value}",
        "status": "active",
    }
    answer = software.ask("solene", "/fhir/Consent/_search", "POST", data=form)
    listed = answer.get_json(force=True)["entry"]
    assert [each["resource"] for each in listed] == found(software, "solene", "solene")


def test_what_was_decided_before_the_registry_is_in_it(software: Software) -> None:
    """A directive without a Consent is one of its own, active until it ends."""
    store = software.services.store
    with store.unit() as connection:
        record = record_of(software, "solene", connection)
        held = {
            "effect": "mask",
            "audience": ["professionals", ""],
            "items": [],
            "categories": ["tobacco"],
            "everything": False,
            "start": "2026-01-01T00:00:00+00:00",
            "end": "",
        }
        made = entries.append(connection, entries.DIRECTIVE, record.keys, held)
    listed = {each["id"]: each for each in found(software, "solene", "solene")}
    old = listed[f"{record.patient_id}{made}"]
    assert (old["meta"]["versionId"], old["provision"]["type"]) == ("1", "deny")
    changed = put(software, "solene", old | {"status": "inactive"})
    assert changed.get_json(force=True)["meta"]["versionId"] == "2"
    path = f"/fhir/Consent/{old['id']}/_history/1"
    assert software.ask("solene", path).get_json(force=True) == old
    ended = next(d for d in directives_of(software, "solene") if d.id == made)
    assert ended.end is not None


@pytest.mark.parametrize(
    ("patient", "status"),
    [
        ({"reference": "own"}, 201),
        ({"identifier": {"system": ["x"], "value": {}}}, 422),
        ({"identifier": "x"}, 422),
        ({"reference": "Patient/" + "1" * 32}, 403),
        ({"reference": 7}, 422),
        ({"reference": "own", "identifier": {"system": "urn:x", "value": "1"}}, 422),
        ({}, 422),
    ],
)
def test_the_patient_is_the_person_of_the_record(
    software: Software, patient: Json, status: int
) -> None:
    """Named by reference or by INS, not by both; another record is another's: 403."""
    with software.services.store.unit() as connection:
        own = f"Patient/{record_of(software, 'solene', connection).patient_id}"
    if patient.get("reference") == "own":
        patient = patient | {"reference": own}
    sent = masked(software) | {"patient": patient}
    assert post(software, "solene", sent).status_code == status


def test_what_ended_before_the_registry_is_inactive(software: Software) -> None:
    """A directive that was ended without a Consent has two versions: said, and ended."""
    store = software.services.store
    with store.unit() as connection:
        record = record_of(software, "solene", connection)
        held = {
            "effect": "show",
            "audience": ["profession", "21"],
            "items": [],
            "categories": ["tobacco"],
            "everything": False,
            "start": "2026-01-01T00:00:00+00:00",
            "end": "2026-02-01T00:00:00+00:00",
        }
        made = entries.append(connection, entries.DIRECTIVE, record.keys, held)
    path = f"/fhir/Consent/{record.patient_id}{made}"
    now = software.ask("solene", path).get_json(force=True)
    then = software.ask("solene", f"{path}/_history/1").get_json(force=True)
    assert [now["status"], then["status"]] == ["inactive", "active"]
    assert not masking.end(
        software.services, table.principal_of(WORLD.readers["solene"]), made
    )


def test_a_mask_that_follows_a_document_is_said_anew(software: Software) -> None:
    """When it comes to speak of a copy, the Consent has a version that names both."""
    sent = masked(software)
    data = sent["provision"]["data"]
    data.append(about(software.id_of("dental-assessment")))
    made = post(software, "solene", sent).get_json(force=True)
    old = software.id_of("blood-count")[32:]
    at = software.services.clock.now()
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        directives.extend(connection, record, (old, "f" * 32), at, same=True)
    now = software.ask("solene", f"/fhir/Consent/{made['id']}").get_json(force=True)
    named = {each["reference"]["reference"] for each in now["provision"]["data"]}
    assert (now["meta"]["versionId"], len(named)) == ("2", 3)
    assert f"DocumentReference/{record.patient_id}{'f' * 32}" in named


def test_who_is_named_in_an_exception_is_found(software: Software) -> None:
    """A search by actor looks at the exceptions too."""
    provision = {
        "type": "deny",
        "securityLabel": [HIV],
        "provision": [
            {"type": "permit", "actor": [to_person("gp")], "securityLabel": [HIV]}
        ],
    }
    made = post(software, "solene", consent("solene", provision)).get_json(force=True)
    gp = WORLD.readers["gp"].id
    listed = found(software, "solene", "solene", f"&actor:identifier={gp}")
    assert made["id"] in {each["id"] for each in listed}


def test_a_large_consent_is_not_read(software: Software) -> None:
    """More than 64 KB is refused before it is parsed."""
    sent = masked(software) | {"text": {"status": "generated", "div": "x" * 70_000}}
    assert post(software, "solene", sent).status_code == 413


def test_an_open_record_of_another_state_takes_none(software: Software) -> None:
    """A person without a record gets the answer of whoever may not speak."""
    stranger = replace(WORLD.patients["solene"].identifier, value="1")
    header = bearer(
        software, "solene", ins={"system": stranger.system, "value": stranger.value}
    )
    answer = post(software, "solene", masked(software), Authorization=header)
    assert answer.status_code == 403
