"""Emergency access: one person, one record, one hour, and one answer for everybody."""

from typing import Any

import pytest
from sqlalchemy import event
from werkzeug.test import TestResponse

from gateway.consents import directives, emergencies, relations
from gateway.consents.relations import HeldRelation
from labels.codes import Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.emergency import EmergencyChoices
from labels.policy.question import Relation
from tests.gateway.emergency.scene import WORDS, Code, Scene

Json = dict[str, Any]


def observed(answer: TestResponse) -> tuple[str, list[tuple[str, str]], bytes]:
    """Return all that a client sees of an answer."""
    return answer.status, list(answer.headers.items()), answer.get_data()


def everyone(scene: Scene, effect: Effect, **more: object) -> None:
    """Let Tristan mask or show everything to everyone."""
    record = scene.record("tristan")
    said = Directive(
        "",
        effect,
        Audience(AudienceKind.EVERYONE),
        everything=True,
        start=scene.clock.now(),
        **more,  # type: ignore[arg-type]
    )
    with scene.services.store.unit() as connection:
        directives.decide(connection, record, said)


def relate(scene: Scene, patient: str, kind: Relation, reader: str) -> None:
    """Declare a persona something to a patient."""
    record, held = scene.record(patient), HeldRelation(kind, scene.who(reader))
    with scene.services.store.unit() as connection:
        relations.declare(connection, record, held)


def test_an_access_opens_what_the_law_opens_and_nothing_before(scene: Scene) -> None:
    """A psychiatrist whom nothing ties to Tristan sees nothing, then what is not masked."""
    assert scene.seen("psychiatrist", "tristan") == set()
    answer = scene.break_glass("psychiatrist", "tristan")
    assert answer.status_code == 200
    assert scene.seen("psychiatrist", "tristan")


def test_an_access_is_for_one_person_and_one_record(scene: Scene) -> None:
    """Neither a colleague of the same structure nor another record is opened by it."""
    scene.break_glass("endocrinologist", "octave")
    assert scene.seen("endocrinologist", "octave")
    assert scene.seen("surgeon", "octave") == set()
    assert scene.seen("endocrinologist", "tristan") == set()


def test_an_access_lasts_sixty_minutes(scene: Scene) -> None:
    """At 59:59 it is in force, at 60:00 it is not."""
    scene.break_glass("psychiatrist", "octave")
    scene.later(minutes=59, seconds=59)
    assert scene.seen("psychiatrist", "octave")
    scene.later(seconds=1)
    assert scene.seen("psychiatrist", "octave") == set()


@pytest.mark.parametrize("back", [{"hours": -2}, {"minutes": -30}, {"minutes": -50}])
def test_a_clock_set_back_does_not_lengthen_an_access(
    scene: Scene, back: dict[str, float]
) -> None:
    """After the hour was lived through, no earlier instant opens anything again."""
    scene.break_glass("psychiatrist", "octave")
    scene.later(minutes=60, seconds=1)
    assert scene.seen("psychiatrist", "octave") == set()
    scene.later(**back)
    assert scene.seen("psychiatrist", "octave") == set()


def test_a_clock_set_back_within_the_hour_opens_nothing_until_it_has_caught_up(
    scene: Scene,
) -> None:
    """What was lived through is not lived through twice."""
    scene.break_glass("psychiatrist", "octave")
    scene.later(minutes=50)
    assert scene.seen("psychiatrist", "octave")
    scene.later(minutes=-20)
    assert scene.seen("psychiatrist", "octave") == set()
    scene.later(minutes=20)
    assert scene.seen("psychiatrist", "octave")


def test_a_page_link_is_worth_nothing_after_the_hour(scene: Scene) -> None:
    """A link that was given inside the hour leads to nothing outside it."""
    scene.break_glass("psychiatrist", "octave")
    first = scene.software.search("psychiatrist", "octave", "&_count=1").get_json()
    link = next(each["url"] for each in first["link"] if each["relation"] == "next")
    scene.later(hours=1)
    path = link.removeprefix(scene.services.settings.base_url)
    assert scene.software.ask("psychiatrist", path).get_json()["total"] == 0


def test_the_answer_is_the_same_for_every_person(scene: Scene) -> None:
    """Known, unknown, opposed, blocked, all masked or all shown: one answer, byte for byte."""
    choose(scene, "octave", samu=False, others=False)
    everyone(scene, Effect.MASK)
    relate(scene, "inaya", Relation.BLOCKED, "psychiatrist")
    asked = ("nobody", "octave", "tristan", "inaya", "solene", "melisande")
    answers = {
        patient: observed(scene.break_glass("psychiatrist", patient))
        for patient in asked
    }
    assert len(set(map(repr, answers.values()))) == 1, answers


def test_asking_does_the_same_work_for_every_person(scene: Scene) -> None:
    """As many statements for a person nobody knows as for one who opposed, or did not."""
    choose(scene, "octave", samu=False, others=False)
    counts = {}
    scene.break_glass("psychiatrist", "solene")  # what is counted once stands there now
    for patient in ("nobody", "octave", "tristan"):
        done: list[str] = []

        def count(*given: Any, done: list[str] = done) -> None:  # noqa: ANN401
            done.append(given[2].split()[0])

        engine = scene.services.store.engine
        event.listen(engine, "before_cursor_execute", count)
        scene.break_glass("psychiatrist", patient)
        event.remove(engine, "before_cursor_execute", count)
        counts[patient] = done
    assert counts["nobody"] == counts["octave"] == counts["tristan"]


def choose(scene: Scene, patient: str, **chosen: object) -> TestResponse:
    """Let a patient choose what an emergency may do."""
    return scene.operate(patient, "/fhir/Consent/$emergency-choices", **chosen)


def test_an_opposition_holds_silently_and_for_its_own_access_only(
    scene: Scene,
) -> None:
    """Opposed to bris de glace, the record answers as that of nobody, but for SAMU."""
    choose(scene, "octave", others=False)
    scene.break_glass("psychiatrist", "octave")
    scene.break_glass("psychiatrist", "nobody")
    assert scene.seen("psychiatrist", "octave") == set()
    for path in (
        "/fhir/Patient?identifier=",
        "/fhir/DocumentReference?patient.identifier=",
    ):
        bodies = []
        for patient in ("octave", "nobody"):
            found = scene.identifier(patient)
            answer = scene.software.ask(
                "psychiatrist", f"{path}{found['system']}|{found['value']}"
            )
            body = answer.get_json()
            del body["link"]
            bodies.append((answer.status, body))
        assert bodies[0] == bodies[1]
    regulate(scene, "psychiatrist")
    answer = scene.break_glass(
        "psychiatrist", "octave", purpose=Code("ETREAT"), reason=Code("regulation")
    )
    assert answer.status_code == 200
    assert scene.seen("psychiatrist", "octave")


def regulate(scene: Scene, reader: str) -> None:
    """Let the structure of a persona be a SAMU."""
    structure = scene.software.world.readers[reader].organization
    settings = scene.services.settings
    samu = {name: getattr(settings, name) for name in settings.__dataclass_fields__}
    changed = type(settings)(**samu | {"samu": frozenset({structure})})
    services = {n: getattr(scene.services, n) for n in scene.services.__slots__}
    scene.services = type(scene.services)(**services | {"settings": changed})
    scene.later()


def test_an_opposition_said_during_the_hour_ends_it(scene: Scene) -> None:
    """The person's word holds at once, also for an access that was granted."""
    scene.break_glass("psychiatrist", "octave")
    assert scene.seen("psychiatrist", "octave")
    choose(scene, "octave", others=False)
    assert scene.seen("psychiatrist", "octave") == set()


def test_masks_hold_unless_the_person_chose_otherwise(scene: Scene) -> None:
    """A mask holds in an emergency; with the third choice it yields, to this reader only."""
    everyone(scene, Effect.MASK)
    scene.break_glass("psychiatrist", "tristan")
    assert scene.seen("psychiatrist", "tristan") == set()
    choose(scene, "tristan", masked=True)
    assert scene.seen("psychiatrist", "tristan")
    assert scene.seen("dentist", "tristan") == set()
    scene.later(hours=1)
    assert scene.seen("psychiatrist", "tristan") == set()


def test_one_mask_may_yield_to_an_emergency_by_itself(scene: Scene) -> None:
    """A mask for which the person chose so opens, and only in an emergency."""
    everyone(scene, Effect.MASK, yields=True)
    assert scene.seen("dentist", "tristan") == set()
    assert scene.seen("psychiatrist", "tristan") == set()
    scene.break_glass("psychiatrist", "tristan")
    assert scene.seen("psychiatrist", "tristan")
    assert scene.seen("dentist", "tristan") == set()


def test_a_block_holds_in_an_emergency(scene: Scene) -> None:
    """Whom the patient shut out sees nothing, and cannot tell."""
    relate(scene, "octave", Relation.BLOCKED, "psychiatrist")
    scene.break_glass("psychiatrist", "octave")
    assert scene.seen("psychiatrist", "octave") == set()


def test_the_purpose_of_an_emergency_is_nothing_without_an_access(
    scene: Scene,
) -> None:
    """A token that states BTG opens nothing, and counts as care: it escapes no mask."""
    everyone(scene, Effect.MASK, purposes=frozenset({Purpose.TREAT}))
    scene.sign_in_as("psychiatrist", purpose_of_use="BTG")
    assert scene.seen("psychiatrist", "tristan") == set()
    scene.sign_in_as("dentist", purpose_of_use="BTG")
    assert scene.seen("dentist", "tristan") == set()


def test_an_insurer_stays_one_in_an_emergency(scene: Scene) -> None:
    """An access granted for care serves no other purpose of the same person."""
    scene.break_glass("psychiatrist", "octave")
    scene.sign_in_as("psychiatrist", purpose_of_use="COVERAGE")
    assert scene.seen("psychiatrist", "octave") == set()


UNFIT: dict[str, tuple[str, Json]] = {
    "the patient": ("octave", {}),
    "software without a person": ("dpi", {}),
    "weakly signed in": ("psychiatrist", {"acr": "eidas1"}),
    "not said how signed in": ("psychiatrist", {"acr": ""}),
    "for an insurer": ("psychiatrist", {"purpose_of_use": "COVERAGE"}),
    "an occupational doctor": (
        "psychiatrist",
        {
            "SubjectRefPro": {
                "exercices": [{"codeProfession": "10", "codeSavoirFaire": "SM25"}]
            }
        },
    ),
    "without a profession": ("psychiatrist", {"SubjectRole": [], "SubjectRefPro": {}}),
}


@pytest.mark.parametrize("case", UNFIT)
def test_who_may_not_ask_is_told_the_same_of_everybody(scene: Scene, case: str) -> None:
    """403 whoever the record is about, traced in it, and nothing is opened."""
    reader, claims = UNFIT[case]
    if claims:
        scene.sign_in_as(reader, **claims)
    before = len(scene.events("octave"))
    answers = [scene.break_glass(reader, each) for each in ("octave", "nobody")]
    assert [each.status_code for each in answers] == [403, 403]
    assert observed(answers[0]) == observed(answers[1])
    assert len(scene.events("octave")) == before + 1


def test_only_a_regulating_doctor_of_a_samu_asks_for_regulation(scene: Scene) -> None:
    """ETREAT is for the structures that the deployment names."""
    asked: dict[str, object] = {
        "purpose": Code("ETREAT"),
        "reason": Code("regulation"),
    }
    refused = scene.break_glass("psychiatrist", "octave", **asked)
    regulate(scene, "psychiatrist")
    assert refused.status_code == 403
    assert scene.break_glass("psychiatrist", "octave", **asked).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"words": "   "}, 422),
        ({"words": "emergency"}, 422),
        ({"words": "x " * 400}, 422),
        ({"reason": Code("curiosity")}, 422),
        ({"reason": Code("regulation")}, 422),
        ({"purpose": Code("TREAT")}, 400),
        ({"patient": {"system": "urn:x"}}, 400),
    ],
)
def test_without_a_reason_there_is_no_access(
    scene: Scene, changes: dict[str, object], status: int
) -> None:
    """A reason in code and in words is needed, the same whoever it is about."""
    answer = scene.break_glass("psychiatrist", "octave", **changes)
    assert answer.status_code == status
    assert scene.seen("psychiatrist", "octave") == set()


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"reason": Code("curiosity")}, "reason", "unconscious, cannot-express"),
        ({"reason": Code("regulation")}, "purpose", "is for the purpose ETREAT"),
        ({"purpose": Code("ETREAT")}, "purpose", "is for the purpose BTG"),
        ({"purpose": Code("TREAT")}, "purpose", "BTG, ETREAT"),
        ({"words": "emergency"}, "words", "3 words at least"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(
    scene: Scene, changes: dict[str, object], place: str, said: str
) -> None:
    """Reason, purpose, words: the one that is wrong, and the codes that are taken."""
    answers = [
        scene.break_glass("psychiatrist", each, **changes)
        for each in ("octave", "nobody")
    ]
    assert observed(answers[0]) == observed(answers[1])
    (issue,) = answers[0].get_json(force=True)["issue"]
    assert issue["expression"] == [f"Parameters.parameter.where(name='{place}')"]
    assert said in issue["details"]["text"]


def test_too_many_in_an_hour_are_refused_whatever_the_records(scene: Scene) -> None:
    """The twenty-first is a 429; a colleague, and the next hour, are not concerned."""
    for _ in range(20):
        assert scene.break_glass("psychiatrist", "nobody").status_code == 200
    refused = [scene.break_glass("psychiatrist", each) for each in ("octave", "nobody")]
    assert [each.status_code for each in refused] == [429, 429]
    assert observed(refused[0]) == observed(refused[1])
    assert scene.seen("psychiatrist", "octave") == set()
    assert scene.break_glass("surgeon", "octave").status_code == 200
    scene.later(hours=1)
    assert scene.break_glass("psychiatrist", "octave").status_code == 200


def test_the_patient_reads_who_asked_and_why(scene: Scene) -> None:
    """Who, when, the reason in code and words; the reads after it bear the purpose."""
    scene.break_glass("psychiatrist", "octave")
    scene.seen("psychiatrist", "octave")
    answer = scene.software.ask("octave", "/fhir/Consent/$emergencies").get_json()
    parts = {
        each["name"]: next(v for k, v in each.items() if k != "name")
        for each in answer["parameter"][0]["part"]
    }
    assert parts["words"] == WORDS
    assert parts["reason"]["code"] == "unconscious"
    assert parts["who"] == scene.who("psychiatrist")
    assert parts["opened"] is True
    events = [
        each
        for each in scene.events("octave")
        if each["agent"][0]["who"]["identifier"]["value"] in scene.who("psychiatrist")
    ]
    assert len(events) == 2
    named = parts["event"]["reference"].removeprefix("AuditEvent/")
    assert named[32:] in {each["id"] for each in events}
    for each in events:
        assert each["purposeOfEvent"][0]["coding"][0]["code"] == "BTG"


def test_nobody_else_reads_who_asked(scene: Scene) -> None:
    """A professional is refused before anything is looked up."""
    answer = scene.software.ask("psychiatrist", "/fhir/Consent/$emergencies")
    assert answer.status_code == 403


def test_the_choices_are_three_consents(scene: Scene) -> None:
    """What was chosen is shown as ETREAT, BTG and MASKED; a Consent changes it too."""
    shown = choose(scene, "octave", samu=False, masked=True).get_json()
    said = {
        each["resource"]["provision"]["purpose"][0]["code"]: each["resource"][
            "provision"
        ]["type"]
        for each in shown["entry"]
    }
    assert said == {"ETREAT": "deny", "BTG": "permit", "MASKED": "permit"}
    consent = shown["entry"][1]["resource"]
    consent["provision"]["type"] = "deny"
    path = "/fhir/Consent/$emergency-choices"
    assert scene.post("octave", path, consent).status_code == 200
    record = scene.record("octave")
    with scene.services.store.unit() as connection:
        chosen = emergencies.choices(connection, record)
    assert chosen == EmergencyChoices(samu=False, others=False, masked=False)


def test_the_person_reads_what_was_chosen(scene: Scene) -> None:
    """Without a word: both let in, masks hold."""
    shown = scene.software.ask("octave", "/fhir/Consent/$emergency-choices").get_json()
    types = [each["resource"]["provision"]["type"] for each in shown["entry"]]
    assert types == ["permit", "permit", "deny"]


@pytest.mark.parametrize("reader", ["psychiatrist", "gp", "dpi"])
def test_only_the_person_chooses(scene: Scene, reader: str) -> None:
    """Nobody else reads or changes the choices, the treating doctor neither."""
    assert choose(scene, reader, samu=False).status_code == 403
    shown = scene.software.ask(reader, "/fhir/Consent/$emergency-choices")
    assert shown.status_code == 403


def test_a_choice_that_means_nothing_is_refused(scene: Scene) -> None:
    """Masks cannot yield where nobody is let in; another Consent is none of these."""
    answer = choose(scene, "octave", samu=False, others=False, masked=True)
    assert answer.status_code == 422
    path = "/fhir/Consent/$emergency-choices"
    other = scene.post("octave", path, {"resourceType": "Consent", "status": "active"})
    assert other.status_code == 400
