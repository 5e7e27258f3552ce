"""A word of the patient as JSON: in the row of the word, and in the label of an item."""

from typing import Any

from labels.codes import Category
from labels.last_word import Word

Held = dict[str, Any]


def written(word: Word) -> Held:
    """Return the word as JSON, the same for equal words."""
    return {
        "sensitive": word.sensitive,
        "categories": sorted(word.categories),
        "items": sorted(word.items),
        "place": word.place,
        "rule": word.rule,
    }


def read(held: Held) -> Word:
    """Return the word that :func:`written` wrote."""
    return Word(
        sensitive=held["sensitive"],
        categories=frozenset(map(Category, held["categories"])),
        items=frozenset(held["items"]),
        place=held["place"],
        rule=held["rule"],
    )


def order(word: Word) -> tuple[str, ...]:
    """Return a key that puts words in the same order every time."""
    categories, items = ",".join(sorted(word.categories)), ",".join(sorted(word.items))
    return (str(word.sensitive), word.rule, word.place, categories, items)
