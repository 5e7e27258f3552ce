"""Why somebody sees a document or not: the decision, for an operator, in one sentence."""

from gateway import disclosure
from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.identity.principal import Principal
from gateway.references import Reference
from gateway.repository import finding
from gateway.services import Services
from labels.policy.clearance import Clearance, Permit
from labels.policy.explain import sentence

OPERATOR = Clearance((Permit("operator"),))
"""The operator's look at the facts of one item (never its content), which is traced."""


def why(
    services: Services, principal: Principal, public_id: str, lang: str
) -> str | None:
    """Return the sentence that explains the decision, or None for an unknown item."""
    target = Reference.parse(public_id)
    find = disclosure.by_id(services, target.patient_id)
    with disclosure.inquiry(services, principal, find) as asked:
        found = finding.find(asked.connection, asked.record, OPERATOR, target.item_id)
        trace = Trace(
            Interaction.OPERATION,
            Principal("urn:operator|paravent why", name="paravent why"),
            granted=found is not None,
            patient_id=asked.record.patient_id,
            items=(f"DocumentReference/{public_id}",),
        )
        event = audit_event(trace, asked.at)
        trail.append(asked.connection, asked.record, event, asked.at)
        if found is None:
            return None
        decision = asked.clearance.judge(found.facts)
    return sentence(decision, services.rules, lang)
