"""A form as it was sent, and the two ways in which it can be wrong."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.patient.passages import Passage

Form = Mapping[str, str]


class UnclearError(Exception):
    """The form leaves out what is needed; ``args[0]`` is the key of what to say."""


class UnknownError(Exception):
    """The form names what this patient has not got: not found, without a word more."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a form may name: the record's id, its readers, the passages of a document.

    ``named`` are the people and structures that can be chosen by name.
    """

    patient_id: str
    readers: frozenset[str]
    passages: tuple[Passage, ...] = ()
    named: Mapping[str, str] = field(default_factory=dict)


def one_of(
    form: Form, name: str, allowed: Mapping[str, object] | frozenset[str]
) -> str:
    """Return the value of a field, which must be one that was offered.

    Raises :class:`UnclearError` without a value, :class:`UnknownError` for another.
    """
    value = form.get(name, "")
    if not value:
        raise UnclearError(f"error.{name}")
    if value not in allowed:
        raise UnknownError
    return value
