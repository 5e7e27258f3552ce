"""One target under atheris, in a process of its own: until its processor time is used.

    python -m tests.fuzz.one TARGET SECONDS [libFuzzer's arguments]

Prints ``done EXECUTIONS`` at the end. With a file in place of SECONDS it runs that once.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

TOOLS = "var/fuzz/lib"
OURS = ["gateway", "labels", "mappings"]


def main() -> None:
    """Fuzz one target, or run one file through it."""
    name, what, *flags = sys.argv[1:]
    if Path(what).is_file():
        _once(name, Path(what).read_bytes())
        return
    sys.path += [str(each) for each in Path(TOOLS).glob("python3*/site-packages")]
    import atheris  # type: ignore[import-untyped]  # noqa: PLC0415 - only here, and not in the environment of the tests

    with atheris.instrument_imports(include=OURS):
        from tests.fuzz.house import House  # noqa: PLC0415 - instrumented
        from tests.fuzz.mutating import mutate  # noqa: PLC0415 - instrumented
        from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - instrumented

    house, target = House(), TARGETS[name]
    corpus = Path(flags[-1])
    for number, seed in enumerate(target.seeds(house)):
        (corpus / f"seed-{number:03}").write_bytes(seed)

    def custom(data: bytes, longest: int, seed: int) -> bytes:
        chance = Random(seed)  # noqa: S311 - chooses a change
        if chance.random() < 0.2:
            return bytes(atheris.Mutate(data, len(data)))
        return mutate(bytes(data), chance)[:longest]

    run = _until(float(what), lambda data: target.run(house, data))
    atheris.Setup([name, *flags], run, custom_mutator=custom)
    atheris.Fuzz()


def _until(seconds: float, run: Callable[[bytes], None]) -> Callable[[bytes], None]:
    """Return the run that ends the process when the processor time is used."""
    until, count = time.process_time() + seconds, 0

    def one(data: bytes) -> None:
        nonlocal count
        if time.process_time() > until:
            print(f"\ndone {count}", file=sys.stderr, flush=True)  # noqa: T201 - told to who waits
            os._exit(0)  # libFuzzer would take an exception for a crash
        count += 1
        try:
            run(data)
        except Exception:
            spent = seconds - (until - time.process_time())
            print(f"\nfound {count}\nspent {spent:.1f}", file=sys.stderr, flush=True)  # noqa: T201 - told to who waits
            raise

    return one


def _once(name: str, data: bytes) -> None:
    from tests.fuzz.house import House  # noqa: PLC0415 - not instrumented
    from tests.fuzz.targets import TARGETS  # noqa: PLC0415 - not instrumented

    TARGETS[name].run(House(), data)


if __name__ == "__main__":
    main()
