"""Accesses granted in a vital emergency, and what the person lets them do.

A grant is for one asker, structure, purpose and record, in force for an hour. It is given
whatever the person chose, so that no answer tells; the choices are asked again at each
question, and a choice made during the hour holds at once. One grant never takes another
away: whether the other one then opened nothing would tell what was chosen.
"""

from collections.abc import Iterable
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
    """Keep a grant beside the others of the same asker in this record.

    One for the same structure and purpose takes the place of the former.
    """
    others = _held(connection, record, given.who)
    standing = {_for(each): each for each in others if given.since < each.until}
    _keep(connection, record, given.who, (standing | {_for(given): given}).values())


def granted(
    connection: Connection, record: Record, principal: Principal, at: datetime
) -> Purpose | None:
    """Return the purpose of the asker's access in force, if the person lets one in.

    Of two it is that of the first, which a second request neither ends nor changes. None
    after a death. The same statements run for the record of nobody as for a person's.
    """
    held = _held(connection, record, principal.subject)
    chosen = choices(connection, record)
    if any(at > each.seen for each in held):
        come = [replace(each, seen=max(at, each.seen)) for each in held]
        _keep(connection, record, principal.subject, come)
    opened = (
        each.purpose
        for each in held
        if each.organization == principal.organization
        if each.holds(at) and chosen.lets_in(each.purpose)
    )
    return None if record.died else next(opened, None)


def choices(connection: Connection, record: Record) -> EmergencyChoices:
    """Return what the person chose; the law's own where nothing was said."""
    held = entries.of_record(connection, EMERGENCY_CHOICES, record.keys)
    return EmergencyChoices(**held[0][1]) if held else EmergencyChoices()


def choose(connection: Connection, record: Record, chosen: EmergencyChoices) -> None:
    """Keep what the person chooses."""
    entries.put(connection, EMERGENCY_CHOICES, record.keys, CHOSEN, asdict(chosen))


def _id(record: Record, who: str) -> str:
    """Return where the grants of an asker stand: a token that tells nobody who."""
    return record.keys.token("emergency", who)[:ID_LENGTH]


def _for(given: Grant) -> tuple[str, Purpose]:
    return given.organization, given.purpose


def _keep(
    connection: Connection, record: Record, who: str, given: Iterable[Grant]
) -> None:
    """Keep the grants of an asker, in the order in which they began."""
    held = {"grants": [_written(each) for each in given]}
    entries.put(connection, EMERGENCY, record.keys, _id(record, who), held)


def _held(connection: Connection, record: Record, who: str) -> list[Grant]:
    found = entries.find(connection, EMERGENCY, record.keys, _id(record, who))
    # A row kept before 2026-11-23 is one grant.
    return [_read(each) for each in found.get("grants", [found])] if found else []


def _written(given: Grant) -> entries.Held:
    return {
        "who": given.who,
        "organization": given.organization,
        "purpose": given.purpose.value,
        "since": given.since.isoformat(),
        "seen": given.seen.isoformat(),
    }


def _read(held: entries.Held) -> Grant:
    return Grant(
        held["who"],
        held["organization"],
        Purpose(held["purpose"]),
        datetime.fromisoformat(held["since"]),
        datetime.fromisoformat(held["seen"]),
    )
