"""The routes of deposits under the patient's control: review, and rules for new ones."""

from typing import Any

from flask import Request, Response

from gateway import review
from gateway.consents.reviewing import Answer, IntakeRule, Review
from gateway.fhir import answers, operation
from gateway.fhir.operation import Given
from gateway.fhir.paging import own_query, searchset
from gateway.identity.principal import Principal
from gateway.references import Reference
from gateway.review import Decision
from gateway.services import Services
from labels.codes import Category

Json = dict[str, Any]

RULE = {"depositor": "valueIdentifier", "category": "valueCode", "answer": "valueCode"}


def waiting(services: Services, principal: Principal, request: Request) -> Response:
    """List what waits: ``GET [base]/DocumentReference/$held``, a searchset."""
    identity = answers.request_id(request)
    page, _ = review.waiting(services, principal, identity)
    query = own_query(request)
    return answers.resource(searchset(services, "DocumentReference", page, query))


def refused(services: Services, principal: Principal, request: Request) -> Response:
    """List what was refused and is not erased: ``GET …/DocumentReference/$refused``."""
    page, found = review.waiting(services, principal, answers.request_id(request))
    ordered = sorted(found, key=lambda each: (each.since, each.item))
    return operation.answer(*(_refused(page.patient_id, each) for each in ordered))


def decide(
    services: Services, principal: Principal, request: Request, resource_id: str
) -> Response:
    """Review one: ``POST …/DocumentReference/{id}/$review`` with ``decision``."""
    given = Given(request, {"decision": "valueCode"})
    decision = given.one("decision")
    if decision not in set(Decision):
        raise operation.unclear("Parameters.parameter.where(name='decision')")
    identity = answers.request_id(request)
    state = review.decide(
        services, principal, resource_id, Decision(decision), identity
    )
    if state is None:
        return answers.not_found()
    return operation.answer({"name": "state", "valueCode": state.value})


def said(services: Services, principal: Principal, request: Request) -> Response:
    """List what becomes of new documents: ``GET [base]/Consent/$intake``."""
    found = review.said(services, principal, answers.request_id(request))
    ordered = sorted(found, key=lambda each: (each.depositor, each.category or ""))
    return operation.answer(*map(_rule, ordered))


def say(services: Services, principal: Principal, request: Request) -> Response:
    """Say what becomes of new documents: ``POST [base]/Consent/$intake``."""
    rule, identity = _given(request), answers.request_id(request)
    kept = review.say(services, principal, rule, identity)
    return operation.answer(_rule(rule)) if kept else answers.not_found()


def unsay(services: Services, principal: Principal, request: Request) -> Response:
    """Take back what was said of new documents: ``POST [base]/Consent/$end-intake``."""
    rule, identity = _given(request), answers.request_id(request)
    gone = review.unsay(services, principal, rule, identity)
    return operation.answer() if gone else answers.not_found()


def _given(request: Request) -> IntakeRule:
    given = Given(request, RULE)
    answered, category = given.one("answer"), given.one("category", "")
    if answered not in set(Answer) or category not in {*Category, ""}:
        raise operation.unclear("Parameters.parameter")
    depositor = str(given.identifier("depositor")) if given.all("depositor") else ""
    about = Category(category) if category else None
    return IntakeRule(Answer(answered), depositor, about)


def _rule(rule: IntakeRule) -> Json:
    system, _, value = rule.depositor.partition("|")
    parts: list[tuple[str, str, Any]] = [("answer", "valueCode", rule.answer.value)]
    if rule.depositor:
        identifier = {"system": system, "value": value}
        parts.append(("depositor", "valueIdentifier", identifier))
    if rule.category:
        parts.append(("category", "valueCode", rule.category.value))
    return operation.part("rule", parts)


def _refused(patient_id: str, found: Review) -> Json:
    reference = f"DocumentReference/{Reference(patient_id, found.item)}"
    return operation.part(
        "refused",
        (
            ("document", "valueReference", {"reference": reference}),
            ("since", "valueDateTime", found.since),
            ("erased", "valueDateTime", found.erase),
        ),
    )
