"""Changes that keep a form and break its sense: bytes alone seldom get past a parser."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 10**30, "", " ", "\x00", "é\u202e", "a" * 5000),
    *([], {}, [None], [[]], [{}], {"": ""}, {"resourceType": "Bundle"}, [1, "a"]),
    *("urn:uuid:", "Patient/", "#", "http://127.0.0.1:1/", "2026-13-45", "%00", "../x"),
    *({"reference": "#"}, {"coding": [{}]}, {"valueString": 1}, "AAAA====", "::1|"),
)
"""What stands where something else is expected."""
MOST = 60_000
TEXTS = ("", " ", "&#0;", "&amp;", "]]>", "<x/>", "\u202e", "99999999999999999999", "-")


def mutate(data: bytes, chance: Random) -> bytes:
    """Return the bytes changed in one to four places, as JSON or markup where they are."""
    for _ in range(chance.randint(1, 4)):
        change = _change(data, chance)
        data = change(data, chance)[:MOST]
    return data


def _change(data: bytes, chance: Random) -> Callable[[bytes, Random], bytes]:
    body = data[1:].lstrip()
    if chance.random() < 0.25:
        return _any_bytes
    if body[:1] in b"{[" and body:
        return _as_json
    if body[:1] == b"<":
        return _as_markup
    return _any_bytes


def _as_json(data: bytes, chance: Random) -> bytes:
    """Change one node: another value, a copy of another node, gone, or renamed."""
    try:
        held = json.loads(data[1:])
    except (ValueError, RecursionError):
        return _any_bytes(data, chance)
    places = list(_places(held))
    if not places:
        return data[:1] + json.dumps(chance.choice(ODD)).encode()
    parent, key = chance.choice(places)
    other, name = chance.choice(places)
    kind = chance.randrange(5)
    if kind == 0:
        del parent[key]
    elif kind == 1 and isinstance(parent, dict):
        parent[chance.choice([k for _, k in places if isinstance(k, str)])] = parent[
            key
        ]
    elif kind == 2:
        parent[key] = json.loads(json.dumps(other[name]))
    else:
        parent[key] = chance.choice(ODD)
    return data[:1] + json.dumps(held, ensure_ascii=chance.random() < 0.5).encode(
        "utf-8", "replace"
    )


def _places(held: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - any JSON
    """Give each node as its parent and its key there."""
    waiting = [held]
    while waiting:
        node = waiting.pop()
        keys = node if isinstance(node, dict) else range(len(node))
        for key in keys:
            yield node, key
            if isinstance(node[key], dict | list) and node[key]:
                waiting.append(node[key])


def _as_markup(data: bytes, chance: Random) -> bytes:
    """Change what stands between two brackets or two quotes, or copy a stretch elsewhere."""
    mark = chance.choice((b"<", b'"', b">"))
    spots = [n for n in range(1, len(data)) if data[n : n + 1] == mark]
    if len(spots) < 2:
        return _any_bytes(data, chance)
    first = chance.randrange(len(spots) - 1)
    last = min(len(spots) - 1, first + chance.randint(1, 6))
    start, end = spots[first], spots[last]
    kind = chance.randrange(4)
    if kind == 0:
        return data[:start] + data[end:]
    if kind == 1:
        return data[:end] + data[start:end] + data[end:]
    if kind == 2:
        other = chance.choice(spots)
        return data[:other] + data[start:end] + data[other:]
    said = chance.choice(TEXTS).encode()
    return data[: start + 1] + said + data[spots[first + 1] :]


def _any_bytes(data: bytes, chance: Random) -> bytes:
    """Cut, put in, or exchange some bytes anywhere."""
    at = chance.randrange(len(data) + 1)
    length = chance.randint(1, 8)
    kind = chance.randrange(4)
    if kind == 0:
        return data[:at] + data[at + length :]
    if kind == 1:
        return data[:at] + chance.randbytes(length) + data[at + length :]
    if kind == 2:
        other = chance.randrange(len(data) + 1)
        return data[:at] + data[other : other + length * 8] + data[at:]
    return data[:at] + chance.choice(TEXTS).encode() + data[at:]
