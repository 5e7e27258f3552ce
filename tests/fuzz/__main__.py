"""`make fuzz`: every target for its part of so many processor minutes; what was found.

    python -m tests.fuzz [--minutes 30] [--workers 2] [TARGET...]

Corpora and reproducers lie under var/fuzzed/TARGET; `python -m tests.fuzz.one TARGET FILE`
runs one again. Ends with 1 when something was found.
"""

import argparse
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.fuzz.targets import TARGETS

INTO = Path("var/fuzzed")
FLAGS = ("-timeout=40", "-rss_limit_mb=2048", "-malloc_limit_mb=1024", "-max_len=60000")
MOST_FOUND = 20
PULSE = re.compile(r"cov: (\d+) ft: (\d+)")
RAISED = re.compile(r"^\S*(?:Error|Exception|Interrupt)\b.*", re.MULTILINE)
STAGES = re.compile(r"^(?:done|found) (\d+)", re.MULTILINE)


@dataclass
class Told:
    """What one target did."""

    name: str
    executions: int = 0
    coverage: int = 0
    features: int = 0
    found: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Say it in one line."""
        return (
            f"{self.name:8} {self.executions:8} executions  cov {self.coverage:6}  "
            f"features {self.features:6}  found {len(self.found)}"
        )


def main() -> int:
    """Fuzz, and tell."""
    said = argparse.ArgumentParser(prog="make fuzz")
    said.add_argument("--minutes", type=float, default=30)
    said.add_argument("--workers", type=int, default=2)
    said.add_argument("targets", nargs="*")
    given = said.parse_args()
    names = given.targets or list(TARGETS)
    seconds = given.minutes * 60 / len(names)
    with ThreadPoolExecutor(given.workers) as workers:
        told = list(workers.map(partial(_fuzz, seconds=seconds), names))
    for each in told:
        print(each.line())  # noqa: T201 - a command
        for found in sorted(set(each.found)):
            print(f"    {found}")  # noqa: T201 - a command
    return any(each.found for each in told)


def _fuzz(name: str, seconds: float) -> Told:
    """Run one target; after something is found go on, with the time that is left."""
    told, left = Told(name), seconds
    corpus, crashes = INTO / name / "corpus", INTO / name / "found"
    for each in (corpus, crashes):
        each.mkdir(parents=True, exist_ok=True)
    while left > 1 and len(told.found) < MOST_FOUND:
        ends = (f"-artifact_prefix={crashes}/", str(corpus))
        command = [sys.executable, "-m", "tests.fuzz.one", name, str(left)]
        done = subprocess.run(
            [*command, *FLAGS, *ends],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        output = done.stdout.decode("utf-8", "replace")
        (INTO / name / "log").write_text(output)
        used = _read(told, output, failed=done.returncode != 0)
        left = left - used if used else 0
    return told


def _read(told: Told, output: str, *, failed: bool) -> float:
    """Add what a run said to what is told; returns its seconds, when it found something."""
    told.executions += sum(int(n) for n in STAGES.findall(output)[-1:])
    for coverage, features in PULSE.findall(output):
        told.coverage = max(told.coverage, int(coverage))
        told.features = max(told.features, int(features))
    if not failed:
        return 0
    raised = RAISED.findall(output)
    told.found.append(raised[-1][:200] if raised else "ended: see the log")
    spent = re.findall(r"^spent ([0-9.]+)", output, re.MULTILINE)
    return float(spent[-1]) if spent else 0


if __name__ == "__main__":
    sys.exit(main())
