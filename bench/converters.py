"""C-CDA to FHIR: this project beside two converters of others, the same files, one run.

@medplum/ccda runs in Node (``make validators`` installs it). The PyPI package
ccda-to-fhir is no dependency: name the interpreter of an environment that has it in
``CCDA_TO_FHIR_PYTHON``. What is not there is said, not guessed.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.timing import Row
from tests.interop import differential
from tests.interop.differential import Converted

ROUNDS = 5
_WANTED = "more than 1 x"


def rows() -> Iterator[Row]:
    """Yield how much longer each other converter takes for what it can convert."""
    paths = differential.documents()
    own = _least([[differential.ours(path) for path in paths] for _ in range(ROUNDS)])
    python = os.environ.get("CCDA_TO_FHIR_PYTHON", "")
    others = {
        "@medplum/ccda": _rounds(differential.medplum(list(paths) * ROUNDS), paths),
        "ccda-to-fhir": _rounds(
            differential.ccda_to_fhir(python, list(paths) * ROUNDS) if python else [],
            paths,
        ),
    }
    for name, found in others.items():
        yield _row(name, own, found)


def _rounds(found: list[Converted], paths: Sequence[Path]) -> dict[int, float]:
    each = len(paths)
    return _least([found[at : at + each] for at in range(0, len(found), each)])


def _least(rounds: list[list[Converted]]) -> dict[int, float]:
    """Return the least time for each document that was converted, by its number."""
    return {
        number: min(one.seconds for one in tries)
        for number, tries in enumerate(zip(*rounds, strict=True))
        if not tries[0].failed
    }


def _row(name: str, own: dict[int, float], found: dict[int, float]) -> Row:
    both = own.keys() & found.keys()
    what = f"C-CDA to FHIR, {name}: {len(both)} of {len(own)} documents converted"
    if not both:
        return Row(what, "not measured: it is not on this machine", _WANTED)
    ours, theirs = (sum(each[n] for n in both) for each in (own, found))
    return Row(what, f"{theirs / ours:.1f} x of our {ours * 1000:.0f} ms", _WANTED)
