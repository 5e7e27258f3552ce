"""The patient contests an access; the structure answers; a file proves what is known."""

from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from werkzeug.test import TestResponse

from gateway.cli import main
from gateway.contest import cases, contesting
from gateway.contest.case import Case, State, Step
from gateway.contest.contesting import ANSWERS
from mappings.mapped import Refused
from tests.gateway.emergency.conftest import scene as scene  # noqa: PLC0414 - a fixture
from tests.gateway.emergency.scene import Scene
from tests.gateway.emergency.test_notices import occasions
from tests.gateway.emergency.test_patterns import kept, settings_of

Json = dict[str, Any]

WHY = "I was not in this hospital that day."


def accessed(scene: Scene) -> str:
    """Let a psychiatrist read in an emergency; returns the event of his asking."""
    scene.break_glass("psychiatrist", "octave")
    scene.seen("psychiatrist", "octave")
    shown = scene.software.ask(
        "octave", "/fhir/Communication?patient.identifier=" + ins(scene)
    )
    reference = shown.get_json()["entry"][0]["resource"]["about"][0]["reference"]
    return str(reference)


def ins(scene: Scene) -> str:
    """Return the INS of Octave as a token."""
    of = scene.identifier("octave")
    return f"{of['system']}|{of['value']}"


def contest(scene: Scene, reference: str, reader: str = "octave") -> TestResponse:
    """Contest an access as a persona."""
    body = {
        "resourceType": "Task",
        "focus": {"reference": reference},
        "description": WHY,
    }
    return scene.post(reader, "/fhir/Task", body)


def opened(scene: Scene) -> str:
    """Return the id of a case that Octave opened."""
    return str(contest(scene, accessed(scene)).get_json()["id"])


def answering(scene: Scene, reader: str = "psychiatrist") -> None:
    """Let a persona answer for the structure."""
    scene.sign_in_as(reader, scope=ANSWERS)


def answer(scene: Scene, reader: str, case_id: str) -> TestResponse:
    """Answer a case as a persona."""
    words = "The emergency register has this patient at 9:17."
    return scene.operate(reader, f"/fhir/Task/{case_id}/$answer", words=words)


def observed(got: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all that a client sees of an answer."""
    return got.status, list(got.headers.items()), got.get_data()


def test_an_access_is_contested_answered_and_decided(scene: Scene) -> None:
    """The whole way: opened, answered by the structure, upheld by the officer, told."""
    scene.clock.instant = datetime.now(UTC)  # what a command goes by
    reference = accessed(scene)
    made = contest(scene, reference)
    assert made.status_code == 201
    task = made.get_json()
    assert task["status"] == "requested"
    assert task["focus"]["reference"] == reference
    assert (
        task["owner"]["identifier"]["value"]
        in scene.software.world.readers["psychiatrist"].organization
    )
    assert task["restriction"]["period"]["end"] > scene.clock.now().isoformat()
    answering(scene)
    answered = answer(scene, "psychiatrist", task["id"])
    assert answered.get_json()["status"] == "in-progress"
    path = settings_of(scene)
    decided = CliRunner().invoke(
        main,
        [
            *("contest", "decide", task["id"], "--settings", path),
            *("--outcome", "upheld", "--officer", "dpo", "--words", "No such stay."),
        ],
        catch_exceptions=False,
    )
    assert decided.output == f"{task['id']} upheld\n"
    read = scene.software.ask("octave", f"/fhir/Task/{task['id']}").get_json()
    assert (read["status"], len(read["note"])) == ("completed", 3)
    assert "restriction" not in read
    told = set(occasions(scene, "octave", "octave"))
    assert told == {"emergency", "contest-answered", "contest-closed"}


def test_an_access_has_one_case(scene: Scene) -> None:
    """Contesting again gives the case there is."""
    reference = accessed(scene)
    first, again = contest(scene, reference), contest(scene, reference)
    assert first.get_json()["id"] == again.get_json()["id"]
    listed = scene.software.ask("octave", "/fhir/Task").get_json()
    assert listed["total"] == 1


def test_only_an_access_in_ones_own_trail_can_be_contested(scene: Scene) -> None:
    """An unknown event, another patient's, one's own reading: one answer."""
    reference = accessed(scene)
    scene.seen("octave", "octave")
    mine = next(
        each["id"]
        for each in scene.events("octave")
        if each["agent"][0]["who"]["identifier"]["value"] in scene.who("octave")
    )
    answers = [
        observed(contest(scene, f"AuditEvent/{'0' * 32}")),
        observed(contest(scene, reference, "tristan")),
        observed(contest(scene, f"AuditEvent/{mine}")),
    ]
    assert answers[0][0].startswith("404")
    assert len(set(map(repr, answers))) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"focus": {"reference": "Patient/1"}, "description": WHY}, 400),
        ({"focus": "x", "description": WHY}, 400),
        ({"focus": {"reference": "AuditEvent/1"}}, 400),
        ({"focus": {"reference": "AuditEvent/1"}, "description": " "}, 422),
        ({"focus": {"reference": "AuditEvent/1"}, "description": "x" * 4001}, 422),
    ],
)
def test_a_contest_without_an_access_or_words_is_refused(
    scene: Scene, body: Json, status: int
) -> None:
    """What is wrong is named by its place."""
    made = scene.post("octave", "/fhir/Task", {"resourceType": "Task"} | body)
    assert made.status_code == status


def test_a_case_is_seen_by_its_patient_and_the_structure_alone(scene: Scene) -> None:
    """To others, and without that task, it is a case that is not there."""
    case_id = opened(scene)
    paths = (f"/fhir/Task/{case_id}", f"/fhir/Task/{case_id}/$evidence")
    never = {path: path.replace(case_id, "0" * 64) for path in paths}
    answering(scene, "dentist")
    for reader in ("dentist", "psychiatrist", "gp", "tristan"):
        for path in paths:
            hidden = observed(scene.software.ask(reader, path))
            assert hidden == observed(scene.software.ask(reader, never[path]))
        hidden = observed(answer(scene, reader, case_id))
        assert hidden == observed(answer(scene, reader, "0" * 64))
        if reader != "tristan":
            assert scene.software.ask(reader, "/fhir/Task").get_json()["total"] == 0


def test_the_structure_finds_the_cases_about_it(scene: Scene) -> None:
    """Who answers for it lists and reads them, and not the evidence."""
    case_id = opened(scene)
    answering(scene)
    listed = scene.software.ask("psychiatrist", "/fhir/Task").get_json()
    assert [each["resource"]["id"] for each in listed["entry"]] == [case_id]
    path = f"/fhir/Task/{case_id}"
    assert scene.software.ask("psychiatrist", path).status_code == 200
    assert scene.software.ask("psychiatrist", f"{path}/$evidence").status_code == 404


def test_the_structure_answers_and_ends_nothing(scene: Scene) -> None:
    """It answers once; it cannot withdraw; the patient cannot answer in its place."""
    case_id = opened(scene)
    answering(scene)
    withdrawn = f"/fhir/Task/{case_id}/$withdraw"
    assert scene.operate("psychiatrist", withdrawn, words="x").status_code == 404
    assert answer(scene, "octave", case_id).status_code == 404
    assert answer(scene, "psychiatrist", case_id).status_code == 200
    assert answer(scene, "psychiatrist", case_id).status_code == 422


def test_only_a_patient_contests(scene: Scene) -> None:
    """A professional is refused, whatever the access."""
    assert contest(scene, accessed(scene), "gp").status_code == 403


def test_an_officer_ends_a_case_by_a_decision_and_in_no_other_way(scene: Scene) -> None:
    """Withdrawing is the patient's, answering the structure's; a case must be there."""
    case_id = opened(scene)
    for outcome in (State.WITHDRAWN, State.ANSWERED, State.OPENED):
        with pytest.raises(Refused):
            contesting.decide(scene.services, case_id, outcome, "urn:o|dpo", "why")
    said = (State.UPHELD, "urn:o|dpo", "why")
    assert contesting.decide(scene.services, "0" * 64, *said) is None
    scene.later(days=31)
    held = contesting.decide(scene.services, case_id, *said)
    assert held is not None
    assert held.case.state is State.UPHELD


def test_a_record_holds_so_many_cases_and_no_more(scene: Scene) -> None:
    """A trail full of contests cannot be filled without end."""
    scene.break_glass("psychiatrist", "octave")
    record = scene.record("octave")
    reference = accessed(scene)
    first = Step(State.OPENED, scene.clock.now(), "urn:x|1", "why")
    with scene.services.store.unit() as connection:
        for number in range(contesting.MOST_CASES):
            held = Case(f"{number:032}", "urn:x|2", "urn:x|3", (first,))
            cases.open_case(connection, scene.services.store.keys, record, held)
    assert contest(scene, reference).status_code == 422


def test_the_patient_withdraws(scene: Scene) -> None:
    """A withdrawn case is closed: nobody answers it any more."""
    case_id = opened(scene)
    path = f"/fhir/Task/{case_id}/$withdraw"
    assert scene.operate("octave", path, words="A mistake.").status_code == 200
    answering(scene)
    assert answer(scene, "psychiatrist", case_id).status_code == 422


def test_an_answer_that_does_not_come_is_told(scene: Scene) -> None:
    """After thirty days the patient and the officer are told, and it can be decided."""
    case_id = opened(scene)
    scene.later(days=29, hours=23)
    scene.deliver()
    assert "contest-overdue" not in occasions(scene, "octave", "octave")
    scene.later(hours=2)
    scene.deliver()
    assert "contest-overdue" in occasions(scene, "octave", "octave")
    assert kept(scene)[0].pattern == "contest-overdue"
    shown = scene.software.ask("octave", f"/fhir/Task/{case_id}").get_json()
    assert shown["businessStatus"]["text"] == "overdue"


def test_an_answer_in_time_is_not_overdue(scene: Scene) -> None:
    """The look at the first deadline finds a case that has moved on."""
    case_id = opened(scene)
    scene.later(days=20)
    answering(scene)
    assert answer(scene, "psychiatrist", case_id).status_code == 200
    scene.later(days=11)
    scene.deliver()
    assert "contest-overdue" not in occasions(scene, "octave", "octave")


def test_the_officer_lists_and_decides_within_the_rules(scene: Scene) -> None:
    """Before the answer is due nothing is decided; an unknown case is none."""
    case_id = opened(scene)
    path = settings_of(scene)
    run = CliRunner()
    listed = run.invoke(main, ["contest", "list", "--settings", path]).output
    assert listed.startswith(f"{case_id} opened due ")
    said = ["--officer", "dpo", "--words", "why", "--outcome", "dismissed"]
    for known in (case_id, "0" * 64):
        done = run.invoke(main, ["contest", "decide", known, "--settings", path, *said])
        assert done.exit_code == 1
