"""Ids of items by a search value, before any clearance: for the gateway's own use.

Nothing found here may be answered to anybody before ``finding.find`` under a clearance.
"""

from sqlalchemy import Connection, select

from gateway.repository.records import Record
from gateway.repository.tables import search_token


def by_token(
    connection: Connection, record: Record, param: str, value: str
) -> list[str]:
    """Return the ids of the record's items that carry the value, in order of id."""
    rows = connection.execute(
        select(search_token.c.item_id)
        .where(
            search_token.c.patient_id == record.patient_id,
            search_token.c.param == param,
            search_token.c.token == record.keys.token(param, value),
        )
        .order_by(search_token.c.item_id)
    )
    return list(rows.scalars())
