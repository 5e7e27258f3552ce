"""The routes of a vital emergency: asking for access, and what the person lets it do."""

from datetime import UTC
from typing import Any

from flask import Request, Response

from gateway.emergency import access, asked, choosing
from gateway.emergency.access import Request as Ask
from gateway.emergency.data import REASON
from gateway.fhir import answers, operation
from gateway.fhir.operation import Given
from gateway.identity.principal import Principal
from gateway.services import Services
from labels.codes import Purpose
from labels.emergency import EmergencyChoices
from labels.fhir_consent import emergency as consents
from labels.fhir_consent.element import ConsentError
from labels.fhir_consent.write import Header
from labels.policy.question import URGENT
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

ASKED = {
    "patient": "valueIdentifier",
    "purpose": "valueCode",
    "reason": "valueCode",
    "words": "valueString",
}
CHOSEN = {
    "samu": "valueBoolean",
    "others": "valueBoolean",
    "masked": "valueBoolean",
}


def break_glass(services: Services, principal: Principal, request: Request) -> Response:
    """Ask for emergency access: ``POST [base]/Consent/$break-glass``.

    ``patient``, ``purpose`` (BTG or ETREAT), ``reason`` (a code) and ``words``. The same
    answer for every person, known or not, whatever they chose and whatever is hidden.
    """
    given = Given(request, ASKED)
    wanted = Ask(
        given.identifier("patient"),
        _purpose(given.one("purpose", Purpose.BTG.value)),
        given.one("reason"),
        given.one("words"),
    )
    granted = access.ask(services, principal, wanted, answers.request_id(request))
    until = granted.until.astimezone(UTC).isoformat(timespec="seconds")
    return operation.answer(
        {"name": "purpose", "valueCode": granted.purpose.value},
        {"name": "until", "valueDateTime": until},
    )


def choices(services: Services, principal: Principal, request: Request) -> Response:
    """Show the three choices to the person: ``GET [base]/Consent/$emergency-choices``."""
    identity = answers.request_id(request)
    found = choosing.chosen(services, principal, identity)
    return _shown(found, services, principal) if found else answers.not_found()


def choose(services: Services, principal: Principal, request: Request) -> Response:
    """Change them: ``POST [base]/Consent/$emergency-choices``, as Parameters or a Consent.

    Parameters ``samu``, ``others``, ``masked`` (what is left out stays as it was), or one
    Consent of the category *emrgonly*.
    """
    change = _from_parameters(request) or _from_consent(request)
    identity = answers.request_id(request)
    found = choosing.choose(services, principal, change, identity)
    return _shown(found, services, principal) if found else answers.not_found()


def asked_of(services: Services, principal: Principal, request: Request) -> Response:
    """List who asked and why, to the person: ``GET [base]/Consent/$emergencies``."""
    identity = answers.request_id(request)
    found = choosing.asked_for(services, principal, identity)
    if found is None:
        return answers.not_found()
    return operation.answer(*map(_asked, found))


def _purpose(code: str) -> Purpose:
    if code not in {each.value for each in URGENT}:
        codes = ", ".join(sorted(each.value for each in URGENT))
        raise refuse(
            400,
            "value",
            "Parameters.parameter.where(name='purpose')",
            f"Not a purpose of an emergency: {codes}.",
            f"Ce n'est pas une finalité d'une urgence : {codes}.",
        )
    return Purpose(code)


def _from_parameters(request: Request) -> choosing.Change | None:
    """Return the change that Parameters ask for; None for another resource."""
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict) or body.get("resourceType") == "Consent":
        return None
    given = Given(request, CHOSEN)

    def change(before: EmergencyChoices) -> EmergencyChoices:
        samu, others = (
            given.one("samu", before.samu),
            given.one("others", before.others),
        )
        masked = given.one("masked", before.masked and (samu or others))
        try:
            return EmergencyChoices(samu, others, masked)
        except ValueError:
            raise _nobody("Parameters.parameter.where(name='masked')") from None

    return change


def _from_consent(request: Request) -> choosing.Change:
    resource = operation.resource(request, "Consent")

    def change(before: EmergencyChoices) -> EmergencyChoices:
        try:
            return consents.read(resource, before)
        except ConsentError as error:
            raise refuse(
                422, "value", error.expression, error.text, error.texte
            ) from None

    if not consents.is_emergency(resource):
        raise operation.unclear("Consent.category")
    return change


def _shown(
    found: EmergencyChoices, services: Services, principal: Principal
) -> Response:
    """Answer with the three Consents, as a collection."""
    own = principal.patient[0]
    patient = {"identifier": {"system": own.system, "value": own.value}}
    header = Header(patient, services.clock.now(), "Paravent")
    written = consents.write(found, header)
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": each} for each in written],
    }
    return answers.resource(bundle)


def _asked(each: asked.Asked) -> Json:
    return operation.part(
        "emergency",
        (
            ("at", "valueDateTime", each.at.isoformat()),
            ("who", "valueString", each.who),
            ("name", "valueString", each.name or each.who),
            ("purpose", "valueCode", each.purpose.value),
            ("reason", "valueCoding", {"system": REASON, "code": each.reason}),
            ("words", "valueString", each.words),
            ("opened", "valueBoolean", each.opened),
            ("event", "valueReference", {"reference": f"AuditEvent/{each.event}"}),
        ),
    )


def _nobody(place: str) -> Refused:
    return refuse(
        422,
        "value",
        place,
        "Nobody is let in in an emergency, so masks have nothing to yield to.",
        "Personne n'a accès en urgence : les masques n'ont devant quoi céder.",
    )
