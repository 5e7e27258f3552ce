"""``python -m tests.noninterference``: compare for as long as told, and say what was found.

Ends with 1 when a difference was found.
"""

import argparse
import math
import sys

from tests.noninterference.mutants import killing
from tests.noninterference.pair import POSTGRESQL, SQLITE
from tests.noninterference.running import Share, shared


def main() -> int:
    """Read the options and run; or run the mutants."""
    asked = argparse.ArgumentParser(prog="python -m tests.noninterference")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--pairs", type=float, default=math.inf)
    asked.add_argument("--first", type=int, default=0, help="the story to begin with")
    asked.add_argument("--workers", type=int, default=1)
    asked.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    asked.add_argument("--mutants", nargs="*", help="names; none for all")
    given = asked.parse_args()
    if given.mutants is not None:
        return killing.kill_all(given.mutants, given.seconds, given.workers)
    whole = Share(
        given.first,
        seconds=given.seconds,
        pairs=given.pairs,
        database=given.database,
    )
    figures = shared(given.workers, whole)
    print(figures.told(given.database))  # noqa: T201
    for point in figures.missed[:20]:
        print("never probed:", *point)  # noqa: T201
    return 1 if figures.differences else 0


if __name__ == "__main__":
    sys.exit(main())
