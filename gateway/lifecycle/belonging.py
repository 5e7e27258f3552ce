"""What belongs to all that a record brought, as a document belongs to an encounter.

A person who says the mask of a merge anew names the whole (``share.py``): by this it
speaks still of what she could not name.
"""

from dataclasses import replace

from sqlalchemy import Connection, delete, insert

from gateway.consents.episodes import PARAMETER
from gateway.lifecycle.share import Share, brought
from gateway.repository import indexed
from gateway.repository.records import Record
from gateway.repository.tables import search_token
from labels.consent import Directive


def keep(connection: Connection, record: Record, share: Share) -> None:
    """Have what the person does not see be found by what stands for the whole."""
    token = record.keys.token(PARAMETER, share.episode)
    about = {"patient_id": record.patient_id, "param": PARAMETER, "token": token}
    rows = [about | {"item_id": each} for each in sorted(share.items - share.seen)]
    if rows:
        connection.execute(insert(search_token), rows)


def itemised(connection: Connection, record: Record, said: Directive) -> Directive:
    """Return a directive that speaks by its items of what belongs to what it names.

    What it names for a whole is of one record, and leads to nothing in another.
    """
    found = (
        indexed.by_token(connection, record, PARAMETER, each)
        for each in sorted(brought(said))
    )
    return replace(said, items=said.items.union(*found))


def forget(connection: Connection, record: Record, episode: str) -> None:
    """Have nothing belong to what a merge brought any more."""
    connection.execute(
        delete(search_token).where(
            search_token.c.patient_id == record.patient_id,
            search_token.c.param == PARAMETER,
            search_token.c.token == record.keys.token(PARAMETER, episode),
        )
    )
