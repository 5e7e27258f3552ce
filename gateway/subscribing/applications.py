"""Whether the application through which somebody subscribed may still ask for anything.

A subscription outlives the token with which it was made, never what the token stood for:
the grant of the person, or the registration of the application.
"""

from datetime import datetime

from gateway.inquiry import Inquiry
from gateway.repository import entries, records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.entries import CLIENT, GRANT
from gateway.subscribing.subscription import Subscription


def stands(one: Subscription, asked: Inquiry, keys: DeploymentKeys) -> bool:
    """Return whether there is no application in between, or one that still may ask.

    An application of a person's: by a grant that was there when the subscription was made.
    """
    if not one.by.client:
        return True
    if one.by.patient:
        return _granted(one, asked)
    house = records.by_id(asked.connection, keys, records.HOUSE)
    held = entries.find(asked.connection, CLIENT, house.keys, one.by.client)
    return held is not None and not held["ended"]


def _granted(one: Subscription, asked: Inquiry) -> bool:
    whose = (one.by.client, one.by.subject)
    return any(
        (held["client"], held["subject"]) == whose
        and not held["ended"]
        and datetime.fromisoformat(held["since"]) <= one.made
        and asked.at < datetime.fromisoformat(held["until"])
        for _, held in entries.of_record(asked.connection, GRANT, asked.record.keys)
    )
