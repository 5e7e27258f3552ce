"""What a worker pays once: the time and the memory of the rules, in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator

from bench.timing import Row

_RUNS = 3
_PROGRAM = """
import dataclasses, importlib.resources, itertools, resource, yaml
from time import process_time
def resident():
    with open("/proc/self/statm") as status:
        return int(status.read().split()[1]) * resource.getpagesize()
before, start = resident(), process_time()
from labels.detection.reader import detector
from labels.detection.service import label
detector()
spent = process_time() - start
label([])
print(spent, resident() - before)
"""


def rows() -> Iterator[Row]:
    """Yield the best of several starts; libraries are imported before the clock runs."""
    found = [_child() for _ in range(_RUNS)]
    spent, held = (min(values) for values in zip(*found, strict=True))
    yield Row("rules read, checked and indexed", f"{spent * 1000:.0f} ms", "300 ms")
    yield Row("memory they add to a worker", f"{held / 1e6:.0f} MB", "150 MB")


def _child() -> tuple[float, float]:
    answer = subprocess.run(  # noqa: S603 - this interpreter and the program above
        [sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True
    )
    spent, held = answer.stdout.split()
    return float(spent), float(held)
