"""The patient's last word on labels: *this is not sensitive*, *this is*; and back again.

A word is kept with its time and its trace, and the items it concerns are labelled anew
in the same transaction. As with masks, nothing else changes: versions, ETags and dates
stay, and nobody else is told.
"""

from dataclasses import replace

from gateway import dividing
from gateway.audit.events import Interaction
from gateway.consents import label_words
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.repository import finding, items, keeping
from gateway.services import Services
from gateway.view import public_id
from labels.last_word import Word, concerns

SAID = "label-word"
TAKEN_BACK = "label-word-ended"


def say(
    services: Services, principal: Principal, word: Word, request_id: str = ""
) -> str | None:
    """Keep what the patient said of the own record and label anew; return the word's id.

    None when the principal is not the person of an open record, or when the word names
    an item that the patient may not see: there is no telling which. A *yes* to a place
    that cannot be left out by itself is one to the document. Raises ``Refused`` (403)
    when anybody but a patient asks.
    """
    if word.sensitive and word.place and not dividing.apart(word.place):
        word = replace(word, place="")
    find = by_identifier(services, _patient(principal).patient[0])
    with inquire(services, principal, find, request_id, hold=True) as asked:
        granted = asked.by_patient and _all_seen(asked, word)
        _trace(asked, word, SAID, granted=granted)
        if not granted:
            return None
        word_id = label_words.say(asked.connection, asked.record, word, asked.at)
        _label_anew(asked, word)
        return word_id


def take_back(
    services: Services, principal: Principal, word_id: str, request_id: str = ""
) -> bool:
    """End a word of the patient now and label anew; False when there was none to end.

    Raises ``Refused`` (403) when anybody but a patient asks.
    """
    find = by_identifier(services, _patient(principal).patient[0])
    with inquire(services, principal, find, request_id, hold=True) as asked:
        place = (asked.connection, asked.record)
        ended = None
        if asked.by_patient:
            ended = label_words.end(*place, word_id, asked.at)
        _trace(asked, ended, TAKEN_BACK, granted=ended is not None)
        if ended is not None:
            _label_anew(asked, ended)
        return ended is not None


def _all_seen(asked: Inquiry, word: Word) -> bool:
    place = (asked.connection, asked.record, asked.clearance)
    return all(finding.find(*place, each) is not None for each in sorted(word.items))


def _label_anew(asked: Inquiry, word: Word) -> None:
    """Give each item that the word concerns the words that are now in force for it."""
    place = (asked.connection, asked.record)
    said = [each.word for each in label_words.in_force(*place)]
    found = keeping.named(*place, word.items) if word.items else keeping.every(*place)
    for stored in found:
        words = frozenset(each for each in said if concerns(each, stored.id))
        label = replace(stored.label, words=words)
        items.relabel(*place, items.with_label(stored, label))


def _trace(asked: Inquiry, word: Word | None, what: str, *, granted: bool) -> None:
    named = sorted(word.items) if word and granted else ()
    items_named = tuple(f"{items.DOCUMENT}/{public_id(asked.record, i)}" for i in named)
    asked.trace(Interaction.PATCH, granted=granted, items=items_named, reason=what)


def _patient(principal: Principal) -> Principal:
    if not principal.patient:
        raise only_the_patient()
    return principal
