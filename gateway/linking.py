"""Whose record a sign-in opens: linked once, by a code that was made for the record.

FranceConnect names a person by traits and by a word of its own, never by an INS, and an
INS is never guessed from traits (RNIV). So an operator makes a code for the record and
hands it to the person; whoever signs in and has it is linked, unless the traits
contradict the record. Unknown code, used, over, contradicted, tried too often, linked
elsewhere at the same moment: one answer, after the same statements.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.consents import attempts
from gateway.consents.attempts import Limit
from gateway.consents.codes import ALPHABET, normal
from gateway.identification import (
    contradiction,
    folded,
    known_identifiers,
    own_record,
)
from gateway.identity.principal import Principal
from gateway.repository import entries, identifiers, records
from gateway.repository.entries import LINK, LINK_CODE
from gateway.repository.records import HOUSE, MERGED, Record
from gateway.services import Services
from gateway.smart import grants
from labels.codes import Purpose
from mappings import ins
from mappings.submission import Identifier, Traits

SIGN_IN = "urn:paravent:sign-in"
CODE_SYSTEM = "urn:paravent:link-code"
"""Systems of the index alone: no deposit and no search can name them."""
LENGTH = 12
"""Characters of a code, of 26: 9.5e16 codes, since it also finds the record."""
LASTS = timedelta(days=30)
LONGEST = timedelta(days=90)
ID_LENGTH = 32
FULL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
KNOWN = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
"""A birth date in full, and as much of it as somebody may know."""
BY_PERSON = Limit(10, timedelta(hours=1))
"""Codes one who signed in may try."""
ON_RECORD = Limit(5, timedelta(days=1))
"""Right codes with wrong traits on one record: a letter in the wrong hands."""
MADE, LINKED = "link-code-made", "sign-in-linked"
UNLINKED, ENTERED = "sign-ins-unlinked", "signed-in"
"""What the trail calls each act."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whom a provider knows: its issuer, its word for the person, the traits it gives."""

    issuer: str
    subject: str
    traits: Traits

    @property
    def identifier(self) -> Identifier:
        """What the index of identifiers finds the record by."""
        return Identifier(SIGN_IN, f"{self.issuer}|{self.subject}")


@dataclass(frozen=True, slots=True)
class Own:
    """The person of a record: the identifier it is found by, and the name in use."""

    identifier: Identifier
    name: str


@dataclass(frozen=True, slots=True)
class LinkCode:
    """A new code, shown once, and until when it can be used."""

    code: str
    until: datetime

    @property
    def spaced(self) -> str:
        """The code as it is printed and read aloud: three times four characters."""
        return "-".join(self.code[at : at + 4] for at in range(0, LENGTH, 4))


def make(
    connection: Connection, services: Services, record: Record, lasts: timedelta = LASTS
) -> LinkCode:
    """Make the code of a record; an earlier one that was not used opens nothing more."""
    for code_id, held in entries.of_record(connection, LINK_CODE, record.keys):
        _spend(connection, record, code_id, held["token"])
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    until = services.clock.now() + min(lasts, LONGEST)
    keys, named = services.store.keys, Identifier(CODE_SYSTEM, code)
    held = {"until": until.isoformat(), "token": identifiers.token(keys, named)}
    entries.put(connection, LINK_CODE, record.keys, _id(record, named), held)
    identifiers.lead(connection, keys, record.patient_id, named)
    return LinkCode(code, until)


def unlink(connection: Connection, record: Record, by: Principal, at: datetime) -> int:
    """Have no sign-in open the record any more; returns how many did.

    The applications that were let in by them end too: an application holds for a year
    what somebody gave who may never have been the person.
    """
    kept = entries.of_record(connection, LINK, record.keys)
    issuers = frozenset(held["issuer"] for _, held in kept)
    grants.end_all(connection, record, at, by, issuers)
    for link_id, held in kept:
        identifiers.drop(connection, held["token"])
        entries.remove(connection, LINK, record.keys, link_id)
    return len(kept)


def own(services: Services, signed: SignedIn) -> Own | None:
    """Return the person whose record a sign-in was linked to; None for none.

    Open, closed or opposed: who signs in may want to open it again.
    """
    keys = services.store.keys
    with services.store.unit() as connection:
        record = records.held_for(connection, keys, signed.identifier)
        if record is None or record.state == MERGED:
            return None
        return _own(record, services)


def link(services: Services, signed: SignedIn, code: str) -> Own | None:
    """Link a sign-in to the record of a code; None when it opens nothing, whatever why.

    Raises ``Refused`` (429) after too many codes of this person.
    """
    at, keys = services.clock.now(), services.store.keys
    named = Identifier(CODE_SYSTEM, normal(code))
    with services.store.unit() as connection:
        house = records.by_id(connection, keys, HOUSE)
        counter = (connection, house, str(signed.identifier), BY_PERSON, at)
        throttled = attempts.reached(*counter)
        found = records.by_identifiers(connection, keys, named)
        # As it is once held: a merge may have taken the record away a moment ago.
        record = records.hold(connection, keys, found)
        fits = _fits(connection, record, signed, named, at) and not throttled
        fits = fits and _joined(connection, services, record, signed, named)
        if not fits:
            attempts.failed(*counter)
            if not throttled:
                attempts.failed(connection, record, LINK_CODE, ON_RECORD, at)
        own = _own(record, services) if fits else None
        by = _who(signed, own)
        _trace(connection, record, by, at, granted=fits)
    if throttled:  # raised after the transaction, which keeps the trace
        raise attempts.throttled()
    return own


def entered(services: Services, principal: Principal) -> None:
    """Leave the trace of a person who signed in, in their record if it is open."""
    with own_record(services, principal) as asked:
        granted = asked.by_patient
        asked.trace(Interaction.OPERATION, granted=granted, reason=ENTERED)


def _who(signed: SignedIn, own: Own | None) -> Principal:
    """Return who tried, as the trail names them: the person, else the provider's name.

    So that a person reads who else had the letter in hand.
    """
    given = (signed.traits.given or ("",))[0]
    name = own.name if own else f"{given} {signed.traits.family}".strip()
    subject = f"{signed.issuer}|{signed.subject}"
    return Principal(subject, name=name, issuer=signed.issuer, purpose=Purpose.PATRQT)


def _trace(
    connection: Connection,
    record: Record,
    by: Principal,
    at: datetime,
    *,
    granted: bool,
) -> None:
    """Append to the trail of the record of a code that somebody tried it."""
    patient_id, kind = record.patient_id, Interaction.OPERATION
    tried = Trace(kind, by, granted=granted, patient_id=patient_id, reason=LINKED)
    trail.append(connection, record, audit_event(tried, at), at)


def _fits(
    connection: Connection,
    record: Record,
    signed: SignedIn,
    named: Identifier,
    at: datetime,
) -> bool:
    """Whether the code is this record's and live, and the traits are this person's."""
    held = entries.find(connection, LINK_CODE, record.keys, _id(record, named))
    tired = attempts.reached(connection, record, LINK_CODE, ON_RECORD, at)
    same = _of_one_person(record.identity, signed.traits)
    if held is None or tired or not same or not record.known:
        return False
    return at < datetime.fromisoformat(held["until"])


def _of_one_person(held: Traits, given: Traits) -> bool:
    """Whether a provider's traits are those of the person of the record.

    Stricter than what a deposit must not contradict: birth date and family name have to
    be there on both sides, since what is not said contradicts nothing. The birth date in
    full; a partial one only where the record has the very same.
    """
    born, known = given.birth_date, held.birth_date
    dated = KNOWN.fullmatch(known) and (FULL.fullmatch(born) or born == known)
    named = folded(given.family) and (folded(held.family) or folded(held.used_family))
    return bool(dated and named) and not contradiction(held, given)


def _joined(
    connection: Connection,
    services: Services,
    record: Record,
    signed: SignedIn,
    named: Identifier,
) -> bool:
    """Join them; False, and nothing done, when another code did so at this moment."""
    try:
        with connection.begin_nested():
            _join(connection, services, record, signed, named)
    except IntegrityError:
        return False
    return True


def _join(
    connection: Connection,
    services: Services,
    record: Record,
    signed: SignedIn,
    named: Identifier,
) -> None:
    """Spend the code, and have the sign-in lead to the record and nowhere else."""
    keys, found = services.store.keys, signed.identifier
    token = identifiers.token(keys, found)
    _spend(connection, record, _id(record, named), identifiers.token(keys, named))
    identifiers.drop(connection, token)
    identifiers.lead(connection, keys, record.patient_id, found)
    since = services.clock.now().isoformat()
    held = {"issuer": signed.issuer, "since": since, "token": token}
    link_id = record.keys.token(LINK, str(found))[:ID_LENGTH]
    entries.put(connection, LINK, record.keys, link_id, held)


def _spend(connection: Connection, record: Record, code_id: str, token: str) -> None:
    entries.remove(connection, LINK_CODE, record.keys, code_id)
    identifiers.drop(connection, token)


def _own(record: Record, services: Services) -> Own | None:
    """Return the person by an identifier that is configured: an INS before another."""
    found = known_identifiers(record.identity, services.settings)
    ranked = sorted(found, key=lambda each: each.system not in ins.SYSTEMS)
    traits = record.identity
    given = traits.used_given or (traits.given or ("",))[0]
    name = f"{given} {traits.used_family or traits.family}".strip()
    return Own(ranked[0], name) if ranked else None


def _id(record: Record, named: Identifier) -> str:
    return record.keys.token(LINK_CODE, named.value)[:ID_LENGTH]
