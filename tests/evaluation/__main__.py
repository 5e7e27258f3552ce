"""``make eval``: the figures of both sets and of the authored documents.

The wrong items of the development set are listed, for whoever improves the rules. Those
of the held-out set are not, so that it goes on measuring; ``--show-heldout`` lists them
for the end of the work.
"""

import sys
from collections.abc import Iterator, Sequence

from tests.evaluation import authored, report
from tests.evaluation.items import DEVELOPMENT, HELD_OUT, load
from tests.evaluation.measure import measure
from tests.shared_material import SHARED

AUTHORED = SHARED / "samples" / "authored"


def lines(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the report."""
    if HELD_OUT.exists():
        held_out = measure(load(HELD_OUT))
        shown = "--show-heldout" in arguments
        yield from report.outcomes("held-out", held_out, shown=shown)
    if AUTHORED.exists():
        yield from report.documents(authored.measure(AUTHORED))
    else:
        yield "authored: ../shared/samples/authored is not beside this repository"
    yield from report.outcomes("development", measure(load(DEVELOPMENT)), shown=True)


if __name__ == "__main__":
    for line in lines(sys.argv[1:]):
        sys.stdout.write(f"{line}\n")
