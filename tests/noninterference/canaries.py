"""What must be nowhere: words that only hidden things hold, in every way to write them.

A cheap second oracle beside the comparison of two worlds: it also looks at what the
operator sees (logs, errors), which is never compared.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import lru_cache
from io import BytesIO
from urllib.parse import quote
from zipfile import ZipFile

ZIP = b"PK\x03\x04"


def shown(canaries: Iterable[str], texts: Iterable[bytes]) -> bool:
    """Tell whether any of the words is in any of the texts, in any encoding.

    What is packed in a zip is looked at unpacked.
    """
    ways = [way for word in canaries for way in encodings(word)]
    return any(way in text for each in texts for text in _opened(each) for way in ways)


def _opened(text: bytes) -> Iterator[bytes]:
    yield text
    if text.startswith(ZIP):
        with ZipFile(BytesIO(text)) as packed:
            yield from map(packed.read, packed.namelist())


@lru_cache(maxsize=1000)
def encodings(word: str) -> frozenset[bytes]:
    """Return a word as it may be written: plain, base64, hex, UTF-16, escapes, digests.

    Base64 is looked for at its three offsets, less the characters that hold bits of
    neighbours. The words are ASCII letters and digits, so that every form of Unicode, of
    JSON and of XML writes them as they are, but for the escapes of each character.
    """
    raw = word.encode()
    found = {raw, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1]}
    found |= {raw.upper(), word.encode("utf-16-le"), word.encode("utf-16-be")}
    found |= {
        b64encode(bytes(pad) + raw)[_first(pad) : _last(pad + len(raw))]
        for pad in range(3)
    }
    found.add(quote(word).encode())
    found.add("".join(f"%{each:02X}" for each in raw).encode())
    found.add("".join(f"\\u{each:04x}" for each in raw).encode())
    found.add("".join(f"&#{each};" for each in raw).encode())
    for name in ("md5", "sha1", "sha256"):
        digest = hashlib.new(name, raw, usedforsecurity=False).digest()
        found |= {digest.hex().encode(), b64encode(digest)}
    return frozenset(found)


def _first(pad: int) -> int:
    """Return the first character of base64 that holds nothing of the padding."""
    return -(-pad * 8 // 6)


def _last(length: int) -> int:
    """Return how many characters of base64 hold whole sextets."""
    return length * 8 // 6
