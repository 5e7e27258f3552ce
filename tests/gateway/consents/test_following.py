"""A Consent on a document holds for its copies and replacements, and says so nowhere."""

from dataclasses import replace

from gateway import masking
from gateway.consents import directives, following, keeping
from gateway.demo import table
from labels.consent import Audience, AudienceKind, Directive, Effect, Followed
from tests.gateway.consenting import (
    WORLD,
    Json,
    about,
    consent,
    post,
    put,
    to_person,
)
from tests.gateway.registry import directives_of, masked, record_of
from tests.gateway.world import Software

NEW, NEXT, PLACE = "f" * 32, "e" * 32, "/a[1]"


def replaced(software: Software, new: str = NEW, old: str = "") -> None:
    """Have a document come that replaces Solène's blood count, or another."""
    before = old or software.id_of("blood-count")[32:]
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        directives.extend(connection, record, (before, new), same=False)


def in_force(software: Software, effect: Effect, item: str = NEW) -> list[Directive]:
    """Return Solène's directives of an effect in force that speak of a document."""
    found = directives_of(software, "solene")
    return [e for e in found if e.effect is effect and item in e.items and not e.end]


def read(software: Software, made: Json) -> Json:
    """Return a Consent as it is now."""
    answer = software.ask("solene", f"/fhir/Consent/{made['id']}")
    found: Json = answer.get_json(force=True)
    return found


def permitted(software: Software) -> Json:
    """Have Solène open the blood count to the pharmacist."""
    data = [about(software.id_of("blood-count"))]
    provision = {"type": "permit", "actor": [to_person("pharmacist")], "data": data}
    made: Json = post(software, "solene", consent("solene", provision)).get_json(
        force=True
    )
    return made


def test_a_mask_said_anew_still_follows(software: Software) -> None:
    """A changed Consent names the old document alone: the mask of the new one stays."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    replaced(software)
    replaced(software, NEXT, NEW)
    (before,) = in_force(software, Effect.MASK)
    answer = put(software, "solene", made | {"dateTime": "2026-11-23"})
    assert answer.status_code == 200
    (after,) = in_force(software, Effect.MASK)
    assert (after.items, after.id == before.id) == (before.items, False)
    assert NEXT in after.items
    assert NEW not in str(read(software, made))


def test_a_mask_that_rested_follows_again(software: Software) -> None:
    """Inactive ends it whole; said to hold again, it holds for what had come."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    replaced(software)
    put(software, "solene", made | {"status": "inactive"})
    assert in_force(software, Effect.MASK) == []
    put(software, "solene", made)
    assert len(in_force(software, Effect.MASK)) == 1


def test_a_part_that_the_app_ends_names_nothing_that_followed(
    software: Software,
) -> None:
    """The person ends one of two: what is left is said as it was, without the new ids."""
    sent = masked(software)
    sent["provision"]["actor"] = [to_person("pharmacist"), to_person("dentist")]
    made = post(software, "solene", sent).get_json(force=True)
    replaced(software)
    one, other = in_force(software, Effect.MASK)
    solene = table.principal_of(WORLD.readers["solene"])
    assert masking.end(software.services, solene, one.id)
    now = read(software, made)
    assert (now["status"], now["meta"]["versionId"]) == ("active", "2")
    assert now["provision"]["data"] == made["provision"]["data"]
    assert in_force(software, Effect.MASK) == [other]


def test_a_permission_said_anew_still_follows(software: Software) -> None:
    """To the same readers; to others it opens what it names, and no more."""
    made = permitted(software)
    replaced(software)
    answer = put(software, "solene", made | {"dateTime": "2026-11-23"})
    assert answer.status_code == 200
    assert len(in_force(software, Effect.SHOW)) == 1
    made["provision"]["actor"] = [to_person("dentist")]
    assert put(software, "solene", made).status_code == 200
    assert in_force(software, Effect.SHOW) == []


def test_a_permission_said_anew_opens_nothing_masked_since(software: Software) -> None:
    """The later word wins: a mask of the replacement is not undone by repeating the old."""
    made = permitted(software)
    replaced(software)
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        whom = Audience(AudienceKind.PROFESSIONALS)
        decided = Directive("", Effect.MASK, whom, items=frozenset({NEW}))
        directives.decide(connection, record, decided)
    put(software, "solene", made | {"dateTime": "2026-11-23"})
    assert in_force(software, Effect.SHOW) == []
    assert len(in_force(software, Effect.MASK)) == 1


def test_a_mask_that_becomes_a_permission_opens_what_it_names(
    software: Software,
) -> None:
    """What a mask came to speak of was never opened by anybody."""
    made = post(software, "solene", masked(software)).get_json(force=True)
    replaced(software)
    put(software, "solene", made | {"provision": permitted(software)["provision"]})
    assert in_force(software, Effect.SHOW) == []


def test_a_decision_without_a_consent_is_said_as_it_was(software: Software) -> None:
    """One kept before there was a registry: its Consent is made when asked for."""
    item = software.id_of("blood-count")[32:]
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        whom = Audience(AudienceKind.PROFESSIONALS)
        decided = Directive("", Effect.MASK, whom, items=frozenset({item}))
        kept = directives.add(connection, record, decided)
        made = {"id": f"{record.patient_id}{kept}"}
    before = read(software, made)
    replaced(software)
    assert read(software, made) == before
    assert before["status"] == "active"


def test_what_followed_is_kept_and_is_no_part_of_what_was_said(
    software: Software,
) -> None:
    """Each step reads back; a place is the same place of a copy, all of a replacement."""
    whom = Audience(AudienceKind.EVERYONE)
    named = Directive("", Effect.MASK, whom, places=frozenset({("a", PLACE)}))
    copied = following.followed(named, Followed("a", "b", same=True))
    wide = following.followed(copied, Followed("b", "c", same=False))
    assert wide.places == {("a", PLACE), ("b", PLACE)}
    assert (wide.items, wide.as_said) == (frozenset({"c"}), named)
    with software.services.store.unit() as connection:
        record = record_of(software, "solene", connection)
        made = keeping.add(connection, record, wide)
        (kept,) = (e for e in keeping.of_record(connection, record) if e.id == made)
    assert (kept, kept.followed) == (replace(wide, id=made), wide.followed)


def test_what_was_named_beside_stays_named() -> None:
    """A copy that was named by itself, in a place, is no news when it follows whole."""
    whom = Audience(AudienceKind.EVERYONE)
    named = Directive(
        "", Effect.MASK, whom, frozenset({"a"}), places=frozenset({("b", PLACE)})
    )
    wide = following.followed(named, Followed("a", "b", same=True))
    assert wide.as_said.places == named.places
