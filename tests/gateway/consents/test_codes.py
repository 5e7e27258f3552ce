"""One-time codes: only the patient gives them, each opens once, and nothing tells why not."""

import re
from pathlib import Path

import pytest

from gateway import presenting
from gateway.audit import trail
from gateway.consents import codes
from gateway.repository import records
from mappings.submission import Identifier
from tests.gateway.consents.asking import (
    UNKNOWN,
    Json,
    Moving,
    observed,
    parameters,
    parts,
)


def test_a_code_opens_the_record_to_who_presents_it_for_a_time(moving: Moving) -> None:
    """A doctor nobody knows sees ordinary documents for a day, then nothing again."""
    assert moving.identifiers("psychiatrist", "solene") == set()
    answer = moving.present(
        "psychiatrist", moving.patient("solene"), moving.new_code("solene")
    )
    assert answer.status_code == 200
    seen = moving.identifiers("psychiatrist", "solene")
    hidden = moving.world.documents()["transition-consultation"].identifier
    assert (len(seen) > 1, hidden in seen) == (True, False)
    moving.later(hours=23, minutes=59)
    assert moving.identifiers("psychiatrist", "solene") == seen
    moving.later(minutes=2)
    assert moving.identifiers("psychiatrist", "solene") == set()


def test_the_patient_chooses_how_long_a_code_opens(moving: Moving) -> None:
    """A code made for an hour opens for an hour."""
    code = moving.new_code("solene", hours=1)
    moving.present("psychiatrist", moving.patient("solene"), code)
    moving.later(minutes=59)
    assert moving.identifiers("psychiatrist", "solene")
    moving.later(minutes=2)
    assert not moving.identifiers("psychiatrist", "solene")


@pytest.mark.parametrize("hours", [0, 169, -1])
def test_a_code_opens_an_hour_at_least_and_a_week_at_most(
    moving: Moving, hours: int
) -> None:
    """Another duration is refused with its place, and no code is made."""
    body = parameters(hours=("valueInteger", hours))
    answer = moving.post("solene", "Consent/$new-code", body)
    place = answer.get_json(force=True)["issue"][0]["expression"]
    assert (answer.status_code, place) == (
        400,
        ["Parameters.parameter.where(name='hours')"],
    )


def test_whatever_is_wrong_the_answer_is_one(moving: Moving) -> None:
    """Unknown patient, wrong, used, revoked and expired code, blocked: byte for byte."""
    patient = moving.patient("solene")
    used = moving.new_code("solene")
    assert moving.present("psychiatrist", patient, used).status_code == 200
    revoked = moving.new_code("solene")
    moving.post("solene", "Consent/$revoke-code", parameters())
    expired = moving.new_code("solene")
    moving.later(hours=25)
    good = moving.new_code("solene")
    shut = parameters(who=("valueIdentifier", moving.who("biologist")))
    assert moving.post("solene", "Consent/$block", shut).status_code == 200
    tried = [
        moving.present("psychiatrist", UNKNOWN, good),
        moving.present("psychiatrist", moving.patient("octave"), good),
        moving.present("psychiatrist", patient, "AAAA-AAAA"),
        moving.present("psychiatrist", patient, ""),
        moving.present("psychiatrist", patient, used),
        moving.present("psychiatrist", patient, revoked),
        moving.present("psychiatrist", patient, expired),
        moving.present("biologist", patient, good),
    ]
    assert {observed(each)[0] for each in tried} == {"404 NOT FOUND"}
    assert len({str(observed(each)) for each in tried}) == 1
    assert moving.present("psychiatrist", patient, good).status_code == 200


def test_a_code_is_typed_as_one_likes(moving: Moving) -> None:
    """Small letters, spaces and hyphens change nothing."""
    code = moving.new_code("solene").lower().replace("-", " ")
    answer = moving.present("psychiatrist", moving.patient("solene"), code)
    assert answer.status_code == 200


def test_only_a_professional_in_person_presents(moving: Moving) -> None:
    """A structure's software and a patient are refused, whatever the record."""
    code = moving.new_code("solene")
    for reader in ("dpi", "corentine"):
        answers = [
            moving.present(reader, patient, code)
            for patient in (moving.patient("solene"), UNKNOWN)
        ]
        assert [each.status_code for each in answers] == [403, 403]
        assert observed(answers[0]) == observed(answers[1])


def test_who_tries_too_often_waits(moving: Moving) -> None:
    """After ten failures in an hour even a right code waits; then it opens."""
    patient, code = moving.patient("solene"), moving.new_code("solene")
    for _ in range(5):
        moving.present("psychiatrist", patient, "AAAAAAAA")
        moving.present("psychiatrist", UNKNOWN, "AAAAAAAA")
    refused = [
        moving.present("psychiatrist", patient, code),
        moving.present("psychiatrist", UNKNOWN, code),
    ]
    assert [each.status_code for each in refused] == [429, 429]
    assert observed(refused[0]) == observed(refused[1])
    assert moving.present("ophthalmologist", UNKNOWN, code).status_code == 404
    moving.later(hours=1, minutes=1)
    assert moving.present("psychiatrist", patient, code).status_code == 200


def test_a_clock_set_back_does_not_forget_failures(moving: Moving) -> None:
    """Who waited does not wait less because a clock was moved."""
    for _ in range(10):
        moving.present("psychiatrist", UNKNOWN, "AAAAAAAA")
    moving.later(minutes=-50)
    assert moving.present("psychiatrist", UNKNOWN, "AAAAAAAA").status_code == 429


def test_a_record_tried_by_many_takes_no_code_for_a_while(moving: Moving) -> None:
    """After thirty failures on one record a right code is answered like a wrong one."""
    patient, code = moving.patient("solene"), moving.new_code("solene")
    for reader in ("psychiatrist", "cardiologist", "ophthalmologist"):
        for _ in range(10):
            wrong = moving.present(reader, patient, "AAAAAAAA")
    right = moving.present("surgeon", patient, code)
    assert observed(right) == observed(wrong)
    moving.later(hours=1, minutes=1)
    assert moving.present("surgeon", patient, code).status_code == 200


def test_a_card_has_ten_codes_and_a_new_card_replaces_it(moving: Moving) -> None:
    """Each of the ten opens once; those of a lost card open nothing any more."""
    body = parameters(language=("valueCode", "fr"))
    cards = [
        moving.post("octave", "Consent/$new-card", body).get_json(force=True)
        for _ in range(2)
    ]
    lost, held = (parts(each) for each in cards)
    assert (len(lost), len({each["value"] for each in (*lost, *held)})) == (10, 20)
    patient = moving.patient("octave")
    moving.later(days=300)
    assert moving.present("surgeon", patient, lost[0]["value"]).status_code == 404
    assert moving.present("surgeon", patient, held[0]["value"]).status_code == 200
    assert moving.present("surgeon", patient, held[0]["value"]).status_code == 404


def test_a_card_names_nobody_and_shows_each_code(moving: Moving) -> None:
    """The page to print holds the codes and squares to scan, and nothing of the person."""
    answer = moving.post("octave", "Consent/$new-card", parameters())
    body = answer.get_json(force=True)
    svg = next(each["valueString"] for each in body["parameter"] if "part" not in each)
    assert all(each["value"] in svg for each in parts(body))
    assert svg.count("qrline") == 10
    person = moving.world.patients["octave"].traits
    told = (person.family, *person.given, person.identifiers[0].value)
    assert not [word for word in told if word.lower() in svg.lower()]


def test_a_code_has_no_character_that_is_read_as_another(moving: Moving) -> None:
    """Eight of a known alphabet, in two groups."""
    made = [moving.new_code("solene") for _ in range(20)]
    four = f"[{codes.ALPHABET}]{{4}}"
    assert all(re.fullmatch(f"{four}-{four}", each) for each in made)
    for pair in ("0O", "1IL", "2Z", "5S", "8B", "UV"):
        assert len(set(pair) & set(codes.ALPHABET)) < 2


def test_the_patient_is_shown_what_became_of_each_code(moving: Moving) -> None:
    """Presented by whom and when, or revoked, or waiting; never the code itself."""
    first, second = moving.new_code("solene"), moving.new_code("solene")
    moving.present("psychiatrist", moving.patient("solene"), first)
    answer = moving.ask("solene", "/fhir/Consent/$codes")
    shown = parts(answer.get_json(force=True))
    by = moving.world.readers["psychiatrist"].id
    assert sorted(each.get("by", "") for each in shown) == ["", by]
    for code in (first, second):
        assert code.replace("-", "") not in answer.get_data(as_text=True)


def test_a_record_holds_forty_waiting_codes(moving: Moving) -> None:
    """One more is refused until some are revoked or past."""
    for _ in range(codes.MOST_LIVE):
        moving.new_code("solene")
    again = moving.post("solene", "Consent/$new-code", parameters())
    assert again.status_code == 422
    moving.later(hours=25)
    assert moving.new_code("solene")


def test_nobody_makes_or_lists_codes_of_another(moving: Moving) -> None:
    """A professional is refused; a patient without a record finds nothing."""
    for path in ("Consent/$new-code", "Consent/$new-card", "Consent/$revoke-code"):
        assert moving.post("gp", path, parameters()).status_code == 403
    assert moving.ask("gp", "/fhir/Consent/$codes").status_code == 403


def test_a_code_is_nowhere_in_the_database(moving: Moving, tmp_path: Path) -> None:
    """Neither in the clear nor under the record's own key."""
    code = moving.new_code("solene").replace("-", "")
    store = moving.services.store
    with store.unit() as connection:
        found = moving.patient("solene")
        record = records.by_identifiers(connection, store.keys, Identifier(**found))
        held = [vars_of(each) for _, each in codes.kept(connection, record)]
    assert held
    assert code not in str(held)
    files = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert files
    assert not [each for each in files if code.encode() in each.read_bytes()]


def vars_of(held: codes.HeldCode) -> dict[str, object]:
    """Return what is kept of a code, by name."""
    return {name: getattr(held, name) for name in held.__dataclass_fields__}


def test_a_shorter_code_does_not_shorten_an_authorisation(moving: Moving) -> None:
    """Who is let in for a week stays so when a code for an hour is presented too."""
    patient = moving.patient("solene")
    for hours in (168, 1):
        moving.present("psychiatrist", patient, moving.new_code("solene", hours))
    moving.later(days=6)
    assert moving.identifiers("psychiatrist", "solene")


def test_every_try_stands_in_the_trail(moving: Moving) -> None:
    """Right or wrong, the patient can read who presented a code, never which."""
    patient, code = moving.patient("solene"), moving.new_code("solene")
    moving.present("psychiatrist", patient, "AAAAAAAA")
    moving.present("psychiatrist", patient, code)
    events = trail_of(moving, patient)
    told = [
        each["outcome"] for each in events if each["outcomeDesc"] == presenting.PRESENT
    ]
    assert sorted(told) == ["0", "4"]
    assert code.replace("-", "") not in str(events).replace("-", "")


def trail_of(moving: Moving, patient: Json) -> list[Json]:
    """Return the events of a patient's record."""
    store = moving.services.store
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, Identifier(**patient))
        return trail.of_record(connection, record)
