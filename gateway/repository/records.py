"""Records: one person's documents under one key, found by a patient identifier."""

import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from sqlalchemy import Connection, Row, insert, select, update

from gateway.repository import crypt
from gateway.repository.crypt import DeploymentKeys, RecordKeys
from gateway.repository.tables import identifier_index, record
from mappings.submission import Identifier, Traits

HOUSE = "0" * 32
"""The record of nobody: refusals that concern no known person are traced there, and a
question about an unknown person does the same work on it as on a known one."""

OPEN = "open"


@dataclass(frozen=True, slots=True, repr=False)
class Record:
    """An open record: its keys, who the person is now, the preset they chose."""

    patient_id: str
    state: str
    keys: RecordKeys
    identity: Traits
    preset: str

    @property
    def known(self) -> bool:
        """Whether this is a person's record, not the record of nobody."""
        return self.patient_id != HOUSE


def ensure_house(connection: Connection, keys: DeploymentKeys) -> None:
    """Make the record of nobody, once."""
    if _row(connection, HOUSE) is None:
        _insert(connection, keys, HOUSE, Traits(()), "")


def opens(connection: Connection, keys: DeploymentKeys) -> bool:
    """Return whether the keys open this database; an empty one opens to any."""
    row = _row(connection, HOUSE)
    if row is None:
        return True
    try:
        keys.open_record_key(row.wrapped_key, HOUSE)
    except InvalidTag:
        return False
    return True


def open_record(
    connection: Connection, keys: DeploymentKeys, traits: Traits, preset: str
) -> str:
    """Open a record for the person and return its id.

    The caller has checked that the identifiers are qualified. An identifier that
    already leads to a record raises the database's ``IntegrityError``.
    """
    patient_id = uuid4().hex
    _insert(connection, keys, patient_id, traits, preset)
    rows = [
        {"token": _index_token(keys, identifier), "patient_id": patient_id}
        for identifier in traits.identifiers
    ]
    connection.execute(insert(identifier_index), rows)
    return patient_id


def _insert(
    connection: Connection,
    keys: DeploymentKeys,
    patient_id: str,
    traits: Traits,
    preset: str,
) -> None:
    wrapped = keys.new_record_key(patient_id)
    sealed = _seal_identity(keys.open_record_key(wrapped, patient_id), traits, preset)
    connection.execute(
        insert(record).values(
            patient_id=patient_id,
            state=OPEN,
            wrapped_key=wrapped,
            sealed_identity=sealed,
        )
    )


def _seal_identity(keys: RecordKeys, traits: Traits, preset: str) -> bytes:
    text = json.dumps({"identity": asdict(traits), "preset": preset})
    return keys.seal(text.encode(), "identity", keys.patient_id)


def _index_token(keys: DeploymentKeys, identifier: Identifier) -> str:
    return crypt.token(keys.index, identifier.system, identifier.value)


def by_identifiers(
    connection: Connection, keys: DeploymentKeys, *identifiers: Identifier
) -> Record:
    """Return the open record one of the identifiers leads to, else that of nobody.

    Identifiers that lead to two different persons lead to nobody: identity is never
    guessed (INS reference framework, RNIV).
    """
    tokens = sorted(_index_token(keys, identifier) for identifier in identifiers)
    found = connection.execute(
        select(identifier_index.c.patient_id)
        .distinct()
        .where(identifier_index.c.token.in_(tokens or [""]))
    ).scalars()
    patients = list(found)
    return by_id(connection, keys, patients[0] if len(patients) == 1 else HOUSE)


def by_id(connection: Connection, keys: DeploymentKeys, patient_id: str) -> Record:
    """Return the open record with this id, else that of nobody."""
    rows = connection.execute(
        select(record).where(record.c.patient_id.in_([patient_id, HOUSE]))
    )
    found = {each.patient_id: each for each in rows if each.state == OPEN}
    return _record(keys, found.get(patient_id) or found[HOUSE])


def in_any_state(
    connection: Connection, keys: DeploymentKeys, patient_id: str
) -> Record | None:
    """Return the record whatever its state, None when there is none or it was erased.

    For what happens to records by themselves; whoever asks is answered by ``by_id``.
    """
    row = _row(connection, patient_id)
    return _record(keys, row) if row is not None and row.wrapped_key else None


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
    sealed = _seal_identity(found.keys, found.identity, preset)
    connection.execute(
        update(record)
        .where(record.c.patient_id == found.patient_id)
        .values(sealed_identity=sealed)
    )


def lock(connection: Connection, found: Record) -> None:
    """Hold the record until the end of the unit, so that writes to it take turns."""
    connection.execute(
        select(record.c.patient_id)
        .where(record.c.patient_id == found.patient_id)
        .with_for_update()
    )


def _row(connection: Connection, patient_id: str) -> Row[tuple[str, ...]] | None:
    return connection.execute(
        select(record).where(record.c.patient_id == patient_id)
    ).one_or_none()


def _traits(held: dict[str, object]) -> Traits:
    """Rebuild the traits from their JSON form."""
    identifiers = tuple(Identifier(**each) for each in held["identifiers"])  # type: ignore[attr-defined]
    rest = {name: value for name, value in held.items() if name != "identifiers"}
    rest["given"] = tuple(rest["given"])  # type: ignore[arg-type]
    return Traits(identifiers=identifiers, **rest)  # type: ignore[arg-type]
