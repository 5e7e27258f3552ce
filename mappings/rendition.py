"""A document rebuilt without given places, whatever its format: the one door to it."""

from collections.abc import Collection
from dataclasses import dataclass

from mappings.submission import Identifier, Traits

VERSION = "1"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A rendition."""

    body: bytes
    title: str
    identifier: Identifier


def divisible(body: bytes, content_type: str) -> bool:  # noqa: ARG001
    """Tell whether places can be left out of the document: none yet, all are seen whole."""
    return False


def rendition(
    body: bytes,
    content_type: str,
    hidden: Collection[str],
    identity: Traits,  # noqa: ARG001
) -> Rendition | None:
    """Return the document without the places, or None when nothing is left to show."""
    return None
