"""NIH: histories, and what a mask leaves behind."""

import json

import pytest

from tests.attacks.room import VISIBLE, Room, masking

BASE = "/fhir/DocumentReference"


def test_nih_01_no_history_tells(room: Room) -> None:
    """Of a type or of all: refused to all. Of one: that of the purge; no 410 anywhere."""
    for path in ("/fhir/_history", f"{BASE}/_history", "/fhir/Patient/_history"):
        for reader in ("dentist", "gp", "psychiatrist"):
            assert room.ask(path, reader=reader).status[:1] == "4"
    for name in (room.secret, room.never, room.visible):
        room.ask(f"{BASE}/{name}/_history?_since=2026-01-01T00:00:00Z")
        room.ask(f"/fhir/Patient/{name[:32]}/_history")
    for number in (1, 2, 9):
        hidden = room.ask(f"{BASE}/{room.secret}/_history/{number}")
        assert hidden == room.ask(f"{BASE}/{room.never}/_history/{number}")
        assert hidden.status[:3] == "404"


def test_nih_02_a_mask_that_is_lifted_was_never_there(room: Room) -> None:
    """Masked and shown again in one world only: version, ETag, dates, history are alike."""
    before = room.ask(f"{BASE}/{room.visible}")
    room.left(masking(VISIBLE), masking(VISIBLE, lifted=True))
    assert room.ask(f"{BASE}/{room.visible}") == before
    for path in (f"{BASE}/{room.visible}/_history", f"/fhir/Binary/{room.visible}"):
        room.ask(path)
    room.ask(f"{BASE}?{room.patient}&_count=50")
    room.ask(f"{BASE}/{room.visible}", headers={"If-None-Match": 'W/"1"'})


@pytest.mark.parametrize("kind", ["DocumentReference", "Binary"])
def test_nih_03_what_was_seen_and_is_masked_is_absent(room: Room, kind: str) -> None:
    """404 for the id, its versions and its conditions, as for what never was; never 410."""
    room.ask(f"/fhir/{kind}/{room.visible}")
    room.left(masking(VISIBLE))
    for more, headers in (
        ("", {}),
        ("/_history", {}),
        ("/_history/1", {}),
        ("", {"If-None-Match": 'W/"1"'}),
    ):
        one, never = (
            room.each(f"/fhir/{kind}/{name}{more}", headers=headers)[0]
            for name in (room.visible, room.never)
        )
        assert one == never
        assert one.status[:3] == "404"
    found = room.each(f"{BASE}?{room.patient}&_id={room.visible}")[0]
    assert json.loads(found.body)["total"] == 0


def test_nih_04_who_polls_sees_no_mark_of_a_mask(room: Room) -> None:
    """After mask and unmask a poll by date gives what it gives where nothing happened."""
    room.left(masking(VISIBLE), masking(VISIBLE, lifted=True))
    for since in ("2026-11-21", "2026-11-22"):
        room.ask(f"{BASE}?{room.patient}&date=gt{since}")
        room.ask(f"/fhir/Condition?{room.patient}&_lastUpdated=gt{since}&_count=50")
