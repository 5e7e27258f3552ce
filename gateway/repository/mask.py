"""A label as one integer whose bits only the key of the record can name.

The database must filter by category without knowing which category is which: each
record has its own secret order of the bits. What remains visible in a stolen copy is
which items of one record share a bit, and that some bits imply others; not what any of
them means, and nothing that compares two records.
"""

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from labels.codes import Category, Confidentiality, Mark

WIDTH = 62
"""Bits 0..61: any sum of them is a positive BIGINT."""

_LEVELS = tuple(Confidentiality)[:-1]
_FIRST_MARKS = 4
_FIRST = len(Category) + _FIRST_MARKS + len(_LEVELS)
"""The bits of the first layout. A later mark takes the next two places, so that what was
kept before reads as it did: without that mark."""
_LOGICAL = _FIRST + len(Mark) - _FIRST_MARKS
_INFO = b"paravent bit layout 1"


@dataclass(frozen=True, slots=True)
class BitLayout:
    """Where each logical bit stands: categories, marks, *above a level*, later marks.

    ``positions`` holds 28 places, 28 more for the opposite of each bit, then the place of
    each later bit with that of its opposite: so every label sets as many bits, and how
    many are set tells nothing. Raises ValueError unless they are 60 different ones within
    0..61, so that two labels never share an integer.
    """

    positions: tuple[int, ...]

    def __post_init__(self) -> None:
        """Check that the encoding is injective."""
        fits = all(0 <= position < WIDTH for position in self.positions)
        if not fits or len(set(self.positions)) != len(self.positions):
            raise ValueError("positions must be different and within 0..61")
        if len(self.positions) != 2 * _LOGICAL:
            raise ValueError(f"{2 * _LOGICAL} positions are needed")

    @classmethod
    def from_key(cls, key: bytes) -> "BitLayout":
        """Return the layout of a record: a shuffle drawn from its key, always the same.

        Fisher-Yates over an HMAC-SHA256 stream, without modulo bias.
        """
        draws = _stream(key)
        places = list(range(WIDTH))
        for last in range(WIDTH - 1, 0, -1):
            other = _below(last + 1, draws)
            places[last], places[other] = places[other], places[last]
        return cls(tuple(places[: 2 * _LOGICAL]))

    def encode(
        self,
        confidentiality: Confidentiality,
        categories: Iterable[Category],
        marks: Iterable[Mark],
    ) -> int:
        """Return the integer of a label; different labels give different integers."""
        above = sum(self._level(level) for level in _LEVELS if confidentiality > level)
        said = above | self.bits_of_categories(categories) | self.bits_of_marks(marks)
        return said | sum(
            1 << self.positions[_opposite(index)]
            for index in range(_LOGICAL)
            if not said >> self.positions[_place(index)] & 1
        )

    def bits_of_categories(self, categories: Iterable[Category]) -> int:
        """Return the bits set by any of these categories."""
        return self._bits(category.facts.bit for category in set(categories))

    def bits_of_marks(self, marks: Iterable[Mark]) -> int:
        """Return the bits set by any of these marks."""
        return self._bits(_logical(mark) for mark in set(marks))

    def bits_above(self, level: Confidentiality) -> int:
        """Return the bit set by whatever is above ``level``; 0 for V, which nothing is."""
        return self._level(level) if level in _LEVELS else 0

    def _level(self, level: Confidentiality) -> int:
        return self._bits([len(Category) + _FIRST_MARKS + level])

    def _bits(self, logical: Iterable[int]) -> int:
        return sum(1 << self.positions[_place(index)] for index in logical)


def _logical(mark: Mark) -> int:
    late = mark.bit - _FIRST_MARKS
    return len(Category) + mark.bit if late < 0 else _FIRST + late


def _place(index: int) -> int:
    return index if index < _FIRST else 2 * index


def _opposite(index: int) -> int:
    return index + _FIRST if index < _FIRST else 2 * index + 1


def _stream(key: bytes) -> Iterator[int]:
    for block in count():
        data = _INFO + block.to_bytes(4, "big")
        yield from hmac.new(key, data, hashlib.sha256).digest()


def _below(limit: int, draws: Iterator[int]) -> int:
    """Draw a number below ``limit``, every one as likely: the uneven rest is redrawn."""
    fair = 256 - 256 % limit
    return next(draw for draw in draws if draw < fair) % limit
