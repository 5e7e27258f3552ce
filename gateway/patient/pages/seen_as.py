"""*Voir comme*: the record as a professional, or a relative, would see it."""

from dataclasses import dataclass

from flask import Response

from gateway.patient import papers, readers
from gateway.patient.pages import document
from gateway.patient.preview import preview
from gateway.patient.readers import Reader
from gateway.patient.record import Open
from gateway.patient.visit import Visit
from gateway.repository.items import Stored

STRANGER = "stranger"


@dataclass(frozen=True, slots=True)
class Seen:
    """One document of the preview with the sentence that says why.

    ``without`` says what is left out of a document seen in part, ``closed`` why.
    """

    id: str
    title: str
    day: str
    sentence: str
    without: str = ""
    closed: tuple[str, ...] = ()


def show(visit: Visit) -> Response:
    """Offer the people whose view can be taken."""
    with visit.record() as record:
        return _page(visit, record)


def look(visit: Visit) -> Response:
    """Show what the person chosen would get, and what not, each with the reason."""
    with visit.record() as record:
        if not record.own:
            return visit.not_found()
        wanted = visit.form.get("reader", "")
        if not wanted:
            return _page(visit, record, error="error.person", status=422)
        reader = _reader(record, wanted)
        if reader is None:
            return visit.not_found()
        return _preview(visit, record, reader)


def _reader(record: Open, wanted: str) -> Reader | None:
    if wanted == STRANGER:
        return readers.stranger(record.asked)
    return next((each for each in record.readers if each.key == wanted), None)


def _preview(visit: Visit, record: Open, reader: Reader) -> Response:
    rules, teller = visit.house.services.rules, visit.teller(record)
    found = preview(record, reader.principal, rules)
    strange = reader.key == readers.STRANGER.subject

    def told(stored: Stored) -> Seen:
        day = visit.words.day(papers.day_of(stored))
        why = document.sight_of(visit, record, stored, teller, found.clearance, "")
        return Seen(
            record.public_id(stored),
            teller.title(stored),
            day,
            why.sentence,
            why.without,
            why.closed,
        )

    return _page(
        visit,
        record,
        chosen=reader,
        name=visit.words("seen_as.stranger") if strange else teller.reader(reader),
        shown=[told(each) for each in found.shown],
        withheld=[told(each) for each in found.withheld],
        unsure=not (reader.column or reader.private),
    )


def _page(visit: Visit, record: Open, status: int = 200, **values: object) -> Response:
    teller = visit.teller(record)
    return visit.page(
        "seen_as",
        status,
        own=record.own,
        people=[(each.key, teller.described(each)) for each in record.readers],
        stranger=STRANGER,
        came_for="/voir-comme",
        **values,
    )
