"""Page cursors: opaque, sealed, bound to the reader, holding the search they go on with.

The search travels inside, so that a link to the next page names nobody. The clearance
is made anew for every page: a cursor gives no right to anything.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.exceptions import InvalidTag

from gateway.repository import crypt
from gateway.repository.search import Position
from mappings.mapped import refuse

BLOCK = 512
"""The sealed text is padded to a multiple of this, so that its length tells nothing."""


def write(key: bytes, position: Position, query: str, bound: tuple[str, ...]) -> str:
    """Return the cursor for what comes after ``position`` in the search ``query``."""
    text = json.dumps([position.dated, position.id, query]).encode()
    padded = text.ljust(-(-len(text) // BLOCK) * BLOCK)
    return urlsafe_b64encode(crypt.seal(key, padded, "cursor", *bound)).decode()


def read(key: bytes, page: str, bound: tuple[str, ...]) -> tuple[Position, str]:
    """Return where the page starts and the search it belongs to.

    Raises ``Refused`` (400) for a cursor of another reader or one made up: the two
    cannot be told apart.
    """
    try:
        sealed = urlsafe_b64decode(page.encode())
        dated, item_id, query = json.loads(crypt.unseal(key, sealed, "cursor", *bound))
    except (ValueError, InvalidTag):
        raise refuse(
            400,
            "invalid",
            "page",
            "This page link is not one of yours.",
            "Ce lien de page n'est pas l'un des vôtres.",
        ) from None
    return Position(int(dated), str(item_id)), str(query)
