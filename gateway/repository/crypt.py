"""Keys and sealing: a stolen database or backup tells nothing.

One key for each record (AES-256-GCM), wrapped by a key file and by a secret of the
record that are kept outside the database; content is bound to its record, item and use
by the associated data, so that a row cannot be moved. Destroying a record's secret
erases it in every copy of the database (see vault.py).
"""

import hmac
import os
import stat
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from gateway.repository.mask import BitLayout
from gateway.repository.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

KEY_LENGTH = 32
NONCE_LENGTH = 12
LENGTH_BYTES = 8
BLOCK = 4096
RECORD_KEY = "record-key"
SHIFT_BITS = 32
"""Times in the clear are shifted by up to 2**32 seconds, 136 years."""


class KeyFileError(Exception):
    """The key file cannot be used: readable by others, or not a key."""


def derive(key: bytes, use: str) -> bytes:
    """Return the key for one use, by HKDF-SHA256 (RFC 5869)."""
    hkdf = HKDF(algorithm=SHA256(), length=KEY_LENGTH, salt=None, info=use.encode())
    return hkdf.derive(key)


def load_key_file(path: "Path") -> bytes:
    """Return the key kept in ``path``, making the file (mode 0600) when there is none.

    Raises :class:`KeyFileError` when others than the owner may read it, or when it
    does not hold exactly 32 bytes.
    """
    if not path.exists():
        _make_key_file(path)
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        message = f"{path.name}: readable by others; run chmod 600 on it"
        raise KeyFileError(message)
    key = path.read_bytes()
    if len(key) != KEY_LENGTH:
        message = f"{path.name}: not a key of {KEY_LENGTH} bytes"
        raise KeyFileError(message)
    return key


def _make_key_file(path: "Path") -> None:
    """Write a new random key, durable before anything is sealed with it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(os.urandom(KEY_LENGTH))
        file.flush()
        os.fsync(file.fileno())
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _padded(data: bytes) -> bytes:
    """Return the data with its length, filled up so that sizes tell little.

    To a multiple of 4096 bytes, and from 64 kB on of a sixteenth of the next power of
    two: a label with reasons is as long as one without, a known file has many peers.
    """
    size = len(data) + LENGTH_BYTES
    step = max(BLOCK, 1 << max(0, size.bit_length() - 4))
    return (len(data).to_bytes(LENGTH_BYTES) + data).ljust(
        -(-size // step) * step, b"\0"
    )


def seal(key: bytes, data: bytes, *bound_to: str) -> bytes:
    """Encrypt ``data`` so that it opens only where ``bound_to`` is the same."""
    nonce = os.urandom(NONCE_LENGTH)
    return nonce + AESGCM(key).encrypt(nonce, data, _associated(bound_to))


def unseal(key: bytes, sealed: bytes, *bound_to: str) -> bytes:
    """Decrypt what :func:`seal` made; raises ``InvalidTag`` when anything differs."""
    nonce, text = sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:]
    return AESGCM(key).decrypt(nonce, text, _associated(bound_to))


def _associated(bound_to: tuple[str, ...]) -> bytes:
    return "\x1f".join(bound_to).encode()


def token(key: bytes, *parts: str) -> str:
    """Return the HMAC-SHA256 of ``parts`` under ``key``, in hexadecimal."""
    return hmac.new(key, _associated(parts), sha256).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class DeploymentKeys:
    """The keys of one deployment, all derived from its key file; the secrets of records."""

    vault: Vault
    wrap: bytes
    index: bytes
    cursor: bytes
    session: bytes
    sign: bytes
    ticket: bytes

    @classmethod
    def of(cls, key: bytes, vault: Vault) -> Self:
        """Derive the keys of the deployment from the key of its key file."""
        uses = ("wrap", "index", "cursor", "session", "sign", "ticket")
        return cls(vault, *(derive(key, use) for use in uses))

    def new_record_key(self, patient_id: str) -> bytes:
        """Return a fresh record key, wrapped for ``patient_id``, whose secret is made."""
        secret = self.vault.find(patient_id) or self.vault.make(patient_id)
        return seal(
            self._wrapping(secret), os.urandom(KEY_LENGTH), RECORD_KEY, patient_id
        )

    def open_record_key(self, wrapped: bytes, patient_id: str) -> "RecordKeys":
        """Unwrap a record key; raises ``InvalidTag`` for another's and an erased one's."""
        secret = self.vault.find(patient_id)
        if secret is None:
            raise InvalidTag
        key = unseal(self._wrapping(secret), wrapped, RECORD_KEY, patient_id)
        return RecordKeys.of(patient_id, key)

    def _wrapping(self, secret: bytes) -> bytes:
        return derive(self.wrap + secret, RECORD_KEY)


@dataclass(frozen=True, slots=True, repr=False)
class RecordKeys:
    """The keys of one record: for content, for tokens, for times and for masks."""

    patient_id: str
    content: bytes
    index: bytes
    shift: int
    layout: BitLayout

    @classmethod
    def of(cls, patient_id: str, key: bytes) -> Self:
        """Derive the four from the record's key."""
        shift = int.from_bytes(derive(key, "shift")) % (1 << SHIFT_BITS)
        layout = BitLayout.from_key(derive(key, "mask"))
        content, index = derive(key, "content"), derive(key, "token")
        return cls(patient_id, content, index, shift, layout)

    def seal(self, data: bytes, use: str, item_id: str) -> bytes:
        """Encrypt ``data``, bound to this record, the item and the use; its size blurred."""
        return seal(self.content, _padded(data), use, self.patient_id, item_id)

    def unseal(self, sealed: bytes, use: str, item_id: str) -> bytes:
        """Decrypt what :meth:`seal` made for the same record, item and use."""
        padded = unseal(self.content, sealed, use, self.patient_id, item_id)
        length = int.from_bytes(padded[:LENGTH_BYTES])
        return padded[LENGTH_BYTES : LENGTH_BYTES + length]

    def token(self, use: str, value: str) -> str:
        """Return the token that stands for ``value`` in a column of this record."""
        return token(self.index, use, value)
