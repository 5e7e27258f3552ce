"""From a notice to e-mails: the handlers of the outbox that tell people.

``notice``: who is told, now? One row for each.  ``mail``: is that still so, and where
to? Then the one message that says nothing.
"""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial

from gateway.notify import notices, smtp
from gateway.notify.occasions import PATIENT, REPRESENTATIVES, WORDINGS
from gateway.notify.recipients import Address, Recipient, address, recipients
from gateway.notify.smtp import MailServer
from gateway.outbox.errand import Decision, Errand, Handlers, Outcome, Sending
from gateway.repository import outbox

MAIL = "mail"
NOT_WANTED = "no address, or no e-mail wanted"
NO_SERVER = "no mail server"
UNDELIVERABLE = "undeliverable"
PERSONS = frozenset({PATIENT, REPRESENTATIVES})


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail: for whom, where to, and the notice it announces."""

    to: Recipient
    where: Address
    notice_id: str


def handlers(server: MailServer | None) -> Handlers:
    """Return what tells people; without a server notices are kept inside only."""
    return {notices.ROW: _expand, MAIL: partial(_mail, server)}


def _expand(errand: Errand) -> None:
    """Put a row for each who is told now."""
    notice = notices.find(*errand.place, errand.row.held["notice"])
    if notice is not None:
        for each in recipients(*errand.place, notice.occasion, errand.at):
            held = {"notice": notice.id, "to": each.audience, "who": each.who}
            outbox.put(*errand.place, MAIL, held, errand.at)


def _mail(server: MailServer | None, errand: Errand) -> Decision:
    """Send to one of them, if it is still right and wanted."""
    held = errand.row.held
    to = Recipient(held["to"], held["who"])
    notice = notices.find(*errand.place, held["notice"])
    if notice is None or to not in recipients(
        *errand.place, notice.occasion, errand.at
    ):
        return None
    where = address(*errand.place, to, dict(server.directory) if server else {})
    if server is None or where is None:
        why = NOT_WANTED if server else NO_SERVER
        notices.told(*errand.place, notice.id, to.key, why)
        return None
    made = message(server, errand, Letter(to, where, notice.id))
    return Sending(partial(smtp.send, server, made), partial(_kept, to, notice.id))


def message(server: MailServer, errand: Errand, letter: Letter) -> EmailMessage:
    """Return the e-mail: the same bytes each time for one row.

    Only a professional gets a reference, by which the notice is found after signing in.
    """
    words = WORDINGS[letter.where.language]
    made = EmailMessage()
    made["Subject"] = words.subject
    made["From"] = server.sender
    made["To"] = letter.where.address
    made["Date"] = format_datetime(errand.row.written)
    made["Message-ID"] = f"<{errand.row.id}@{server.sender.partition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made["Content-Language"] = letter.where.language
    reference = f"{errand.record.patient_id}{letter.notice_id}"
    named = f"\n{words.reference.format(reference=reference)}\n"
    made.set_content(words.body + ("" if letter.to.audience in PERSONS else named))
    return made


def _kept(to: Recipient, notice_id: str, errand: Errand, outcome: Outcome) -> None:
    how = errand.at.isoformat() if outcome is Outcome.DONE else UNDELIVERABLE
    notices.told(*errand.place, notice_id, to.key, how)
