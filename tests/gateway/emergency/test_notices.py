"""Who is told of an emergency: at once, by a message that says nothing, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.consents import relations
from gateway.notify import notices, preferences
from gateway.notify.occasions import OCCASIONS, PATIENT, WORDINGS
from gateway.notify.preferences import Preferences
from gateway.notify.smtp import MailServer, Security
from labels.policy.question import Relation
from tests.gateway.emergency.scene import Code, Scene
from tests.gateway.notify.mailbox import SENDER, Mailbox, listening

Json = dict[str, Any]

MINE = "mine@example.org"
DOCTOR = "doctor@example.org"


@pytest.fixture
def mailbox() -> Mailbox:
    """Give an empty mailbox."""
    return Mailbox()


@pytest.fixture
def server(mailbox: Mailbox, scene: Scene) -> Iterator[MailServer]:
    """Give a running mail server, with the address of the treating doctor."""
    with listening(mailbox) as running:
        yield MailServer(
            running.host,
            running.port,
            running.sender,
            running.security,
            directory=((scene.who("gp"), DOCTOR),),
        )


def prefer(scene: Scene, reader: str, patient: str, **wanted: object) -> int:
    """Say how one is told; returns the status."""
    of: Any = scene.identifier(patient)
    path = "/fhir/Communication/$settings"
    return scene.operate(reader, path, patient=of, **wanted).status_code


def inbox(scene: Scene, reader: str, patient: str) -> list[Json]:
    """Return the notices a persona reads about a record, the latest first."""
    of = scene.identifier(patient)
    path = f"/fhir/Communication?patient.identifier={of['system']}|{of['value']}"
    bundle = scene.software.ask(reader, path).get_json()
    return [each["resource"] for each in bundle.get("entry", [])]


def occasions(scene: Scene, reader: str, patient: str) -> list[str]:
    """Return what the notices a persona reads are about."""
    found = inbox(scene, reader, patient)
    return [each["topic"]["coding"][0]["code"] for each in found]


def test_the_patient_and_the_treating_doctor_are_told_at_once(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """Two e-mails leave with the next pass, to the safe address and to the doctor's."""
    assert prefer(scene, "octave", "octave", address=MINE) == 200
    scene.break_glass("psychiatrist", "octave")
    scene.deliver(server)
    scene.deliver(server)
    assert sorted(mailbox.to) == [DOCTOR, MINE]
    assert occasions(scene, "octave", "octave") == ["emergency"]
    assert occasions(scene, "gp", "octave") == ["emergency"]


def test_what_leaves_says_nothing(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """The words are those of the file, whatever happened; no name, no link, no place."""
    prefer(scene, "octave", "octave", address=MINE, language=Code("en"))
    scene.break_glass("psychiatrist", "octave")
    record = scene.record("octave")
    with scene.services.store.unit() as connection:
        for occasion in OCCASIONS:
            notices.tell(connection, record, occasion, scene.clock.now())
    for _ in range(3):
        scene.deliver(server)
    mine = [each for each in mailbox.messages if each["To"] == MINE]
    own = [name for name, each in OCCASIONS.items() if PATIENT in each.to]
    assert len(mine) == len(own) + 1
    said = {(each["Subject"], each.get_content()) for each in mine}
    words = WORDINGS["en"]
    assert {(s, b.replace("\r\n", "\n")) for s, b in said} == {
        (words.subject, words.body)
    }
    whole = b"".join(mailbox.raw).decode()
    world = scene.software.world
    secret = [each.family for each in world.readers.values()]
    secret += [each.traits.family for each in world.patients.values()]
    secret += ["127.0.0.1:8080", "http", "Paravent", "emergency", "urgence"]
    assert [
        each for each in filter(None, secret) if each.lower() in whole.lower()
    ] == []


def test_only_a_professional_gets_a_reference_and_it_leads_to_the_notice(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """The doctor finds the notice by it after signing in; others find nothing."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    scene.deliver(server)
    scene.deliver(server)
    by_address = {each["To"]: each.get_content() for each in mailbox.messages}
    reference = by_address[DOCTOR].split()[-1]
    assert "Référence" not in by_address[MINE]
    path = f"/fhir/Communication/{reference}"
    read = scene.software.ask("gp", path).get_json()
    assert read["topic"]["coding"][0]["code"] == "emergency"
    absent = scene.software.ask("dentist", f"/fhir/Communication/{'0' * 64}")
    hidden = scene.software.ask("dentist", path)
    assert (hidden.status, hidden.get_data()) == (absent.status, absent.get_data())


def test_a_repetition_bears_the_same_id_and_is_the_same_bytes(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """What is sent again after a doubt is known by its Message-ID."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    mailbox.refusal = "451 later"
    scene.deliver(server)
    assert scene.deliver(server)["later"] == 2
    mailbox.refusal = ""
    scene.later(minutes=1)
    scene.deliver(server)
    ids = {each["Message-ID"] for each in mailbox.messages}
    assert len(ids) == len(mailbox.raw) == 2
    assert all(each.endswith("@example.org>") for each in ids)


def test_how_each_was_told_is_kept(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """When it left, or why it did not: no address, or one that does not exist."""
    prefer(scene, "octave", "octave", address="nobody@example.org")
    scene.break_glass("psychiatrist", "octave")
    scene.deliver(server)
    scene.deliver(server)
    record = scene.record("octave")
    with scene.services.store.unit() as connection:
        told = dict(notices.of_record(connection, record)[0].told)
    at = scene.clock.now().isoformat()
    assert told == {
        "patient": "undeliverable",
        f"treating_doctor {scene.who('gp')}": at,
    }
    assert mailbox.to == [DOCTOR]


def test_no_notice_at_all_is_a_choice(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """A silent patient gets no e-mail; what there is waits inside."""
    prefer(scene, "octave", "octave", address=MINE, silent=True)
    scene.break_glass("psychiatrist", "octave")
    scene.deliver(server)
    scene.deliver(server)
    assert mailbox.to == [DOCTOR]
    assert occasions(scene, "octave", "octave") == ["emergency"]


def test_an_address_that_was_taken_back_is_not_written_to(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """What holds is what the person says when the message leaves."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    scene.deliver(server)  # who is told is known; nothing has left
    assert mailbox.to == []
    prefer(scene, "octave", "octave")
    scene.deliver(server)
    assert mailbox.to == [DOCTOR]


def test_a_doctor_who_is_no_more_the_declared_one_is_not_told(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """The relation is looked at again when the message leaves."""
    scene.break_glass("psychiatrist", "octave")
    record = scene.record("octave")
    with scene.services.store.unit() as connection:
        for row_id, held in relations.kept(connection, record):
            if held.kind is Relation.TREATING_DOCTOR:
                relations.end(connection, record, row_id, scene.clock.now())
    scene.deliver(server)
    scene.deliver(server)
    assert mailbox.to == []
    assert occasions(scene, "gp", "octave") == []


def born(scene: Scene, patient: str, years: int) -> None:
    """Move the clock to some days after a birthday of the patient."""
    traits = scene.software.world.patients[patient].traits
    year, month, day = map(int, traits.birth_date.split("-"))
    birthday = scene.clock.now().replace(year=year + years, month=month, day=day)
    scene.later(days=(birthday - scene.clock.now()).days + 5)


@pytest.mark.parametrize(("age", "told"), [(14, 1), (15, 0)])
def test_parents_are_told_of_a_child_below_fifteen_only(
    scene: Scene, server: MailServer, mailbox: Mailbox, age: int, told: int
) -> None:
    """From 15 on where a minor was treated is the minor's own; nobody else learns who."""
    born(scene, "inaya", age)
    assert prefer(scene, "corentine", "inaya", address=MINE) == 200
    scene.break_glass("psychiatrist", "inaya")
    scene.deliver(server)
    scene.deliver(server)
    assert mailbox.to.count(MINE) == told
    shown = inbox(scene, "corentine", "inaya")
    assert len(shown) == told
    assert all("about" not in each for each in shown)


def test_a_representative_who_was_suspended_is_not_told(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """Suspended between the emergency and the message: nothing leaves."""
    born(scene, "inaya", 14)
    prefer(scene, "corentine", "inaya", address=MINE)
    scene.break_glass("psychiatrist", "inaya")
    scene.deliver(server)
    record = scene.record("inaya")
    with scene.services.store.unit() as connection:
        for row_id, held in relations.kept(connection, record):
            if held.kind is Relation.REPRESENTATIVE:
                relations.end(connection, record, row_id, scene.clock.now())
    scene.deliver(server)
    assert MINE not in mailbox.to
    assert inbox(scene, "corentine", "inaya") == []


def test_an_opposed_emergency_is_told_to_the_patient_alone(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """That somebody tried is the patient's to know; the doctor is told of accesses."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.operate("octave", "/fhir/Consent/$emergency-choices", others=False)
    scene.break_glass("psychiatrist", "octave")
    scene.deliver(server)
    scene.deliver(server)
    assert mailbox.to == [MINE]
    assert occasions(scene, "octave", "octave") == ["emergency-opposed"]
    assert occasions(scene, "gp", "octave") == []


@pytest.mark.parametrize("reader", ["dentist", "pharmacist", "psychiatrist", "tristan"])
def test_nobody_else_reads_a_notice(scene: Scene, reader: str) -> None:
    """The team, who asked, another patient: nothing, as of a record nobody has."""
    scene.break_glass("psychiatrist", "octave")
    assert inbox(scene, reader, "octave") == inbox(scene, reader, "nobody") == []
    assert prefer(scene, reader, "octave", address=MINE) == 404
    assert prefer(scene, reader, "nobody", address=MINE) == 404


def test_without_a_mail_server_notices_wait_inside(scene: Scene) -> None:
    """Nothing leaves, nothing fails, and it is said why nothing left."""
    scene.break_glass("psychiatrist", "octave")
    scene.deliver()
    scene.deliver()
    record = scene.record("octave")
    with scene.services.store.unit() as connection:
        told = dict(notices.of_record(connection, record)[0].told)
    assert told["patient"] == "no mail server"
    scene.later(days=1)
    assert not scene.deliver()["later"]


def test_a_server_that_is_not_there_is_tried_again(scene: Scene) -> None:
    """No answer is a failure that may pass; an hour later the row is still there."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    gone = MailServer("127.0.0.1", 1, SENDER, Security.NONE)
    scene.deliver(gone)
    assert scene.deliver(gone)["later"] == 1
    scene.later(hours=2)
    assert scene.deliver(gone)["later"] == 1


def test_a_server_without_the_protection_we_ask_for_is_not_used(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """Where STARTTLS is asked for and not offered, nothing is sent in the clear."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    careful = MailServer(server.host, server.port, SENDER)
    scene.deliver(careful)
    assert scene.deliver(careful)["later"] == 1
    assert mailbox.raw == []


def test_how_one_is_told_is_shown_to_oneself(scene: Scene) -> None:
    """What was said is what is read; an address or language that is none is refused."""
    prefer(scene, "octave", "octave", address=MINE, silent=True)
    of = scene.identifier("octave")
    path = (
        f"/fhir/Communication/$settings?patient.identifier={of['system']}|{of['value']}"
    )
    shown = scene.software.ask("octave", path).get_json()["parameter"]
    assert shown[0] == {"name": "address", "valueString": MINE}
    assert shown[1] == {"name": "silent", "valueBoolean": True}
    assert scene.software.ask("gp", path).status_code == 404
    for wrong in ("mine", "a@b", "a b@example.org", "a@example.org\r\nBcc: x@y.org"):
        assert prefer(scene, "octave", "octave", address=wrong) == 422


@pytest.mark.parametrize(
    "wrong", [{"address": "x"}, {"language": "de"}, {"address": "a@b.org,c@d.org"}]
)
def test_preferences_that_cannot_be_kept_are_none(wrong: dict[str, str]) -> None:
    """One plain address, one of our languages; the error names the field, not its value."""
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Preferences(**wrong)  # type: ignore[arg-type]


def test_preferences_are_kept_apart_for_each(scene: Scene) -> None:
    """A parent's address about a child is not the child's."""
    prefer(scene, "corentine", "inaya", address=MINE)
    record = scene.record("inaya")
    with scene.services.store.unit() as connection:
        assert preferences.of(connection, record) == Preferences()


@pytest.mark.parametrize(
    "wrong",
    [
        {"security": Security.NONE, "host": "mail.example.org"},
        {"user": "me"},
        {"password_file": Path("password")},
    ],
)
def test_a_server_that_would_tell_all_is_refused(wrong: dict[str, Any]) -> None:
    """In the clear only on this machine; a user has a password, and a password a user."""
    with pytest.raises(ValueError, match=r"security|user"):
        replace(MailServer("localhost", 25, SENDER), **wrong)


def test_a_message_that_is_refused_for_good_is_given_up(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """A 554 after the data is an end; the notice stays inside."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    mailbox.refusal = "554 no"
    scene.deliver(server)
    assert scene.deliver(server)["never"] == 2
    scene.later(minutes=2)
    assert not scene.deliver(server)["never"]
    assert occasions(scene, "octave", "octave") == ["emergency"]


def test_tls_from_the_first_byte_is_not_done_without(
    scene: Scene, server: MailServer, mailbox: Mailbox
) -> None:
    """A server that speaks in the clear where TLS is asked for is not spoken to."""
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    careful = replace(server, security=Security.TLS)
    scene.deliver(careful)
    assert scene.deliver(careful)["later"] >= 1
    assert mailbox.raw == []


def test_a_server_that_does_not_know_us_is_tried_again(
    scene: Scene, server: MailServer, mailbox: Mailbox, tmp_path: Path
) -> None:
    """A login that fails is ours to mend: nothing is lost meanwhile."""
    secret = tmp_path / "password"
    secret.write_text("wrong\n", "utf-8")
    prefer(scene, "octave", "octave", address=MINE)
    scene.break_glass("psychiatrist", "octave")
    stranger = replace(server, user="me", password_file=secret)
    scene.deliver(stranger)
    assert scene.deliver(stranger)["later"] == 2
    assert mailbox.raw == []


def test_an_unknown_occasion_is_no_notice(scene: Scene) -> None:
    """A misspelt occasion fails where it is written, not where it is read."""
    record = scene.record("octave")
    with scene.services.store.unit() as connection:
        with pytest.raises(KeyError):
            notices.tell(connection, record, "emergencies", scene.clock.now())
        notices.told(connection, record, "0" * 32, "patient", "never")
        assert notices.of_record(connection, record) == []


def test_the_last_notice_comes_first(scene: Scene) -> None:
    """What is new is read first."""
    scene.break_glass("psychiatrist", "octave")
    scene.operate("octave", "/fhir/Consent/$emergency-choices", others=False)
    scene.later(seconds=timedelta(minutes=1).seconds)
    scene.break_glass("psychiatrist", "octave")
    assert occasions(scene, "octave", "octave") == ["emergency-opposed", "emergency"]
