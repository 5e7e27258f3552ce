"""Accesses granted in a vital emergency, and what the person lets them do.

One grant for one asker and one record, in force for an hour. It is granted whatever the
person chose, so that no answer tells; the choices are asked again at each question, and
a choice made during the hour holds at once.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.identity.principal import Principal
from gateway.repository import entries
from gateway.repository.entries import EMERGENCY, EMERGENCY_CHOICES
from gateway.repository.records import Record
from labels.codes import Purpose
from labels.emergency import EmergencyChoices

LIFE = timedelta(minutes=60)
SKEW = timedelta(seconds=60)
"""By how much the clocks of two servers may differ, as for tokens."""

ID_LENGTH = 32
CHOSEN = "0" * ID_LENGTH


@dataclass(frozen=True, slots=True)
class Grant:
    """An access in a vital emergency: who asked, in which structure, why, from when.

    ``seen`` is the latest instant at which the asker came back.
    """

    who: str
    organization: str
    purpose: Purpose
    since: datetime
    seen: datetime

    @property
    def until(self) -> datetime:
        """The instant from which the grant is no more."""
        return self.since + LIFE

    def holds(self, at: datetime) -> bool:
        """Return whether the grant is in force at ``at``.

        INVARIANT: a clock set back does not lengthen a grant: an instant that lies before
        one that was lived through opens nothing.
        """
        return self.since <= at < self.until and self.seen - at <= SKEW


def grant(connection: Connection, record: Record, given: Grant) -> None:
    """Keep a grant, in place of one that the same asker had in this record."""
    _keep(connection, record, given)


def granted(
    connection: Connection, record: Record, principal: Principal, at: datetime
) -> Purpose | None:
    """Return the purpose of the asker's access in force, if the person lets it in.

    The same statements run for the record of nobody as for a person's.
    """
    row_id = _id(record, principal.subject)
    held = entries.find(connection, EMERGENCY, record.keys, row_id)
    chosen = choices(connection, record)
    if held is None:
        return None
    given = _read(held)
    if at > given.seen:
        _keep(connection, record, replace(given, seen=at))
    same = given.organization == principal.organization
    opened = same and given.holds(at) and chosen.lets_in(given.purpose)
    return given.purpose if opened else None


def choices(connection: Connection, record: Record) -> EmergencyChoices:
    """Return what the person chose; the law's own where nothing was said."""
    held = entries.of_record(connection, EMERGENCY_CHOICES, record.keys)
    return EmergencyChoices(**held[0][1]) if held else EmergencyChoices()


def choose(connection: Connection, record: Record, chosen: EmergencyChoices) -> None:
    """Keep what the person chooses."""
    entries.put(connection, EMERGENCY_CHOICES, record.keys, CHOSEN, asdict(chosen))


def _id(record: Record, who: str) -> str:
    """Return where the grant of an asker stands: a token that tells nobody who."""
    return record.keys.token("emergency", who)[:ID_LENGTH]


def _keep(connection: Connection, record: Record, given: Grant) -> None:
    held = {
        "who": given.who,
        "organization": given.organization,
        "purpose": given.purpose.value,
        "since": given.since.isoformat(),
        "seen": given.seen.isoformat(),
    }
    entries.put(connection, EMERGENCY, record.keys, _id(record, given.who), held)


def _read(held: entries.Held) -> Grant:
    return Grant(
        held["who"],
        held["organization"],
        Purpose(held["purpose"]),
        datetime.fromisoformat(held["since"]),
        datetime.fromisoformat(held["seen"]),
    )
