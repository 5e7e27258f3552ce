"""Everything for its patient in one zip, and nothing that waits or was never theirs."""

import io
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

from gateway.clock import FixedClock
from gateway.lifecycle import exporting
from gateway.notify import preferences
from gateway.notify.preferences import Preferences
from gateway.repository import records
from gateway.services import Services
from tests.gateway.lifecycle.test_life import NOBODY, person
from tests.gateway.world import Software

BIOPSY = "biopsy"


def exported(services: Services, software: Software, patient: str) -> dict[str, bytes]:
    """Return the files of a patient's export."""
    who = person(software.world.patients[patient].identifier)
    pieces = exporting.export(services, who)
    assert pieces is not None
    with ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_type(files: dict[str, bytes], kind: str) -> list[dict[str, Any]]:
    """Return the resources of a kind in the exported Bundle."""
    bundle = json.loads(files["bundle.json"])
    resources = [each["resource"] for each in bundle["entry"]]
    return [each for each in resources if each["resourceType"] == kind]


def test_everything_is_in_it(software: Software) -> None:
    """Each document the patient sees is there, byte for byte, under the name it is given."""
    files = exported(software.services, software, "solene")
    documents = of_type(files, "DocumentReference")
    found = software.search("solene", "solene", "&_count=200").get_json(force=True)
    assert {each["id"] for each in documents} == {
        each["resource"]["id"] for each in found["entry"]
    }
    for each in documents:
        name = each["content"][0]["attachment"]["url"]
        original = software.ask("solene", f"/fhir/Binary/{each['id']}")
        assert files[name] == original.get_data()
    assert of_type(files, "Patient")
    assert of_type(files, "Consent")
    assert of_type(files, "List")
    assert json.loads(files["log.json"])["entry"]


def test_names_tell_nothing(software: Software) -> None:
    """No file name tells of the person; dates in the archive are those of no day."""
    files = exported(software.services, software, "solene")
    documents = sorted(set(files) - {"bundle.json", "log.json", "record.json"})
    assert documents == [
        f"documents/{number:05d}{name[15:]}" for number, name in enumerate(documents, 1)
    ]
    assert all(name[15:] in {".xml", ".pdf", ".json"} for name in documents)


def test_how_others_wish_to_be_told_is_not_in_it(software: Software) -> None:
    """The address of a representative is hers; the person finds the own one."""
    store = software.services.store
    who = software.world.patients["inaya"].identifier
    mother, own = Preferences("mother@example.org"), Preferences("own@example.org")
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, who)
        subject = software.world.readers["corentine"].id
        preferences.prefer(connection, record, mother, subject)
        preferences.prefer(connection, record, own)
    kept = exported(software.services, software, "inaya")["record.json"]
    assert own.address.encode() in kept
    assert mother.address.encode() not in kept


def test_what_waits_is_nowhere_until_its_month_is_over(software: Software) -> None:
    """A held document, who deposited it and who read it are in no file; then they are."""
    services = software.services
    found = software.world.documents()[BIOPSY]
    public_id = software.id_of(BIOPSY)
    before = exported(services, software, found.patient)
    assert not any(public_id[32:].encode() in data for data in before.values())
    assert not any(found.identifier.encode() in data for data in before.values())
    later = FixedClock(services.clock.now() + timedelta(days=31))
    after = exported(replace(services, clock=later), software, found.patient)
    assert len(after) == len(before) + 1
    assert public_id.encode() in after["bundle.json"]
    assert public_id.encode() in after["log.json"]


def test_codes_are_in_no_export(software: Software) -> None:
    """One-time codes, and their attempts, are kept for checking only."""
    files = exported(software.services, software, "solene")
    assert {"code", "attempts"} & set(json.loads(files["record.json"])) == set()


def test_it_is_the_patients_alone(software: Software) -> None:
    """A doctor is refused; who has no record gets what there is: nothing."""
    assert software.ask("gp", "/fhir/Patient/$export").status_code == 403
    assert exporting.export(software.services, person(NOBODY)) is None
    answer = software.ask("solene", "/fhir/Patient/$export")
    assert answer.status_code == 200
    assert answer.content_type == "application/zip"
    with ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.testzip() is None


def test_what_is_closed_meanwhile_is_left_out(software: Software) -> None:
    """Each document is judged again when its turn comes."""
    services = software.services
    identifier = software.world.patients["solene"].identifier
    pieces = exporting.export(services, person(identifier))
    assert pieces is not None
    with services.store.unit() as connection:
        keys = services.store.keys
        record = records.by_identifiers(connection, keys, identifier)
        records.keep(connection, replace(record, state=records.CLOSED))
    with ZipFile(io.BytesIO(b"".join(pieces))) as archive:
        assert archive.namelist() == ["bundle.json", "log.json", "record.json"]
