"""Carrying out changes of the circle and of settings; each returns what undoes it.

None when nothing was done; ``FOREVER`` when it was and cannot be undone.
"""

from dataclasses import replace

from gateway import circle, preset, review
from gateway.consents.relations import HeldRelation
from gateway.emergency import choosing
from gateway.patient.change import Change, OfCircle, OfSettings, together
from gateway.patient.personas import Account
from gateway.patient.setting import Choose, Decided, Intake, Urge
from gateway.patient.sight import Situation
from gateway.patient.tie import Admit, Tie, Untie, opened_to
from gateway.references import Reference
from gateway.services import Services
from labels.codes import Category
from labels.policy.question import Relation

FOREVER = together(())
"""What undoes a change that cannot be undone: nothing."""


def settle(
    services: Services,
    account: Account,
    change: OfCircle | OfSettings,
    before: Situation,
    patient_id: str,
) -> Change | None:
    """Carry ``change`` out and return what undoes it.

    Raises ``Refused`` (403) unless the account is the patient's own.
    """
    if isinstance(change, Tie | Untie | Admit):
        return _circle(services, account, change, before)
    if isinstance(change, Decided):
        public_id = str(Reference(patient_id, change.document))
        principal = account.principal
        state = review.decide(services, principal, public_id, change.decision)
        return (change.back or FOREVER) if state else None
    return _setting(services, account, change, before)


def _circle(
    services: Services, account: Account, change: OfCircle, before: Situation
) -> Change | None:
    principal, held = account.principal, change.held
    if isinstance(change, Tie):
        new = circle.declare(services, principal, held, change.opened)
        return _untied(change, new, before) if new else None
    if isinstance(change, Admit):
        done = circle.confirm(services, principal, change.id)
        return Untie(change.id, held) if done else None
    done = circle.end(services, principal, change.id)
    return _again(held, before) if done else None


def _untied(change: Tie, new: str, before: Situation) -> Change:
    """Return what undoes a tie: its end, and again what it succeeded.

    What a block shut out has to be given again (DESIGN 7): lifting it restores nothing.
    """
    succeeded = [
        _again(each, before)
        for _, each in change.ends(before.at_ground)
        if each.kind is change.held.kind
    ]
    return together([Untie(new, change.held), *succeeded])


def _again(held: HeldRelation, before: Situation) -> Tie:
    """Return the tie that gives again what ended; only a carer is shown subjects by it."""
    carer = held.kind is Relation.CARER
    opened = opened_to(held.who, before) if carer else frozenset[Category]()
    return Tie(replace(held, since="", ended="", by="", proposed=False), opened)


def _setting(
    services: Services,
    account: Account,
    change: Choose | Urge | Intake,
    before: Situation,
) -> Change | None:
    principal, ground = account.principal, before.at_ground
    if isinstance(change, Choose):
        chosen = preset.choose(
            services, principal, change.preset, change.pins, change.ends
        )
        return Choose(ground.preset, ends=frozenset(chosen.pins)) if chosen else None
    if isinstance(change, Urge):
        wanted = change.choices
        found = choosing.choose(services, principal, lambda _: wanted)
        return Urge(ground.choices) if found else None
    act = review.say if change.said else review.unsay
    done = act(services, principal, change.rule)
    return change.replaced(before) if done else None
