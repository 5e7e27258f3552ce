"""*Ce qui se devine*: what still gives away what is hidden from a reader, and what to hide."""

from dataclasses import dataclass, replace

from flask import Response

from gateway import exposure
from gateway.patient import papers
from gateway.patient.readers import Reader
from gateway.patient.reasons import CODE, system_of
from gateway.patient.record import Open
from gateway.patient.telling import Teller
from gateway.patient.visit import Visit
from gateway.repository.items import Stored
from labels.exposure import Exposure, Revealing
from labels.exposure_words import STRENGTHS, sentence
from labels.label import Evidence
from labels.told import Reason


@dataclass(frozen=True, slots=True)
class Telling:
    """A document that the reader sees and that tells: how strongly, and why."""

    id: str
    title: str
    day: str
    strength: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subject:
    """A hidden subject: what still tells it, and the documents to hide beside.

    ``to_hide`` names them as forms do.
    """

    name: str
    telling: tuple[Telling, ...]
    titles: tuple[str, ...]
    to_hide: str


def show(visit: Visit) -> Response:
    """Offer the people for whom the question can be asked; nothing is read yet."""
    with visit.record() as record:
        return _page(visit, record)


def look(visit: Visit) -> Response:
    """Read what the person chosen sees, and say what of the hidden it still tells."""
    with visit.record() as record:
        if not record.own:
            return visit.not_found()
        wanted = visit.form.get("reader", "")
        if not wanted:
            return _page(visit, record, error="error.person", status=422)
        reader = next((each for each in record.readers if each.key == wanted), None)
        if reader is None:
            return visit.not_found()
        return _told(visit, record, reader)


def _told(visit: Visit, record: Open, reader: Reader) -> Response:
    services, teller = visit.house.services, visit.teller(record)
    documents = record.situation.documents
    found = exposure.sight(record.asked, documents, reader.principal, services)
    hidden = found.hidden_categories
    told = exposure.exposures(record.asked, found, hidden, services)
    seen = {each.id: each for each in found.seen}
    subjects = [_subject(each, seen, record, teller) for each in told]
    return _page(
        visit, record, chosen=reader, name=teller.reader(reader), subjects=subjects
    )


def _subject(
    told: Exposure, seen: dict[str, Stored], record: Open, teller: Teller
) -> Subject:
    to_hide = [seen[each] for each in told.closure.items]
    return Subject(
        teller.words.category(told.category),
        tuple(
            _telling(each, seen[each.item], record, teller) for each in told.revealing
        ),
        tuple(_titled(each, teller) for each in to_hide),
        " ".join(map(record.public_id, to_hide)),
    )


def _telling(found: Revealing, stored: Stored, record: Open, teller: Teller) -> Telling:
    said = [_sentence(each, stored, teller) for each in found.reasons]
    return Telling(
        record.public_id(stored),
        teller.title(stored),
        teller.words.day(papers.day_of(stored)),
        STRENGTHS[teller.words.lang][found.strength],
        tuple(dict.fromkeys(said)),
    )


def _sentence(reason: Reason, stored: Stored, teller: Teller) -> str:
    """Return why a document tells, without ids of rules; a code by its words or its kind."""
    displays = papers.displays_of(stored)
    kinds = {each: _kind(each, reason, teller) for each in reason.what}
    what = [
        each if not kind else displays.get(each, kind) for each, kind in kinds.items()
    ]
    bare = replace(reason, rules=(), what=tuple(what))
    said = sentence(bare, teller.words.lang)
    for kind in filter(None, kinds.values()):
        # A kind of code is our word for it: it is not quoted.
        said = said.replace(teller.words("target.document", title=kind), kind)
    return f"{said[0].upper()}{said[1:]}"


def _kind(what: str, reason: Reason, teller: Teller) -> str:
    """Return in words what kind of code was seen; empty for words."""
    seen = (system_of(Evidence(rule, "", "", what)) for rule in reason.rules)
    system = next(filter(None, seen), "")
    coded = CODE.fullmatch(what) or CODE.fullmatch(what.rpartition("/")[2])
    return teller.words.kind_of_code(system) if system and coded else ""


def _titled(stored: Stored, teller: Teller) -> str:
    return f"{teller.title(stored)}, {teller.words.day(papers.day_of(stored))}"


def _page(visit: Visit, record: Open, status: int = 200, **values: object) -> Response:
    teller = visit.teller(record)
    return visit.page(
        "exposed",
        status,
        own=record.own,
        people=[(each.key, teller.described(each)) for each in record.readers],
        came_for="/ce-qui-se-devine",
        **values,
    )
