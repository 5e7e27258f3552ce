"""``make eval``: the figures of both sets and of the authored documents.

The totals come first; ``--totals`` prints nothing else.

The wrong items of the development set are listed, for whoever improves the rules. Those
of the held-out set are not, so that it goes on measuring; ``--show-heldout`` lists them
for the end of the work.
"""

import sys
from collections.abc import Iterator, Sequence

from tests.evaluation import authored, oracle, report
from tests.evaluation.items import DEVELOPMENT, HELD_OUT, load
from tests.evaluation.measure import measure
from tests.shared_material import SHARED

AUTHORED = SHARED / "samples" / "authored"


def lines(arguments: Sequence[str]) -> Iterator[str]:
    """Yield the lines of the report: the totals, then each table with its lists."""
    sets = {"development": measure(load(DEVELOPMENT))}
    if HELD_OUT.exists():
        sets["held-out"] = measure(load(HELD_OUT))
    documents = authored.measure(AUTHORED) if AUTHORED.exists() else ()
    yield from report.summary(sets, documents)
    if not documents:
        yield "authored: ../shared/samples/authored is not beside this repository"
    yield from oracle.lines(DEVELOPMENT)
    if "--totals" in arguments:
        return
    yield from report.documents(documents)
    for name, outcomes in sets.items():
        shown = name == "development" or "--show-heldout" in arguments
        yield from report.outcomes(name, outcomes, shown=shown)


if __name__ == "__main__":
    for line in lines(sys.argv[1:]):
        sys.stdout.write(f"{line}\n")
