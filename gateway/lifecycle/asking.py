"""What a person asks of the own record, or of a child's: one call for each act."""

from collections.abc import Mapping
from types import MappingProxyType

from gateway import deposit
from gateway.emergency.access import STRONG
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.lifecycle import joint, turning
from gateway.lifecycle.act import Act, CannotFollowError
from gateway.lifecycle.certificate import Issued
from gateway.lifecycle.joint import BOTH, Joint
from gateway.lifecycle.turning import Turning
from gateway.services import Services
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier

CERTIFIED: Mapping[Act, Turning] = MappingProxyType(
    {
        Act.OPPOSE: turning.oppose,
        Act.WITHDRAW: turning.withdraw,
        Act.CLOSE: turning.close,
        Act.ERASE: turning.erase,
    }
)
"""What the law gives a person to do alone, less reopening. Opening needs an identity."""


def ask(
    services: Services,
    principal: Principal,
    act: Act,
    request_id: str = "",
    of: Identifier | None = None,
) -> Issued | Joint | str | None:
    """Do what the person asks; returns the certificate, or the id of what was reopened.

    ``of`` is a child whom the person represents: what then waits for the other parent is
    returned. None when the act cannot follow, as when there is no record. Raises
    ``Refused`` (403) to anybody but a person, and to who is not strongly known where the
    act takes the record away.
    """
    if not principal.patient:
        raise only_the_patient()
    if act in BOTH and principal.acr not in STRONG:
        raise weakly_known()
    own = principal.patient[0]
    try:
        if of is not None and of not in principal.patient:
            return _for_child(services, principal, act, of, request_id)
        if own.system in services.settings.domains:
            return _own(services, principal, act, request_id)
    except CannotFollowError:
        pass  # one answer for whatever stands in the way
    deposit.trace_refusal(services, principal, "not-found", request_id)
    return None


def weakly_known() -> Refused:
    """Return the refusal (403) of who must sign in more surely; about no record."""
    return refuse(
        403,
        "forbidden",
        "",
        "Sign in with eIDAS substantial or high to close, oppose or erase a record.",
        "Connectez-vous avec un niveau eIDAS substantiel ou élevé pour fermer, refuser ou "
        "effacer un dossier.",
    )


def _own(
    services: Services, principal: Principal, act: Act, request_id: str
) -> Issued | str:
    identifier = principal.patient[0]
    if act is Act.REOPEN:
        return turning.reopen(services, identifier, principal, request_id)
    settle = joint.of_age if act in BOTH else None
    return CERTIFIED[act](services, identifier, principal, request_id, settle)


def _for_child(
    services: Services,
    principal: Principal,
    act: Act,
    of: Identifier,
    request_id: str,
) -> Issued | Joint | None:
    if act not in BOTH:  # what is not open is reopened by the parents at the counter
        raise CannotFollowError
    return joint.ask(services, principal, act, of, CERTIFIED[act], request_id)
