"""What a person asks of the own record: one call for each act, and no record is no record."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway import deposit
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.lifecycle import turning
from gateway.lifecycle.act import Act, CannotFollowError
from gateway.lifecycle.certificate import Issued
from gateway.services import Services
from mappings.submission import Identifier

Turning = Callable[[Services, Identifier, Principal, str], Issued | str]

TURNINGS: Mapping[Act, Turning] = MappingProxyType(
    {
        Act.OPPOSE: turning.oppose,
        Act.WITHDRAW: turning.withdraw,
        Act.CLOSE: turning.close,
        Act.REOPEN: turning.reopen,
        Act.ERASE: turning.erase,
    }
)
"""What the law gives a person to do alone. Opening needs a qualified identity."""


def ask(
    services: Services, principal: Principal, act: Act, request_id: str = ""
) -> Issued | str | None:
    """Do what the person asks; returns the certificate, or the id of what was reopened.

    None when the act cannot follow, as when there is no record. Raises ``Refused`` (403)
    to anybody but a person.
    """
    if not principal.patient:
        raise only_the_patient()
    identifier = principal.patient[0]
    try:
        if identifier.system in services.settings.domains:
            return TURNINGS[act](services, identifier, principal, request_id)
    except CannotFollowError:
        pass  # one answer for whatever stands in the way
    deposit.trace_refusal(services, principal, "not-found", request_id)
    return None
