"""How long a document may wait for the consultation that announces it (CSP R.1111-53).

One calendar month from the day it came, whatever anybody asks: worked out from dates at
each reading, so that nothing has to run for the patient to see it. Days are those of
UTC; it ends when the day begins that bears the same number in the next month, or with
the last day of a shorter one: never later than a month.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

from labels.item import LONG_AGO

NOTICE = timedelta(weeks=2)
"""After so long without a consultation the patient is told to see a professional."""


def held_from(at: datetime) -> datetime:
    """Return the first instant of the documents that still wait at ``at``.

    What came before is seen. INVARIANT: it never goes back when ``at`` goes on, so what
    was seen once is not held again.
    """
    today = at.astimezone(UTC).date()
    before = date(today.year, today.month, 1).toordinal() - 1
    if before < 1:
        return LONG_AGO
    last = date.fromordinal(before)
    ends = today.day == monthrange(today.year, today.month)[1]
    day = last.day if ends else min(today.day, last.day)
    released = last.replace(day=day) + timedelta(days=1)
    return datetime(released.year, released.month, released.day, tzinfo=UTC)


def ends(since: datetime) -> datetime:
    """Return the instant from which a document that came at ``since`` is seen."""
    came = since.astimezone(UTC).date()
    first = date(came.year, came.month, monthrange(came.year, came.month)[1])
    month = first + timedelta(days=1)
    day = min(came.day, monthrange(month.year, month.month)[1])
    return datetime(month.year, month.month, day, tzinfo=UTC)
