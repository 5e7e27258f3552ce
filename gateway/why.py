"""Why somebody sees a document or not: the decision, for an operator, in one sentence."""

from dataclasses import replace

from gateway.audit.events import Interaction
from gateway.identity.principal import Principal
from gateway.inquiry import by_id, inquire
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
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find) as asked:
        found = finding.find(asked.connection, asked.record, OPERATOR, target.item_id)
        operator = Principal("urn:operator|paravent why", name="paravent why")
        replace(asked, principal=operator).trace(
            Interaction.OPERATION,
            granted=found is not None,
            items=(f"DocumentReference/{public_id}",),
        )
        if found is None:
            return None
        decision = asked.clearance.judge(found.facts)
    return sentence(decision, services.rules, lang)
