"""What the person of a record sees of it: what a Consent of theirs may name."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from gateway.consents import asking
from gateway.identity.principal import Principal
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.records import Record
from gateway.services import Services
from labels.policy.clearance import Clearance
from labels.policy.decide import clearance_for


def sight(
    services: Services, connection: Connection, record: Record, at: datetime
) -> Clearance:
    """Return what the person of a record sees of it now."""
    own = record.identity.identifiers
    person = Principal(str(own[0]), patient=own)
    asked = asking.question(connection, person, record, at)
    return clearance_for(asked, services.rules)


def shown(found: Iterable[Stored], seen: Clearance) -> frozenset[str]:
    """Return the documents that somebody sees; a set is none, and only names some."""
    return frozenset(
        each.id
        for each in found
        if each.kind == DOCUMENT and seen.judge(each.facts).permitted
    )
