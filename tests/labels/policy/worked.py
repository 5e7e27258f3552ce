"""The worked cases of ``labels/policy/cases.yaml``, read into questions and items."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from labels.codes import Category, Confidentiality, Mark, Purpose
from labels.consent import (
    Audience,
    AudienceKind,
    Directive,
    Effect,
    Period,
    in_force,
)
from labels.item import LONG_AGO, NEVER, Item
from labels.policy.clearance import Decision, Outcome
from labels.policy.matrix import Capacity
from labels.policy.question import LATEST, Question, Relation
from labels.policy.rulefile import Entry, packaged, parse

ASKER = (
    "reader",
    "organization",
    "profession",
    "relations",
    "purpose",
    "minor",
    "under_15",
    "preset",
    "masks_open",
    "capacity",
    "at",
    "deceased",
)
ANSWER = ("outcome", "because", "obligations", "beyond")


@dataclass(frozen=True)
class Case:
    """One worked case: the question, the item, the decision that must come out."""

    ask: str
    question: Question
    item: Item
    expected: Decision
    in_readme: bool
    reader: str
    directives: tuple[Directive, ...]


def cases() -> list[Case]:
    """Read every case; a name that is not defined above it in the file is an error."""
    top = parse("cases.yaml", packaged("cases.yaml"))
    top.only("readers", "items", "directives", "cases")
    readers = {entry.name: entry for entry in top.children("readers")}
    items = {entry.name: _item(entry) for entry in top.children("items")}
    directives = {entry.name: _directive(entry) for entry in top.children("directives")}
    return [_case(entry, readers, items, directives) for entry in top.children("cases")]


def _case(
    entry: Entry,
    readers: dict[str, Entry],
    items: dict[str, Item],
    directives: dict[str, Directive],
) -> Case:
    entry.only(*ASKER, *ANSWER, "ask", "item", "directives", "person", "readme")
    reader = entry.text("reader")
    readers[reader].only(*ASKER)
    own = {key: value for key, value in entry.data.items() if key in ASKER[1:]}
    person = {"reader": entry.data["person"]} if "person" in entry.data else {}
    asker = Entry(entry.file, entry.name, {**readers[reader].data, **own, **person})
    decided = tuple(directives[name] for name in entry.texts("directives"))
    return Case(
        entry.text("ask"),
        _question(asker, decided),
        items[entry.text("item")],
        _expected(entry),
        bool(entry.flag("readme")),
        reader,
        decided,
    )


def _question(entry: Entry, decided: tuple[Directive, ...]) -> Question:
    data: dict[str, Any] = dict(entry.data)
    at = _instant(data.get("at")) or LATEST
    return Question(
        reader=entry.text("reader"),
        organization=data.get("organization", ""),
        profession=data.get("profession", ""),
        relations=entry.members("relations", Relation),
        purpose=Purpose(data.get("purpose", "TREAT")),
        minor=bool(entry.flag("minor")),
        preset=data.get("preset", "discreet"),
        directives=in_force(decided, at),
        masks_open=bool(entry.flag("masks_open")),
        under_15=bool(entry.flag("under_15")),
        capacity=Capacity(data.get("capacity", "care")),
        at=at,
        deceased=bool(entry.flag("deceased")),
    )


def _expected(entry: Entry) -> Decision:
    return Decision(
        entry.member(entry.text("outcome"), Outcome),
        entry.texts("because"),
        entry.texts("obligations"),
        entry.texts("beyond"),
    )


def _item(entry: Entry) -> Item:
    entry.only(
        *("type", "confidentiality", "categories", "marks", "author", "organization"),
        *("id", "place", "dated", "told", "unread", "announced"),
    )
    data: dict[str, Any] = dict(entry.data)
    return Item(
        data.get("id", entry.name),
        data.get("type", ""),
        Confidentiality[data.get("confidentiality", "N")],
        entry.members("categories", Category),
        entry.members("marks", Mark),
        data.get("author", ""),
        data.get("organization", ""),
        data.get("place", ""),
        _instant(data.get("dated")) or LONG_AGO,
        entry.members("told", Category),
        bool(entry.flag("unread")),
        _instant(data.get("announced")) or NEVER,
    )


def _directive(entry: Entry) -> Directive:
    entry.only(
        *("effect", "audience", "items", "categories", "everything", "places"),
        *("start", "end", "purposes", "authors", "dated", "level", "yields"),
        "said_by",
    )
    audience: dict[str, Any] = dict(entry.child("audience").data)
    data: dict[str, Any] = dict(entry.data)
    return Directive(
        entry.name,
        entry.member(entry.text("effect"), Effect),
        Audience(AudienceKind(audience["kind"]), audience.get("value", "")),
        frozenset(entry.texts("items")),
        entry.members("categories", Category),
        bool(entry.flag("everything")),
        start=_instant(data.get("start")),
        end=_instant(data.get("end")),
        places=frozenset((i, path) for i, path in data.get("places", ())),
        purposes=entry.members("purposes", Purpose),
        authors=frozenset(entry.texts("authors")),
        dated=Period(*map(_instant, data.get("dated", ()))),
        level=Confidentiality[data["level"]] if "level" in data else None,
        yields=bool(entry.flag("yields")),
        said_by=data.get("said_by", ""),
    )


def _instant(day: object) -> datetime | None:
    return datetime.fromisoformat(f"{day}T00:00:00+00:00") if day else None
