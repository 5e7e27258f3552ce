"""Telling a subscriber, judged at the moment it happens: the handler of the outbox.

1. the subscription as it is now, if it has not ended;  2. the question anew: relations,
directives, consents of this instant, and no emergency;  3. of the documents that came
since, those that meet the criteria AND the clearance, in one statement;  4. each judged a
second time;  5. the trace;  6. what is sent, after the transaction. What may not be seen
is dropped in 3 and leaves no row, number, attempt or status behind.
"""

from dataclasses import dataclass, replace
from functools import partial

from gateway.audit.events import Interaction
from gateway.consents import relations
from gateway.inquiry import Inquiry, before
from gateway.outbox import webhook
from gateway.outbox.errand import Decision, Errand, Handlers, Outcome, Sending
from gateway.outbox.webhook import Message
from gateway.references import Reference
from gateway.repository import finding, search
from gateway.repository.crypt import DeploymentKeys
from gateway.repository.finding import Selection
from gateway.repository.items import DOCUMENT, Stored
from gateway.repository.records import OPEN
from gateway.repository.tables import item
from gateway.services import Services
from gateway.subscribing import applications, kept, notification
from gateway.subscribing.notification import About
from gateway.subscribing.subscription import Status, Subscription
from labels.policy.question import Relation
from mappings.fhir.parse import dump

MOST_TRIES = 8
"""After so many in a row, about two hours, a subscription stands in error."""
AT_ONCE = 100
"""Documents that one notification names; the rest follows when it was taken."""
TOLD = "subscription-notification"
"""What the trail calls it."""
FHIR_JSON = "application/fhir+json"


def handlers(services: Services) -> Handlers:
    """Return what the outbox does with the rows of subscriptions."""
    return {kept.ROW: partial(_due, services)}


@dataclass(frozen=True, slots=True)
class _Look:
    """One subscription that is looked at, and by whom it would be read."""

    services: Services
    errand: Errand
    id: str
    one: Subscription
    asked: Inquiry

    @property
    def about(self) -> About:
        base = f"{self.services.settings.base_url}/fhir"
        status = self.one.status.value
        return About(self.errand.record, self.id, base, status, self.one.events)


def _due(services: Services, errand: Errand) -> Decision:
    """Decide what leaves, if anything does."""
    if errand.record.state != OPEN:
        return None
    subscription_id = str(errand.row.held["subscription"])
    one = kept.find(*errand.place, subscription_id)
    if one is None or one.waiting != errand.row.id:
        return None
    asked = before(services, one.by, errand.place, errand.at, urgent=False)
    look = _Look(services, errand, subscription_id, one, asked)
    if ended(look.one, asked, services.store.keys):
        return _nothing(look)
    if one.status is Status.REQUESTED:
        return _greet(look)
    return _tell(look)


def ended(one: Subscription, asked: Inquiry, keys: DeploymentKeys) -> bool:
    """Whether a subscription tells nothing more, as its reader stands now."""
    known = dict(relations.kept(*asked.place))
    found = asked.question.relations
    itself = Relation.SELF in found or bool(one.relations)
    may = itself and applications.stands(one, asked, keys)
    return one.over(known, asked.at) or not may or Relation.BLOCKED in found


def _greet(look: _Look) -> Decision:
    if look.errand.row.attempts > MOST_TRIES:
        return _given_up(look)
    body = notification.greeting(look.about, look.errand.row.written)
    return _sending(look, body, ())


def _tell(look: _Look) -> Decision:
    found = _visible(look)
    if not found:
        return _nothing(look)
    if look.errand.row.attempts > MOST_TRIES:
        return _given_up(look)
    ids = tuple(each.id for each in found)
    one = replace(look.one, pending=ids)
    kept.keep(*look.errand.place, look.id, one)
    sent = found[:AT_ONCE]
    patient_id = look.errand.record.patient_id
    names = tuple(f"{DOCUMENT}/{Reference(patient_id, each.id)}" for each in sent)
    look.asked.trace(Interaction.SEARCH, granted=True, items=names, reason=TOLD)
    body = notification.told(look.about, sent, look.errand.at)
    return _sending(look, body, ids[:AT_ONCE])


def _visible(look: _Look) -> list[Stored]:
    """Return the documents that came, match and may be seen now, in the order they came."""
    pending = sorted(set(look.one.pending))
    asked, criteria = look.asked, look.one.wish.search
    wanted = Selection(
        DOCUMENT,
        [
            *search.criteria(asked.record, asked.clearance, criteria),
            item.c.id.in_(pending or [""]),
        ],
        [],
        [item.c.recorded.asc(), item.c.id.asc()],
        len(pending) or 1,
    )
    rows = finding.page(*asked.place, asked.clearance, wanted)
    return [each for each in rows if asked.clearance.judge(each.facts).permitted]


def _sending(look: _Look, body: notification.Json, ids: tuple[str, ...]) -> Sending:
    wish = look.one.wish
    headers = (("Content-Type", FHIR_JSON), *wish.headers)
    message = Message(wish.endpoint, headers, dump(body))
    allowed = look.services.settings.webhooks
    send = partial(webhook.send, allowed, message)
    return Sending(send, partial(_sent, look.id, ids))


def _sent(
    subscription_id: str, ids: tuple[str, ...], errand: Errand, outcome: Outcome
) -> None:
    """Keep how a sending ended: taken, or refused for good."""
    one = kept.find(*errand.place, subscription_id)
    if one is None or one.waiting != errand.row.id:
        return
    if outcome is not Outcome.DONE:
        kept.keep(*errand.place, subscription_id, _in(one, Status.ERROR, errand))
    elif one.status is Status.REQUESTED:
        kept.keep(*errand.place, subscription_id, _in(one, Status.ACTIVE, errand))
    else:
        left = tuple(each for each in one.pending if each not in ids)
        done = replace(one, events=one.events + len(ids), pending=left)
        kept.again(*errand.place, subscription_id, done, errand.at)


def _nothing(look: _Look) -> Decision:
    """End the row without a word: what came is not for this reader."""
    rested = replace(look.one, pending=(), waiting="")
    kept.keep(*look.errand.place, look.id, rested)
    return None


def _given_up(look: _Look) -> Decision:
    one = _in(look.one, Status.ERROR, look.errand)
    kept.keep(*look.errand.place, look.id, one)
    return None


def _in(one: Subscription, status: Status, errand: Errand) -> Subscription:
    """Return a subscription that begins to stand so now, with nothing left to send."""
    changed = replace(one, status=status, changed=errand.at, version=one.version + 1)
    return replace(changed, pending=(), waiting="")
