"""The consultation that announces: what it changes, and who is told when it has not come.

A document that waits is seen by its patient after a month, by the clock (R.1111-53);
here is only what can shorten that, and the notice after two weeks.
"""

from dataclasses import replace

from gateway.audit.events import Interaction
from gateway.consents import announcements
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.notify import notices
from gateway.outbox.errand import Errand, Handlers
from gateway.references import Reference
from gateway.repository import finding, items, keeping
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.records import OPEN
from gateway.services import Services
from gateway.subscribing.opened import opened
from labels.announcement import ends
from labels.codes import Mark

WAITING = "announcement-waiting"
"""The occasion of the notice after two weeks."""
ANNOUNCED = "announced"
"""What the trail calls that a document was announced."""

HELD = frozenset({Mark.INVISIBLE_PATIENT})


def announce(
    services: Services, principal: Principal, target: Reference, request_id: str = ""
) -> bool:
    """Take the wait off a document, as who deposited it says after the consultation.

    False for a document that is not the asker's own, as for one that is not there; true
    again for one that waits no more.
    """
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        stored = _own(asked, target.item_id)
        names = (f"{DOCUMENT}/{target}",) if stored else ()
        asked.trace(
            Interaction.OPERATION,
            granted=stored is not None,
            items=names,
            reason=ANNOUNCED,
        )
        if stored is not None and HELD & stored.label.effective.marks:
            label = replace(stored.label, lifted=stored.label.lifted | HELD)
            shown = items.with_label(stored, label)
            items.relabel(*asked.place, shown)
            opened(services, asked, stored, shown)
        return stored is not None


def _own(asked: Inquiry, item_id: str) -> Stored | None:
    return finding.find(*asked.place, asked.own, item_id)


def handlers() -> Handlers:
    """Return what the outbox does when a document has waited for two weeks."""
    return {announcements.ROW: _waited}


def _waited(errand: Errand) -> None:
    """Have the patient told, if the document is there and waits still."""
    ids = frozenset({str(errand.row.held["item"])})
    for stored in keeping.named(*errand.place, ids):
        waits = HELD & stored.label.effective.marks
        waits = waits if errand.at < ends(stored.facts.announced) else frozenset()
        if waits and errand.record.state == OPEN and not errand.record.died:
            notices.tell(*errand.place, WAITING, errand.at)
