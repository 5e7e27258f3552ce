"""Operations and batches answer what the reader may see, and nothing is told beside."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.fhir.operations import VALIDATED
from mappings.fhir import shape
from tests.gateway.world import Software

Json = dict[str, Any]

FHIR = "application/fhir+json"
NEVER = "0" * 31 + "1"


def patient_id(software: Software, reader: str, patient: str) -> str:
    """Return the id of a record."""
    identifier = software.world.patients[patient].identifier
    path = f"/fhir/Patient?identifier={identifier.system}|{identifier.value}"
    bundle = software.ask(reader, path).get_json(force=True)
    return str(bundle["entry"][0]["resource"]["id"])


def post(software: Software, reader: str, path: str, body: Json) -> Json:
    """Post a resource and return what is answered."""
    answer = software.ask(reader, path, "POST", json=body, headers={"Accept": FHIR})
    found: Json = answer.get_json(force=True)
    return found


def test_everything_is_all_that_can_be_found(still: Software) -> None:
    """Patient, documents, lists and what is made of them: the searches' own results."""
    record = patient_id(still, "tristan", "tristan")
    bundle = still.ask("tristan", f"/fhir/Patient/{record}/$everything").get_json(
        force=True
    )
    kinds = [each["resource"]["resourceType"] for each in bundle["entry"]]
    for kind in ("DocumentReference", "List", "Condition", "Observation"):
        path = f"/fhir/{kind}?patient={record}&_summary=count"
        total = still.ask("tristan", path).get_json(force=True)["total"]
        assert kinds.count(kind) >= total > 0
    assert kinds[0] == "Patient"
    assert len({each["fullUrl"] for each in bundle["entry"]}) == len(kinds)


def test_everything_of_a_stranger_is_nothing(still: Software) -> None:
    """A record that is not there and one without relation are one answer."""
    record = patient_id(still, "tristan", "tristan")
    for name in ("", "/$everything"):
        answers = [
            still.ask("psychiatrist", f"/fhir/Patient/{each}{name}")
            for each in (record, NEVER)
        ]
        assert {each.status_code for each in answers} == {404}
        assert answers[0].get_data() == answers[1].get_data()


def test_a_patient_and_a_list_are_read(still: Software) -> None:
    """What a search gave is read by its id."""
    record = patient_id(still, "tristan", "tristan")
    read = still.ask("tristan", f"/fhir/Patient/{record}").get_json(force=True)
    assert read["id"] == record
    bundle = still.ask("tristan", f"/fhir/List?patient={record}").get_json(force=True)
    for each in bundle["entry"]:
        found = still.ask("tristan", f"/fhir/List/{each['resource']['id']}")
        assert found.get_json(force=True) == each["resource"]
        hidden = still.ask("psychiatrist", f"/fhir/List/{each['resource']['id']}")
        assert hidden.status_code == 404


def test_docref_is_a_search(still: Software) -> None:
    """IPA's question in both ways of asking: the documents of a period."""
    record = patient_id(still, "tristan", "tristan")
    asked = f"/fhir/DocumentReference/$docref?patient={record}&start=2000-01-01"
    found = still.ask("tristan", asked).get_json(force=True)
    body = {
        "resourceType": "Parameters",
        "parameter": [{"name": "patient", "valueString": record}],
    }
    posted = post(still, "tristan", "/fhir/DocumentReference/$docref", body)
    assert posted["total"] == found["total"] > 0
    assert still.ask("tristan", f"{asked}&on-demand=true").status_code == 400


def test_a_composition_gives_a_document(still: Software) -> None:
    """A Bundle of type document, Composition first, that is FHIR."""
    record = patient_id(still, "tristan", "tristan")
    path = f"/fhir/Composition?patient={record}&_count=1"
    composition = still.ask("tristan", path).get_json(force=True)["entry"][0][
        "resource"
    ]
    made = still.ask("tristan", f"/fhir/Composition/{composition['id']}/$document")
    bundle = made.get_json(force=True)
    assert bundle["entry"][0]["resource"] == composition
    assert shape.check(bundle, "Bundle") == ()
    never = still.ask("tristan", f"/fhir/Composition/{'A' * 64}/$document")
    hidden = still.ask(
        "psychiatrist", f"/fhir/Composition/{composition['id']}/$document"
    )
    assert hidden.get_data() == never.get_data()


def test_meta_tells_the_labels_as_shown(still: Software) -> None:
    """What a read says, and no more."""
    document = still.id_of("hiv-consultation")
    path = f"/fhir/DocumentReference/{document}"
    shown = still.ask("tristan", path).get_json(force=True)["meta"]
    said = still.ask("tristan", f"{path}/$meta").get_json(force=True)
    assert said["parameter"] == [{"name": "return", "valueMeta": shown}]
    assert still.ask("psychiatrist", f"{path}/$meta").status_code == 404


@pytest.mark.parametrize("kind", VALIDATED)
def test_validate_says_what_is_wrong_and_keeps_nothing(
    still: Software, kind: str
) -> None:
    """200 with the place of each error; 400 for another type."""
    path = f"/fhir/{kind}/$validate"
    outcome = post(still, "gp", path, {"resourceType": kind, "colour": "red"})
    assert f"{kind}.colour" in [e["expression"][0] for e in outcome["issue"]]
    wrong = still.ask("gp", path, "POST", json={"resourceType": "Basic"})
    assert wrong.status_code in (400, 415)


def test_validate_calls_a_broken_required_binding_an_error(still: Software) -> None:
    """A deposit that carries it is told of it in a warning; of it alone it is an error."""
    observation: Json = {"resourceType": "Observation", "status": "finalx"}
    observation["code"] = {"text": "x"}
    told = post(still, "gp", "/fhir/Observation/$validate", observation)["issue"]
    found = [(each["severity"], each["expression"]) for each in told]
    assert found == [("error", ["Observation.status"])]


def batch(kind: str, *paths: str) -> Json:
    """Return a Bundle that asks for each of the addresses."""
    requests = [{"request": {"method": "GET", "url": each}} for each in paths]
    return {"resourceType": "Bundle", "type": kind, "entry": requests}


def send(software: Software, reader: str, bundle: Json) -> TestResponse:
    """Post a Bundle."""
    return software.ask(reader, "/fhir", "POST", json=bundle, content_type=FHIR)


def test_a_batch_answers_each_read_as_if_it_came_alone(still: Software) -> None:
    """Hidden and absent are one answer in a batch too."""
    hidden = still.id_of("hiv-consultation")
    record = patient_id(still, "tristan", "tristan")
    paths = (
        f"DocumentReference/{hidden}",
        f"DocumentReference/{'0' * 63}1",
        f"Condition?patient={record}",
        "metadata",
    )
    entries = send(still, "psychiatrist", batch("batch", *paths)).get_json(force=True)[
        "entry"
    ]
    assert entries[0] == entries[1]
    assert entries[0]["response"]["status"].startswith("404")
    assert entries[2]["resource"]["total"] == 0
    assert entries[3]["resource"]["resourceType"] == "CapabilityStatement"


def test_a_transaction_of_reads_fails_as_one(still: Software) -> None:
    """One entry that is not there, and nothing is answered."""
    seen = still.id_of("hiv-consultation")
    good = send(still, "tristan", batch("transaction", f"DocumentReference/{seen}"))
    assert good.get_json(force=True)["entry"][0]["resource"]["id"] == seen
    paths = (f"DocumentReference/{seen}", f"DocumentReference/{'0' * 63}1")
    bad = send(still, "tristan", batch("transaction", *paths))
    assert (bad.status_code, seen in bad.get_data(as_text=True)) == (404, False)


def refused_in_its_entry(still: Software, said: Json) -> str:
    """Ask for something unclear between two reads; return what its own 400 speaks of."""
    bundle = batch("batch", "metadata", "metadata", "metadata")
    bundle["entry"][1]["request"] |= said
    entries = send(still, "gp", bundle).get_json(force=True)["entry"]
    statuses = [each["response"]["status"][:3] for each in entries]
    assert statuses == ["200", "400", "200"]
    (issue,) = entries[1]["response"]["outcome"]["issue"]
    whole = send(still, "gp", bundle | {"type": "transaction"})
    assert whole.status_code == 400
    assert whole.get_json(force=True)["issue"] == [issue]
    (place,) = issue["expression"]
    return str(place)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "https://example.org/fhir/Patient",
        "//example.org/a",
        "//[x/y",
        "../cda",
        None,
    ],
)
def test_a_batch_leads_nowhere_else(still: Software, url: str | None) -> None:
    """An address that is not below the base fails its entry; a transaction as one."""
    assert refused_in_its_entry(still, {"url": url}) == "Bundle.entry[1].request.url"


@pytest.mark.parametrize("condition", ["a\r\nX: y", "\u2028", "\x7f", 1, None])
def test_a_condition_of_an_entry_is_the_value_of_a_header(
    still: Software, condition: object
) -> None:
    """Anything else fails its entry; a transaction as one."""
    place = refused_in_its_entry(still, {"ifNoneMatch": condition})
    assert place == "Bundle.entry[1].request.ifNoneMatch"


def test_a_batch_has_a_limit(still: Software) -> None:
    """One entry more than the setting: 413."""
    most = still.services.settings.limits.entries
    answer = send(still, "gp", batch("batch", *["metadata"] * (most + 1)))
    assert answer.status_code == 413


def test_an_entry_that_writes_is_refused_by_itself(still: Software) -> None:
    """The others are answered; one answer for what is there, hidden and absent."""
    seen = f"DocumentReference/{still.id_of('hiv-consultation')}"
    said = []
    for url in (seen, f"DocumentReference/{NEVER * 2}", ""):
        bundle = batch("batch", "metadata", url, "metadata")
        bundle["entry"][1]["request"]["method"] = "DELETE"
        bundle["entry"] += [{}, "x"]
        entries = send(still, "gp", bundle).get_json(force=True)["entry"]
        statuses = [each["response"]["status"][:3] for each in entries]
        assert statuses == ["200", "422", "200", "422", "422"]
        said.append(entries[1])
    assert said[0] == said[1] == said[2]
    (issue,) = said[0]["response"]["outcome"]["issue"]
    assert issue["expression"] == ["Bundle.entry[1].request.method"]
    assert still.ask("tristan", f"/fhir/{seen}").status_code == 200
    bundle["type"] = "transaction"
    assert send(still, "gp", bundle).status_code == 422


def test_a_batch_of_nothing_is_refused(still: Software) -> None:
    """There is no entry to answer."""
    bundle = batch("batch", "metadata")
    (issue,) = send(still, "gp", bundle | {"entry": []}).get_json(force=True)["issue"]
    assert issue["expression"] == ["Bundle.entry"]
