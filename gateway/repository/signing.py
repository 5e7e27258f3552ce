"""Signatures of the deployment (Ed25519, RFC 8032): who holds a file can prove it is ours.

The key is derived from the deployment's key file for this use alone. What is signed is
JSON in one form: sorted names, no spaces, UTF-8, no numbers but integers.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gateway.repository.crypt import DeploymentKeys

ALGORITHM = "Ed25519"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature and the public key it is by, both in base64url without padding."""

    key: str
    value: str


def canonical(value: Any) -> bytes:  # noqa: ANN401 - any JSON
    """Return a JSON value in the one form that is signed.

    Raises ``ValueError`` for what has more than one form, such as a fraction.
    """
    if not _plain(value):
        raise ValueError("only texts, integers, truth values, lists and objects")
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of the data, in hexadecimal."""
    return sha256(data).hexdigest()


def public_key(keys: DeploymentKeys) -> str:
    """Return the deployment's public key, to be published where people can find it."""
    return _text(_public(_private(keys).public_key()))


def sign(keys: DeploymentKeys, data: bytes) -> Signature:
    """Sign the data with the deployment's key."""
    return Signature(public_key(keys), _text(_private(keys).sign(data)))


def holds(signature: Signature, data: bytes, public: str) -> bool:
    """Return whether the data was signed so by the key that is trusted."""
    if signature.key != public:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(public))
        key.verify(_bytes(signature.value), data)
    except (InvalidSignature, Base64Error, ValueError):
        return False
    return True


def _private(keys: DeploymentKeys) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keys.sign)


def _public(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _plain(value: object) -> bool:
    match value:
        case dict():
            named = all(isinstance(name, str) for name in value)
            return named and all(map(_plain, value.values()))
        case list() | tuple():
            return all(map(_plain, value))
        case _:
            return value is None or isinstance(value, str | int)
