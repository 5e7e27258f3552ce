"""What a server says of itself in /metadata: what is worth asking."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Offer:
    """What is said of one type: interactions, search parameters with their types, joins."""

    interactions: frozenset[str]
    parameters: Mapping[str, str]
    includes: tuple[str, ...] = ()
    reverse: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offers:
    """The statement as far as probes need it."""

    software: str
    types: Mapping[str, Offer]
    operations: frozenset[str]

    def searchable(self) -> tuple[str, ...]:
        """Return the types that can be searched by patient, or that say nothing of it."""
        return tuple(
            kind
            for kind, offer in self.types.items()
            if "search-type" in offer.interactions
            and (not offer.parameters or {"patient", "subject"} & set(offer.parameters))
        )

    def of(self, kind: str) -> Offer:
        """Return what is offered of a type; nothing when it is not named."""
        return self.types.get(kind, Offer(frozenset(), {}))


class NoStatementError(Exception):
    """What was answered for /metadata is no CapabilityStatement of a server."""


def read(body: bytes) -> Offers:
    """Return the offers of a statement; raises :class:`NoStatementError`."""
    try:
        held = json.loads(body)
        rest = held["rest"][0]
    except (ValueError, KeyError, IndexError, TypeError):
        raise NoStatementError("/metadata is no CapabilityStatement in JSON") from None
    software = held.get("software", {})
    operations = [each.get("name", "") for each in rest.get("operation", [])]
    for each in rest.get("resource", []):
        operations += [one.get("name", "") for one in each.get("operation", [])]
    return Offers(
        f"{software.get('name', '?')} {software.get('version', '')}".strip(),
        {each["type"]: _offer(each) for each in rest.get("resource", [])},
        frozenset(each.lstrip("$") for each in operations),
    )


def _offer(held: dict[str, Any]) -> Offer:
    return Offer(
        frozenset(each["code"] for each in held.get("interaction", [])),
        {each["name"]: each.get("type", "") for each in held.get("searchParam", [])},
        tuple(held.get("searchInclude", ())),
        tuple(held.get("searchRevInclude", ())),
    )
