"""What of the log is told, and to whom: one function, ``events``, for whatever tells of it.

The API, the pages, the exports, the evidence of a case, and who a reader is that is asked
about: each event comes through here.

The person of the record is told everything but what may not be seen yet, and what an
application did in the person's name as the application's, its readings of the log too. Who
acts for the person is told what others did with what both may see, and their own acts;
never what the person did, nor other relatives, nor whether it was in an emergency. To
anybody else there is no log. Of what somebody else asked, only the names of the parameters
are told: a value could name what waits. Rules that opened the record are told to the person
alone: they show what the person permitted. The pages of a search are told as one.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from gateway import disclosure
from gateway.audit import balp, pages, reading, trail
from gateway.audit.events import COUNTING, PAGE, RULE, Interaction, purpose_of
from gateway.consents import asking
from gateway.disclosure import Page
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.references import Reference, item_of
from gateway.repository import finding
from gateway.repository.items import DOCUMENT, SUBMISSION_SET, Stored
from gateway.search import definitions, resources
from gateway.search.labelled import facts
from gateway.search.resources import Wanted
from gateway.services import Services
from gateway.subscribing.emission import TOLD
from labels.codes import Purpose
from labels.policy.question import URGENT
from mappings import ins

Json = dict[str, Any]

LOOK = "log"
"""What the trail calls a reading of the log."""
EVENT, PERSON, BODY = "AuditEvent", "Patient", "Binary"
MADE = frozenset({*definitions.load(), "Provenance"})
"""Types whose ids hold the id of the document they were made from."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event as it is told: the resource, and what is kept less what is not told."""

    resource: Json
    event: Json
    recorded: datetime

    @property
    def dated(self) -> datetime:
        """When it happened."""
        return self.recorded


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader of the log sees: items, and single facts where they are judged.

    ``facts`` are references; None to the person, from whom no fact is kept alone.
    """

    items: frozenset[str]
    facts: frozenset[str] | None = None

    def sees(self, reference: str) -> bool:
        """Whether a resource may be named."""
        kind, _, public_id = reference.partition("/")
        if kind in (DOCUMENT, SUBMISSION_SET, BODY):
            return item_of(public_id) in self.items
        if self.facts is not None:
            return reference in self.facts or kind == PERSON
        return kind not in MADE or item_of(public_id) in self.items


def told(asked: Inquiry, base_url: str) -> list[Told]:
    """Return the events that may be told to who asks, the oldest first; not traced."""
    identity = asked.record.identity
    own = frozenset(map(str, identity.identifiers))
    place = balp.Place(asked.record.patient_id, own, base_url)
    return [
        Told(balp.written(each, place), each, datetime.fromisoformat(each["recorded"]))
        for each in events(asked)
    ]


def events(asked: Inquiry) -> list[Json]:
    """Return the events of the record as they are kept, less what may not be told.

    The oldest first, none to who is told nothing. An event of which nothing may be told
    is left out, and the pages of a search are one event.
    """
    if not may(asked):
        return []
    sight = _sight(asked)
    every = trail.of_record(*asked.place)
    if not asked.by_patient:
        every = [_as_care(each) for each in every]
    found = (_told(asked, sight, event) for event in pages.joined(every))
    return [each for each in found if each is not None]


def bare(asked: Inquiry, event_id: str) -> Json | None:
    """Return an event of the record without what it names: who, when and how, no more.

    For who knows of an event, by its id, that ``events`` does not tell, or no more.
    """
    event = trail.find(*asked.place, event_id)
    if event is None:
        return None
    return balp.without(_less(event, frozenset(), own=False), PAGE, RULE)


def may(asked: Inquiry) -> bool:
    """Whether who asks is told of the log: the person, or who acts for the person."""
    alive = not asked.question.deceased
    return (asked.by_patient and alive) or asking.represents(asked.question)


def find(asked: Inquiry, wanted: Wanted, base_url: str, query: str = "") -> Page:
    """Return a page of events; empty to who is told nothing, as for nobody's record."""
    found = told(asked, base_url)
    page = resources.paged(wanted, found, asked.record.patient_id)
    asked.trace(Interaction.SEARCH, granted=True, query=query, reason=LOOK)
    return page


def read(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Json | None:
    """Return one event; None when there is none, or none that who asks is told of."""
    opened = by_id(services, Reference.parse(public_id).patient_id)
    with inquire(services, principal, opened, request_id) as asked:
        every = told(asked, services.settings.base_url)
        found = [e.resource for e in every if e.resource["id"] == public_id]
        query = f"{EVENT}/{public_id}"
        asked.trace(Interaction.READ, granted=bool(found), query=query, reason=LOOK)
    return found[0] if found else None


def _sight(asked: Inquiry) -> Sight:
    documents = _seen(asked, DOCUMENT)
    sets = _seen(asked, SUBMISSION_SET)
    here = frozenset(each.id for each in (*documents, *sets))
    if asked.by_patient:
        return Sight(here)
    made = (each.resource for each in facts(asked, documents))
    return Sight(here, frozenset(f"{e['resourceType']}/{e['id']}" for e in made))


def _seen(asked: Inquiry, kind: str) -> list[Stored]:
    every = finding.every(*asked.place, asked.clearance, kind)
    return disclosure.guarded(asked, list(every))


def _told(asked: Inquiry, sight: Sight, event: Json) -> Json | None:
    """Return an event less what may not be told, or None when nothing of it may."""
    own = reading.agent(event) == asked.principal.subject
    if own and reading.reason(event) == LOOK and _knows(asked.principal, event):
        return None  # who reads the log knows it, and would never come to its end
    named = reading.items(event)
    left = [each for each in named if sight.sees(each)]
    searched = reading.interaction(event) is Interaction.SEARCH
    asks = searched and reading.reason(event) != TOLD  # documents alone make us tell
    if named and not left and not (asks and asked.by_patient):
        return None
    if not (own or asked.by_patient or (left and not _private(event))):
        return None
    less = _less(event, frozenset(left), own=own)
    return balp.without(less, *((PAGE,) if asked.by_patient else (PAGE, RULE)))


def _as_care(event: Json) -> Json:
    """Return an event told as care, of which an emergency is a kind (v3-ActReason).

    Whether one was granted is what the person chose for emergencies: a child's is its own.
    """
    urgent = reading.purpose(event) in URGENT
    return event | {"purposeOfEvent": [purpose_of(Purpose.TREAT)]} if urgent else event


def _knows(who: Principal, event: Json) -> bool:
    """Whether an act in the person's name is known to who asks.

    The person does not know what an application did. An application knows what it did
    itself, and is not told when the person read the log.
    """
    client = reading.client(event).rpartition("|")[2]
    return client in ("", who.client)


def _private(event: Json) -> bool:
    """Whether a person asked who is no professional."""
    return reading.agent(event).partition("|")[0] in ins.SYSTEMS


def _less(event: Json, left: frozenset[str], *, own: bool) -> Json:
    """Return an event that names no more than ``left``, in the order of the names.

    In the order of a search's pages they would tell where a page ended.
    """
    patient, *others = event["entity"]
    named = {each["what"]["reference"]: each for each in others if "what" in each}
    kept = [named[each] for each in sorted(left & named.keys())]
    kept += [each for each in others if "what" not in each]
    less = event | {"entity": [patient, *kept]}
    return less if own else balp.asked_in(less, _names(reading.query(event)))


def _names(query: str) -> str:
    """Return a query without its values, a path without its ids.

    That only a number was asked for is said: it is a word of FHIR, and names nothing.
    """
    if "=" in query:
        return "&".join(dict.fromkeys(_name(*each) for each in parse_qsl(query)))
    parts = query.partition("?")[0].split("/")
    return "/".join(each for each in parts if each.lstrip("$_").isalpha())


def _name(name: str, value: str) -> str:
    return f"{name}={value}" if (name, value) in COUNTING else name
