"""A depositor raises the label of what was deposited; only the patient lowers one.

The same as depositing again with a higher label (DESIGN 6: ``effective = join(submitted,
...)``), for who does not have the bytes any more. Nobody raises another's document.
"""

from dataclasses import replace
from typing import Any

from gateway.audit.events import Interaction
from gateway.consents import announcements
from gateway.identity.principal import Principal
from gateway.inquiry import by_id, inquire
from gateway.references import Reference
from gateway.repository import finding, items
from gateway.services import Services
from labels import fhir
from labels.label import join
from mappings.mapped import refuse

Json = dict[str, Any]


def raised(
    services: Services,
    principal: Principal,
    public_id: str,
    security_labels: list[Json],
    request_id: str = "",
) -> bool:
    """Join labels to what a depositor asked for; False when it is no document of theirs.

    Unknown, hidden and another's are one answer. Raises ``Refused`` (422) for a label
    that is not understood, before anything is looked up.
    """
    try:
        asked_for = announcements.repeated(fhir.read(security_labels))
    except fhir.LabelError:
        raise refuse(
            422,
            "invalid",
            "Parameters.parameter[0].valueMeta.security",
            "A security label that is not understood.",
            "Un label de sécurité qui n'est pas compris.",
        ) from None
    target = Reference.parse(public_id)
    opened = by_id(services, target.patient_id)
    with inquire(services, principal, opened, request_id, hold=True) as asked:
        stored = finding.find(*asked.place, asked.own, target.item_id)
        names = (f"DocumentReference/{public_id}",)
        asked.trace(Interaction.PATCH, granted=stored is not None, items=names)
        if stored is None:
            return False
        submitted = join(stored.label.submitted, asked_for)
        label = replace(stored.label, submitted=submitted)
        items.relabel(*asked.place, items.with_label(stored, label))
    return True
