"""Why a reader sees a document or not, and what the person could do about it.

For the person about the own record, for the officer whose task it is, for the operator:
never for the reader who was refused. The decision is made as when the reader asks.
"""

from dataclasses import dataclass, replace

from gateway import rendering
from gateway.audit.events import Interaction
from gateway.consents import asking
from gateway.identity.principal import OFFICER, Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.recognising import recognised
from gateway.references import Reference
from gateway.repository import finding, place_labels
from gateway.repository.items import Stored
from gateway.services import Services
from labels.policy import change
from labels.policy.clearance import Clearance, Decision, Permit
from labels.policy.decide import clearance_for
from labels.policy.explain import sentence
from labels.policy.question import Question
from labels.policy.rule import Rule, Rules
from mappings.mapped import Refused

OPERATOR = Clearance((Permit("operator"),))
"""The look at the facts of one item (never its content) of who explains; it is traced."""
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision about one reader and one document, with its reasons.

    ``part`` says that the reader gets it without some of its places. ``sentences`` and
    ``ways`` are in the order of ``LANGUAGES``; ``ways`` are what the person could do to
    get the other answer, none when the law decides.
    """

    decision: Decision
    part: bool
    rules: tuple[Rule, ...]
    sentences: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]


def explain(
    services: Services,
    principal: Principal,
    public_id: str,
    reader: Principal,
    request_id: str = "",
) -> Explanation | None:
    """Explain to the person, or to an officer, what ``reader`` gets of a document.

    None for anybody else, for a document that is not there, and for one that the person
    may not see yet: one answer, and a trace of the asking. What ``reader`` leaves out the
    record is asked for. Raises ``Refused`` (400) where it does not know, with a trace too.
    """
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        stored = finding.find(*asked.place, _sight(asked), target.item_id)
        items = (f"DocumentReference/{public_id}",) if stored else ()
        whole = _whole(asked, reader) if stored else reader
        granted = bool(items) and isinstance(whole, Principal)
        asked.trace(Interaction.OPERATION, granted=granted, items=items)
        if stored is None:
            return None
        if isinstance(whole, Principal):
            question = asking.question(asked.connection, whole, asked.record, asked.at)
            return explanation(asked, question, stored, services.rules)
    # Raised after the transaction, which keeps the trace.
    raise whole


def explanation(
    asked: Inquiry, question: Question, stored: Stored, rules: Rules
) -> Explanation:
    """Return why the reader of ``question`` sees the document or not; not traced."""
    clearance = clearance_for(question, rules)
    decision = clearance.judge(stored.facts)
    ways = change.ways(question, stored.facts, rules)
    return Explanation(
        decision,
        decision.permitted and _part(asked, clearance, stored),
        tuple(rules.named(each) for each in decision.because),
        tuple(sentence(decision, rules, lang) for lang in LANGUAGES),
        tuple(change.said(ways, lang) for lang in LANGUAGES),
    )


def _whole(asked: Inquiry, reader: Principal) -> Principal | Refused:
    """Return the reader as the record knows him, or what has to be said of him first."""
    try:
        return recognised(asked, reader)
    except Refused as refused:
        return refused


def _sight(asked: Inquiry) -> Clearance:
    """Return what who asks may have explained: their own documents, all, or nothing."""
    if asked.by_patient:
        return asked.clearance
    return OPERATOR if OFFICER in asked.principal.scopes else Clearance()


def _part(asked: Inquiry, clearance: Clearance, stored: Stored) -> bool:
    if rendering.gets_original(clearance, stored):
        return False
    places = place_labels.of_items(*asked.place, [stored.id])[stored.id]
    return bool(rendering.hidden(clearance, stored, places))


def operated(asked: Inquiry, public_id: str) -> Stored | None:
    """Return the document an operator asks about, traced as the operator's look."""
    target = Reference.parse(public_id)
    found = finding.find(*asked.place, OPERATOR, target.item_id)
    operator = Principal("urn:operator|paravent why", name="paravent why")
    replace(asked, principal=operator).trace(
        Interaction.OPERATION,
        granted=found is not None,
        items=(f"DocumentReference/{public_id}",),
    )
    return found
