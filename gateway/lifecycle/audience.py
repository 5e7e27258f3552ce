"""Who sees what after two records became one: nobody gains sight by a merge itself.

1. Every mask and every block of either holds for all.  2. The stricter preset of the two.
3. A permission of the absorbed record holds for what that record held; one for a category
or for everything is to be given again. A permission of the kept record is as it was said:
one for a category or for everything speaks of all that the record holds from then on, and
opens it to a profession or to everybody. It is masked to those alone whom rule 4 masks.
4. Who is related to one of the two, or named by a permission of it, keeps what he saw
there and is masked the rest, by masks that the patient finds and can lift (``share.py``).
The treating doctor sees by law; who is related to both, by the decisions of the kept
record, until the earlier of the two ends.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from gateway.consents.relations import HeldRelation
from gateway.identity.claims import STRUCTURE_SYSTEM
from gateway.lifecycle.share import Share, brought
from labels.consent import (
    NAMED,
    Audience,
    AudienceKind,
    Directive,
    Effect,
)
from labels.policy.question import PRESETS, Relation

LAW = frozenset({Relation.TREATING_DOCTOR, Relation.SELF})


def preset(one: str, other: str) -> str:
    """Return the stricter of two presets."""
    return max(one, other, key=PRESETS.index)


def ties(
    kept: Iterable[HeldRelation], absorbed: Iterable[HeldRelation], at: datetime
) -> list[HeldRelation]:
    """Return the relations of the absorbed record that the kept one has not and takes.

    One that waits, or is to begin, stands for none that holds.
    """
    known = [each for each in kept if not each.over(at)]
    waiting = {_pair(each) for each in known}
    holding = {_pair(each) for each in known if each.holds(at)}
    doctor = any(each.kind is Relation.TREATING_DOCTOR for each in known)
    return [
        each
        for each in absorbed
        if not each.over(at)
        and _pair(each) not in (holding if each.holds(at) else waiting)
        and not (doctor and each.kind is Relation.TREATING_DOCTOR)
    ]


def ends(
    held: HeldRelation, others: Iterable[HeldRelation], at: datetime
) -> HeldRelation:
    """Return a relation of one record that ends with the same of the other, if earlier."""
    same = [e for e in others if _pair(e) == _pair(held) and e.holds(at)]
    if held.over(at) or not same or any(not each.until for each in same):
        return held
    last = max((each.until for each in same), key=datetime.fromisoformat)
    later = not held.until or _instant(held.until) > _instant(last)
    return replace(held, until=last) if later else held


def decided(
    absorbed: Iterable[Directive], ids: dict[str, str], copies: Share, at: datetime
) -> list[tuple[Directive, Share]]:
    """Return what the decisions of the absorbed record become in the kept one.

    Each with the share by which it speaks of what the person does not see. One that is to
    begin is one of them. A mask stays one also when what it named is not there any more.
    """
    found = (_translated(each, ids, copies) for each in _not_over(absorbed, at))
    return [each for each in found if _says(each[0].as_said)]


def apart(
    related: Iterable[HeldRelation],
    elsewhere: Iterable[HeldRelation],
    permissions: Iterable[Directive],
    others: Share,
    at: datetime,
) -> list[Directive]:
    """Return the masks of what the other record brought, for who is related to one alone.

    ``related`` are the relations of that one and ``elsewhere`` those of the other, where
    one that does not hold yet lets nobody in. ``permissions`` are those of the one, some
    of which name readers.
    """
    both = {_pair(each) for each in elsewhere if each.holds(at)}
    by_relation = {
        _audience(each.who)
        for each in related
        if not each.over(at)
        and _pair(each) not in both
        and each.kind not in LAW | {Relation.BLOCKED}
    }
    by_name = {
        each.audience
        for each in _not_over(permissions, at)
        if each.effect is Effect.SHOW and each.audience.kind in NAMED
    }
    readers = sorted(by_relation | by_name, key=lambda each: (each.kind, each.value))
    return [others.mask(each, at) for each in readers]


def _translated(
    said: Directive, ids: dict[str, str], copies: Share
) -> tuple[Directive, Share]:
    places = frozenset((ids[i], place) for i, place in said.places if i in ids)
    followed = tuple(
        replace(each, old=ids[each.old], new=ids[each.new])
        for each in said.followed
        if each.old in ids and each.new in ids
    )
    items = frozenset(ids[each] for each in said.items if each in ids)
    here = replace(said, items=items, places=places, followed=followed)
    before = said.as_said
    named = before.items | {item for item, _ in before.places}
    if said.effect is Effect.MASK and brought(said):
        return _of_before(here, copies)
    if said.effect is Effect.MASK:
        whole = named <= set(ids)
        there = frozenset(ids[each] for each in before.items if each in ids)
        return (here if whole else copies.spoken(here, there)), copies
    there = frozenset(ids[each] for each in named if each in ids)
    return _permitted(here, there), copies


def _of_before(said: Directive, copies: Share) -> tuple[Directive, Share]:
    """Return a mask that a merge of before made, with a share of its own.

    Not that of this merge: it would mask all the rest that waits with it.
    """
    share = copies.part(said.items)
    said = replace(said, episodes=said.episodes - brought(said))
    return share.spoken(said, said.items), share


def _permitted(said: Directive, named: frozenset[str]) -> Directive:
    """Return a permission of what it named, and of what follows that, alone."""
    known = named | {each.new for each in said.followed}
    return replace(
        said,
        items=said.items & known,
        places=frozenset(each for each in said.places if each[0] in known),
        categories=frozenset(),
        everything=False,
        episodes=frozenset(),
    )


def _not_over(said: Iterable[Directive], at: datetime) -> list[Directive]:
    return [each for each in said if each.end is None or each.end > at]


def _says(said: Directive) -> bool:
    named = said.items or said.places or said.episodes
    return bool(named or said.categories or said.everything)


def _pair(held: HeldRelation) -> tuple[Relation, str]:
    return held.kind, held.who


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _audience(who: str) -> Audience:
    structure = who.startswith(f"{STRUCTURE_SYSTEM}|")
    kind = AudienceKind.ORGANIZATION if structure else AudienceKind.PERSON
    return Audience(kind, who)
