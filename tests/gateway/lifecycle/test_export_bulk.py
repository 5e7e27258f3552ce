"""A record in bulk: asked for, made apart, read by who asked, gone after a day."""

import json
import shutil
from base64 import b64decode
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.commands.outbox import delivering
from gateway.demo.environment import open_demo, settings_in
from gateway.lifecycle import export_job, turning
from gateway.lifecycle.export_content import TYPES
from tests.gateway.subscribing.scene import Scene
from tests.gateway.world import Software

Json = dict[str, Any]

ASYNC = {"Prefer": "respond-async"}
NEVER = "0" * 64
PERSON = "solene"


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Give one gateway for exports that change nothing."""
    return Scene(tmp_path_factory.mktemp("bulk"))


def person(scene: Scene, patient: str, reader: str = "") -> str:
    """Return the id of a record."""
    found = scene.software.world.patients[patient].identifier
    path = f"/fhir/Patient?identifier={found.system}|{found.value}"
    bundle = scene.ask(reader or patient, path).get_json(force=True)
    return str(bundle["entry"][0]["resource"]["id"])


def begun(
    scene: Scene, query: str = "", patient: str = PERSON, reader: str = ""
) -> TestResponse:
    """Ask for an export."""
    path = f"/fhir/Patient/{person(scene, patient, reader)}/$export{query}"
    return scene.software.ask(reader or patient, path, headers=ASYNC)


def address(answer: TestResponse) -> str:
    """Return the path at which an export is looked after."""
    assert answer.status_code == 202, answer.get_data(as_text=True)
    return "/fhir/" + answer.headers["Content-Location"].partition("/fhir/")[2]


def manifest(scene: Scene, path: str, reader: str = PERSON) -> Json:
    """Return the manifest of an export that was made."""
    scene.deliver()
    answer = scene.ask(reader, path)
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    found: Json = answer.get_json(force=True)
    return found


def lines(scene: Scene, output: Json, reader: str = PERSON) -> list[Json]:
    """Return the resources of a file."""
    path = "/fhir/" + output["url"].partition("/fhir/")[2]
    accept = {"Accept": "application/fhir+ndjson"}
    answer = scene.software.ask(reader, path, headers=accept)
    assert (answer.status_code, answer.content_type) == (200, "application/fhir+ndjson")
    return [json.loads(each) for each in answer.get_data().splitlines()]


def sources(scene: Scene) -> dict[str, Json]:
    """Return every Provenance that the person finds, page after page."""
    path = f"/fhir/Provenance?patient={person(scene, PERSON)}&_count=200"
    found: dict[str, Json] = {}
    while path:
        page = scene.ask(PERSON, path).get_json(force=True)
        found |= {each["resource"]["id"]: each["resource"] for each in page["entry"]}
        links = {each["relation"]: each["url"] for each in page["link"]}
        path = "".join(links.get("next", "").rpartition("/fhir/")[1:])
    return found


def test_a_record_is_asked_for_made_and_read(still: Scene) -> None:
    """202, 202 while it waits, the manifest, then every file as it says."""
    path = address(begun(still))
    waits = still.ask(PERSON, path)
    assert (waits.status_code, waits.get_data()) == (202, b"")
    assert waits.headers["X-Progress"]
    assert int(waits.headers["Retry-After"]) > 0
    told = manifest(still, path)
    assert told["requiresAccessToken"] is True
    assert told["request"].endswith("/$export")
    assert told["error"] == []
    files = {each["type"]: lines(still, each) for each in told["output"]}
    assert {kind: len(each) for kind, each in files.items()} == {
        each["type"]: each["count"] for each in told["output"]
    }
    assert [each["type"] for each in told["output"]] == [e for e in TYPES if e in files]
    assert all(r["resourceType"] == kind for kind, rs in files.items() for r in rs)
    found = still.software.search(PERSON, PERSON, "&_count=200").get_json(force=True)
    shown = {each["resource"]["id"]: each["resource"] for each in found["entry"]}
    assert {each["id"]: each for each in files["DocumentReference"]} == shown
    for each in files["Binary"]:
        original = still.ask(PERSON, f"/fhir/Binary/{each['id']}")
        assert b64decode(each["data"]) == original.get_data()
        assert each["contentType"] == original.content_type
    assert {each["id"]: each for each in files["Provenance"]} == sources(still)
    for kind in ("Patient", "List", "Consent", "AuditEvent", "Condition"):
        assert files[kind], kind
    assert still.ask(PERSON, path, "DELETE").status_code == 202


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("?_type=Observation&_since=2020", "_since"),
        ("?_since=2020-01-01", "_since"),
        ("?_since=2020-01-01T00:00:00Z&_since=2020-01-01T00:00:00Z", "_since"),
        ("?_outputFormat=text/csv", "_outputFormat"),
        ("?_type=Account", "_type"),
        ("?_typeFilter=Observation%3Fcode%3D1", "_typeFilter"),
        ("?patient=1", "patient"),
        ("?_count=1", "_count"),
    ],
)
def test_parameters_are_kept_to_or_refused(
    still: Scene, query: str, named: str
) -> None:
    """400 that names the parameter, also for a record that is not there."""
    answer = begun(still, query)
    issue = answer.get_json(force=True)["issue"][0]
    assert (answer.status_code, issue["expression"]) == (400, [named])
    never = still.software.ask(
        PERSON, f"/fhir/Patient/{'0' * 32}/$export{query}", headers=ASYNC
    )
    assert never.get_data() == answer.get_data()


def test_a_refusal_says_what_is_refused(still: Scene) -> None:
    """Which type; not an element of documents to a professional, who has none."""
    (issue,) = begun(still, "?_type=Patient,Foo").get_json(force=True)["issue"]
    assert ": Foo." in issue["details"]["text"]
    (issue,) = begun(still, "?_type=Jeanne%20Foo").get_json(force=True)["issue"]
    assert "Jeanne" not in issue["details"]["text"]
    for path in (person(still, PERSON), "0" * 32):
        address = f"/fhir/Patient/{path}/$export"
        answer = still.software.ask("gp", address, headers=ASYNC)
        (issue,) = answer.get_json(force=True)["issue"]
        assert (answer.status_code, "expression" in issue) == (403, False)


def test_types_and_a_time_narrow(still: Scene) -> None:
    """By the address or by Parameters; nothing changed after now."""
    path = address(
        begun(still, "?_type=Patient,DocumentReference&_outputFormat=ndjson")
    )
    told = manifest(still, path)
    assert [each["type"] for each in told["output"]] == ["Patient", "DocumentReference"]
    assert "_type=Patient,DocumentReference" in told["request"]
    still.ask(PERSON, path, "DELETE")
    body = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "_type", "valueString": "DocumentReference,Binary,List"},
            {"name": "_since", "valueInstant": still.clock.now().isoformat()},
        ],
    }
    posted = still.software.ask(
        PERSON,
        f"/fhir/Patient/{person(still, PERSON)}/$export",
        "POST",
        headers=ASYNC,
        json=body,
        content_type="application/fhir+json",
    )
    path = address(posted)
    assert manifest(still, path)["output"] == []
    still.ask(PERSON, path, "DELETE")


def test_unknown_types_are_ignored_when_that_is_preferred(still: Scene) -> None:
    """Prefer: handling=lenient."""
    answer = still.software.ask(
        PERSON,
        f"/fhir/Patient/{person(still, PERSON)}/$export?_type=Patient,Account",
        headers={"Prefer": "respond-async, handling=lenient"},
    )
    path = address(answer)
    assert [e["type"] for e in manifest(still, path)["output"]] == ["Patient"]
    still.ask(PERSON, path, "DELETE")


def test_it_is_made_apart_or_not_at_all(still: Scene) -> None:
    """Without Prefer: respond-async it is refused, before anybody is looked up."""
    answers = [
        still.ask(reader, f"/fhir/Patient/{each}/$export")
        for reader in (PERSON, "gp")
        for each in (person(still, PERSON), "0" * 32)
    ]
    assert {each.status_code for each in answers} == {400}
    assert len({each.get_data() for each in answers}) == 1


def test_it_is_who_asked_who_reads_it(still: Scene) -> None:
    """A doctor is refused; to another person there is no export, status or file."""
    path = address(begun(still))
    told = manifest(still, path)
    file = "/fhir/" + told["output"][0]["url"].partition("/fhir/")[2]
    never = still.ask(PERSON, f"/fhir/Binary/{NEVER}").get_data()
    for reader in ("octave", "corentine"):
        other = begun(still, patient=PERSON, reader=PERSON)
        assert other.status_code == 202
        still.ask(PERSON, address(other), "DELETE")
        path_to = f"/fhir/Patient/{person(still, PERSON)}/$export"
        refused = still.software.ask(reader, path_to, headers=ASYNC)
        assert (refused.status_code, refused.get_data()) == (404, never)
        for method, each in (("GET", path), ("DELETE", path), ("GET", file)):
            answer = still.ask(reader, each, method)
            assert (answer.status_code, answer.get_data()) == (404, never)
    for each in (path, file, f"/fhir/Patient/$export-status/{NEVER}"):
        assert still.ask("gp", each).status_code == 403
    still.ask(PERSON, path, "DELETE")


def test_a_parent_has_what_a_parent_may_see(still: Scene) -> None:
    """The child's documents as the parent is given them, and nothing of another's export."""
    path = address(begun(still, patient="inaya", reader="corentine"))
    told = manifest(still, path, "corentine")
    files = {each["type"]: lines(still, each, "corentine") for each in told["output"]}
    seen = still.software.search("corentine", "inaya", "&_count=200")
    entries = seen.get_json(force=True).get("entry", [])
    shown = {each["resource"]["id"]: each["resource"] for each in entries}
    assert {e["id"]: e for e in files.get("DocumentReference", [])} == shown
    for each in files.get("Binary", []):
        given = still.ask("corentine", f"/fhir/Binary/{each['id']}").get_data()
        assert b64decode(each["data"]) == given
    assert still.ask("inaya", path).status_code == 404
    still.ask("corentine", path, "DELETE")


def test_what_is_hidden_meanwhile_is_in_no_file_and_no_count(tmp_path: Path) -> None:
    """The files are made when they are read, and so are the counts."""
    scene = Scene(tmp_path)
    public_id = scene.deposit("one", patient="inaya")
    path = address(begun(scene, patient="inaya", reader="corentine"))
    before = manifest(scene, path, "corentine")
    scene.mask(public_id, "inaya", "INVISIBLE_REPRESENTANTS_LEGAUX")
    after = manifest(scene, path, "corentine")
    counts = [
        {e["type"]: e["count"] for e in each["output"]} for each in (before, after)
    ]
    assert counts[0]["Binary"] == counts[1].get("Binary", 0) + 1
    for each in after["output"]:
        assert public_id not in repr(lines(scene, each, "corentine"))


def test_it_is_gone_when_cancelled_and_after_a_day(tmp_path: Path) -> None:
    """Status and files: 404, and no entry or row is left."""
    scene = Scene(tmp_path)
    cancelled, kept = address(begun(scene)), address(begun(scene))
    assert scene.ask(PERSON, cancelled, "DELETE").status_code == 202
    assert scene.ask(PERSON, cancelled).status_code == 404
    told = manifest(scene, kept)
    file = "/fhir/" + told["output"][0]["url"].partition("/fhir/")[2]
    scene.wait(hours=24)
    for each in (kept, file):
        assert scene.ask(PERSON, each).status_code == 404
    scene.deliver()
    scene.wait(hours=2)
    assert scene.deliver() == {}


def test_five_at_a_time_are_enough(tmp_path: Path) -> None:
    """The sixth is told to wait."""
    scene = Scene(tmp_path)
    statuses = [begun(scene).status_code for _ in range(export_job.MOST + 1)]
    assert statuses == [202] * export_job.MOST + [429]


def test_it_ends_with_its_record(tmp_path: Path) -> None:
    """Closed before it was made: nothing is made, nothing is found."""
    scene = Scene(tmp_path)
    path = address(begun(scene))
    identifier = scene.software.world.patients[PERSON].identifier
    turning.close(scene.services, identifier, turning.OPERATOR)
    scene.deliver()
    assert scene.ask(PERSON, path).status_code == 404


def test_it_survives_a_stop_at_once_after_202(tmp_path: Path) -> None:
    """What was answered is on disk: a copy taken at that moment makes it."""
    scene = Scene(tmp_path / "one")
    path = address(begun(scene))
    copy = tmp_path / "two"
    shutil.copytree(scene.services.settings.data, copy)
    opened, _ = open_demo(settings_in(copy))
    services = replace(opened, clock=scene.clock)
    software = Software(services)
    assert software.ask(PERSON, path).status_code == 202
    delivering(services)()
    told = software.ask(PERSON, path)
    assert told.status_code == 200
    assert told.get_json(force=True)["output"]
