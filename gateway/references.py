"""Ids as the world sees them.

An item's id is the record's id followed by the item's, 64 hexadecimal characters, the
longest a FHIR id may be: so a read by id names the record too, and every statement can
carry ``patient_id``. Both halves are random; nothing is in order.
"""

import re
from base64 import b64decode
from dataclasses import dataclass
from typing import Self

from gateway.repository.records import HOUSE

FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
UUID_HEX = 32
_OURS = re.compile(r"[0-9a-f]{64}")
_DERIVED = re.compile(r"[A-Za-z0-9.-]{64}")
SPECIAL = b"-."
"""The two characters beside letters and digits in the id of what a document gives."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The two halves of an item's public id."""

    patient_id: str
    item_id: str

    @classmethod
    def parse(cls, public_id: str) -> Self:
        """Split a public id; one that cannot be ours leads to the record of nobody."""
        if not _OURS.fullmatch(public_id):
            return cls(HOUSE, HOUSE)
        return cls(public_id[:UUID_HEX], public_id[UUID_HEX:])

    def __str__(self) -> str:
        """Return the public id."""
        return self.patient_id + self.item_id


def item_of(public_id: str) -> str:
    """Return the item that a public id names: its own, or the one it was made from.

    Empty for what names no item of ours.
    """
    if _OURS.fullmatch(public_id):
        return public_id[UUID_HEX:]
    if _DERIVED.fullmatch(public_id):
        return b64decode(public_id, SPECIAL).hex()[UUID_HEX : 2 * UUID_HEX]
    return ""
