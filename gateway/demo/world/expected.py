"""What is true of the demo world: the labels of each document, and who sees it."""

from dataclasses import dataclass
from importlib.resources import files

import yaml

from gateway.demo.world.personas import readers
from labels.codes import Category, Mark


@dataclass(frozen=True, slots=True)
class Expectation:
    """The truth about one document.

    ``seen_by``, ``in_part_by`` (a rendition that leaves something out) and
    ``hidden_from`` share all readers.
    """

    document: str
    categories: frozenset[Category]
    marks: frozenset[Mark]
    seen_by: frozenset[str]
    in_part_by: frozenset[str]
    hidden_from: frozenset[str]
    why: str


def load() -> dict[str, Expectation]:
    """Return the expectation of every document, by name.

    Raises ValueError when a row names a reader nobody knows.
    """
    text = (files(__package__) / "expected.yaml").read_text(encoding="utf-8")
    everybody = frozenset(readers())
    rows = yaml.safe_load(text)
    return {name: _expectation(name, row, everybody) for name, row in rows.items()}


def _expectation(
    name: str, row: dict[str, object], everybody: frozenset[str]
) -> Expectation:
    seen_by, in_part_by = _names(row, "seen_by"), _names(row, "in_part_by")
    if not seen_by | in_part_by <= everybody:
        raise ValueError(f"expected.yaml: {name} names an unknown reader")
    marks = {Mark(each) for each in _names(row, "marks")}
    return Expectation(
        document=name,
        categories=frozenset(Category(each) for each in _names(row, "categories")),
        marks=frozenset(marks | ({Mark.OPAQUE} if row.get("opaque") else set())),
        seen_by=seen_by,
        in_part_by=in_part_by,
        hidden_from=everybody - seen_by - in_part_by,
        why=str(row["why"]),
    )


def _names(row: dict[str, object], key: str) -> frozenset[str]:
    held = row.get(key, [])
    if not isinstance(held, list):
        raise TypeError(f"expected.yaml: {key} is a list")
    return frozenset(map(str, held))
