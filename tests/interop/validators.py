"""Two validators that others wrote, in one Node process: a resource in, a verdict out."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from mappings.fhir.parse import dump
from mappings.submission import JsonObject
from tests.shared_material import REPOSITORY

FOLDER = Path(sys.prefix) / "validators"
SCRIPT = REPOSITORY / "tests" / "interop" / "validate.mjs"


@dataclass(frozen=True, slots=True)
class Finding:
    """One error that one validator found, and where."""

    validator: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Validators:
    """The running process; one question at a time."""

    process: subprocess.Popen[bytes]

    def judge(self, resource: JsonObject) -> list[Finding]:
        """Return the errors in a resource, or in everything that a Bundle holds."""
        asked, answered = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answered is not None
        asked.write(dump(resource) + b"\n")
        asked.flush()
        line = answered.readline()
        assert line, "the validators ended: see standard error"
        return [
            Finding(name, found["place"], found["text"])
            for name, each in json.loads(line).items()
            for found in each
        ]


@contextmanager
def running() -> Iterator[Validators]:
    """Start the validators; skip the test, with the reason, where they are not."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node on this machine")
    if not (FOLDER / "node_modules").is_dir():
        reason = "the validators are not installed: `make validators`"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    with subprocess.Popen(
        [node, SCRIPT, FOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        yield Validators(process)
