"""Certificates of what happened to a record, signed, for the person to keep.

The code of a certificate says what, when and under which number; of whom, only as a
digest that the identifier on the same paper confirms. It can be verified by anybody who
has the deployment's public key, without the deployment, and after everything is erased.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

from gateway.repository import signing
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.signing import Signature
from mappings.submission import Identifier

FORM = "PARAVENT1"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What happened (an act), when, and by when it has taken effect for good.

    ``person`` is a digest over ``number`` and the identifier. ``by`` is ``at`` but for an
    erasure that has to wait.
    """

    what: str
    at: str
    by: str
    number: str
    person: str


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate with the code that proves it, and for whom it is written."""

    certificate: Certificate
    code: str
    identifier: Identifier


def issue(
    keys: DeploymentKeys,
    what: str,
    identifier: Identifier,
    at: datetime,
    by: datetime | None = None,
) -> Issued:
    """Return a certificate signed by the deployment's key."""
    number = uuid4().hex
    dates = at.isoformat(), (by or at).isoformat()
    made = Certificate(what, *dates, number, _person(number, identifier))
    data = signing.canonical(asdict(made))
    code = ".".join((FORM, _text(data), signing.sign(keys, data).value))
    return Issued(made, code, identifier)


def read(code: str, public: str, identifier: Identifier) -> Certificate | None:
    """Return what a code certifies about a person; None unless all of it holds.

    ``public`` is the deployment's public key, as ``signing.public_key`` gives it.
    """
    try:
        form, text, value = code.split(".")
        data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        found = Certificate(**json.loads(data))
        same = data == signing.canonical(asdict(found))
    except (ValueError, TypeError, Base64Error):
        return None
    signed = signing.holds(Signature(public, value), data, public)
    about = found.person == _person(found.number, identifier)
    return found if form == FORM and same and signed and about else None


def _person(number: str, identifier: Identifier) -> str:
    return sha256(f"{number}|{identifier}".encode()).hexdigest()


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
