"""Which way of an attack there is for a reader, and one of them gone."""

from typing import TYPE_CHECKING

from tests.noninterference.documents import world
from tests.noninterference.ways import persons, professionals, relatives, subscribers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.noninterference.comparing import Example


def goes(example: "Example") -> bool:
    """Go one such way, if there is one for the reader; False for nothing."""
    reader, patient = world().readers[example.reader], example.twin.story.patient
    ways: list[Callable[[Example], bool]] = [*subscribers.WAYS]
    if reader.kind == "professional":
        ways += professionals.WAYS
    elif example.reader == patient:
        ways += persons.WAYS
    elif reader.kind == "patient":
        ways += relatives.WAYS
    return any(each(example) for each in example.chance.sample(ways, len(ways)))
