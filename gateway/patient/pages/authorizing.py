"""An application asks to be let in (SMART standalone launch); the person answers.

The request comes from another site, so it waits here and the page follows as a request
of ours. It is read again when the page is shown and when it is answered. Only the person
answers, never who acts for them, who may not see all that the application would.

It belongs to the session it is first shown to, or to the sign-in that follows from its own
page: who signs out, or signs in for anything else, leaves none behind.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from flask import Response, request

from gateway.patient import asking, cookies, guard, sessions
from gateway.patient.cookies import ASKED
from gateway.patient.visit import Visit
from gateway.smart import authorising
from gateway.smart.authorising import Authorisation, Back
from gateway.smart.scopes import OFFLINE
from mappings.mapped import Refused

HERE = "/autorisation"
DOCUMENTS = "/documents"
BAD_REQUEST = 400
NOTHING = "error.nothing_left"
WRONG = {
    "client": "authorize.wrong.client",
    "redirect_uri": "authorize.wrong.redirect_uri",
    "request": "authorize.wrong.request",
}
"""What is said of a request that leads nowhere."""
BEGUN = "demande"
"""The field by which a sign-in says which request it follows from."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The request of an application, as it came; ``owner`` is the session it is put to.

    Until somebody is signed in it has none.
    """

    query: str
    owner: str = ""


def asked(visit: Visit) -> Response:
    """Take a request in: back to the application if it is wrong, else on to our page."""
    found = authorising.requested(visit.house.services, request.args.items(multi=True))
    if isinstance(found, Back):
        return visit.go(found.address)
    if not isinstance(found, Authorisation):
        return _refused(visit, WRONG[found.code])
    answer = visit.moving(HERE)
    at = visit.house.services.clock.now()
    value = visit.house.shelf.put(Asked(found.query), at)
    cookies.keep_waiting(answer, ASKED, value, secure=visit.house.secure)
    return answer


def show(visit: Visit) -> Response:
    """Say who asks for what; who is not signed in signs in first."""
    found = _waiting(visit)
    if found is None:
        return _refused(visit, "authorize.lost")
    if visit.session is None:
        house = visit.house
        return visit.page(
            "authorize_enter",
            name=found.client.name,
            accounts=house.people.accounts,
            parties=house.parties,
            begun=_mark(found.query),
            came_for=HERE,
        )
    return _page(visit, found)


def answer(visit: Visit) -> Response:
    """Carry the answer to the application; a no asks for nothing more."""
    found = _waiting(visit)
    if found is None:
        return _refused(visit, "authorize.lost")
    said = visit.form.get("answer")
    if said not in {"yes", "no"}:
        return visit.not_found()
    if visit.form.get("query") != found.query:  # another request came in meanwhile
        return _page(visit, found, "error.other_request", BAD_REQUEST)
    if said == "no":
        return _back(visit, authorising.denied(visit.house.services, found))
    return _let_in(visit, found)


def _let_in(visit: Visit, found: Authorisation) -> Response:
    """Let the application have what was left ticked of what it asked for."""
    services, account = visit.house.services, visit.signed_in.account
    if account.of:
        return visit.not_found()
    left = asking.kept(found.scopes, _ticked(visit))
    if not asking.lines(visit.words, left):
        return _page(visit, found, NOTHING, BAD_REQUEST)
    try:
        address = authorising.granted(services, found, account.principal, left)
    except Refused:  # there is no open record that could be shown
        return visit.not_yours()
    return _back(visit, address)


def keep_if_begun_there(visit: Visit) -> None:
    """Drop what waits, unless the sign-in that begins follows from its own page."""
    held = _held(visit)
    if held is None or held.owner or visit.form.get(BEGUN) != _mark(held.query):
        drop(visit)


def goal(visit: Visit, session_id: str) -> str:
    """Return where a sign-in leads: to an application that waits, else to the documents.

    What waits is from now on this session's.
    """
    held = _held(visit)
    if held is None or held.owner:
        return DOCUMENTS
    _claim(visit, held, session_id)
    return HERE


def drop(visit: Visit) -> None:
    """Let the request go that waits for this browser."""
    visit.house.shelf.drop(_place(visit))


def _ticked(visit: Visit) -> Iterable[str]:
    names = (name for name in visit.form if name.startswith("scope-"))
    return {visit.form[name] for name in names}


def _waiting(visit: Visit) -> Authorisation | None:
    """Return the request that waits for this browser, if it may still be answered."""
    held = _held(visit)
    if held is None:
        return None
    if visit.session is not None and not held.owner:
        _claim(visit, held, visit.session_id)
    elif held.owner and (visit.session is None or held.owner != _owner(visit)):
        return None
    found = authorising.requested(visit.house.services, parse_qsl(held.query))
    return found if isinstance(found, Authorisation) else None


def _held(visit: Visit) -> Asked | None:
    at = visit.house.services.clock.now()
    return visit.house.shelf.find(_place(visit), Asked, at)


def _claim(visit: Visit, held: Asked, session_id: str) -> None:
    """Make a request that of one session, which alone may answer it."""
    mine = replace(held, owner=sessions.digest(session_id))
    visit.house.shelf.put_back(_place(visit), mine)


def _owner(visit: Visit) -> str:
    return sessions.digest(visit.session_id)


def _place(visit: Visit) -> str:
    return cookies.waiting(request, ASKED, secure=visit.house.secure)


def _mark(query: str) -> str:
    """Return what the page of a request says of it to the sign-in that follows."""
    return sha256(query.encode()).hexdigest()


def _page(
    visit: Visit, found: Authorisation, error: str = "", status: int = 200
) -> Response:
    lines = asking.choices(visit.words, found.scopes)
    every = {OFFLINE, *(each.scope for each in lines)}
    ticked = set(_ticked(visit)) if error == NOTHING else every
    where = urlsplit(found.redirect_uri)
    page = visit.page(
        "authorize",
        status,
        client=found.client,
        where=where.hostname or where.scheme,
        lines=lines,
        stays=OFFLINE if asking.stays(found.scopes) else "",
        ticked=ticked,
        query=found.query,
        error=error,
        came_for=HERE,
    )
    # The answer to the form leads to the application: a policy of forms speaks of both.
    wider = f"form-action 'self' {asking.origin(found.redirect_uri)}"
    policy = guard.POLICY.replace("form-action 'self'", wider)
    page.headers["Content-Security-Policy"] = policy
    return page


def _back(visit: Visit, address: str) -> Response:
    drop(visit)
    gone = visit.go(address)
    cookies.drop_waiting(gone, ASKED, secure=visit.house.secure)
    return gone


def _refused(visit: Visit, why: str) -> Response:
    title = "authorize.stopped"
    page = visit.page(
        "stopped", BAD_REQUEST, title=title, why=why, back="/", came_for="/"
    )
    cookies.drop_waiting(page, ASKED, secure=visit.house.secure)
    return page
