"""What may not be named to a reader, taken out of what is told: entries and Consents."""

import re
from typing import Any

Json = dict[str, Any]


_ID = re.compile("[0-9a-f]{32}")


def named(value: Any) -> frozenset[str]:  # noqa: ANN401 - any JSON
    """Return all that may be the id of an item: alone, or after that of its record."""
    match value:
        case list():
            return frozenset().union(*map(named, value))
        case dict():
            return frozenset().union(*map(named, value.values()))
        case str():
            return frozenset(_ID.findall(value))
        case _:
            return frozenset()


def without(value: Any, unseen: frozenset[str]) -> Any:  # noqa: ANN401 - any JSON
    """Return a JSON value less every part of a list that names one of the ids.

    A part names an id when one of its texts holds it, but for texts in lists of its own,
    which are gone through by themselves.
    """
    match value:
        case list():
            return [without(e, unseen) for e in value if not _names(e, unseen)]
        case dict():
            return {name: without(each, unseen) for name, each in value.items()}
        case str():
            return "" if _names(value, unseen) else value
        case _:
            return value


def _names(value: object, unseen: frozenset[str]) -> bool:
    match value:
        case str():
            return any(each in value for each in unseen)
        case dict():
            return any(_names(each, unseen) for each in value.values())
        case _:
            return False
