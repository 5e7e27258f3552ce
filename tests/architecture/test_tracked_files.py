"""What lies in the repository: nothing of a machine, nothing of a registry."""

import re
from pathlib import Path

import pytest

from tests.architecture import sources
from tests.shared_material import REPOSITORY

LOCKS = ("requirements.lock", "requirements-runtime.lock")
PIN = re.compile(r"^([a-z0-9][a-z0-9.-]*(?:\[[a-z,]+\])?)==([^ ]+)", re.MULTILINE)

# Written so that none of these expressions matches its own text.
FOREIGN = {
    "a path of somebody's machine": re.compile(
        r"(?<![\w.])/(?:home/[a-z]+|root|Users/[A-Za-z]+|work)/(?=\w)"
    ),
    "the address of a package registry": re.compile(
        r"\bpy(?:pi\.org|thonhosted\.org)|\bnpmjs\.(?:org|com)|\bdebian\.org/debian"
    ),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
}


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


@pytest.mark.parametrize("what", FOREIGN)
def test_nothing_foreign_is_kept(what: str) -> None:
    """No file of the project holds this, in the clear."""
    found = [
        sources.relative(p) for p in sources.files() if FOREIGN[what].search(_text(p))
    ]
    assert found == []


def test_no_file_is_large() -> None:
    """No file is over a megabyte: the repository stays quick to clone and to read."""
    large = [
        sources.relative(p) for p in sources.files() if p.stat().st_size > 1_000_000
    ]
    assert large == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_versions_and_hashes_only(name: str) -> None:
    """Each requirement is pinned and hashed, and nothing says where to get it."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert entries
    assert [e for e in entries if not PIN.match(e) or "--hash=sha256:" not in e] == []
    assert "://" not in text
    assert re.findall(r"^\s*-(?!-hash=)", text, re.MULTILINE) == []


def test_the_demo_runs_what_the_tests_tested() -> None:
    """The lock of the demo is a part of the lock of the tests, version by version."""
    tests, demo = (
        dict(PIN.findall((REPOSITORY / name).read_text("utf-8"))) for name in LOCKS
    )
    assert demo.items() <= tests.items()
