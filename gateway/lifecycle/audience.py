"""Who sees what after two records became one: nobody gains sight by it.

1. Every mask and every block of either holds for all.  2. The stricter preset of the two.
3. A permission holds for what its record held; one for a category or for everything, of
the absorbed record, is to be given again.  4. Who is related to one of the two keeps
what he saw and is masked the rest, by masks the patient finds and can lift. The treating
doctor sees by law; who is related to both, by the decisions of the kept record.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gateway.consents.relations import HeldRelation
from gateway.identity.claims import STRUCTURE_SYSTEM
from labels.consent import (
    NAMED,
    Audience,
    AudienceKind,
    Directive,
    Effect,
    in_force,
)
from labels.policy.question import PRESETS, Relation

LAW = frozenset({Relation.TREATING_DOCTOR, Relation.SELF})


def preset(one: str, other: str) -> str:
    """Return the stricter of two presets."""
    return max(one, other, key=PRESETS.index)


def ties(
    kept: Iterable[HeldRelation], absorbed: Iterable[HeldRelation], at: datetime
) -> list[HeldRelation]:
    """Return the relations of the absorbed record that the kept one has not and takes."""
    known = [each for each in kept if not each.over(at)]
    pairs = {(each.kind, each.who) for each in known}
    doctor = any(each.kind is Relation.TREATING_DOCTOR for each in known)
    return [
        each
        for each in absorbed
        if not each.over(at)
        and (each.kind, each.who) not in pairs
        and not (doctor and each.kind is Relation.TREATING_DOCTOR)
    ]


def decided(
    absorbed: Iterable[Directive], ids: dict[str, str], at: datetime
) -> list[Directive]:
    """Return what the decisions of the absorbed record become in the kept one."""
    found = (_translated(each, ids) for each in in_force(absorbed, at))
    return [each for each in found if _says(each)]


def apart(
    alone: Iterable[HeldRelation],
    permissions: Iterable[Directive],
    others: frozenset[str],
    at: datetime,
) -> list[Directive]:
    """Return the masks of the other record's items, for who is related to one alone.

    ``permissions`` are those in force of that one record, some of which name readers.
    """
    by_relation = {
        _audience(each.who)
        for each in alone
        if not each.over(at) and each.kind not in LAW | {Relation.BLOCKED}
    }
    by_name = {
        each.audience
        for each in in_force(permissions, at)
        if each.effect is Effect.SHOW and each.audience.kind in NAMED
    }
    readers = sorted(by_relation | by_name, key=lambda each: (each.kind, each.value))
    if not others:
        return []
    return [Directive("", Effect.MASK, each, others, start=at) for each in readers]


def _translated(said: Directive, ids: dict[str, str]) -> Directive:
    items = frozenset(ids[each] for each in said.items if each in ids)
    places = frozenset((ids[i], place) for i, place in said.places if i in ids)
    followed = tuple(
        replace(each, old=ids[each.old], new=ids[each.new])
        for each in said.followed
        if each.old in ids and each.new in ids
    )
    here = replace(
        said, items=items, places=places, episodes=frozenset(), followed=followed
    )
    if said.effect is Effect.MASK:
        return here
    return replace(here, categories=frozenset(), everything=False)


def _says(said: Directive) -> bool:
    return bool(said.items or said.places or said.categories or said.everything)


def _audience(who: str) -> Audience:
    structure = who.startswith(f"{STRUCTURE_SYSTEM}|")
    kind = AudienceKind.ORGANIZATION if structure else AudienceKind.PERSON
    return Audience(kind, who)
