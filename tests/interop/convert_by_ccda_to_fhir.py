"""C-CDA to FHIR by the PyPI package ccda-to-fhir, in an environment of its own.

A file name a line in; counts and seconds a line out. Nothing of this project is
imported: the package is not among our dependencies.
"""

import json
import logging
import sys
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import Any


def converted(convert: Any, name: str) -> dict[str, object]:  # noqa: ANN401 - an untyped package
    """Return the resources of one document, or the name of what it failed with."""
    text = Path(name).read_text("utf-8-sig", errors="replace")
    began = perf_counter()
    try:
        bundle = convert(text)["bundle"]
    except Exception as error:  # noqa: BLE001 - whatever it raises is what we report
        return {"failed": type(error).__name__}
    seconds = perf_counter() - began
    return {
        "seconds": seconds,
        "resources": [each["resource"] for each in bundle["entry"]],
    }


if __name__ == "__main__":
    logging.disable()
    package = import_module("ccda_to_fhir")
    for line in sys.stdin:
        found = converted(package.convert_document, line.rstrip("\n"))
        sys.stdout.write(json.dumps(found, default=str) + "\n")
        sys.stdout.flush()
