"""What a reader asks of subscriptions: begun, read, found, turned off, begun again, ended.

Each is known to its subscriber alone, and only as long as a relation lets that reader
search the record: what is another's, hidden or was never there is one answer, None.
"""

from dataclasses import dataclass, replace

from gateway.audit.events import Interaction
from gateway.consents import relations
from gateway.identity.principal import Principal
from gateway.inquiry import Find, Inquiry, by_id, inquire
from gateway.references import Reference
from gateway.services import Services
from gateway.subscribing import emission, kept
from gateway.subscribing.subscription import Status, Subscription, Wish
from labels.policy.question import Relation
from mappings.mapped import Refused, refuse

LETS = frozenset(Relation) - {Relation.BLOCKED, Relation.EMERGENCY}
"""Relations in which somebody may ask to be told; an emergency ends within the hour."""
MOST = 10
"""Subscriptions of one reader to one record."""
REASON = "subscription"
"""What the trail calls all of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription as its reader is shown it."""

    id: Reference
    one: Subscription
    over: bool

    @property
    def status(self) -> Status:
        """Where it stands: off from the moment on at which it tells nothing more."""
        return Status.OFF if self.over else self.one.status


def create(
    services: Services,
    principal: Principal,
    find: Find,
    wish: Wish,
    request_id: str = "",
) -> Held | None:
    """Begin a subscription; None to who may not search the record, as without a record.

    Raises ``Refused`` (422) to who has too many of them already.
    """
    with inquire(services, principal, find, request_id, hold=True) as asked:
        may, own = _may(asked), _own(services, asked)
        granted = may and len(own) < MOST
        asked.trace(Interaction.CREATE, granted=granted, reason=REASON)
        if not may:
            return None
        if granted:
            return _begun(asked, wish)
    raise _too_many()


def _begun(asked: Inquiry, wish: Wish) -> Held:
    by = () if asked.by_patient else _relations(asked)
    one = Subscription(wish, asked.principal, asked.at, by, changed=asked.at)
    made = kept.begin(*asked.place, one)
    return Held(Reference(asked.record.patient_id, made), one, over=False)


def read(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Held | None:
    """Return a subscription to who made it."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        found = _mine(services, asked, target.item_id)
        asked.trace(Interaction.READ, granted=found is not None, reason=REASON)
        return found


def search(
    services: Services, asked: Inquiry, query: str = "", *, following: bool = False
) -> list[Held]:
    """Return who asks the own subscriptions to a record, the latest first.

    ``following``: for a further page.
    """
    own = _own(services, asked)
    found = sorted(own, key=lambda e: (e.one.made, str(e.id)), reverse=True)
    asked.trace(
        Interaction.SEARCH,
        granted=True,
        query=query,
        reason=REASON,
        following=following,
    )
    return found if _may(asked) else []


def update(
    services: Services,
    principal: Principal,
    public_id: str,
    wanted: "Change",
    request_id: str = "",
) -> Held | None:
    """Turn a subscription off, or have its endpoint greeted and begin again.

    Raises ``Refused``: 412 when ``wanted`` is of another version, 422 when it asks for
    something else than what the subscription is about, or to be begun when it is over.
    """
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    refused: Refused | None = None
    with inquire(services, principal, find, request_id, hold=True) as asked:
        found = _mine(services, asked, target.item_id)
        refused = wanted.refused(found) if found else None
        granted = found is not None and refused is None
        asked.trace(Interaction.UPDATE, granted=granted, reason=REASON)
        if found is None:
            return None
        if refused is None:
            return _changed(asked, found, wanted)
    raise refused


def delete(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> bool:
    """Forget a subscription; False when who asks has no such one."""
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        found = _mine(services, asked, target.item_id)
        granted = found is not None
        asked.trace(Interaction.OPERATION, granted=granted, reason=REASON)
        if found is not None:
            kept.end(*asked.place, found.id.item_id)
        return granted


@dataclass(frozen=True, slots=True)
class Change:
    """What a subscription is to become; ``version`` is 0 when any is meant."""

    wish: Wish
    on: bool
    version: int = 0

    def refused(self, found: Held) -> Refused | None:
        """Return why it may not become so; None when it may.

        Secrets are not shown, so none in ``wish`` means those that are kept.
        """
        if self.version not in (0, found.one.version):
            return refuse(
                412,
                "conflict",
                "Subscription",
                "This is not the present version.",
                "Ce n'est pas la version actuelle.",
            )
        before = found.one.wish
        same = replace(self.wish, headers=(), search=before.search)
        if same != replace(before, headers=()) or (self.on and found.over):
            return refuse(
                422,
                "business-rule",
                "Subscription",
                "Only status and header change; for anything else, or once it is over, "
                "make a new subscription.",
                "Seuls status et header changent ; pour le reste, ou s'il est fini, "
                "créez un nouvel abonnement.",
            )
        return None


def _changed(asked: Inquiry, found: Held, wanted: Change) -> Held:
    one = found.one
    headers = wanted.wish.headers or one.wish.headers
    one = replace(
        one,
        wish=replace(one.wish, headers=headers),
        changed=asked.at,
        version=one.version + 1,
    )
    if wanted.on:
        one = kept.restart(*asked.place, found.id.item_id, one, asked.at)
    else:
        kept.rest(*asked.place, one)
        one = replace(one, status=Status.OFF, pending=(), waiting="")
        kept.keep(*asked.place, found.id.item_id, one)
    return replace(found, one=one)


def _may(asked: Inquiry) -> bool:
    """Whether who asks may search the record by more than an emergency."""
    found = asked.question.relations
    known = asked.record.known and Relation.BLOCKED not in found
    itself = asked.by_patient or bool(_relations(asked))
    return known and bool(found & LETS) and itself


def _relations(asked: Inquiry) -> tuple[str, ...]:
    """Return the ids of the relations that let the reader in now."""
    return tuple(
        row_id
        for row_id, held in relations.kept(*asked.place)
        if held.is_of(asked.principal) and held.holds(asked.at) and held.kind in LETS
    )


def _own(services: Services, asked: Inquiry) -> list[Held]:
    patient_id, keys = asked.record.patient_id, services.store.keys
    return [
        Held(Reference(patient_id, row_id), one, emission.ended(one, asked, keys))
        for row_id, one in kept.of_record(*asked.place).items()
        if one.is_of(asked.principal)
    ]


def _mine(services: Services, asked: Inquiry, subscription_id: str) -> Held | None:
    found = _own(services, asked) if _may(asked) else []
    return next((e for e in found if e.id.item_id == subscription_id), None)


def _too_many() -> Refused:
    return refuse(
        422,
        "too-costly",
        "Subscription",
        f"You have {MOST} subscriptions to this record; end one first.",
        f"Vous avez {MOST} abonnements à ce dossier ; terminez-en un d'abord.",
    )
