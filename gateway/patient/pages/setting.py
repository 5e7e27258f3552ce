"""The preset one starts from, and all that can be set, on one page."""

from flask import Response

from gateway.patient.record import Open
from gateway.patient.visit import Visit
from gateway.patient.wish_settings import FOLLOW, STAY
from labels.policy.question import PRESETS

LINKS = (
    ("/cercle", "circle"),
    ("/reglage", "preset"),
    ("/a-relire", "review"),
    ("/urgence", "urgent"),
    ("/codes", "codes"),
    ("/avis", "notices"),
    ("/contestations", "contest"),
    ("/applications", "applications"),
    ("/dossier", "life"),
)
"""The pages of settings, each with the beginning of its words."""


def every(visit: Visit) -> Response:
    """Show what can be set, each with a line that says what it is."""
    links = LINKS[5:6] if visit.signed_in.account.of else LINKS
    return visit.page("settings", links=links, came_for="/reglages")


def show(visit: Visit) -> Response:
    """Show the presets; to who acts for another, that it is the person's own."""
    with visit.record() as record:
        return page(visit, record)


def page(visit: Visit, record: Open, error: str = "", status: int = 200) -> Response:
    """Answer with the page, with what was unclear in a form if any was."""
    if not record.own:
        return visit.not_yours()
    return visit.page(
        "preset",
        status,
        now=record.situation.at_ground.preset,
        presets=PRESETS,
        those=(STAY, FOLLOW),
        error=error,
        given=visit.form if error else {},
        came_for="/reglage",
    )
