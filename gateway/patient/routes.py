"""The pages: each address with the function that answers it."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response

from gateway.patient.pages import (
    accessibility,
    account,
    categories,
    choice,
    document,
    documents,
    exposed,
    home,
    language,
    original,
    passages,
    reading,
    seen_as,
)

View = Callable[..., Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One address; ``public`` when it answers who is not signed in too."""

    method: str
    path: str
    view: View
    public: bool = False


ROUTES = (
    Route("GET", "/", home.show, public=True),
    Route("GET", "/langue", language.choose, public=True),
    Route("GET", "/accessibilite", accessibility.show, public=True),
    Route("POST", "/entree", account.sign_in, public=True),
    Route("POST", "/sortie", account.sign_out, public=True),
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
    Route("GET", reading.STYLE, reading.style, public=True),
)
