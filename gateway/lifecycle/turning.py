"""Every act on a record: opened, opposed, closed, opened again, erased; one transaction each.

The person asks, or an operator for a person who is there. Each act leaves its trace in
the record, or with nobody where there is none (any more). A record that is not open is
the same as none to everybody: no route finds it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.identity.principal import Principal
from gateway.lifecycle import certificate, erasure
from gateway.lifecycle.act import NONE, Act, becomes
from gateway.lifecycle.certificate import Issued
from gateway.repository import records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.records import CLOSED, HOUSE, OPEN, OPPOSED, PARIS, Record
from gateway.services import Services
from gateway.smart import grants
from gateway.subscribing import kept as subscriptions
from mappings.submission import Identifier, Traits

OPERATOR = Principal("urn:paravent|operator", name="Operator")
"""Who acts from the command line, for a person who is there."""

Turned = Callable[[Services, Identifier, Principal], Issued]
"""An act that leaves the person with a certificate."""

Settle = Callable[[Connection, Record, datetime], None]
"""What is checked or kept with an act, in its transaction, on the record there is."""


class Turning(Protocol):
    """An act as somebody asks for it."""

    def __call__(
        self,
        services: Services,
        identifier: Identifier,
        by: Principal,
        request_id: str = "",
        settle: Settle | None = None,
    ) -> Issued:
        """Carry the act out; raises ``CannotFollowError``, also as ``settle`` does."""


DECEASED = "record-deceased"
"""What the trail calls that a death is noted, or that it was noted wrongly."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """One act on what there is for an identifier, in one transaction."""

    connection: Connection
    keys: DeploymentKeys
    identifier: Identifier
    found: Record | None
    at: datetime
    by: Principal
    request_id: str

    @property
    def state(self) -> str:
        """The state of what there is."""
        return self.found.state if self.found else NONE

    def trace(self, what: str, record: Record | None = None) -> None:
        """Leave the trace of the act in the record, else with nobody."""
        house = records.in_any_state(self.connection, self.keys, HOUSE)
        kept = record or self.found or house
        if kept is None:
            return
        trace = Trace(
            Interaction.OPERATION,
            self.by,
            granted=True,
            patient_id=kept.patient_id,
            request_id=self.request_id,
            reason=what,
        )
        trail.append(self.connection, kept, audit_event(trace, self.at), self.at)

    def certified(self, act: Act, by: datetime | None = None) -> Issued:
        """Return the certificate of the act."""
        return certificate.issue(self.keys, act, self.identifier, self.at, by)


def open_record(
    services: Services,
    traits: Traits,
    preset: str,
    by: Principal = OPERATOR,
    zone: str = PARIS,
) -> str:
    """Open a record with a preset for a person whose identity is qualified.

    Returns its id. Raises ``CannotFollowError`` for who has one, or opposed it.
    """
    with _turn(services, traits.identifiers[0], by) as turn:
        becomes(turn.state, Act.OPEN)
        place = turn.connection, turn.keys
        records.forget_lost(*place, *traits.identifiers)
        patient_id = records.open_record(*place, traits, preset, OPEN, zone)
        turn.trace(Act.OPEN, records.by_id(*place, patient_id))
        return patient_id


def oppose(
    services: Services,
    identifier: Identifier,
    by: Principal,
    request_id: str = "",
    settle: Settle | None = None,
) -> Issued:
    """Register that the person wants no record; one that is there is closed with it.

    Raises ``CannotFollowError`` for who has opposed already.
    """
    with _turn(services, identifier, by, request_id, settle) as turn:
        state = becomes(turn.state, Act.OPPOSE)
        place, found = (turn.connection, turn.keys), turn.found
        if found is None:
            records.forget_lost(*place, identifier)
            records.open_record(*place, Traits((identifier,)), "", state)
        else:
            _seal(turn, found, state)
        turn.trace(Act.OPPOSE)
        return turn.certified(Act.OPPOSE)


def withdraw(
    services: Services,
    identifier: Identifier,
    by: Principal,
    request_id: str = "",
    settle: Settle | None = None,
) -> Issued:
    """Take an opposition back; this opens nothing. Raises ``CannotFollowError``."""
    with _turn(services, identifier, by, request_id, settle) as turn:
        found = _held(turn, Act.WITHDRAW)
        alone = not found.identity.birth_date
        house = records.by_id(turn.connection, turn.keys, HOUSE)
        turn.trace(Act.WITHDRAW, house if alone else found)
        if alone:
            records.erase(turn.connection, found.patient_id)
        else:
            records.keep(turn.connection, replace(found, state=CLOSED))
        issued = turn.certified(Act.WITHDRAW)
    if alone:
        services.store.keys.vault.destroy(found.patient_id)
    return issued


def close(
    services: Services,
    identifier: Identifier,
    by: Principal,
    request_id: str = "",
    settle: Settle | None = None,
) -> Issued:
    """Close a record: sealed for ten years, then erased. Raises ``CannotFollowError``."""
    with _turn(services, identifier, by, request_id, settle) as turn:
        _seal(turn, _held(turn, Act.CLOSE), CLOSED)
        turn.trace(Act.CLOSE)
        return turn.certified(Act.CLOSE)


def reopen(
    services: Services,
    identifier: Identifier,
    by: Principal,
    request_id: str = "",
    settle: Settle | None = None,
) -> str:
    """Open a closed record again, as it was; returns its id.

    Raises ``CannotFollowError``.
    """
    with _turn(services, identifier, by, request_id, settle) as turn:
        found = _held(turn, Act.REOPEN)
        erasure.cancel(turn.connection, found)
        records.keep(turn.connection, replace(found, state=OPEN))
        turn.trace(Act.REOPEN)
        return found.patient_id


def erase(
    services: Services,
    identifier: Identifier,
    by: Principal,
    request_id: str = "",
    settle: Settle | None = None,
) -> Issued:
    """Erase a record at the person's express wish: at once, or within three months.

    The certificate says by when. Until then the record is closed. Raises
    ``CannotFollowError``.
    """
    with _turn(services, identifier, by, request_id, settle) as turn:
        found = _held(turn, Act.ERASE)
        waits, gone = erasure.forbidden(turn.connection, found), list[str]()
        by_then = turn.at + erasure.LATEST if waits else turn.at
        if waits:
            _forget(turn, found)
            state = OPPOSED if found.state == OPPOSED else CLOSED
            records.keep(turn.connection, replace(found, state=state))
            erasure.plan(turn.connection, found, turn.at, by_then)
            turn.trace(Act.ERASE)
        else:
            gone = erasure.erase(turn.connection, turn.keys, found)
            turn.trace(Act.ERASE, records.by_id(turn.connection, turn.keys, HOUSE))
        issued = turn.certified(Act.ERASE, by_then)
    for each in gone:
        services.store.keys.vault.destroy(each)
    return issued


def decease(
    services: Services, identifier: Identifier, died: date | None, by: Principal
) -> None:
    """Note the day of death, or with None that it was noted wrongly.

    From then on only depositors see, what is theirs (rule ``ended-by-death``), and no
    application holds. Raises ``CannotFollowError`` for who has no open record.
    """
    with _turn(services, identifier, by) as turn:
        found = _held(turn, Act.CLOSE)
        day = died.isoformat() if died else ""
        if died:
            grants.end_all(turn.connection, found, turn.at, by)
        records.keep(turn.connection, replace(found, died=day))
        turn.trace(DECEASED)


def _seal(turn: _Turn, found: Record, state: str) -> None:
    """Make a record unreadable to all, to be erased after ten years."""
    records.keep(turn.connection, replace(found, state=state))
    _forget(turn, found)
    if found.state == OPEN:
        due = erasure.after_closing(turn.at)
        erasure.plan(turn.connection, found, turn.at, due)


def _forget(turn: _Turn, found: Record) -> None:
    """End what others were let in to by the person: opening again lets nobody in."""
    subscriptions.end_all(turn.connection, found)
    grants.end_all(turn.connection, found, turn.at, turn.by)


def _held(turn: _Turn, act: Act) -> Record:
    becomes(turn.state, act)
    if turn.found is None:  # no act but those that begin a record follows NONE
        raise LookupError
    return turn.found


@contextmanager
def _turn(
    services: Services,
    identifier: Identifier,
    by: Principal,
    request_id: str = "",
    settle: Settle | None = None,
) -> Iterator[_Turn]:
    at, keys = services.clock.now(), services.store.keys
    with services.store.unit() as connection:
        found = records.held_for(connection, keys, identifier)
        if found is not None:
            records.lock(connection, found)
            found = records.held_for(connection, keys, identifier)
        if found is not None and settle is not None:
            settle(connection, found, at)
        yield _Turn(connection, keys, identifier, found, at, by, request_id)
