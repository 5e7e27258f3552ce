"""What two records say of new documents, made one; what was refused in one stays refused.

Of any deposit the stricter of the two answers holds: an answer that is nearer to it in one
record does not open what the other refuses (``reviewing.resolve``).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import product
from typing import Any

from sqlalchemy import Connection

from gateway.consents import reviewing
from gateway.consents.reviewing import ERASE, Answer, IntakeRule, State
from gateway.repository import entries, finding, outbox
from gateway.repository.entries import INTAKE
from gateway.repository.items import Stored
from gateway.repository.records import Record
from labels.codes import Category

About = tuple[str, Category | None]
"""Of which deposits a rule speaks: by whom, about what."""
Changed = list[list[Any]]
"""What a merge changed of the rules: (id, before or None, after)."""


def stricter(connection: Connection, kept: Record, absorbed: Record) -> Changed:
    """Have the rules of both hold in the kept record; returns what that changed."""
    ours, theirs = (reviewing.rules(connection, each) for each in (kept, absorbed))
    before = dict(entries.of_record(connection, INTAKE, kept.keys))
    for rule in both(ours, theirs):
        reviewing.decide(connection, kept, rule)
    after = entries.of_record(connection, INTAKE, kept.keys)
    return [[i, before.get(i), held] for i, held in after if held != before.get(i)]


def put_back(connection: Connection, kept: Record, changed: Changed) -> None:
    """Put the rules of before back, but those that were said or taken back since."""
    for row_id, before, after in changed:
        if entries.find(connection, INTAKE, kept.keys, row_id) != after:
            continue
        if before is None:
            entries.remove(connection, INTAKE, kept.keys, row_id)
        else:
            entries.put(connection, INTAKE, kept.keys, row_id, before)


def both(ours: Iterable[IntakeRule], theirs: Iterable[IntakeRule]) -> list[IntakeRule]:
    """Return rules that are together at least as strict as either list is by itself."""
    one, other = list(ours), list(theirs)
    if not other:
        return one
    said = {(each.depositor, each.category) for each in (*one, *other)}
    told = said | (_crossed(said) if any(d and c for d, c in said) else set())
    answers = {
        each: max(_answer(one, each), _answer(other, each), key=_strict)
        for each in told
    }
    return [IntakeRule(given, *about) for about, given in answers.items()]


def carry(
    connection: Connection,
    records: tuple[Record, Record],
    found: Iterable[Stored],
    ids: dict[str, str],
    at: datetime,
) -> list[str]:
    """Have what was refused in one record be refused in the other, and erased as soon.

    Returns the ids of the outbox rows that will erase it.
    """
    source, target = records
    rows = []
    for each in found:
        review = reviewing.review(connection, source, each.id)
        if review is None or review.state is not State.REFUSED:
            continue
        original = finding.original(connection, source, each) or b""
        digest = target.keys.token("digest", sha256(original).hexdigest())
        there = replace(review, item=ids[each.id], digest=digest)
        reviewing.keep(connection, target, there)
        later = datetime.fromisoformat(review.erase) - at
        held = {"item": there.item}
        rows.append(outbox.put(connection, target, ERASE, held, at, later))
    return rows


def _crossed(said: Iterable[About]) -> set[About]:
    """Return every depositor with every category.

    A rule for both is nearer than one for another depositor of the same deposit, his
    structure, which must not be lost by it.
    """
    depositors = {depositor for depositor, _ in said if depositor}
    categories = {category for _, category in said if category}
    return set(product(depositors, categories))


def _answer(rules: Iterable[IntakeRule], about: About) -> Answer:
    depositor, category = about
    by = frozenset({depositor} - {""})
    return reviewing.resolve(rules, by, frozenset({category} if category else ()))


def _strict(given: Answer) -> int:
    return given.strictness
