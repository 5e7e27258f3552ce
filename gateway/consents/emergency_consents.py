"""The three choices about a vital emergency in the registry: one Consent for each.

Each has an id that its choice always has, so a choice said again is a new version, by the
API or in the app; a choice that was never said is no Consent.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.consents import registry, saying
from gateway.consents.registry import Version
from gateway.repository.records import Record
from labels.emergency import EmergencyChoices
from labels.fhir_consent.emergency import write

CHOICES = ("samu", "others", "masked")
"""The choices in the order in which they are written."""
ID_LENGTH = 32


def consent_id(record: Record, choice: str) -> str:
    """Return the id of the Consent about one choice in this record."""
    return record.keys.token("emergency-consent", choice)[:ID_LENGTH]


def say(
    connection: Connection,
    record: Record,
    shift: tuple[EmergencyChoices, EmergencyChoices],
    at: datetime,
    named: str = "",
    recorder: str = "",
) -> dict[str, Version]:
    """Keep a version for each choice that changed, and for the one that is ``named``.

    ``shift`` are the choices before and after. Returns the new versions by choice.
    """
    before, after = (asdict(each) for each in shift)
    said = [each for each in CHOICES if before[each] != after[each] or each == named]
    texts = dict(zip(CHOICES, write(shift[1], saying.header(record, at)), strict=True))
    known = registry.of_record(connection, record) if said else {}
    return {
        each: registry.keep(
            connection,
            record,
            _version(known, consent_id(record, each), (at, texts[each], recorder)),
        )
        for each in said
    }


def _version(
    known: dict[str, list[Version]],
    consent: str,
    said: tuple[datetime, dict[str, Any], str],
) -> Version:
    at, resource, recorder = said
    number = len(known.get(consent, ())) + 1
    return Version(consent, number, at, resource, (), recorder)
