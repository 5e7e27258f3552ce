"""What SMART scopes leave of a request: one place, for every route, before any data.

Read from the route, the method and the body alone, so the answer (403) is the same for
what is there, what is hidden and what never was. Whoever asks without a SMART scope is as
before, unless the token is ours: those reach what their scopes say and nothing else.
"""

import logging
from collections.abc import Mapping

from flask import Request, Response

from gateway.fhir import answers, bundles, patch_forms
from gateway.fhir.route import Route
from gateway.identity.principal import Principal
from gateway.search.matching import Condition
from gateway.smart import filters, scopes
from gateway.smart.scopes import ALL, EVERY
from mappings.fhir.parse import parse_json
from mappings.mapped import Issue, Refused

LETTERS: Mapping[str, str] = {
    "create": "c",
    "read": "r",
    "vread": "r",
    "history-instance": "r",
    "update": "ur",
    "patch": "u",
    "delete": "d",
    "search-type": "s",
    "history-type": "s",
}
"""What interactions do. An update is compared with what there is, and answered with its
version: that is to read it, too."""
FILTERED = frozenset({"read", "vread", "search-type"})
"""The interactions of which a filter leaves a part; others need a scope without one."""
CHANGED = frozenset({"patch", "$meta-add", "$meta-delete"})
"""The interactions that answer with what there was before, beside what they were sent."""
OPERATIONS: Mapping[str, str] = {
    "$docref": "s",
    "$meta": "r",
    "$meta-add": "u",
    "$meta-delete": "u",
    "$validate": "",
    "$status": "r",
}
"""What operations do to their own type. Others need all that they might do, on every type,
and are never done with scopes for one record: ``$explain`` too, which answers from the log,
the circle and the decisions of the person."""
OF_ALL: Mapping[str, str] = {
    "$everything": "rs",
    "$document": "rs",
    "$export": "rs",
    "$export-status": "rs",
    "$export-file": "rs",
}
WHOLE = "/fhir/Patient/$export"
"""The zip of a record: it tells more than its types do (whom the person blocks, where they
are reached), so it is an act of the person's, as those pages are."""
ALSO: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("Subscription", "create"): (("DocumentReference", "s"),),
    ("Subscription", "update"): (("DocumentReference", "s"),),
    ("Task", "create"): (("AuditEvent", "r"), ("Task", "r")),
}
"""What an act stands for beside itself: a subscription goes on searching documents; who
contests is told who asked (``owner``), and is given the case that there may be already."""
DEPOSIT = ("DocumentReference", "c")
MADE = frozenset({"create", "transaction", ""})
"""The interactions that make something, and answer with what became of it when it is
made a second time."""
CONDITION = "If-None-Exist"
VERSION = "If-Match"

_log = logging.getLogger("paravent.fhir")


class InsufficientScopeError(Refused):
    """The token is good and does not reach this (RFC 6750, 3.1): 403."""

    def __init__(self) -> None:
        """Say so, and nothing of what it would reach."""
        issue = Issue(
            "error",
            "forbidden",
            "",
            "The scopes of this token do not reach this.",
            "Les droits (scopes) de ce jeton ne vont pas jusque-là.",
        )
        super().__init__(403, issue)


def check(route: Route, principal: Principal, request: Request) -> None:
    """Refuse (:class:`InsufficientScopeError`) what no scope of the token permits."""
    if not narrowed(principal):
        return
    words = principal.scopes
    if principal.own_only and not principal.patient:
        # No record is in context: whose would it be?
        raise InsufficientScopeError
    for kind, letters in _needed(route, request):
        if kind == EVERY:
            # What is not data but an act (codes, blocks, closing, erasing) is the
            # person's own, at their pages: no application for one record does it.
            act = letters == ALL and principal.own_only
            enough = not act and scopes.everything(words, letters)
        else:
            partly = route.interaction in FILTERED and letters in "rs"
            enough = all(_reached(words, kind, each, partly=partly) for each in letters)
        if not enough:
            raise InsufficientScopeError


def narrowed(principal: Principal) -> bool:
    """Whether scopes say what may be asked: those of a token of ours always do."""
    return bool(principal.client) or scopes.narrows(principal.scopes)


def conditions(principal: Principal, kind: str, letter: str) -> tuple[Condition, ...]:
    """Return what resources of a type must meet besides, to be within the scopes."""
    if not narrowed(principal):
        return ()
    allowed = scopes.allowance(principal.scopes, kind, letter)
    return () if allowed.whole else (filters.condition(kind, allowed),)


def within(route: Route, principal: Principal, answer: Response) -> Response:
    """Return the answer if all that it gives of the type is within the scopes.

    A read of what is not is answered as of what is absent. A search has the condition in
    it already: one that gives more is a fault, which withholds the answer. What is made
    or changed is done; what it leaves is given to whom a scope lets read it.
    """
    if not isinstance(answer, answers.Resource):
        return answer
    if route.interaction in CHANGED:
        return _changed(route, principal, answer)
    if route.interaction in MADE:
        return _made(principal, answer)
    if route.interaction not in FILTERED:
        return answer
    letter = LETTERS[route.interaction]
    wanted = conditions(principal, route.resource, letter)
    given = answer.resource
    bundled = given["resourceType"] == "Bundle"
    found = [e["resource"] for e in given.get("entry", ())] if bundled else [given]
    about = [each for each in found if each["resourceType"] == route.resource]
    if all(one.matches(each) for one in wanted for each in about):
        return answer
    if bundled:
        _log.critical("a search gave more than the scopes permit; it was withheld")
    return answers.not_found()


def _changed(route: Route, principal: Principal, answer: answers.Resource) -> Response:
    """Return the answer to a change; that it is done, if no scope reads what it gives."""
    given = answer.resource
    if given["resourceType"] == "OperationOutcome":
        return answer
    wanted = conditions(principal, route.resource, "r")
    whole = given["resourceType"] == route.resource
    if not wanted or (whole and all(each.matches(given) for each in wanted)):
        return answer
    return answers.done()


def _made(principal: Principal, answer: answers.Resource) -> Response:
    """Return the answer to what was made; where it is, if no scope reads what it gives.

    It may have been made before: then the answer would give what became of it, and an
    address that names a version how often it was said.
    """
    given = answer.resource
    location = answer.headers.get("Location")
    if location is None or given["resourceType"] == "OperationOutcome":
        return answer
    wanted = conditions(principal, given["resourceType"], "r")
    if all(each.matches(given) for each in wanted):
        return answer
    place = location.partition("/_history/")[0]
    return answers.done(answer.status_code, Location=place)


def _reached(words: frozenset[str], kind: str, letter: str, *, partly: bool) -> bool:
    """Whether an act on a type is within the words; ``partly``: if only of a part."""
    allowed = scopes.allowance(words, kind, letter)
    if not partly or allowed.whole:
        return allowed.whole
    return bool(filters.condition(kind, allowed).filters)


def _needed(route: Route, request: Request) -> list[tuple[str, str]]:
    """Return the acts on types that a request stands for."""
    act = route.interaction
    if act in LETTERS and route.resource:
        letters = LETTERS[act] + _looking(route, request) + _telling(route, request)
        return [(route.resource, letters), *ALSO.get((route.resource, act), ())]
    if act in OPERATIONS:
        return [(route.resource, OPERATIONS[act] + _telling(route, request))]
    if act in OF_ALL and route.path != WHOLE:
        return [(EVERY, OF_ALL[act])]
    if act == "transaction":
        return [DEPOSIT] if _deposits(request) else []
    if not act and route.path in ("/cda", "/xdm"):
        return [DEPOSIT]
    return [(EVERY, ALL)]


def _looking(route: Route, request: Request) -> str:
    """Return ``s`` for what looks for something first: conditional create and PATCH."""
    looks = route.interaction in ("patch", "update") and "<" not in route.path
    return "s" if looks or CONDITION in request.headers else ""


def _telling(route: Route, request: Request) -> str:
    """Return ``r`` for a change of which it tells what is there whether it can be done."""
    act = route.interaction
    if act == "patch":
        tells = VERSION in request.headers or patch_forms.patch_tells(request)
    else:
        tells = act == "$meta-add" and patch_forms.adding_tells(request)
    return "r" if tells else ""


def _deposits(request: Request) -> bool:
    """Whether a Bundle may write: what reads is asked with the same token, by its entry."""
    try:
        return bundles.deposits(parse_json(request.get_data()))
    except Refused:
        return True
