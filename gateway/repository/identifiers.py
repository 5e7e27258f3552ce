"""The index of patient identifiers: to which record each leads, as an HMAC.

It is the one table that is not keyed by record; its key is the deployment's.
"""

from sqlalchemy import Connection, delete, func, insert, select

from gateway.repository import crypt
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.tables import identifier_index
from mappings.submission import Identifier


def lead(
    connection: Connection,
    keys: DeploymentKeys,
    patient_id: str,
    *identifiers: Identifier,
) -> None:
    """Have the identifiers, which lead nowhere yet, lead to a record.

    One that leads somewhere raises the database's ``IntegrityError``.
    """
    rows = [
        {"token": token(keys, identifier), "patient_id": patient_id}
        for identifier in identifiers
    ]
    connection.execute(insert(identifier_index), rows)


def forget(connection: Connection, patient_id: str) -> None:
    """Have no identifier lead to this record any more."""
    connection.execute(
        delete(identifier_index).where(identifier_index.c.patient_id == patient_id)
    )


def drop(connection: Connection, *tokens: str) -> None:
    """Have what these tokens stand for lead nowhere; the rest of its records stays."""
    connection.execute(
        delete(identifier_index).where(identifier_index.c.token.in_(tokens or [""]))
    )


def leads_to(
    connection: Connection, keys: DeploymentKeys, *identifiers: Identifier
) -> list[str]:
    """Return the ids of the records that any of the identifiers leads to."""
    tokens = sorted(token(keys, identifier) for identifier in identifiers)
    found = connection.execute(
        select(identifier_index.c.patient_id)
        .distinct()
        .where(identifier_index.c.token.in_(tokens or [""]))
    )
    return list(found.scalars())


def of_one(
    connection: Connection, keys: DeploymentKeys, *identifiers: Identifier
) -> str:
    """Return the id of the record that each of the identifiers leads to, else nothing.

    One that leads nowhere counts as one that leads elsewhere: beside an identifier that
    leads to a record, it would tell whether another person has one.
    """
    tokens = {token(keys, each) for each in identifiers}
    patient = identifier_index.c.patient_id
    found = connection.execute(
        select(patient)
        .where(identifier_index.c.token.in_(tokens or [""]))
        .group_by(patient)
        .having(func.count() == len(tokens))
    )
    return str(found.scalar() or "")


def token(keys: DeploymentKeys, identifier: Identifier) -> str:
    """Return what stands for an identifier in the index."""
    return crypt.token(keys.index, identifier.system, identifier.value)
