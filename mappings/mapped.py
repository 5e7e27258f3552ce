"""What a mapping answers: the value, and what was lost or doubtful on the way."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark, in the terms of a FHIR OperationOutcome.issue.

    ``code`` is from the IssueType value set, ``expression`` names the element
    (FHIRPath for JSON, XPath for XML), ``text`` says what is wrong in English,
    ``texte`` in French. Neither ever holds a value taken from the document.
    """

    severity: str
    code: str
    expression: str
    text: str
    texte: str


@dataclass(frozen=True, slots=True)
class Mapped(Generic[T]):
    """A mapped value with its issues: what is not carried over is said, not lost."""

    value: T
    issues: tuple[Issue, ...] = ()


class Refused(Exception):  # noqa: N818 - the domain word: a deposit is refused
    """The input cannot be taken: ``status`` is the HTTP status, ``issues`` say why."""

    def __init__(self, status: int, *issues: Issue) -> None:
        """Keep the status and the issues; the message holds codes and places only."""
        super().__init__("; ".join(f"{i.code} at {i.expression}" for i in issues))
        self.status = status
        self.issues = issues


def refuse(status: int, code: str, expression: str, text: str, texte: str) -> Refused:
    """Build the refusal for one fatal issue."""
    return Refused(status, Issue("error", code, expression, text, texte))
