"""The preset a patient starts from: changed by the patient alone, in one transaction.

Two questions that are kept apart: *new documents* follow the preset; *those that are
there* follow it too, or stay as they are by ``pins``, which are kept in the same
transaction, so that nothing is open for a moment in between.
"""

from dataclasses import dataclass, replace

from gateway.audit.events import Interaction
from gateway.consents import directives, registry, saying
from gateway.consents.registry import Version
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.repository import records, renditions
from gateway.services import Services
from labels.consent import Directive
from labels.policy.question import PRESETS

CHOSEN = "preset-chosen"
"""What the trail calls it."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The preset before, and the ids of the pins that were kept."""

    before: str
    pins: tuple[str, ...]


def choose(
    services: Services,
    principal: Principal,
    preset: str,
    pins: tuple[Directive, ...] = (),
    ends: frozenset[str] = frozenset(),
    request_id: str = "",
) -> Chosen | None:
    """Change the preset, keep ``pins`` and end the directives named by ``ends``.

    A pin begins before anything the patient ever said, so that it is beaten by all of it.
    None when the principal is not the person of an open record. Raises ``Refused`` (403)
    to anybody but a patient, ``ValueError`` for a preset there is not.
    """
    if preset not in PRESETS:
        raise ValueError("preset")
    if not principal.patient:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, request_id, hold=True) as asked:
        granted = asked.by_patient
        asked.trace(Interaction.OPERATION, granted=granted, reason=CHOSEN)
        if not granted:
            return None
        kept = [_pinned(asked, each) for each in pins]
        for each in ends:
            directives.end(*asked.place, each, asked.at)
        records.set_preset(asked.connection, asked.record, preset)
        renditions.forget(*asked.place)
        return Chosen(asked.record.preset, tuple(kept))


def _pinned(asked: Inquiry, pin: Directive) -> str:
    """Keep a pin, which has no beginning, with the Consent of today that says it."""
    pin = replace(pin, start=None)
    said = saying.consent(asked.record, (pin,), asked.at)
    made = directives.add(*asked.place, pin)
    registry.begin(*asked.place, Version("", 0, asked.at, said, (made,)))
    return made
