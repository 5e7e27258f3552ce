"""Carrying a change out: through ``gateway.masking`` and ``gateway.last_word``."""

from dataclasses import replace

from gateway import last_word, masking
from gateway.consents.label_words import HeldWord
from gateway.patient.change import (
    Change,
    Decide,
    End,
    Say,
    SetMark,
    TakeBack,
    Together,
    together,
)
from gateway.patient.personas import Account
from gateway.patient.settle import settle
from gateway.patient.sight import Situation
from gateway.references import Reference
from gateway.services import Services


def enact(
    services: Services,
    account: Account,
    change: Change,
    situation: Situation,
    patient_id: str,
) -> Change | None:
    """Carry ``change`` out and return what undoes it; None when nothing was done.

    Raises ``Refused`` (403) unless the account is the patient's own.
    """
    if isinstance(change, Together):
        return _together(services, account, change, situation, patient_id)
    if isinstance(change, Decide):
        new = masking.decide(services, account.principal, change.directive)
        return None if new is None else End(replace(change.directive, id=new))
    if isinstance(change, End):
        ended = masking.end(services, account.principal, change.directive.id)
        again = replace(change.directive, id="", start=None)
        return Decide(again) if ended else None
    if isinstance(change, Say | TakeBack):
        return _word(services, account, change)
    if isinstance(change, SetMark):
        return _mark(services, account, change, patient_id)
    return settle(services, account, change, situation, patient_id)


def _together(
    services: Services,
    account: Account,
    change: Together,
    situation: Situation,
    patient_id: str,
) -> Change | None:
    """Carry each out that is not so already; what undoes them goes the other way round."""
    undo = [
        back
        for each in change.changes
        if not each.already(situation)
        and (back := enact(services, account, each, situation, patient_id))
    ]
    return together(reversed(undo)) if undo else None


def _word(
    services: Services, account: Account, change: Say | TakeBack
) -> Change | None:
    if isinstance(change, TakeBack):
        ended = last_word.take_back(services, account.principal, change.held.id)
        return Say(change.word) if ended else None
    new = last_word.say(services, account.principal, change.word)
    return None if new is None else TakeBack(HeldWord(new, change.word))


def _mark(
    services: Services, account: Account, change: SetMark, patient_id: str
) -> Change | None:
    """Set the one mark: what another of the person's sessions set meanwhile stays."""
    named = str(Reference(patient_id, change.document))
    mark, on = change.mark, change.on
    done = masking.set_mark(services, account.principal, named, mark, on=on)
    return replace(change, on=not on) if done else None
