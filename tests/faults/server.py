"""A real gateway in a process of its own, to be killed."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import requests

TRIES = 600
PAUSE = 0.2


@dataclass(frozen=True, slots=True)
class Server:
    """A running gateway: its process and its address."""

    process: subprocess.Popen[str]
    base: str

    def kill(self) -> None:
        """Kill it as a power cut would: no handler runs."""
        self.process.kill()
        self.process.wait()


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(data: Path) -> Iterator[Server]:
    """Run ``paravent demo`` on the data folder until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "gateway.cli", "demo", "--data", str(data)]
    with (data.parent / f"server-{port}.log").open("w") as log:
        process = subprocess.Popen(
            [*command, "--port", str(port)], stdout=log, stderr=log, text=True
        )
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(process, base)
            yield Server(process, base)
        finally:
            process.kill()
            process.wait()


def wait_for(process: subprocess.Popen[str], base: str) -> None:
    """Return once the server answers; fail at once when it has died instead."""
    for _ in range(TRIES):
        try:
            requests.get(f"{base}/fhir/metadata", timeout=30).raise_for_status()
        except requests.ConnectionError:
            # Not yet: wait for its end, which should not come, rather than for a time.
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=PAUSE)
                raise AssertionError("the server died at its start") from None
        else:
            return
    raise AssertionError("the server did not answer")
