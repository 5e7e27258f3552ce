"""Records: one person's documents under one key, found by a patient identifier."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, delete, insert, select, update

from gateway.repository import identifiers
from gateway.repository.crypt import DeploymentKeys, RecordKeys
from gateway.repository.tables import metadata, record
from mappings.submission import Identifier, Traits

HOUSE = "0" * 32
"""The record of nobody: refusals that concern no known person are traced there, and a
question about an unknown person does the same work on it as on a known one."""

OPEN, OPPOSED, CLOSED, MERGED, ERASED = "open", "opposed", "closed", "merged", "erased"
"""The states of a record. Only an open one is found by who asks; an erased one is the
trace of an id, without a key and without content."""

PARIS = "Europe/Paris"

STILL = "paravent.still"
"""What a connection remembers of its unit: which record it reads (``still``)."""


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """A record: its keys, who the person is now, the preset they chose.

    ``zone`` is the time zone of the person's civil days, ``died`` the day of death (ISO
    8601) or empty.
    """

    patient_id: str
    state: str
    keys: RecordKeys
    identity: Traits
    preset: str
    zone: str = PARIS
    died: str = ""

    @property
    def known(self) -> bool:
        """Whether this is a person's record, not the record of nobody."""
        return self.patient_id != HOUSE


def ensure_house(connection: Connection, keys: DeploymentKeys) -> None:
    """Make the record of nobody, once."""
    if row_of(connection, HOUSE) is None:
        _insert(connection, keys, HOUSE, (Traits(()), "", PARIS), OPEN)


def opens(connection: Connection, keys: DeploymentKeys) -> bool:
    """Return whether the keys open this database; an empty one opens to any."""
    row = row_of(connection, HOUSE)
    if row is None:
        return True
    try:
        keys.open_record_key(row.wrapped_key, HOUSE)
    except InvalidTag:
        return False
    return True


def open_record(
    connection: Connection,
    keys: DeploymentKeys,
    traits: Traits,
    preset: str,
    state: str = OPEN,
    zone: str = PARIS,
) -> str:
    """Make a record for the person, open unless said otherwise, and return its id.

    The caller has checked that the identifiers are qualified. An identifier that
    already leads to a record raises the database's ``IntegrityError``.
    """
    patient_id = uuid4().hex
    _insert(connection, keys, patient_id, (traits, preset, zone), state)
    identifiers.lead(connection, keys, patient_id, *traits.identifiers)
    return patient_id


def _insert(
    connection: Connection,
    keys: DeploymentKeys,
    patient_id: str,
    about: tuple[Traits, str, str],
    state: str,
) -> None:
    wrapped = keys.new_record_key(patient_id)
    opened = keys.open_record_key(wrapped, patient_id)
    traits, preset, zone = about
    made = Record(patient_id, state, opened, traits, preset, zone)
    connection.execute(
        insert(record).values(
            patient_id=patient_id,
            state=state,
            wrapped_key=wrapped,
            sealed_identity=_seal(made),
        )
    )


def _seal(held: Record) -> bytes:
    text = json.dumps(
        {
            "identity": asdict(held.identity),
            "preset": held.preset,
            "zone": held.zone,
            "died": held.died,
        }
    )
    return held.keys.seal(text.encode(), "identity", held.patient_id)


def keep(connection: Connection, changed: Record) -> None:
    """Keep the state, the identity and the settings of a record as they are now."""
    connection.execute(
        update(record)
        .where(record.c.patient_id == changed.patient_id)
        .values(state=changed.state, sealed_identity=_seal(changed))
    )


def erase(connection: Connection, patient_id: str) -> None:
    """Delete all that is kept of a record but its id; its secret is the caller's to destroy.

    After the transaction, and once more at the next start (``erased``): a secret that
    was destroyed before would be lost for a record that was not erased.
    """
    for table in reversed(metadata.sorted_tables):
        if table is not record:
            connection.execute(delete(table).where(table.c.patient_id == patient_id))
    connection.execute(
        update(record)
        .where(record.c.patient_id == patient_id)
        .values(state=ERASED, wrapped_key=b"", sealed_identity=b"")
    )


def erased(connection: Connection) -> list[str]:
    """Return the ids of the records that were erased."""
    rows = connection.execute(
        select(record.c.patient_id).where(record.c.state == ERASED)
    )
    return list(rows.scalars())


def by_identifiers(
    connection: Connection, keys: DeploymentKeys, *named: Identifier
) -> Record:
    """Return the open record that all of the identifiers lead to, else that of nobody.

    Identifiers of two persons lead to nobody, whether or not the other has a record:
    identity is never guessed (INS reference framework, RNIV).
    """
    return by_id(
        connection, keys, identifiers.of_one(connection, keys, *named) or HOUSE
    )


def held_for(
    connection: Connection, keys: DeploymentKeys, *named: Identifier
) -> Record | None:
    """Return the record the identifiers lead to in whatever state; None without one.

    For the life of records, and never for what answers a reader. None too for one whose
    secret was destroyed: a restored copy of the database does not bring it back.
    """
    patients = identifiers.leads_to(connection, keys, *named)
    one = patients[0] if len(patients) == 1 else ""
    return in_any_state(connection, keys, one)


def forget_lost(
    connection: Connection, keys: DeploymentKeys, *named: Identifier
) -> None:
    """Have the identifiers lead no more to records whose secret was destroyed.

    Such are found in a copy of the database that is older than an erasure.
    """
    for patient_id in identifiers.leads_to(connection, keys, *named):
        if keys.vault.find(patient_id) is None:
            identifiers.forget(connection, patient_id)


def by_id(connection: Connection, keys: DeploymentKeys, patient_id: str) -> Record:
    """Return the open record with this id, else that of nobody."""
    rows = connection.execute(
        select(record).where(record.c.patient_id.in_([patient_id, HOUSE]))
    )
    found = {
        each.patient_id: each
        for each in rows
        if each.state == OPEN and keys.vault.find(each.patient_id) is not None
    }
    return _record(keys, found.get(patient_id) or found[HOUSE])


def in_any_state(
    connection: Connection, keys: DeploymentKeys, patient_id: str
) -> Record | None:
    """Return the record whatever its state, None when there is none or it was erased.

    For what happens to records by themselves; whoever asks is answered by ``by_id``.
    """
    row = row_of(connection, patient_id)
    if row is None or not row.wrapped_key or keys.vault.find(patient_id) is None:
        return None
    return _record(keys, row)


def _record(keys: DeploymentKeys, row: Row[Any]) -> Record:
    record_keys = keys.open_record_key(row.wrapped_key, row.patient_id)
    sealed = record_keys.unseal(row.sealed_identity, "identity", row.patient_id)
    held = json.loads(sealed)
    return Record(
        row.patient_id,
        row.state,
        record_keys,
        _traits(held["identity"]),
        held["preset"],
        held.get("zone", PARIS),
        held.get("died", ""),
    )


def every_open(connection: Connection) -> list[str]:
    """Return the ids of all open records of persons, in the order of ids."""
    rows = connection.execute(
        select(record.c.patient_id)
        .where(record.c.state == OPEN, record.c.patient_id != HOUSE)
        .order_by(record.c.patient_id)
    )
    return list(rows.scalars())


def set_preset(connection: Connection, found: Record, preset: str) -> None:
    """Change the preset the patient starts from."""
    keep(connection, replace(found, preset=preset))


def still(connection: Connection, keys: DeploymentKeys, found: Record) -> Record:
    """Let nobody change a record until the end of the unit; return it as it is now.

    For who reads: readers do not wait for each other (PostgreSQL: SHARE), and what was
    decided before holds for all that is read, since whoever changes a record holds it.
    The record of nobody when it is not open any more.
    """
    connection.info[STILL] = found.patient_id
    one = select(record.c.patient_id).where(record.c.patient_id == found.patient_id)
    connection.execute(one.with_for_update(read=True))
    return by_id(connection, keys, found.patient_id)


def hold(connection: Connection, keys: DeploymentKeys, found: Record) -> Record:
    """Hold a record until the end of the unit; return it as it is now.

    For who changes it, before anything that the change goes by is read. The record of
    nobody when it is not open any more.
    """
    lock(connection, found)
    return by_id(connection, keys, found.patient_id)


def lock(connection: Connection, found: Record) -> None:
    """Hold the record until the end of the unit, so that writes to it take turns.

    Not its key (PostgreSQL: NO KEY UPDATE): rows that refer to the record, such as the
    event of this very unit, can be added before or meanwhile without a deadlock. Raises
    ``RuntimeError`` in a unit that reads the record: two such would wait for each other.
    """
    if connection.info.get(STILL) == found.patient_id:
        raise RuntimeError("a record that was opened to be read is not changed")
    one = select(record.c.patient_id).where(record.c.patient_id == found.patient_id)
    connection.execute(one.with_for_update(key_share=True))


def row_of(connection: Connection, patient_id: str) -> Row[Any] | None:
    """Return the record as it is kept, sealed, whatever its state."""
    return connection.execute(
        select(record).where(record.c.patient_id == patient_id)
    ).one_or_none()


def _traits(held: dict[str, object]) -> Traits:
    """Rebuild the traits from their JSON form."""
    identifiers = tuple(Identifier(**each) for each in held["identifiers"])  # type: ignore[attr-defined]
    rest = {name: value for name, value in held.items() if name != "identifiers"}
    for names in ("given", "former_given"):
        rest[names] = tuple(rest.get(names, ()))  # type: ignore[arg-type]
    return Traits(identifiers=identifiers, **rest)  # type: ignore[arg-type]
