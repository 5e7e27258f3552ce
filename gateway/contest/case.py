"""A contested access as a value: its steps, what may follow, when an answer is due.

Pure. The structure of who looked answers; the officer of the deployment decides, also
when no answer came in time; the patient may withdraw, and nobody else can end it.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    OPENED = "opened"
    ANSWERED = "answered"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


CLOSED = frozenset({State.UPHELD, State.DISMISSED, State.WITHDRAWN})
DECIDED = frozenset({State.UPHELD, State.DISMISSED})

NEXT = {
    State.OPENED: frozenset({State.ANSWERED, State.WITHDRAWN}),
    State.ANSWERED: CLOSED,
}
"""What may follow; a case that is overdue may be decided without an answer."""

DUE = {
    State.OPENED: timedelta(days=30),
    State.ANSWERED: timedelta(days=30),
}
"""How long each state may last: *within one month* (RGPD art. 12(3)), as thirty days."""


class CannotFollowError(Exception):
    """The case does not stand where such a step could follow."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: to which state, when, by whom (``system|value``), in which words."""

    state: State
    at: datetime
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """A contested access: the event in the trail, whose it was, who answers for it.

    ``against`` is the structure, or the person who looked without one. The first step is
    the patient's.
    """

    event: str
    who: str
    against: str
    steps: tuple[Step, ...]

    @property
    def state(self) -> State:
        """Where the case stands."""
        return self.steps[-1].state

    @property
    def opened(self) -> datetime:
        """When the patient opened it."""
        return self.steps[0].at

    @property
    def due(self) -> datetime | None:
        """When the next step is due; None for a case that is closed."""
        lasts = DUE.get(self.state)
        return self.steps[-1].at + lasts if lasts else None

    def overdue(self, at: datetime) -> bool:
        """Return whether the next step has not come in time."""
        return self.due is not None and self.due <= at

    def after(self, step: Step) -> "Case":
        """Return the case after a step; raises :class:`CannotFollowError`."""
        allowed = NEXT.get(self.state, frozenset())
        if self.overdue(step.at):
            allowed |= DECIDED
        if step.state not in allowed or step.at < self.steps[-1].at:
            raise CannotFollowError
        return replace(self, steps=(*self.steps, step))
