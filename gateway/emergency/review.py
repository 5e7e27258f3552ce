"""Looking for patterns after an emergency, apart from the answer to who asked.

The first look is at once, then every few minutes until the hour is over. It runs in the
outbox, so that asking does the same work for every record.
"""

import re
from datetime import datetime, timedelta
from functools import partial

from gateway.audit import reading, trail
from gateway.audit.events import Interaction, Json
from gateway.consents import attempts
from gateway.consents.emergencies import LIFE
from gateway.emergency import alerts
from gateway.emergency.access import COUNTED, REVIEW
from gateway.emergency.alerts import Alert
from gateway.emergency.data import PATTERNS
from gateway.identification import folded
from gateway.outbox.errand import Again, Decision, Errand, Handlers
from gateway.repository import records
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.records import HOUSE
from mappings.submission import Traits

LATE = timedelta(minutes=1)
"""After the end of the hour, the last look: what was read until then is in the trail."""


def handlers(keys: DeploymentKeys) -> Handlers:
    """Return what the outbox does after an emergency."""
    return {REVIEW: partial(_review, keys)}


def shares_surname(name: str, patient: Traits) -> bool:
    """Return whether a name ends with a family name of the patient.

    A professional's token says given and family name as one text; a given name alone is
    no family name.
    """
    words = [folded(each) for each in re.split(r"[\s]+", name) if each]
    endings = {"".join(words[start:]) for start in range(1, len(words))}
    families = {folded(patient.family), folded(patient.used_family)} - {""}
    return bool(endings & families)


def documents_opened(events: list[Json], who: str) -> set[str]:
    """Return the documents whose bytes somebody was given in these events."""
    return {
        reference
        for event in events
        if reading.agent(event) == who
        if reading.interaction(event) == Interaction.READ
        for reference in reading.references(event)
        if reference.startswith("Binary/")
    }


def _review(keys: DeploymentKeys, errand: Errand) -> Decision:
    held = errand.row.held
    since = datetime.fromisoformat(held["since"])
    for pattern, count in _found(keys, errand, since).items():
        # A count over many records is about none of them.
        about = "" if pattern == alerts.MANY else errand.record.patient_id
        found = Alert(pattern, held["who"], held["name"], about, count, errand.at)
        alerts.raise_alert(errand.connection, keys, found)
    last = since + LIFE + LATE
    if errand.at >= last or not errand.record.known:
        return None
    return Again(min(errand.at + PATTERNS.watched, last))


def _found(keys: DeploymentKeys, errand: Errand, since: datetime) -> dict[str, int]:
    """Return the patterns that are there, each with its count."""
    who, thresholds = errand.row.held["who"], PATTERNS
    house = records.by_id(errand.connection, keys, HOUSE)
    day = attempts.count(
        errand.connection, house, f"{COUNTED} {who} day", thresholds.many, errand.at
    )
    found = {alerts.MANY: day} if day >= thresholds.many.most else {}
    same = shares_surname(errand.row.held["name"], errand.record.identity)
    if same and thresholds.own_surname:
        found[alerts.SURNAME] = 1
    opened = documents_opened(trail.since(*errand.place, since), who)
    if len(opened) >= thresholds.mass_reading:
        found[alerts.READING] = len(opened)
    return found
