"""``python -m tests.noninterference``: compare for as long as told, and say what was found.

Ends with 1 when a difference was found.
"""

import argparse
import sys

from tests.noninterference.mutants import killing
from tests.noninterference.running import run


def main() -> int:
    """Read the options and run; or run the mutants."""
    asked = argparse.ArgumentParser(prog="python -m tests.noninterference")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--examples", type=int, default=10**9)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--mutants", nargs="*", help="names; none for all")
    given = asked.parse_args()
    if given.mutants is not None:
        return killing.kill_all(given.mutants, given.examples, given.seconds)
    figures, found = run(given.seconds, given.seed, given.examples)
    print(f"{len(found)} differences in {figures.pairs} pairs")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
