"""Alerts for the officer of the deployment: patterns, by professional, never by patient.

They are kept in the record of nobody, sealed. An alert names who asked and how often, and
the record by its id alone; no log says more than that there is one.
"""

import logging
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from gateway.repository import entries, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.entries import ALERT
from gateway.repository.records import HOUSE, Record

ID_LENGTH = 32
MANY, SURNAME, READING, OVERDUE = (
    "many-in-a-day",
    "own-surname",
    "mass-reading",
    "contest-overdue",
)

_log = logging.getLogger("paravent.alerts")


@dataclass(frozen=True, slots=True)
class Alert:
    """One pattern that was noticed: which, of whom, on which record, how much of it.

    ``closed`` is when an officer closed it, empty before.
    """

    pattern: str
    who: str
    name: str
    record: str
    count: int
    at: datetime
    closed: str = ""


def raise_alert(connection: Connection, keys: DeploymentKeys, alert: Alert) -> None:
    """Keep an alert; the same pattern of the same day is one alert, with its last count."""
    house = _house(connection, keys)
    row_id = _id(house, alert)
    before = entries.find(connection, ALERT, house.keys, row_id)
    known = before is not None and before["count"] >= alert.count
    if not known:
        entries.put(connection, ALERT, house.keys, row_id, _written(alert))
    if before is None:
        _log.warning("an alert was kept for the officer: %s", alert.pattern)


def kept(connection: Connection, keys: DeploymentKeys) -> list[tuple[str, Alert]]:
    """Return every alert with its id, the latest first."""
    house = _house(connection, keys)
    rows = entries.of_record(connection, ALERT, house.keys)
    found = [(row_id, _read(held)) for row_id, held in rows]
    return sorted(found, key=lambda each: (each[1].at, each[0]), reverse=True)


def close(
    connection: Connection, keys: DeploymentKeys, alert_id: str, at: datetime
) -> bool:
    """Close an alert; False when there is none of that id that is open."""
    house = _house(connection, keys)
    held = entries.find(connection, ALERT, house.keys, alert_id)
    if held is None or held["closed"]:
        return False
    done = replace(_read(held), closed=at.isoformat())
    entries.put(connection, ALERT, house.keys, alert_id, _written(done))
    return True


def _house(connection: Connection, keys: DeploymentKeys) -> Record:
    return records.by_id(connection, keys, HOUSE)


def _id(house: Record, alert: Alert) -> str:
    same = f"{alert.pattern} {alert.who} {alert.record} {alert.at.date()}"
    return house.keys.token(ALERT, same)[:ID_LENGTH]


def _written(alert: Alert) -> entries.Held:
    return asdict(alert) | {"at": alert.at.isoformat()}


def _read(held: entries.Held) -> Alert:
    return Alert(**held | {"at": datetime.fromisoformat(held["at"])})
