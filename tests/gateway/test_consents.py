"""The registry of Consents: what the person says holds at once, and nothing said is lost."""

from gateway import masking
from gateway.consents import directives
from gateway.demo import table
from gateway.repository import records
from labels.codes import Category
from labels.consent import Effect
from tests.gateway.consenting import (
    HIV,
    WORLD,
    about,
    consent,
    found,
    post,
    put,
    to_person,
)
from tests.gateway.registry import (
    directives_of,
    events,
    mask_of_the_app,
    masked,
    record_of,
    sees,
    to_the_pharmacist,
)
from tests.gateway.world import Software


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


def test_a_mask_follows_a_document_and_its_consent_does_not_move(
    software: Software,
) -> None:
    """When the mask comes to speak of a copy, the Consent still says what was named."""
    sent = masked(software)
    data = sent["provision"]["data"]
    data.append(about(software.id_of("dental-assessment")))
    made = post(software, "solene", sent).get_json(force=True)
    old = software.id_of("blood-count")[32:]
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        directives.extend(connection, record, (old, "f" * 32), same=True)
    followed = [e for e in directives_of(software, "solene") if "f" * 32 in e.items]
    assert [each.effect for each in followed] == [Effect.MASK]
    path = f"/fhir/Consent/{made['id']}"
    assert software.ask("solene", path).get_json(force=True) == made
    assert software.ask("solene", f"{path}/_history/2").status_code == 404
