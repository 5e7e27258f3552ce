"""One request to a page: who is signed in, in which language, with which form."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from flask import Response, render_template
from markupsafe import Markup

from gateway.metering import Meter
from gateway.oidc.signing_in import RelyingParty
from gateway.patient import record, sight
from gateway.patient.personas import People
from gateway.patient.record import Open
from gateway.patient.sessions import Session, Sessions
from gateway.patient.shelf import Shelf
from gateway.patient.sight import Cleared
from gateway.patient.telling import Teller
from gateway.patient.words import Words
from gateway.services import Services

SEE_OTHER = 303
TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class House:
    """What every page is handed, wired once by ``create_app``.

    ``parties`` are the providers at which one can sign in, by key; ``shelf`` holds what
    waits for browsers in which nobody is signed in yet; ``meter`` counts the steps of
    signing in.
    """

    services: Services
    people: People
    sessions: Sessions
    words: Mapping[str, Words]
    meter: Meter
    parties: Mapping[str, RelyingParty] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)

    @property
    def secure(self) -> bool:
        """Whether the pages are reached by https, so that cookies may be bound to it."""
        return self.services.settings.base_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Visit:
    """One request. ``came_for`` is the page that another language leads back to."""

    house: House
    words: Words
    session_id: str
    session: Session | None
    form: Mapping[str, str]
    came_for: str = "/"

    @property
    def signed_in(self) -> Session:
        """The session; only asked for where a page needs one (LookupError elsewhere)."""
        if self.session is None:
            raise LookupError
        return self.session

    def record(self) -> AbstractContextManager[Open]:
        """Open the record of the account that is signed in."""
        house = self.house
        return record.opened(house.services, house.people, self.signed_in.account)

    def teller(self, opened: Open) -> Teller:
        """Return who tells about a record in the language of this request."""
        return opened.teller(self.words)

    def cleared(self, opened: Open) -> list[Cleared]:
        """Return the people around a record, each with what they may see of it."""
        rules = self.house.services.rules
        return sight.cleared(opened.readers, opened.situation, rules)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """Answer with a page."""
        shared = {
            "visit": self,
            "t": self.words,
            "session": self.session,
            "secret": self._secret(),
        }
        text = render_template(f"{template}.html", **shared | values)
        return Response(text, status, content_type=TYPE)

    def _secret(self) -> Markup:
        """Return the hidden field that proves a form is of this session."""
        value = self.session.csrf if self.session else ""
        return Markup('<input type="hidden" name="csrf" value="{}">').format(value)

    def not_found(self) -> Response:
        """Answer that there is nothing: unknown, hidden, somebody else's, all the same."""
        return self.problem(404)

    def not_yours(self) -> Response:
        """Answer that this page is the person's own, or that the record is not open."""
        return self.page("not_yours")

    def problem(self, status: int) -> Response:
        """Answer with the page of an error."""
        known = status if f"problem.{status}.title" in self.words.table else 500
        return self.page("problem", status, number=known, came_for="/")

    def moving(self, address: str) -> Response:
        """Send the browser on from a page of ours, so that its next request is ours too.

        After an answer from another site, a redirect would leave the session's cookie
        behind: it is only sent from our own pages.
        """
        return self.page("moving", address=address, came_for="/")

    def go(self, path: str) -> Response:
        """Send the browser to a page of ours."""
        return Response(status=SEE_OTHER, headers={"Location": path})
