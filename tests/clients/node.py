"""The journeys of clients in JavaScript: one Node process each, JSON in and out."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients.journey import Luggage, Told

FOLDER = Path(sys.prefix) / "validators"
"""Where `make validators` installs what tests/interop/package.json names."""
HERE = Path(__file__).parent
PATIENCE = 120


def travelled(script: str, given: Luggage) -> Told:
    """Let a script of this folder go the whole way; skip, with the reason, without Node."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node on this machine")
    if not (FOLDER / "node_modules").is_dir():
        reason = "the clients in JavaScript are not installed: `make validators`"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    done = subprocess.run(
        [node, HERE / script, FOLDER],
        input=json.dumps(given.written()),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    told: Told = json.loads(done.stdout)
    return told
