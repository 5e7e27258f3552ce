"""The pages: each address with the function that answers it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from gateway.patient.pages import (
    accessibility,
    account,
    applications,
    authorizing,
    categories,
    choice,
    circle,
    codes,
    contests,
    document,
    documents,
    emergency,
    entering,
    exposed,
    home,
    language,
    life,
    linking,
    looked,
    notices,
    original,
    passages,
    reading,
    review,
    seen_as,
    setting,
)

View = Callable[..., Response]


COME_BACK = "/entree/retour"
"""Where providers send people back to: registered with each of them."""


@dataclass(frozen=True, slots=True)
class Route:
    """One address; ``public`` when it answers who is not signed in too.

    ``counted`` when it is a step of signing in or the coming of an application: how many a
    minute one address takes is bounded.
    """

    method: str
    path: str
    view: View
    public: bool = False
    counted: bool = False


ROUTES = (
    Route("GET", "/", home.show, public=True),
    Route("GET", "/langue", language.choose, public=True),
    Route("GET", "/accessibilite", accessibility.show, public=True),
    Route("POST", "/entree", account.sign_in, public=True),
    Route("POST", "/sortie", account.sign_out, public=True),
    Route("GET", "/entree/chez/<key>", entering.start, public=True, counted=True),
    Route("GET", COME_BACK, entering.come_back, public=True, counted=True),
    Route("GET", "/rattachement", linking.show, public=True),
    Route("POST", "/rattachement", linking.carry_out, public=True, counted=True),
    Route("GET", "/authorize", authorizing.asked, public=True, counted=True),
    Route("GET", "/autorisation", authorizing.show, public=True),
    Route("POST", "/autorisation", authorizing.answer),
    Route("GET", "/applications", applications.show),
    Route("POST", "/applications/fin", applications.end),
    Route("GET", "/documents", documents.show),
    Route("GET", "/documents/<public_id>", document.show),
    Route("GET", "/documents/<public_id>/lecture", reading.show),
    Route("GET", "/documents/<public_id>/passages", passages.show),
    Route("GET", "/documents/<public_id>/original", original.save),
    Route("GET", "/categories", categories.show),
    Route("POST", "/choix", choice.confirm),
    Route("POST", "/choix/confirme", choice.carry_out),
    Route("GET", "/choix/fait", choice.done),
    Route("POST", "/choix/annule", choice.undo),
    Route("GET", "/voir-comme", seen_as.show),
    Route("POST", "/voir-comme", seen_as.look),
    Route("GET", "/ce-qui-se-devine", exposed.show),
    Route("POST", "/ce-qui-se-devine", exposed.look),
    Route("GET", "/qui-a-consulte", looked.show),
    Route("POST", "/qui-a-consulte", looked.look),
    Route("GET", "/reglages", setting.every),
    Route("GET", "/reglage", setting.show),
    Route("GET", "/cercle", circle.show),
    Route("GET", "/a-relire", review.show),
    Route("GET", "/urgence", emergency.show),
    Route("GET", "/codes", codes.show),
    Route("POST", "/codes/nouveau", codes.make),
    Route("POST", "/codes/carte", codes.make_card),
    Route("POST", "/codes/annule", codes.cancel),
    Route("GET", "/avis", notices.show),
    Route("POST", "/avis/preferences", notices.prefer),
    Route("GET", "/contestations", contests.show),
    Route("POST", "/contestations/nouvelle", contests.contest),
    Route("GET", "/contestations/<public_id>", contests.one),
    Route("POST", "/contestations/<public_id>/retrait", contests.withdraw),
    Route("GET", "/contestations/<public_id>/preuve/<kind>", contests.evidence),
    Route("GET", "/dossier", life.show),
    Route("GET", "/dossier/export", life.export),
    Route("POST", "/dossier/avant", life.before),
    Route("POST", "/dossier/fait", life.carry_out),
    Route("GET", "/dossier/attestation", life.certificate),
    Route("GET", reading.STYLE, reading.style, public=True),
)
