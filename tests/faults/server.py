"""A real gateway in a process of its own, to be killed."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry


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
            client().get(f"{base}/fhir/metadata", timeout=30).raise_for_status()
            yield Server(process, base)
        finally:
            process.kill()
            process.wait()


def client() -> requests.Session:
    """Return a client that waits for a server which is still starting."""
    session = requests.Session()
    retry = Retry(total=None, connect=120, read=0, backoff_factor=0.1, backoff_max=1)
    session.mount("http://127.0.0.1", HTTPAdapter(max_retries=retry))
    return session
