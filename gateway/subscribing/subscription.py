"""A subscription as a value: who is told, of what, where to, and how far it has come."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from gateway.consents.relations import HeldRelation
from gateway.identity.principal import Principal
from gateway.repository.search import Period, Search
from labels.codes import Purpose
from labels.policy.question import Relation
from mappings.submission import Identifier

Json = dict[str, Any]


class Status(StrEnum):
    """Where a subscription stands (FHIR R4, SubscriptionStatus)."""

    REQUESTED = "requested"
    ACTIVE = "active"
    ERROR = "error"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the subscriber asked for; ``headers`` are secrets and never shown again."""

    criteria: str
    search: Search
    endpoint: str
    reason: str
    end: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription of one reader to one record.

    ``relations`` are the ids of the relations by which the subscriber was let in when it
    was made; none for the person. ``events`` were told and acknowledged. ``pending`` are
    the documents that came since, seen or not: they are judged when something is sent.
    ``waiting`` is the row of the outbox that will look at them, empty for none.
    """

    wish: Wish
    by: Principal
    made: datetime
    relations: tuple[str, ...]
    status: Status = Status.REQUESTED
    version: int = 1
    changed: datetime | None = None
    events: int = 0
    pending: tuple[str, ...] = ()
    waiting: str = ""

    def is_of(self, principal: Principal) -> bool:
        """Whether who asks is the subscriber: the same reader, structure, application."""
        mine, theirs = self.by, principal
        return (mine.subject, mine.organization, mine.client) == (
            theirs.subject,
            theirs.organization,
            theirs.client,
        )

    def over(self, known: dict[str, HeldRelation], at: datetime) -> bool:
        """Whether it has ended: by its date, with the relation it was made in, by a block.

        Worked out of what is kept, not noted when something is to be sent: when that is
        depends on what came. A block that was lifted restores nothing.
        """
        if self.wish.end and datetime.fromisoformat(self.wish.end) <= at:
            return True
        shut = (
            each
            for each in known.values()
            if each.kind is Relation.BLOCKED and each.is_of(self.by)
        )
        if any(_began(each, at) and not each.over(self.made) for each in shut):
            return True
        held = [known[each] for each in self.relations if each in known]
        return bool(self.relations) and not any(each.holds(at) for each in held)


def _began(held: HeldRelation, at: datetime) -> bool:
    return not held.since or datetime.fromisoformat(held.since) <= at


def written(one: Subscription) -> Json:
    """Return what is kept, sealed, of a subscription."""
    wish = one.wish
    return {
        "criteria": wish.criteria,
        "search": _search_written(wish.search),
        "endpoint": wish.endpoint,
        "reason": wish.reason,
        "end": wish.end,
        "headers": [list(each) for each in wish.headers],
        "by": principal_written(one.by),
        "made": one.made.isoformat(),
        "relations": list(one.relations),
        "status": one.status.value,
        "version": one.version,
        "changed": one.changed.isoformat() if one.changed else "",
        "events": one.events,
        "pending": list(one.pending),
        "waiting": one.waiting,
    }


def read(held: Json) -> Subscription:
    """Return a subscription from what was kept of it."""
    wish = Wish(
        held["criteria"],
        _search_read(held["search"]),
        held["endpoint"],
        held["reason"],
        held["end"],
        tuple((name, value) for name, value in held["headers"]),
    )
    return Subscription(
        wish,
        principal_read(held["by"]),
        datetime.fromisoformat(held["made"]),
        tuple(held["relations"]),
        Status(held["status"]),
        held["version"],
        datetime.fromisoformat(held["changed"]) if held["changed"] else None,
        held["events"],
        tuple(held["pending"]),
        held["waiting"],
    )


def principal_written(principal: Principal) -> Json:
    """Return who asks as JSON: all that policy will be told when something is sent.

    The token itself is not kept; what goes on outlives it by design.
    """
    held = {each.name: getattr(principal, each.name) for each in fields(Principal)}
    return held | {
        "patient": [[each.system, each.value] for each in principal.patient],
        "purpose": principal.purpose.value,
        "scopes": sorted(principal.scopes),
        "token_id": "",
    }


def principal_read(held: Json) -> Principal:
    """Return who asked."""
    return Principal(
        **held
        | {
            "patient": tuple(Identifier(*each) for each in held["patient"]),
            "purpose": Purpose(held["purpose"]),
            "scopes": frozenset(held["scopes"]),
        }
    )


def _search_written(search: Search) -> Json:
    return {
        "tokens": [[name, list(values)] for name, values in search.tokens],
        "periods": [
            [_text(each.start), _text(each.end), each.outside]
            for each in search.periods
        ],
        "statuses": [sorted(each) for each in search.statuses],
    }


def _search_read(held: Json) -> Search:
    periods = (Period(_at(s), _at(e), outside=out) for s, e, out in held["periods"])
    return Search(
        tokens=tuple((name, tuple(values)) for name, values in held["tokens"]),
        periods=tuple(periods),
        statuses=tuple(map(frozenset, held["statuses"])),
    )


def _text(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _at(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
