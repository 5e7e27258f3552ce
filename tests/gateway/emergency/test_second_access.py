"""A second emergency access beside the first: neither takes anything from the other."""

from gateway.consents import emergencies
from gateway.repository import entries
from tests.gateway.emergency.scene import Code, Scene
from tests.gateway.emergency.test_access import regulate


def test_a_second_access_takes_nothing_from_the_first(scene: Scene) -> None:
    """Regulation, asked for in the middle of the hour, opens what is opened when it ends."""
    regulate(scene, "psychiatrist")
    scene.break_glass("psychiatrist", "octave")
    scene.later(minutes=30)
    asked: dict[str, object] = {
        "purpose": Code("ETREAT"),
        "reason": Code("regulation"),
    }
    scene.break_glass("psychiatrist", "octave", **asked)
    assert purposes(scene) == {"BTG"}
    scene.later(minutes=30)
    assert purposes(scene) == {"ETREAT"}
    scene.later(minutes=30)
    assert scene.seen("psychiatrist", "octave") == set()


def purposes(scene: Scene) -> set[str]:
    """Have Octave's documents searched; return for what the log says it was."""
    scene.later(seconds=1)
    assert scene.seen("psychiatrist", "octave")
    return {
        each["code"]
        for each in scene.events("octave")[-1]["purposeOfEvent"][0]["coding"]
    }


def test_an_access_elsewhere_takes_nothing_from_the_first(scene: Scene) -> None:
    """Who works in two structures keeps in each what was granted there."""
    scene.break_glass("psychiatrist", "octave")
    surgeon = scene.software.world.readers["surgeon"]
    elsewhere = surgeon.organization.rpartition("|")[2]
    scene.sign_in_as("psychiatrist", SubjectOrganizationID=elsewhere)
    assert scene.seen("psychiatrist", "octave") == set()
    scene.break_glass("psychiatrist", "octave")
    assert scene.seen("psychiatrist", "octave")
    scene.later()
    assert scene.seen("psychiatrist", "octave")


def test_a_grant_kept_before_there_could_be_two_is_still_one(scene: Scene) -> None:
    """The row of an earlier version is read, and a second grant is kept beside it."""
    record, who = scene.record("octave"), scene.who("psychiatrist")
    at = scene.clock.now().isoformat()
    organization = scene.software.world.readers["psychiatrist"].organization
    row_id = record.keys.token("emergency", who)[: emergencies.ID_LENGTH]
    held = {"who": who, "organization": organization, "since": at, "seen": at}
    with scene.services.store.unit() as connection:
        place = connection, entries.EMERGENCY, record.keys, row_id
        entries.put(*place, held | {"purpose": "BTG"})
    assert scene.seen("psychiatrist", "octave")
    scene.later(minutes=59)
    scene.break_glass("psychiatrist", "octave")
    scene.later(minutes=59)
    assert scene.seen("psychiatrist", "octave")
