"""What is to be known of a resource by who may read it: what others may guess."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

DATE = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.+Z-]+)?\Z")
BINARY = re.compile(r"\bBinary/([A-Za-z0-9.-]{1,64})")
MOST = 4
"""Values of one sort that are guessed: each costs a request for each way to guess."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The values of one resource, as its full reader is shown them."""

    identifiers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    binaries: tuple[str, ...] = ()
    etag: str = ""
    version: str = ""
    updated: str = ""


def read(body: bytes, etag: str) -> Facts:
    """Return the facts of a resource in JSON; nothing is known of another form."""
    try:
        held = json.loads(body)
    except ValueError:
        return Facts(etag=etag)
    if not isinstance(held, dict):
        return Facts(etag=etag)
    meta = held.get("meta", {})
    inside = {name: each for name, each in held.items() if name != "meta"}
    return Facts(
        _few(_identifiers(inside)),
        _few(each for each in _codings(inside)),
        _few(each for each in _texts(inside) if DATE.match(each)),
        _few(_coding(each) for each in meta.get("security", [])),
        _few(found for each in _texts(inside) for found in BINARY.findall(each)),
        etag,
        str(meta.get("versionId", "")),
        str(meta.get("lastUpdated", "")),
    )


def finds(body: bytes) -> bool:
    """Whether a search found anything; an answer that is no Bundle tells of nothing."""
    try:
        held = json.loads(body)
    except ValueError:
        return False
    entries = held.get("entry", []) if isinstance(held, dict) else []
    return any(
        each.get("search", {}).get("mode", "match") == "match"
        for each in entries
        if isinstance(each, dict)
    )


def _few(found: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in found if each))[:MOST]


def _identifiers(held: dict[str, Any]) -> Iterator[str]:
    """Yield the business identifiers, ``system|value``, never those of other resources."""
    for name in ("identifier", "masterIdentifier"):
        found = held.get(name, [])
        for each in found if isinstance(found, list) else [found]:
            if isinstance(each, dict) and each.get("value"):
                yield f"{each.get('system', '')}|{each['value']}".lstrip("|")


def _codings(held: object) -> Iterator[str]:
    if isinstance(held, dict):
        for name, each in held.items():
            if name == "coding" and isinstance(each, list):
                yield from (_coding(one) for one in each)
            else:
                yield from _codings(each)
    elif isinstance(held, list):
        for each in held:
            yield from _codings(each)


def _coding(held: object) -> str:
    if not isinstance(held, dict) or not held.get("code"):
        return ""
    return f"{held.get('system', '')}|{held['code']}".lstrip("|")


def _texts(held: object) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list):
        for each in held.values() if isinstance(held, dict) else held:
            yield from _texts(each)
