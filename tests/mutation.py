"""`make mutation`: how many changes of what decides the tests notice. An hour; not in CI.

cosmic-ray makes the mutants: one operator of one file changed. Each is loaded in a child
process in place of the file, which stays as it is. The worked cases and random questions
come first, then the tests of the package; what neither notices is printed.

    python -m tests.mutation [FILE...]
"""

import importlib
import os
import re
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_loader
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import hypothesis.strategies  # noqa: F401 - loaded once, for all children
import pytest
import yaml  # noqa: F401 - the same

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

TOOLS = "var/mutation/lib/python3*/site-packages"
"""Where `make mutation` puts cosmic-ray, which nothing else of the project needs."""
FILES = ("labels/consent.py", *sorted(map(str, Path("labels/policy").glob("*.py"))))
TESTS = (
    "tests/labels/test_consent.py",
    *sorted(map(str, Path("tests/labels/policy").glob("test_*.py")), reverse=True),
)
"""Those that take longest come last."""
SKIPPED = re.compile(
    r"core/(ReplaceBinaryOperator_.*_(Add|Mul|Div|FloorDiv|Mod|Pow|LShift|RShift|BitXor)"
    r"|ExceptionReplacer)"
)
"""Sets know no such operator: the mutant would fall over at once, and flatter the score."""
QUESTIONS, LONGEST = 1_000, 120
UNNOTICED = 0


@dataclass(frozen=True)
class Mutant:
    """A file with one operator changed."""

    path: str
    operator: str
    before: str
    after: str

    @property
    def module(self) -> str:
        """The name under which the file is imported."""
        return self.path.removesuffix(".py").replace("/", ".")

    def __str__(self) -> str:
        """Show what was changed."""
        lines = unified_diff(self.before.split("\n"), self.after.split("\n"), n=0)
        changed = [line for line in lines if line[:3] not in {"---", "+++"}]
        return "\n".join([f"{self.path} {self.operator}", *changed])


class Instead(MetaPathFinder, Loader):
    """Finds and loads the mutant where the file would be found."""

    def __init__(self, mutant: Mutant) -> None:
        """Stand for the module of the mutant."""
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: object, target: object = None
    ) -> "ModuleSpec | None":
        """Find this one module, and leave all others to the next finder."""
        del path, target
        mine = fullname == self._mutant.module
        return spec_from_loader(fullname, self) if mine else None

    def exec_module(self, module: "ModuleType") -> None:
        """Run the text of the mutant as the module."""
        code = compile(self._mutant.after, self._mutant.path, "exec")
        exec(code, vars(module))  # noqa: S102 - what this command is for


def mutants(path: str) -> Iterator[Mutant]:
    """Make every mutant of a file that may mean something."""
    plugins: Any = importlib.import_module("cosmic_ray.plugins")
    mutating: Any = importlib.import_module("cosmic_ray.mutating")
    before = Path(path).read_text("utf-8")
    names = [name for name in plugins.operator_names() if not SKIPPED.match(name)]
    for name in names:
        operator, number = plugins.get_operator(name), 0
        if operator.arguments():
            continue  # replaces a name by another one that must be given
        while after := mutating.mutate_code(before, operator(), number):
            yield Mutant(path, name, before, after)
            number += 1


def noticed() -> bool:
    """Tell whether a case or a random question is answered otherwise than it should be."""
    names = ("labels.policy.rule", "labels.policy.decide", "tests.labels.policy.worked")
    rule, decide, worked = map(importlib.import_module, names)
    rules = rule.load()
    for case in worked.cases():
        if decide.decide(case.question, case.item, rules) != case.expected:
            return True
    chance = importlib.import_module("tests.properties.chance")
    reference = importlib.import_module("tests.properties.reference")
    drawn = Random(1)  # noqa: S311 - nothing secret
    for _ in range(QUESTIONS):
        asked, about = chance.question(drawn), chance.item(drawn)
        decision = decide.decide(asked, about, rules)
        found = (decision.permitted, frozenset(decision.because))
        if reference.evaluate(asked, about) != found:
            return True
    return False


def survives(mutant: Mutant) -> bool:
    """Tell whether neither a case, nor a question, nor a test notices the mutant."""
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        sys.meta_path.insert(0, Instead(mutant))
        said = ["-x", "-q", "--assert=plain", "-p", "no:cacheprovider"]
        said += ["-k", "not needed and not breaks"]  # changes of the data
        try:
            os._exit(noticed() or pytest.main([*said, *TESTS]) != 0)
        finally:
            os._exit(1)  # also when it could not be imported
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == UNNOTICED


def main(files: tuple[str, ...]) -> None:
    """Print what survives, and the table of the README; exits when the tests fail anyhow."""
    text = Path(files[0]).read_text("utf-8")
    if not survives(Mutant(files[0], "nothing", text, text)):
        sys.exit("the tests notice something without any change")
    made: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for path in files:
        for mutant in mutants(path):
            made[path] += 1
            if survives(mutant):
                left[path] += 1
                print(f"{mutant}\n", flush=True)  # noqa: T201
        _row(path, made[path], left[path])
    _row("all", made.total(), left.total())


def _row(name: str, made: int, left: int) -> None:
    if made:
        share = f"{(made - left) / made:.1%}"
        print(f"| {name} | {made} | {made - left} | {share} |", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.path += map(str, Path().glob(TOOLS))
    main(tuple(sys.argv[1:]) or FILES)
