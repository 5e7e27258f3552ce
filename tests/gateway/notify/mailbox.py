"""A real mail server on loopback that keeps what it takes, or refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from gateway.notify.smtp import MailServer, Security
from tests.faults.server import free_port

SENDER = "messages@example.org"


class Mailbox:
    """What the server took; ``refusal`` is how it answers instead."""

    def __init__(self) -> None:
        """Begin empty, taking everything."""
        self.raw: list[bytes] = []
        self.to: list[str] = []
        self.refusal = ""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: ANN401, N802
        """Take a message, or refuse it."""
        if self.refusal:
            return self.refusal
        self.raw.append(bytes(envelope.content))
        self.to += envelope.rcpt_tos
        return "250 taken"

    async def handle_RCPT(  # noqa: N802
        self,
        _server: Any,  # noqa: ANN401
        _session: Any,  # noqa: ANN401
        envelope: Any,  # noqa: ANN401
        address: str,
        _options: Any,  # noqa: ANN401
    ) -> str:
        """Take a recipient, unless nobody of that name is here."""
        if address.startswith("nobody@"):
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        return "250 yes"

    @property
    def messages(self) -> list[EmailMessage]:
        """Return what was taken, parsed."""
        return [message_from_bytes(each, policy=policy.default) for each in self.raw]


@contextmanager
def listening(mailbox: Mailbox) -> Iterator[MailServer]:
    """Run the server until the end of the block; say how it is reached."""
    port = free_port()
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield MailServer("127.0.0.1", port, SENDER, Security.NONE)
    finally:
        controller.stop()
