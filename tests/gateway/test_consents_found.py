"""Consents are found, in pages, those too that were decided before there was a registry."""

from gateway import masking
from gateway.demo import table
from gateway.repository import entries
from tests.gateway.consenting import (
    HIV,
    WORLD,
    consent,
    found,
    post,
    put,
    to_person,
)
from tests.gateway.registry import directives_of, masked, record_of, to_the_pharmacist
from tests.gateway.world import Software


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
