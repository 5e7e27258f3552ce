"""``make bench``: prints one table; ``python -m bench labelling hostile`` a part of it.

A bench is a module of this package with a function ``rows()`` that yields
:class:`bench.timing.Row`; its name is added to ``BENCHES``.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module

from bench.timing import Row

BENCHES = (
    *("labelling", "narrative", "loading", "hostile", "mapping", "converters"),
    "unseen",
)


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the rows as the lines of a Markdown table."""
    yield "| what | measured | wanted |"
    yield "|-|-|-|"
    for row in rows:
        yield f"| {row.what} | {row.measured} | {row.wanted} |"


def measured(names: Sequence[str]) -> Iterator[Row]:
    """Yield the rows of these benches, of all when none is named."""
    for name in names or BENCHES:
        if name not in BENCHES:
            raise SystemExit(f"no bench is called {name}: {', '.join(BENCHES)}")
        yield from import_module(f"bench.{name}").rows()


if __name__ == "__main__":
    for line in table(measured(sys.argv[1:])):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
