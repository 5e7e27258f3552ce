"""What an application asks, in sentences: each scope with a box of its own; pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.patient.words import Words
from gateway.smart import scopes
from gateway.smart.scopes import EVERY, LAUNCH_PATIENT, OFFLINE, Scope

LOOK, WRITE = frozenset("rs"), frozenset("cud")
KINDS = (
    *("DocumentReference", "Binary", "List", "Composition", "Bundle"),
    *("Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement"),
    *("Observation", "DiagnosticReport", "Procedure", "Immunization", "CarePlan"),
    *("FamilyMemberHistory", "Patient", "CareTeam", "RelatedPerson", "Consent"),
    *("AuditEvent", "Provenance", "Communication", "Task", "Subscription"),
)
"""What an application that asks for everything asks for, one by one."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing asked: the scope it stands for, how it reads, and to what it is bound."""

    scope: str
    sentence: str
    only: str = ""


def lines(words: Words, asked: Iterable[str]) -> list[Line]:
    """Return a line for each permission asked; staying is a line of its own (``stays``)."""
    found = ((text, scopes.parse(text)) for text in asked)
    return [_line(words, text, scope) for text, scope in found if scope is not None]


def choices(words: Words, asked: Iterable[str]) -> list[Line]:
    """Return a line for each thing that can be refused: who asks for all asks for each."""
    every = dict.fromkeys(each for text in asked for each in _each(text))
    return lines(words, every)


def stays(asked: Iterable[str]) -> bool:
    """Whether the application asks to stay when the person is not there."""
    return OFFLINE in asked


def kept(asked: Iterable[str], ticked: Iterable[str]) -> tuple[str, ...]:
    """Return the scopes that were left; whose record it is goes with any of them.

    All of what somebody asked for as a whole, left as it was, is the whole.
    """
    left = {*ticked, LAUNCH_PATIENT}
    found: dict[str, None] = {}
    for text in asked:
        each = _each(text)
        some = [one for one in each if one in left]
        found |= dict.fromkeys([text] if len(some) == len(each) else some)
    return tuple(found)


def _each(text: str) -> tuple[str, ...]:
    """Return what a scope asks for, one by one; itself, unless it speaks of everything."""
    scope = scopes.parse(text)
    if scope is None or scope.kind != EVERY:
        return (text,)
    return tuple(f"{scope.level}/{kind}.{scope.letters}" for kind in KINDS)


def origin(address: str) -> str:
    """Return the part of a registered address that a policy of forms can name."""
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"}:
        return f"{parts.scheme}:"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{host}{port}"


def _line(words: Words, text: str, scope: Scope) -> Line:
    letters = set(scope.letters)
    act = "both" if letters & LOOK and letters & WRITE else "write"
    act = act if letters & WRITE else "look"
    what = _kind(words, scope.kind)
    narrowed = ", ".join(f"{name} = {value}" for name, value in scope.parameters)
    return Line(
        text,
        words(f"scope.{act}", what=what),
        words("scope.only", what=narrowed) if narrowed else "",
    )


def _kind(words: Words, kind: str) -> str:
    key = "scope.kind.every" if kind == EVERY else f"scope.kind.{kind}"
    return words(key) if key in words.table else words("scope.kind.other", name=kind)
