"""The pages of a search, as the one event they are told as. Pure.

How many pages there are depends on all that was found: told one by one they would count
what whoever reads the log may not see. What a further page names is told in the event of
the search it belongs to; a page that names nothing is not told.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl

from gateway.audit import reading
from gateway.audit.events import Json

SIZE = "_count"
Key = tuple[object, ...]


def joined(events: Iterable[Json]) -> list[Json]:
    """Return events, the oldest first, further pages in the event of their search."""
    found: list[list[Json]] = []
    begun: dict[Key, list[Json]] = {}
    for event in sorted(events, key=_order):
        key, further = _search(event), reading.following(event)
        if further and key in begun:
            begun[key].append(event)
        elif not further or reading.items(event):
            begun[key] = [event]
            found.append(begun[key])
    return [_one(each) for each in found]


def _order(event: Json) -> tuple[str, bool]:
    """Return where an event stands: of one instant, the search before its pages."""
    return event["recorded"], reading.following(event)


def _search(event: Json) -> Key:
    """Return what the pages of one search have in common, their size left out."""
    query = reading.query(event)
    pairs = parse_qsl(query)
    asked = tuple(each for each in pairs if each[0] != SIZE) if pairs else query
    kinds = {each.partition("/")[0] for each in reading.items(event)}
    who = (reading.agent(event), reading.client(event), reading.organization(event))
    how = (reading.interaction(event), reading.purpose(event), reading.reason(event))
    return (*who, *how, asked, *sorted(kinds))


def _one(pages: list[Json]) -> Json:
    """Return the first page with what the others name besides."""
    first, *others = pages
    if not others:
        return first
    here = set(reading.items(first))
    more = {name: each for page in others for name, each in _named(page).items()}
    added = [each for name, each in more.items() if name not in here]
    person, *entities = first["entity"]
    at = sum("what" in each for each in entities)
    return first | {"entity": [person, *entities[:at], *added, *entities[at:]]}


def _named(event: Json) -> dict[str, Json]:
    entities = event["entity"][1:]
    return {e["what"]["reference"]: e for e in entities if "what" in e}
