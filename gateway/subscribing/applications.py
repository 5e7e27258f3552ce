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

    An application of a person's: by the grant the subscription was made under, no other.
    """
    if not one.by.client:
        return True
    house = records.by_id(asked.connection, keys, records.HOUSE)
    held = entries.find(asked.connection, CLIENT, house.keys, one.by.client)
    registered = held is not None and not held["ended"]
    return registered and (not one.by.patient or _granted(one, asked))


def _granted(one: Subscription, asked: Inquiry) -> bool:
    held = entries.find(asked.connection, GRANT, asked.record.keys, one.by.grant)
    if held is None or held["ended"]:
        return False
    return asked.at < datetime.fromisoformat(held["until"])
