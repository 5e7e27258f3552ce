"""Dates of FHIR as spans of time: as long as they are precise (R4, datatypes)."""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` on, before ``end``."""

    start: datetime
    end: datetime


def span(text: object) -> Span | None:
    """Return the span of a date, dateTime or instant; None for what is none.

    A date without zone is one of UTC.
    """
    if not isinstance(text, str):
        return None
    try:
        partial = _PARTIAL.fullmatch(text)
        if partial is None:
            at = datetime.fromisoformat(text)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            return Span(at, at + timedelta(seconds=1))
        year, month, day = (int(each) if each else 0 for each in partial.groups())
        start = datetime(year, month or 1, day or 1, tzinfo=UTC)
        return Span(start, start + timedelta(days=_days(start, month, day)))
    except (ValueError, OverflowError):
        return None


def _days(start: datetime, month: int, day: int) -> int:
    if day:
        return 1
    if month:
        return calendar.monthrange(start.year, start.month)[1]
    return 366 if calendar.isleap(start.year) else 365
