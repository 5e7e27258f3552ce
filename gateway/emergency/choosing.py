"""The person's three choices about a vital emergency: asked, and changed, by the person."""

from collections.abc import Callable
from dataclasses import replace

from gateway.audit.events import Interaction
from gateway.consents import emergencies, emergency_consents
from gateway.emergency.asked import Asked, of_record
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.references import Reference
from gateway.repository import renditions
from gateway.services import Services
from labels.emergency import EmergencyChoices

Change = Callable[[EmergencyChoices], EmergencyChoices]

CHOSEN, LOOK, ASKED = "emergency-chosen", "emergency-choices", "emergencies"
"""What the trail calls each act."""


def chosen(
    services: Services, principal: Principal, request_id: str = ""
) -> EmergencyChoices | None:
    """Return the choices to the person of an open record; None without one.

    Raises ``Refused`` (403) to anybody but a patient.
    """
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, request_id) as asked:
        asked.trace(Interaction.SEARCH, granted=asked.by_patient, reason=LOOK)
        return emergencies.choices(*asked.place) if asked.by_patient else None


def asked_for(
    services: Services, principal: Principal, request_id: str = ""
) -> list[Asked] | None:
    """Return who asked for emergency access and why, to the person; None without a record.

    Each names its event by the public id.

    Raises ``Refused`` (403) to anybody but a patient.
    """
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, request_id) as asked:
        asked.trace(Interaction.SEARCH, granted=asked.by_patient, reason=ASKED)
        if not asked.by_patient:
            return None
        own = asked.record.patient_id
        return [
            replace(each, event=str(Reference(own, each.event)))
            for each in of_record(*asked.place)
        ]


def choose(
    services: Services, principal: Principal, change: Change, request_id: str = ""
) -> EmergencyChoices | None:
    """Change the choices of the person who asks and return them; None without a record.

    They hold at once, for accesses that were granted before too. Raises ``Refused``: 403
    to anybody but a patient; and what ``change`` raises, then nothing is kept.
    """
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, request_id, hold=True) as asked:
        asked.trace(Interaction.OPERATION, granted=asked.by_patient, reason=CHOSEN)
        return decide(asked, change) if asked.by_patient else None


def decide(asked: Inquiry, change: Change) -> EmergencyChoices:
    """Change the choices inside an inquiry of who may (the person, or a recorder)."""
    before = emergencies.choices(*asked.place)
    wanted = change(before)
    emergencies.choose(*asked.place, wanted)
    emergency_consents.say(*asked.place, (before, wanted), asked.at)
    renditions.forget(*asked.place)
    return wanted
