"""Ids of resources made from documents: 64 characters that name record, document, fact.

The fact is named by a token under a key of the record over what it says, so that its id
stays the same whatever else of the document is hidden, and tells nothing to who reads a
log of addresses.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from typing import Self

from gateway.references import SPECIAL
from gateway.repository.records import HOUSE

_LOOKS = re.compile(r"[A-Za-z0-9.-]{64}")
_BYTES = 16


@dataclass(frozen=True, slots=True)
class Address:
    """The three parts of such an id, each 32 hexadecimal characters."""

    patient_id: str
    item_id: str
    fact: str

    @classmethod
    def parse(cls, public_id: str) -> Self:
        """Split an id; one that cannot be ours leads to the record of nobody."""
        if not _LOOKS.fullmatch(public_id):
            return cls(HOUSE, HOUSE, HOUSE)
        held = b64decode(public_id, SPECIAL).hex()
        size = 2 * _BYTES
        return cls(held[:size], held[size : 2 * size], held[2 * size :])

    def __str__(self) -> str:
        """Return the public id."""
        held = bytes.fromhex(self.patient_id + self.item_id + self.fact)
        return b64encode(held, SPECIAL).decode()
