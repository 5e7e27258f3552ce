"""Acts on a child's record that need both parents: one asks, the other consents, or it lapses.

Opposing, closing and erasing a record bind the child for years: they are no *acte usuel*,
for which each parent is deemed to act with the other (Code civil 372-2); authority is
exercised in common (372) unless a judge gave it to one (373-2-1), noted as ``sole``. Who
asks is answered the same whoever else represents the child. What waits is worked out at
each reading; no job is needed for it to lapse. A guardian finds no such act: closing the
record of a protected adult is that adult's, or a judge's (Code civil 458, 459).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial

from sqlalchemy import Connection

from gateway.audit.events import Interaction
from gateway.consents import asking, relations
from gateway.consents.relations import HeldRelation
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, by_identifier, inquire
from gateway.lifecycle.act import Act, CannotFollowError
from gateway.lifecycle.certificate import Issued
from gateway.lifecycle.turning import Turning
from gateway.notify import notices
from gateway.repository import entries
from gateway.repository.entries import JOINT
from gateway.repository.records import Record
from gateway.services import Services
from labels.policy.question import Relation
from mappings.submission import Identifier

BOTH = frozenset({Act.OPPOSE, Act.CLOSE, Act.ERASE})
"""The acts that one parent does not do alone, and a child not alone either (R.1111-40)."""
WAITS = timedelta(days=30)
LOOK, DECLINED, TOLD = "joint-acts", "joint-act-declined", "joint-act"


class State(StrEnum):
    """Where a joint act stands: it waits, or one of four things ended the waiting."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Joint:
    """An act that a parent asked for: who, when, until when it waits, how it stands.

    ``settled_by`` and ``settled`` say who consented, refused or withdrew, and when.
    """

    act: Act
    by: str
    at: str
    due: str
    state: State = State.WAITING
    settled_by: str = ""
    settled: str = ""

    def as_of(self, at: datetime) -> "Joint":
        """Return the act as it stands at an instant: nothing waits beyond its time."""
        over = self.state is State.WAITING and datetime.fromisoformat(self.due) <= at
        return replace(self, state=State.LAPSED) if over else self


def ask(
    services: Services,
    principal: Principal,
    act: Act,
    of: Identifier,
    turning: Turning,
    request_id: str = "",
) -> Issued | Joint | None:
    """Ask for an act on a child's record, or consent to what the other parent asked.

    Returns what waits for the other parent, or the certificate of what was done. None to
    whoever does not exercise parental authority over an open record, as for no record.
    """
    find = by_identifier(services, of)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        parent = _parent(asked) if act in BOTH else None
        reason = f"{act.value}-asked"
        asked.trace(Interaction.OPERATION, granted=parent is not None, reason=reason)
        if parent is None:
            return None
        waiting = {each.by: (i, each) for i, each in _waiting(asked, act)}
        mine = waiting.pop(parent.who, None)
        if not waiting and not parent.sole:
            return mine[1] if mine else _begun(asked, act)
        agreed = [row_id for row_id, _ in waiting.values()]
    settle = partial(_done, tuple(agreed), parent.who)
    return turning(services, of, principal, request_id, settle)


def decline(
    services: Services,
    principal: Principal,
    act: Act,
    find: Find,
    request_id: str = "",
) -> bool:
    """Withdraw what one asked for oneself, refuse what the other parent asked for.

    False to whoever does not represent, and when nothing of that act waits.
    """
    with inquire(services, principal, find, request_id, hold=True) as asked:
        waiting = _open(asked, act) if _parent(asked) else []
        asked.trace(Interaction.OPERATION, granted=bool(waiting), reason=DECLINED)
        for row_id, each in waiting:
            own = each.by == principal.subject
            state = State.WITHDRAWN if own else State.REFUSED
            _settle(*asked.place, (row_id, each), state, principal.subject, asked.at)
        return bool(waiting)


def asked_for(
    services: Services, principal: Principal, find: Find, request_id: str = ""
) -> list[Joint] | None:
    """Return every joint act there was, to the person and to who represents; else None.

    Who represents is told of himself, not by which number the other parent is known.
    """
    with inquire(services, principal, find, request_id) as asked:
        granted = asked.by_patient or _parent(asked) is not None
        asked.trace(Interaction.SEARCH, granted=granted, reason=LOOK)
        if not granted:
            return None
        found = (each.as_of(asked.at) for _, each in _kept(*asked.place))
        told = (each if asked.by_patient else _told(each, principal) for each in found)
        return sorted(told, key=lambda each: (each.at, each.act))


def of_age(connection: Connection, record: Record, at: datetime) -> None:
    """Let the person act alone from 18 on; raises ``CannotFollowError`` before.

    And after a death: whoever then holds the sign-in is not the person.
    """
    del connection
    if record.died or relations.is_minor(record, at):
        raise CannotFollowError


def _parent(asked: Inquiry) -> HeldRelation | None:
    """Return the parental authority of who asks, None for anybody else."""
    if not (asking.represents(asked.question) and asked.question.minor):
        return None
    held = relations.of_record(*asked.place)
    mine = [
        each
        for each in held
        if each.kind is Relation.REPRESENTATIVE
        and each.is_of(asked.principal)
        and each.holds(asked.at)
    ]
    return max(mine, key=lambda each: each.sole)


def _told(each: Joint, principal: Principal) -> Joint:
    mine = {principal.subject}
    by, settled_by = each.by, each.settled_by
    return replace(
        each,
        by=by if by in mine else "",
        settled_by=settled_by if settled_by in mine else "",
    )


def _waiting(asked: Inquiry, act: Act) -> list[tuple[str, Joint]]:
    """Return what waits for the other parent, asked by who still represents."""
    held = relations.of_record(*asked.place)
    lets = relations.standing_in(asked.record, held, asked.at)
    return [(i, each) for i, each in _open(asked, act) if each.by in lets]


def _open(asked: Inquiry, act: Act) -> list[tuple[str, Joint]]:
    """Return what is told to wait, whoever asked: one whom the child suspended too."""
    found = [(i, each.as_of(asked.at)) for i, each in _kept(*asked.place)]
    return [
        (i, each) for i, each in found if (each.act, each.state) == (act, State.WAITING)
    ]


def _begun(asked: Inquiry, act: Act) -> Joint:
    due = asked.at + WAITS
    who = asked.principal.subject
    begun = Joint(act, who, asked.at.isoformat(), due.isoformat())
    entries.append(asked.connection, JOINT, asked.record.keys, asdict(begun))
    notices.tell(*asked.place, TOLD, asked.at)
    return begun


def _done(
    agreed: tuple[str, ...],
    who: str,
    connection: Connection,
    record: Record,
    at: datetime,
) -> None:
    """Settle, in the transaction of the act, what the second parent consented to."""
    for row_id, each in _kept(connection, record):
        if row_id in agreed:
            _settle(connection, record, (row_id, each), State.DONE, who, at)


def _settle(
    connection: Connection,
    record: Record,
    waiting: tuple[str, Joint],
    state: State,
    who: str,
    at: datetime,
) -> None:
    row_id, each = waiting
    if each.state is not State.WAITING:  # settled since it was looked at
        raise CannotFollowError
    after = replace(each, state=state, settled_by=who, settled=at.isoformat())
    entries.replace(connection, JOINT, record.keys, row_id, asdict(after))


def _kept(connection: Connection, record: Record) -> list[tuple[str, Joint]]:
    rows = entries.of_record(connection, JOINT, record.keys)
    return [(row_id, _read(held)) for row_id, held in rows]


def _read(held: Mapping[str, str]) -> Joint:
    said = dict(held)
    act, state = Act(said.pop("act")), State(said.pop("state"))
    return Joint(act=act, state=state, **said)
