"""The bytes of a document: strict base64, SHA-1 and size checked, media types compared.

Sources: FHIR R4 Attachment (size and hash are of the bytes before base64); PDSm
DocumentReference (SHA-1 in base64).
"""

import base64
import binascii
import hashlib

from mappings.fhir.elements import string
from mappings.fhir.issues import error
from mappings.mapped import Issue
from mappings.submission import JsonObject

_SPACES = str.maketrans("", "", " \t\r\n")


def decode(text: str) -> bytes | None:
    """Return the bytes that base64 ``text`` stands for, or None when it is not base64.

    White space between characters is allowed, as FHIR's base64Binary allows it; nothing
    else outside the alphabet is, nor wrong padding.
    """
    packed = text.translate(_SPACES)
    if len(packed) % 4:  # strict mode forgives a padding too many
        return None
    try:
        return binascii.a2b_base64(packed, strict_mode=True)
    except (binascii.Error, ValueError):
        return None


def sha1(body: bytes) -> str:
    """Return the SHA-1 of ``body`` in base64, the form PDSm asks for."""
    return base64.b64encode(_digest(body)).decode()


def check_bytes(
    attachment: JsonObject, body: bytes, expression: str
) -> tuple[Issue, ...]:
    """Return an error for a size or a hash that is not that of ``body``.

    The hash is read in base64 of the digest (FHIR), in hexadecimal, and in base64 of the
    hexadecimal (an example of IHE MHD): three spellings of one digest.
    """
    found = []
    if "size" in attachment and not _same_size(attachment["size"], body):
        found.append(
            error(
                "value",
                f"{expression}.size",
                "The size is not that of the bytes received.",
                "La taille n'est pas celle des octets reçus.",
            )
        )
    if "hash" in attachment and not _same_hash(string(attachment, "hash"), body):
        found.append(
            error(
                "value",
                f"{expression}.hash",
                "The hash is not the SHA-1 of the bytes received.",
                "L'empreinte n'est pas le SHA-1 des octets reçus.",
            )
        )
    return tuple(found)


def _same_size(size: object, body: bytes) -> bool:
    return isinstance(size, int) and not isinstance(size, bool) and size == len(body)


def _same_hash(written: str, body: bytes) -> bool:
    digest = _digest(body)
    hexadecimal = digest.hex()
    if written.lower() == hexadecimal:
        return True
    found = decode(written)
    return found is not None and (
        found == digest or found.lower() == hexadecimal.encode()
    )


def _digest(body: bytes) -> bytes:
    # SHA-1 is what PDSm fixes; it detects damage here, it protects nothing.
    return hashlib.sha1(body, usedforsecurity=False).digest()
