"""What must be nowhere: words that only hidden items hold, in every way to write them."""

import hashlib
import re
from base64 import b64encode
from functools import lru_cache
from urllib.parse import quote

SHORTEST = 6
"""Shorter values may stand anywhere by chance."""


@lru_cache(maxsize=512)
def pattern(words: frozenset[str]) -> re.Pattern[bytes] | None:
    """Return what finds any of the words in any encoding; None when there is none."""
    ways = {way for each in words if len(each) >= SHORTEST for way in encodings(each)}
    if not ways:
        return None
    return re.compile(b"|".join(map(re.escape, sorted(ways, key=len, reverse=True))))


def encodings(word: str) -> set[bytes]:
    """Return a word as it may be written: plain, base64, hex, UTF-16, escapes, digests.

    Base64 is looked for at its three offsets, less the characters that hold bits of
    neighbours.
    """
    raw = word.encode()
    found = {
        raw,
        raw.upper(),
        raw[::-1],
        raw.hex().encode(),
        raw.hex().upper().encode(),
    }
    found |= {word.encode("utf-16-le"), word.encode("utf-16-be"), quote(word).encode()}
    found |= {_base64(raw, pad) for pad in range(3)}
    for written in ("%{:02X}", "\\u{:04x}", "&#{};", "&#x{:x};"):
        found.add("".join(written.format(each) for each in raw).encode())
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, raw, usedforsecurity=False).digest()
        found |= {digest.hex().encode(), b64encode(digest)}
    return found


def _base64(raw: bytes, pad: int) -> bytes:
    """Return whole sextets of the word behind ``pad`` bytes of something else."""
    first, last = -(-pad * 8 // 6), (pad + len(raw)) * 8 // 6
    return b64encode(bytes(pad) + raw)[first:last]
