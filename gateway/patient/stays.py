"""The log as people tell it: who came when, what they did, one stay at a time. Pure.

What one reader does within half an hour, for one purpose and by one application, is one
stay: a list, three documents opened and a search are one visit to the record.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from gateway.audit import reading
from gateway.audit.events import Interaction, counts
from gateway.references import item_of
from gateway.repository.items import DOCUMENT, SUBMISSION_SET
from gateway.smart.grants import ENDED, GIVEN, LEFT
from labels.policy import matrix

Json = dict[str, Any]

BREAK = timedelta(minutes=30)
"""After so long without a sign, the same reader comes anew."""
EMERGENCY = "emergency"
PLAIN = frozenset({DOCUMENT, "Binary"})


class Act(StrEnum):
    """What was done, as a sentence tells it; the most that was done comes first."""

    EMERGENCY = "emergency"
    OPENED = "opened"
    FACTS = "facts"
    LISTED = "listed"
    ADDED = "added"
    CHANGED = "changed"
    COUNTED = "counted"
    SEARCHED = "searched"
    LET_IN = "let_in"
    ENDED = "ended"
    LEFT = "left"
    DID = "did"
    REFUSED = "refused"


BECAME = {GIVEN: Act.LET_IN, ENDED: Act.ENDED, LEFT: Act.LEFT}
DONE = {
    Interaction.CREATE: Act.ADDED,
    Interaction.TRANSACTION: Act.ADDED,
    Interaction.UPDATE: Act.CHANGED,
    Interaction.PATCH: Act.CHANGED,
    Interaction.OPERATION: Act.DID,
}


@dataclass(frozen=True, slots=True)
class Who:
    """A reader in the log: by number, name and structure, in which profession, by what.

    ``client`` is the id of the application, as ``system|value``; what it does in the name
    of the person is its own act, not the person's.
    """

    subject: str
    name: str
    organization: str
    profession: str
    purpose: str
    application: str
    client: str
    refused: bool


@dataclass(slots=True)
class Stay:
    """What one reader did in one go; ``acts`` holds the ids of documents for each act.

    ``event`` is the id of the last event, by which the whole is contested.
    """

    who: Who
    event: str
    first: datetime
    last: datetime
    acts: dict[Act, dict[str, None]] = field(default_factory=dict)

    @property
    def day(self) -> date:
        """The day it began, where the person lives."""
        return self.first.date()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which stays: by whom or which structure (empty: all), between which days.

    ``own`` adds what the person did.
    """

    who: str = ""
    start: date | None = None
    end: date | None = None
    own: bool = False

    def takes(self, event: Json, at: datetime, subject: str) -> bool:
        """Whether an event is one of those asked for."""
        agent = actor(event, subject)
        if agent == subject and not self.own:
            return False
        if self.who and self.who not in (agent, reading.organization(event)):
            return False
        after = self.start is None or self.start <= at.date()
        return after and (self.end is None or at.date() <= self.end)


def stays(
    events: Iterable[Json], zone: ZoneInfo, wanted: Wanted, subject: str
) -> list[Stay]:
    """Return the stays that events (the oldest first) tell of, the latest first.

    ``subject`` is the person who looks.
    """
    found: list[Stay] = []
    latest: dict[Who, Stay] = {}
    for event in events:
        at = datetime.fromisoformat(event["recorded"]).astimezone(zone)
        if not wanted.takes(event, at, subject):
            continue
        who = _who(event)
        stay = latest.get(who)
        if stay is None or at - stay.last > BREAK or at.date() != stay.day:
            stay = latest[who] = Stay(who, event["id"], at, at)
            found.append(stay)
        stay.last, stay.event = at, event["id"]
        stay.acts.setdefault(act(event), {}).update(dict.fromkeys(_documents(event)))
    return sorted(found, key=lambda each: each.last, reverse=True)


def act(event: Json) -> Act:
    """Return what an event tells of."""
    if not reading.granted(event):
        return Act.REFUSED
    if (became := BECAME.get(reading.reason(event))) is not None:
        return became
    if reading.reason(event).startswith(f"{EMERGENCY} "):
        return Act.EMERGENCY
    return DONE.get(reading.interaction(event)) or _looked(event)


def actor(event: Json, subject: str) -> str:
    """Return who did it: the application that acted in the person's name, else who asked."""
    agent = reading.agent(event)
    return (reading.client(event) or agent) if agent == subject else agent


def entered(who: Who, subject: str) -> bool:
    """Whether it is an application that acted in the name of the person who looks."""
    return bool(who.client) and who.subject in (subject, who.client)


def _looked(event: Json) -> Act:
    """Return what a reading or a search tells of, by what it found."""
    kinds = {each.partition("/")[0] for each in reading.items(event)}
    searched = reading.interaction(event) is Interaction.SEARCH
    if searched and counts(reading.query(event)):
        return Act.COUNTED
    if not kinds:
        return Act.SEARCHED if searched else Act.DID
    if kinds & {*PLAIN, SUBMISSION_SET}:
        return Act.LISTED if searched else Act.OPENED
    return Act.FACTS


def readers(events: Iterable[Json], subject: str) -> dict[str, str]:
    """Return everybody in the log but the person: number and name, structures nameless.

    An application that the person let in is one of them.
    """
    found: dict[str, str] = {}
    for event in events:
        agent = actor(event, subject)
        if agent == reading.client(event):
            found[agent] = reading.application(event)
        elif agent != subject:
            found[agent] = reading.name(event) or found.get(agent, "")
            if structure := reading.organization(event):
                found.setdefault(structure, "")
    return found


def members(events: Iterable[Json], subject: str) -> dict[str, set[str]]:
    """Return who came for each structure in the log: the persons, and its software."""
    found: dict[str, set[str]] = {}
    for event in events:
        agent, structure = actor(event, subject), reading.organization(event)
        if structure and agent not in (subject, reading.client(event)):
            found.setdefault(structure, set()).add(agent)
    return found


def column(who: Who) -> str:
    """Return the profession as the matrix knows it; empty when it is not known."""
    profession, _, skill = who.profession.partition("/")
    return matrix.column(profession, skill)


def _who(event: Json) -> Who:
    profession = f"{reading.profession(event)}/{reading.skill(event)}"
    return Who(
        reading.agent(event),
        reading.name(event),
        reading.organization(event),
        profession,
        reading.purpose(event),
        reading.application(event),
        reading.client(event),
        not reading.granted(event),
    )


def _documents(event: Json) -> Iterator[str]:
    """Yield the ids of the documents an event names, or whose facts it names."""
    for each in reading.items(event):
        kind, _, public_id = each.partition("/")
        if kind not in (SUBMISSION_SET, "Consent", "Patient"):
            yield item_of(public_id)
