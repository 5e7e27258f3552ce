"""Costly readers of hostile bytes run in a child process with limits."""

import json
import resource
import subprocess
import sys
from time import monotonic

from gateway import deadline
from mappings.pdf import UNREADABLE, PdfReader, PdfText, read

SECONDS = 20
MEMORY = 768 * 1024 * 1024
TOGETHER = 30
"""Seconds after which no further PDF of a request is begun."""
PDFS = 40
"""PDFs that are read in one request."""
LARGEST_ANSWER = 64 * 1024 * 1024


def pdf(data: bytes) -> PdfText:
    """Return the text of a PDF, read in a child with little time and memory.

    A child that dies, runs out of time or answers nonsense makes the PDF unreadable,
    which is the closed side: unreadable is treated as restricted. Never raises.
    """
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", "gateway.sandbox"],
            input=data,
            capture_output=True,
            timeout=_seconds(),
            check=True,
        )
        pages, opaque, about = json.loads(child.stdout[:LARGEST_ANSWER])
    except (subprocess.SubprocessError, OSError, ValueError):
        return UNREADABLE
    return PdfText(tuple(pages), bool(opaque), str(about))


def _seconds() -> float:
    """Return how long a PDF may take: no longer than the request it came with."""
    left = deadline.left()
    return SECONDS if left is None else min(SECONDS, left)


def at_most(times: int, reader: PdfReader) -> PdfReader:
    """Return a reader for one request that gives up after so many PDFs, or so long.

    What is past the limit is unreadable, so restricted: a document stuffed with PDFs
    costs its sender's patience, not everybody's.
    """
    left, began = iter(range(times)), monotonic()

    def read_one(data: bytes) -> PdfText:
        over = next(left, None) is None or monotonic() - began > TOGETHER
        return UNREADABLE if over else reader(data)

    return read_one


def _child() -> None:
    """Read a PDF from standard input and print what it says as JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    text = read(sys.stdin.buffer.read())
    json.dump([text.pages, text.opaque, text.about], sys.stdout)


if __name__ == "__main__":
    _child()
