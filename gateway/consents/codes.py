"""One-time codes: what only the patient can give, and a professional presents once.

A code is eight characters that cannot be read as one another. What is kept is an HMAC
under the key of the record, so that neither a copy of the database nor the record itself
tells a code that was given; it is looked up by that HMAC, in one statement whether it is
right, wrong, used or of nobody.
"""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from gateway.repository import entries
from gateway.repository.entries import CODE
from gateway.repository.records import Record

ALPHABET = "23456789ACDEFGHJKMNPQRTVWXY"
"""Nothing that is read as another: no 0 and O, no 1, I and L, no 2 as Z, 5 as S, 8 as B,
U as V. Eight of them are 2.8e11 codes."""

LENGTH = 8
ID_LENGTH = 32
ON_A_CARD = 10

OPENS = timedelta(hours=24)
"""How long a code opens the record, unless the patient says otherwise: one consultation
and its aftermath (CSP L.1110-4 III: consent of who is outside the team, each time)."""
LONGEST = timedelta(days=7)
VALID = timedelta(hours=24)
"""How long a code from the app waits to be presented."""
CARD_VALID = timedelta(days=365)
MOST_LIVE = 40


@dataclass(frozen=True, slots=True)
class HeldCode:
    """What is kept of a code; instants are ISO with a time zone, empty for not yet.

    ``seconds`` is how long it opens; ``card`` names the card it was printed on, if any;
    ``by`` is who presented it.
    """

    made: str
    expires: str
    seconds: int
    card: str = ""
    spent: str = ""
    by: str = ""
    revoked: str = ""

    def live(self, at: datetime) -> bool:
        """Whether presenting the code would open the record."""
        unused = not self.spent and not self.revoked
        return unused and at < datetime.fromisoformat(self.expires)


@dataclass(frozen=True, slots=True)
class Made:
    """A new code, shown to the patient once; ``id`` is what it can be revoked by."""

    id: str
    code: str
    expires: datetime
    opens: timedelta

    @property
    def spaced(self) -> str:
        """The code as it is read aloud: two times four characters."""
        return f"{self.code[:4]}-{self.code[4:]}"


class TooManyCodesError(Exception):
    """There are as many live codes as a record may have."""


def make(
    connection: Connection, record: Record, at: datetime, opens: timedelta = OPENS
) -> Made:
    """Make one code for the app; raises :class:`TooManyCodesError`."""
    return _made(connection, record, HeldCode(*_from(at, VALID, opens)), at)


def make_card(
    connection: Connection, record: Record, at: datetime, opens: timedelta = OPENS
) -> list[Made]:
    """Make the codes of a card; those of an earlier card no longer open anything."""
    for code_id, held in kept(connection, record):
        if held.card:
            revoke(connection, record, code_id, at)
    card = secrets.token_hex(ID_LENGTH // 2)
    held = HeldCode(*_from(at, CARD_VALID, opens), card=card)
    return [_made(connection, record, held, at) for _ in range(ON_A_CARD)]


def kept(connection: Connection, record: Record) -> list[tuple[str, HeldCode]]:
    """Return what is kept of every code of the record, with its id."""
    rows = entries.of_record(connection, CODE, record.keys)
    return [(code_id, HeldCode(**held)) for code_id, held in rows]


def revoke(connection: Connection, record: Record, code_id: str, at: datetime) -> bool:
    """Make a code open nothing; False when it was not live."""
    found = entries.find(connection, CODE, record.keys, code_id)
    if found is None or not (held := HeldCode(**found)).live(at):
        return False
    _keep(connection, record, code_id, replace(held, revoked=at.isoformat()))
    return True


def find(
    connection: Connection, record: Record, code: str
) -> tuple[str, HeldCode] | None:
    """Return what is kept of a code of this record, however it was typed; or None."""
    code_id = _id(record, normal(code))
    found = entries.find(connection, CODE, record.keys, code_id)
    return None if found is None else (code_id, HeldCode(**found))


def spend(
    connection: Connection,
    record: Record,
    code: tuple[str, HeldCode],
    by: str,
    at: datetime,
) -> None:
    """Keep that a code was presented, so that it never is again."""
    code_id, held = code
    _keep(connection, record, code_id, replace(held, spent=at.isoformat(), by=by))


def normal(typed: str) -> str:
    """Return a code as it is compared: capitals, without spaces and hyphens."""
    return "".join(each for each in typed.upper() if each not in " -\t\u00a0\u2011")


def _from(at: datetime, valid: timedelta, opens: timedelta) -> tuple[str, str, int]:
    seconds = int(min(opens, LONGEST).total_seconds())
    return at.isoformat(), (at + valid).isoformat(), seconds


def _made(connection: Connection, record: Record, held: HeldCode, at: datetime) -> Made:
    live = [each for _, each in kept(connection, record) if each.live(at)]
    if len(live) >= MOST_LIVE:
        raise TooManyCodesError
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    code_id = _id(record, code)
    _keep(connection, record, code_id, held)
    expires = datetime.fromisoformat(held.expires)
    return Made(code_id, code, expires, timedelta(seconds=held.seconds))


def _keep(connection: Connection, record: Record, code_id: str, held: HeldCode) -> None:
    entries.put(connection, CODE, record.keys, code_id, asdict(held))


def _id(record: Record, code: str) -> str:
    return record.keys.token(CODE, code)[:ID_LENGTH]
