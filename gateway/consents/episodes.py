"""Episodes: a directive about an encounter is about the items that belong to it now."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from gateway.repository import indexed
from gateway.repository.records import Record
from labels.consent import Directive

PARAMETER = "encounter"
"""The search value by which the items of an encounter are found."""


def itemised(
    connection: Connection, record: Record, said: Iterable[Directive]
) -> tuple[Directive, ...]:
    """Return the directives with the items of their episodes named among their items."""
    return tuple(_itemised(connection, record, each) for each in said)


def _itemised(connection: Connection, record: Record, said: Directive) -> Directive:
    found = [
        item
        for episode in sorted(said.episodes)
        for item in indexed.by_token(connection, record, PARAMETER, episode)
    ]
    return replace(said, items=said.items.union(found)) if found else said
