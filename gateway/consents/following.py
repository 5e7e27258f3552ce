"""What a decision on a document comes to speak of: its copies, and what replaces it.

It follows and is said nowhere: who reads a Consent finds what was named in it, whatever
was deposited since and whoever may see that.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import keeping
from gateway.repository.records import Record
from labels.consent import Directive, Effect, Followed


def followed(said: Directive, step: Followed) -> Directive:
    """Return a directive that speaks of a copy or a replacement too, if it speaks of the first.

    One that names a place of it names the same place of a copy, and the whole of a
    replacement: nobody knows where the fact stands there until the patient looks.
    """
    old, new = step.old, step.new
    there = frozenset((new, place) for item_id, place in said.places if item_id == old)
    whole = old in said.items or (bool(there) and not step.same)
    items = said.items | {new} if whole else said.items
    places = said.places | there if step.same else said.places
    if (items, places) == (said.items, said.places):
        return said
    known = replace(step, known=new in _documents(said))
    return replace(said, items=items, places=places, followed=(*said.followed, known))


def carry(
    connection: Connection,
    record: Record,
    before: Collection[str],
    after: Collection[str],
    at: datetime,
) -> None:
    """Have directives said in place of others speak of what those had come to speak of.

    A mask follows whatever was followed: none is lost by saying it again. A permission
    follows what one to the same readers did, but nothing that is masked by name elsewhere:
    it would open anew what was closed since. What a representative opens stays with what
    he saw.
    """
    known = {each.id: each for each in keeping.of_record(connection, record)}
    gone = [known[each] for each in before if each in known]
    apart = set(before) | set(after)
    others = [each for each in known.values() if each.id not in apart]
    masked = _masked(others, at)
    for each in (known[i] for i in after if i in known):
        wider = _after(each, _steps(each, gone, masked))
        if wider != each:
            keeping.keep(connection, record, wider)


def _steps(
    said: Directive, gone: Iterable[Directive], masked: Collection[str]
) -> list[Followed]:
    if said.effect is Effect.MASK:
        return [step for each in gone for step in each.followed]
    if said.said_by:
        return []
    alike = [e for e in gone if (e.effect, e.audience) == (said.effect, said.audience)]
    return [s for e in alike for s in e.followed if s.new not in masked]


def _after(said: Directive, steps: Sequence[Followed]) -> Directive:
    """Return the directive after all the steps, in whatever order they are given."""
    while True:
        wider = said
        for each in steps:
            wider = followed(wider, each)
        if wider == said:
            return said
        said = wider


def _masked(others: Iterable[Directive], at: datetime) -> frozenset[str]:
    masks = (
        each
        for each in others
        if each.effect is Effect.MASK and (each.end is None or each.end > at)
    )
    return frozenset().union(*map(_documents, masks))


def _documents(said: Directive) -> frozenset[str]:
    return said.items | {item for item, _ in said.places}
