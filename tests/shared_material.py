"""The material shared beside the repository: read where it lies, never copied."""

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
SHARED = REPOSITORY.parent / "shared"


def shared(*parts: str) -> Path:
    """Return the path of a piece of shared material; skip the test where it is absent.

    A clone without its neighbour folder is a lawful place to run the tests: those
    that need the samples say so and are counted as skipped.
    """
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"../shared/{'/'.join(parts)} is not beside this repository")
    return path
