"""How fast text is read in which nothing is found, in one place and in many."""

from collections.abc import Iterator
from functools import partial

from bench.material import narrative
from bench.timing import Row, best
from labels.detection.service import label
from mappings.content import Content

_SIZE = 2_000_000
_PLACES = (400, 40)
_WANTED = "12 MB/s"


def rows() -> Iterator[Row]:
    """Yield the speed of one core, folding and places included."""
    text = narrative(_SIZE)
    kinds = {"in one place": (Content("/text", text=text),)} | {
        f"in places of {length} characters": _cut(text, length) for length in _PLACES
    }
    cost = best({name: partial(label, c) for name, c in kinds.items()}, rounds=4)
    size = len(text.encode()) / 1e6
    for name, seconds in cost.items():
        yield Row(
            f"narrative without hits, {name}", f"{size / seconds:.1f} MB/s", _WANTED
        )


def _cut(text: str, length: int) -> tuple[Content, ...]:
    return tuple(
        Content(f"/text/p[{at}]", text=text[at : at + length])
        for at in range(0, len(text), length)
    )
