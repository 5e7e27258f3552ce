"""A small mail server on loopback (RFC 5321) that keeps what it is handed.

Written here so that a tour needs nothing that is not installed to serve: the tests of
notices use another server.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer

from gateway.notify.smtp import MailServer, Security

HOST, SENDER = "127.0.0.1", "messages@example.org"
ANSWERS = {
    b"EHLO": b"250 here",
    b"HELO": b"250 here",
    b"MAIL": b"250 yes",
    b"RCPT": b"250 yes",
    b"RSET": b"250 yes",
    b"NOOP": b"250 yes",
    b"QUIT": b"221 bye",
}


class Letterbox(ThreadingTCPServer):
    """What was handed in, as it came."""

    daemon_threads = True

    def __init__(self) -> None:
        """Take a free port, and begin empty."""
        super().__init__((HOST, 0), _Session)
        self.raw: list[bytes] = []

    @property
    def messages(self) -> list[EmailMessage]:
        """Return what was handed in, parsed."""
        return [message_from_bytes(each, policy=policy.default) for each in self.raw]

    def to(self, address: str) -> list[EmailMessage]:
        """Return the messages for an address."""
        return [each for each in self.messages if each["To"] == address]


class _Session(StreamRequestHandler):
    """One connection; one command a line."""

    server: Letterbox

    def handle(self) -> None:
        self._answer(b"220 here")
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"DATA":
                self._answer(b"354 go on")
                self.server.raw.append(self._message())
                self._answer(b"250 taken")
                continue
            self._answer(ANSWERS.get(verb, b"500 unknown"))
            if verb == b"QUIT":
                return

    def _message(self) -> bytes:
        """Return the lines up to the single dot, those that began with one restored."""
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _answer(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def listening(
    directory: tuple[tuple[str, str], ...] = (),
) -> Iterator[tuple[Letterbox, MailServer]]:
    """Run the server until the end of the block, and say how it is reached.

    ``directory`` are the addresses of professionals: who, and where to.
    """
    with Letterbox() as box:
        thread = threading.Thread(target=box.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        port = box.server_address[1]
        try:
            yield (
                box,
                MailServer(HOST, port, SENDER, Security.NONE, directory=directory),
            )
        finally:
            box.shutdown()
            thread.join()
