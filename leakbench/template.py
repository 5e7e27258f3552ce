"""Places in a text, written ``${name}``, and what is put there."""

import json
import re
from collections.abc import Callable, Mapping
from urllib.parse import quote

PLACE = re.compile(r"\$\{([a-z0-9_.]+)\}")


class UnknownPlaceError(Exception):
    """A text names a place that nobody fills; the message is the name."""


def in_address(text: str, values: Mapping[str, str]) -> str:
    """Return an address with its places filled, each value quoted for a query."""
    return _filled(text, values, lambda value: quote(value, safe=":."))


def in_body(text: str, values: Mapping[str, str]) -> str:
    """Return a body with its places filled; a value may stand within a JSON string."""
    return _filled(text, values, lambda value: json.dumps(value)[1:-1])


def as_it_is(text: str, values: Mapping[str, str]) -> str:
    """Return a text with its places filled by the values as they are."""
    return _filled(text, values, str)


def _filled(text: str, values: Mapping[str, str], written: Callable[[str], str]) -> str:
    def put(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise UnknownPlaceError(found[1])
        return written(values[found[1]])

    return PLACE.sub(put, text)
