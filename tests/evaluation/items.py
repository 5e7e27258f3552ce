"""The items of an evaluation set, as they stand in its file."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from labels.codes import Category

HERE = Path(__file__).parent
DEVELOPMENT = HERE / "development.yaml"
HELD_OUT = HERE / "heldout.yaml"

_KEYS = frozenset(
    {"id", "text", "code", "context", "expected", "either", "kind", "tempts", "why"}
)


class Kind(StrEnum):
    """What an item tries: to be found, to tempt, or to be undecidable."""

    POSITIVE = "positive"
    HARD_NEGATIVE = "hard-negative"
    AMBIGUOUS = "ambiguous-fail-closed"


@dataclass(frozen=True, slots=True)
class Item:
    """One snippet or code, with the categories it truly has and why.

    ``tempts`` names the categories that a hard negative only looks like; ``either``
    those on which the policy can be read both ways, so that they are never counted.
    """

    id: str
    line: str
    expected: frozenset[Category]
    either: frozenset[Category]
    kind: Kind
    tempts: frozenset[Category]
    why: str


def load(path: Path) -> tuple[Item, ...]:
    """Return the items of a set in the order of its file.

    Raises ``ValueError`` or ``KeyError`` for an unknown key, category or kind, so that
    a slip of the pen in a set is never measured.
    """
    return tuple(_item(row) for row in yaml.safe_load(path.read_text("utf-8")))


def _item(row: dict[str, Any]) -> Item:
    if not row.keys() <= _KEYS or ("text" in row) == ("code" in row):
        raise ValueError(row.get("id", "an item without id"))
    said = str(row["text"] if "text" in row else row["code"])
    context = str(row.get("context", ""))
    return Item(
        id=str(row["id"]),
        line=f"{said}\t{context}" if context else said,
        expected=frozenset(map(Category, row["expected"])),
        either=frozenset(map(Category, row.get("either", ()))),
        kind=Kind(row["kind"]),
        tempts=frozenset(map(Category, row.get("tempts", ()))),
        why=str(row["why"]),
    )
