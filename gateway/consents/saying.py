"""What the patient decided here, said as a Consent: by the rules that read one.

What is said names what was named: that it also holds for copies and replacements is law,
not words, since who reads the words may not know of those.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gateway.references import Reference
from gateway.repository.records import Record
from labels.consent import Directive
from labels.fhir_consent.write import Header, Named, provision, write

Json = dict[str, Any]

SOURCE = "Décision prise par la personne dans Paravent"


def consent(record: Record, said: Sequence[Directive], at: datetime) -> Json:
    """Return the Consent of directives that the person decided here.

    Raises ``ValueError`` when none of them names anything.
    """
    return write(_named(said), header(record, at), _naming(record))


def header(record: Record, at: datetime) -> Header:
    """Return what a Consent says beside its provision, for what was decided here."""
    return Header({"reference": f"Patient/{record.patient_id}"}, at, SOURCE)


def changed(record: Record, before: Json, said: Sequence[Directive]) -> Json:
    """Return a Consent with what is left of it, inactive when nothing is."""
    if not said:
        return before | {"status": "inactive"}
    return before | {"provision": provision(_named(said), _naming(record))}


def _naming(record: Record) -> Named:
    return lambda item: f"DocumentReference/{Reference(record.patient_id, item)}"


def _named(said: Sequence[Directive]) -> list[Directive]:
    return [each.as_said for each in said]
