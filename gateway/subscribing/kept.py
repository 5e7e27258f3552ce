"""Where subscriptions are kept: as sealed entries of the record they are about."""

from collections.abc import Container, Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.repository import entries, outbox
from gateway.repository.entries import SUBSCRIPTION
from gateway.repository.records import Record
from gateway.subscribing.subscription import Status, Subscription, read, written

ROW = "subscription"
"""The kind of the outbox rows that look whether a subscriber has to be told."""


def of_record(connection: Connection, record: Record) -> dict[str, Subscription]:
    """Return the subscriptions of a record by their ids."""
    rows = entries.of_record(connection, SUBSCRIPTION, record.keys)
    return {row_id: read(held) for row_id, held in rows}


def find(
    connection: Connection, record: Record, subscription_id: str
) -> Subscription | None:
    """Return a subscription, kept from others until the end of the unit; or None."""
    held = entries.find(connection, SUBSCRIPTION, record.keys, subscription_id)
    return read(held) if held else None


def begin(connection: Connection, record: Record, one: Subscription) -> str:
    """Keep a new subscription, have its endpoint greeted, and return its id."""
    made = entries.append(connection, SUBSCRIPTION, record.keys, written(one))
    keep(connection, record, made, _looked_at(connection, record, made, one, one.made))
    return made


def keep(
    connection: Connection, record: Record, subscription_id: str, one: Subscription
) -> None:
    """Keep a subscription as it is now."""
    entries.replace(
        connection, SUBSCRIPTION, record.keys, subscription_id, written(one)
    )


def restart(
    connection: Connection,
    record: Record,
    subscription_id: str,
    one: Subscription,
    at: datetime,
) -> Subscription:
    """Have the endpoint greeted again, whatever was to be sent before."""
    rest(connection, record, one)
    fresh = replace(one, pending=(), waiting="", status=Status.REQUESTED)
    begun = _looked_at(connection, record, subscription_id, fresh, at)
    keep(connection, record, subscription_id, begun)
    return begun


def rest(connection: Connection, record: Record, one: Subscription) -> None:
    """Forget the row of the outbox that would look at it."""
    if one.waiting:
        outbox.remove(connection, record, one.waiting)


def end(connection: Connection, record: Record, subscription_id: str) -> None:
    """Forget a subscription with all that was to be sent."""
    found = find(connection, record, subscription_id)
    if found is not None:
        rest(connection, record, found)
        entries.remove(connection, SUBSCRIPTION, record.keys, subscription_id)


def end_all(connection: Connection, record: Record) -> None:
    """Forget every subscription of a record: it is closed, or becomes another's."""
    for subscription_id in of_record(connection, record):
        end(connection, record, subscription_id)


def came(
    connection: Connection,
    record: Record,
    item_ids: Iterable[str],
    at: datetime,
    only: Container[str] | None = None,
) -> None:
    """Note that documents came, in the transaction in which they did.

    Whoever may see them: that is asked when something is sent. One row at most waits for
    a subscription, so that what may not be seen hastens and delays nothing. ``only`` are
    the subscriptions to note it in; None for all.
    """
    ids = tuple(item_ids)
    if not ids:
        return
    for subscription_id, one in of_record(connection, record).items():
        noted = only is None or subscription_id in only
        if noted and one.status is Status.ACTIVE:
            more = replace(one, pending=(*one.pending, *ids))
            looked = _looked_at(connection, record, subscription_id, more, at)
            keep(connection, record, subscription_id, looked)


def again(
    connection: Connection,
    record: Record,
    subscription_id: str,
    one: Subscription,
    at: datetime,
) -> None:
    """Keep a subscription that was looked at, to be looked at again if documents are left."""
    done = replace(one, waiting="")
    if done.pending:
        done = _looked_at(connection, record, subscription_id, done, at)
    keep(connection, record, subscription_id, done)


def _looked_at(
    connection: Connection,
    record: Record,
    subscription_id: str,
    one: Subscription,
    at: datetime,
) -> Subscription:
    """Return it with a row that looks at it, putting one only if none waits."""
    if one.waiting:
        return one
    held = {"subscription": subscription_id}
    return replace(one, waiting=outbox.put(connection, record, ROW, held, at))
