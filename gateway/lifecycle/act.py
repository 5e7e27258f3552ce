"""What may happen to a record, and what it becomes: a table, and nothing else.

CSP L.1111-13-1, R.1111-28 (opposition), R.1111-36 (closing, erasure, reopening), L.1111-18
(ten years). An act that is not in the table cannot follow.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from gateway.repository.records import CLOSED, ERASED, OPEN, OPPOSED

NONE = ""
"""The state of who has no record, or whose record was erased: nobody can tell which."""


class Act(StrEnum):
    """One act on a record; the value is what the trail calls it."""

    OPEN = "record-opened"
    OPPOSE = "record-opposed"
    WITHDRAW = "opposition-withdrawn"
    CLOSE = "record-closed"
    REOPEN = "record-reopened"
    ERASE = "record-erasure"


class CannotFollowError(Exception):
    """The record is not in a state in which such an act can follow."""


BECOMES: Mapping[tuple[str, Act], str] = MappingProxyType(
    {
        (NONE, Act.OPEN): OPEN,
        (NONE, Act.OPPOSE): OPPOSED,
        (OPEN, Act.OPPOSE): OPPOSED,
        (OPEN, Act.CLOSE): CLOSED,
        (OPEN, Act.ERASE): ERASED,
        (CLOSED, Act.REOPEN): OPEN,
        (CLOSED, Act.OPPOSE): OPPOSED,
        (CLOSED, Act.ERASE): ERASED,
        (OPPOSED, Act.WITHDRAW): CLOSED,
        (OPPOSED, Act.ERASE): ERASED,
    }
)


def becomes(state: str, act: Act) -> str:
    """Return the state after an act; raises :class:`CannotFollowError` for none."""
    if (state, act) not in BECOMES:
        raise CannotFollowError
    return BECOMES[state, act]
