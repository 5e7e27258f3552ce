"""Mutants: the project in a copy with one leak put in, and the harness let loose on it.

A leak is a change of text in one or more files. The copy is made of this working tree;
the harness runs in it in a process of its own, and a mutant is killed when the harness
finds a difference. The working tree is never changed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.noninterference.mutants.leak import Leak
from tests.noninterference.mutants.leaks import LEAKS

ROOT = Path(__file__).parents[3]
COPIED = ("gateway", "labels", "mappings", "tests/noninterference", "tests/properties")
COPIED_FILES = (
    *("tests/__init__.py", "tests/postgres.py", "tests/gateway/__init__.py"),
    *("tests/gateway/world.py", "tests/gateway/consenting.py"),
    *("tests/gateway/test_deposit.py", "pyproject.toml"),
)
MOST = 2_000
"""Within how many examples a leak is to be found."""
LONGEST = 900.0
"""Seconds that are given to one mutant."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one mutant: after how many examples and pairs it was found."""

    leak: Leak
    killed: bool
    examples: int
    pairs: int
    found: str


def stale(leak: Leak) -> list[str]:
    """Return the files of a leak in which its text is not found exactly once."""
    return [
        edit.path
        for edit in leak.edits
        if (ROOT / edit.path).read_text("utf-8").count(edit.old) != 1
    ]


def kill(leak: Leak, most: int = MOST, seconds: float = LONGEST) -> Outcome:
    """Let the harness run on a copy with the leak until it finds it or gives up.

    Raises :class:`RuntimeError` for a leak that cannot be put in, and when the run fails.
    """
    if missing := stale(leak):
        raise RuntimeError(f"{leak.name}: nothing to change in {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        copy = Path(name)
        _copied(copy)
        for edit in leak.edits:
            path = copy / edit.path
            text = path.read_text("utf-8")
            path.write_text(text.replace(edit.old, edit.new), "utf-8")
        code = "tests.noninterference.mutants.hunting"
        command = [sys.executable, "-B", "-m", code, str(min(most, MOST)), str(seconds)]
        done = subprocess.run(
            command, cwd=copy, capture_output=True, text=True, check=False
        )
    if done.returncode != 0:
        raise RuntimeError(f"{leak.name}: {done.stderr[-2000:]}")
    told = json.loads(done.stdout.splitlines()[-1])
    return Outcome(leak, told["killed"], told["examples"], told["pairs"], told["found"])


def _copied(copy: Path) -> None:
    # With what is compiled: it is read as long as a file is as old as it was.
    for each in COPIED:
        shutil.copytree(ROOT / each, copy / each)
    for each in COPIED_FILES:
        path = copy / each
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / each, path)


def kill_all(names: list[str], seconds: float, workers: int) -> int:
    """Hunt the leaks named, or all; print the table; 1 when fewer than 95 % are found."""
    chosen = [each for each in LEAKS if not names or each.name in names]
    with ThreadPoolExecutor(workers) as pool:
        found = list(pool.map(lambda each: _told(kill(each, MOST, seconds)), chosen))
    killed = sum(each.killed for each in found)
    print(f"{killed} of {len(found)} mutants killed")  # noqa: T201
    return 0 if killed >= 0.95 * len(found) else 1


def _told(outcome: Outcome) -> Outcome:
    state = "survived"
    if outcome.killed:
        state = f"{outcome.examples} / {outcome.pairs}" if outcome.pairs else "oracle"
    print(f"| {outcome.leak.name} | {outcome.leak.known} | {state} |", flush=True)  # noqa: T201
    print(f"  {outcome.found[:200]}", flush=True)  # noqa: T201 - by this very leak?
    return outcome
