"""FHIR Period and dateTime: partial dates are the whole day, month or year they name."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from labels.consent import Period
from labels.fhir_consent.element import Element, Json

_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_INSTANT = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_DECEMBER = 12


def read(element: Element, zone: tzinfo) -> Period:
    """Return the time a Period names; ``zone`` is that of dates without a time.

    FHIR counts the end in: an end of 2026-12-31 lasts until the end of that day.
    Raises ``ConsentError`` for anything that is no date, and an end before its start.
    """
    element.only(frozenset({"start", "end"}))
    start = instant(element, "start", zone) if "start" in element.value else None
    end = instant(element, "end", zone, after=True) if "end" in element.value else None
    if start is not None and end is not None and end <= start:
        raise element.refused(
            "end", "The end is not after the start.", "La fin ne suit pas le début."
        )
    return Period(start, end)


def instant(
    element: Element, name: str, zone: tzinfo, *, after: bool = False
) -> datetime:
    """Return the first instant of a dateTime, or the first ``after`` it if it is a date."""
    text = element.text(name)
    partial = _PARTIAL.fullmatch(text)
    try:
        if partial is not None:
            first, following = _days(*(int(g) if g else 0 for g in partial.groups()))
            day = following if after else first
            return datetime.combine(day, time(), zone).astimezone(UTC)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise element.refused(
        name,
        "Not a date, or a time without its zone.",
        "Ce n'est pas une date, ou une heure sans son fuseau.",
    )


def written(period: Period) -> Json:
    """Return the Period; nothing for one that is open on both sides."""
    found: Json = {}
    if period.start is not None:
        found["start"] = period.start.isoformat()
    if period.end is not None:
        found["end"] = period.end.isoformat()
    return found


def _days(year: int, month: int, day: int) -> tuple[date, date]:
    """Return the first day that a partial date names, and the one after the last."""
    first = date(year, month or 1, day or 1)
    if day:
        return first, first + timedelta(days=1)
    if month:
        carried = month == _DECEMBER
        return first, date(year + carried, 1 if carried else month + 1, 1)
    return first, date(year + 1, 1, 1)
