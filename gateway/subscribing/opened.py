"""Documents that open after they came: reviewed by the patient, or announced.

Noted for those subscribers alone whom the change lets see the document. Who saw it before
was told when it came; told again, its depositor would learn that the patient held it.
"""

from gateway.inquiry import Inquiry, before
from gateway.repository.items import Stored
from gateway.services import Services
from gateway.subscribing import kept


def opened(services: Services, asked: Inquiry, was: Stored, now: Stored) -> None:
    """Note a document for whom its new label opens it, in the transaction of the change."""
    readers = frozenset(
        subscription_id
        for subscription_id, one in kept.of_record(*asked.place).items()
        if _opens(
            before(services, one.by, asked.place, asked.at, urgent=False), was, now
        )
    )
    kept.came(*asked.place, (now.id,), asked.at, readers)


def _opens(reader: Inquiry, was: Stored, now: Stored) -> bool:
    judge = reader.clearance.judge
    return judge(now.facts).permitted and not judge(was.facts).permitted
