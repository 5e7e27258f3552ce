"""The one channel by which notices leave: a mail server (RFC 5321), and its answers."""

import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from gateway.outbox.errand import Outcome

TIMEOUT = 30.0
PERMANENT = 500
"""From this reply code on a refusal is for good (RFC 5321, 4.2.1)."""


class Security(StrEnum):
    """How the connection is protected; ``NONE`` is for a server on this machine."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed over, by whom, and how; ``sender`` is an address.

    The password stays in a file of its own. Raises ``ValueError`` for an unprotected
    connection to another machine, and for a user without password.
    """

    host: str
    port: int
    sender: str
    security: Security = Security.STARTTLS
    user: str = ""
    password_file: Path | None = None
    directory: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would send names and passwords for all to read."""
        if self.security is Security.NONE and not _is_loopback(self.host):
            raise ValueError("security: none is only for a server on this machine")
        if bool(self.user) is not bool(self.password_file):
            raise ValueError("user and password_file go together")


def send(server: MailServer, message: EmailMessage) -> Outcome:
    """Hand the message over; a failure that may pass is ``LATER``, another ``NEVER``."""
    try:
        with _connected(server) as client:
            _secured(client, server)
            client.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        codes = [code for code, _ in refused.recipients.values()]
        return Outcome.NEVER if min(codes) >= PERMANENT else Outcome.LATER
    except smtplib.SMTPDataError as refused:
        final = refused.smtp_code >= PERMANENT
        return Outcome.NEVER if final else Outcome.LATER
    except (smtplib.SMTPException, OSError):
        # No server, no trust in it, or a sender it does not take: ours to mend.
        return Outcome.LATER
    return Outcome.DONE


def _connected(server: MailServer) -> smtplib.SMTP:
    if server.security is not Security.TLS:
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    trusted = ssl.create_default_context()
    return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=trusted)


def _secured(client: smtplib.SMTP, server: MailServer) -> None:
    if server.security is Security.STARTTLS:
        client.starttls(context=ssl.create_default_context())
    if server.password_file is not None:
        client.login(server.user, server.password_file.read_text("utf-8").strip())


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
