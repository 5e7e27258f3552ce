"""What a representative declared and what the person said of it are two things, kept apart."""

from gateway.consents import relations, tying
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from labels.policy.question import Relation
from tests.gateway.consents.asking import Moving

MOTHER, DOCTOR = "urn:oid:x|mother", "urn:oid:y|doctor"


def test_who_the_person_takes_in_is_hers_and_the_mother_s_stays_declared(
    moving: Moving,
) -> None:
    """Taken in by the girl: it holds on her word, and outlasts the end of her mother's."""
    theirs = HeldRelation(Relation.CARE_TEAM, DOCTOR, "Dr", declared_by=MOTHER)
    with moving.services.store.unit() as connection:
        keys, at = moving.services.store.keys, moving.clock.now()
        who = moving.world.patients["inaya"].identifier
        place = connection, records.by_identifiers(connection, keys, who)
        tying.untie(*place, tying.introduce(*place, theirs, at), at)
        waits = tying.introduce(*place, theirs, at)
        assert tying.confirm(*place, waits, at)
        kept = dict(relations.kept(*place))
        (own,) = (e for e in kept.values() if e.who == DOCTOR and e.holds(at))
        assert own.declared_by == ""
        assert tying.as_declared(kept[waits]).holds(at)
        assert tying.withdraw(*place, waits, at)
        after = dict(relations.kept(*place))
        assert not tying.as_declared(after[waits]).holds(at)
        assert own in after.values()
        assert tying.confirm(*place, waits, at) is None


def test_an_attestation_moves_nothing_that_a_mother_declared(moving: Moving) -> None:
    """Whom the girl put out waits twice for her word; her mother's is as it was."""
    theirs = HeldRelation(Relation.CARE_TEAM, DOCTOR, "Dr", declared_by=MOTHER)
    attested = HeldRelation(Relation.CARE_TEAM, DOCTOR, "Dr", by="urn:oid:z|house")
    with moving.services.store.unit() as connection:
        keys, at = moving.services.store.keys, moving.clock.now()
        who = moving.world.patients["inaya"].identifier
        place = connection, records.by_identifiers(connection, keys, who)
        tying.untie(*place, tying.introduce(*place, theirs, at), at)
        waits = tying.introduce(*place, theirs, at)
        before = dict(relations.kept(*place))[waits]
        tying.attest(*place, attested, at)
        tying.attest(*place, attested, at)
        kept = dict(relations.kept(*place))
        assert kept[waits] == before
        proposed = [e for e in kept.values() if e.proposed and not e.over(at)]
        assert {each.by for each in proposed} == {"", attested.by}
        assert len(proposed) == 2
