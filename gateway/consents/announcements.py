"""Documents that wait for the consultation that announces them (CSP R.1111-53).

Who deposits may ask for it, with the deposit and never after: what the patient could see
is not taken away. A new version or a copy waits from when the first one came, so nothing
prolongs the month; that it ends is worked out at each reading (``labels/announcement``).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.repository import keeping, outbox
from gateway.repository.held_label import HeldLabel
from gateway.repository.records import Record
from labels.announcement import NOTICE
from labels.codes import Mark
from labels.label import Label

ROW = "announcement"
"""The kind of the outbox rows that make sure, after two weeks, that the patient is told."""


def since(
    connection: Connection, record: Record, before: Collection[str], at: datetime
) -> datetime:
    """Return from when a new document waits that comes after others of the record."""
    held = (
        each.facts.announced
        for each in keeping.named(connection, record, frozenset(before))
        if Mark.INVISIBLE_PATIENT in each.label.effective.marks
    )
    return min(held, default=at)


def begin(
    connection: Connection,
    record: Record,
    item_id: str,
    label: HeldLabel,
    waits: datetime,
    at: datetime,
) -> None:
    """Have the patient told after two weeks, if a new document waits so long."""
    later = waits + NOTICE - at
    if Mark.INVISIBLE_PATIENT in label.effective.marks and later.total_seconds() > 0:
        outbox.put(connection, record, ROW, {"item": item_id}, at, later)


def repeated(submitted: Label) -> Label:
    """Return what a repeated deposit may still ask for: to wait is no more of it."""
    return replace(submitted, marks=submitted.marks - {Mark.INVISIBLE_PATIENT})
