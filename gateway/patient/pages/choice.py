"""Masking and showing: what would change, then the change, then what was done."""

from collections.abc import Mapping

from flask import Response

from gateway.patient import sight, standing
from gateway.patient.change import Change, Done
from gateway.patient.enact import enact
from gateway.patient.pages import categories, document, passages
from gateway.patient.record import Open
from gateway.patient.sight import Shift
from gateway.patient.telling import Teller
from gateway.patient.visit import Visit
from gateway.patient.wish import UnclearError, UnknownError

FIELDS = ("verb", "document", "category", "audience", "profession", "person")
FIELDS_OF_PARTS = ("place", "rule", "documents")
FIELDS_OF_END = ("mark", "decision", "word")
UNPROCESSABLE = 422


def confirm(visit: Visit) -> Response:
    """Show who would lose or gain sight of what; nothing is changed yet."""
    with visit.record() as record:
        if not record.own:
            return visit.not_found()
        try:
            change = record.change(visit.form, visit.house.services.rules)
        except UnknownError:
            return visit.not_found()
        except UnclearError as error:
            return _again(visit, record, str(error.args[0]))
        return _confirmation(visit, record, change)


def carry_out(visit: Visit) -> Response:
    """Do what was confirmed, and go to the page that says so."""
    with visit.record() as record:
        if not record.own:
            return visit.not_found()
        try:
            change = record.change(visit.form, visit.house.services.rules)
        except (UnknownError, UnclearError):
            return visit.not_found()
    return _do(visit, record, change)


def done(visit: Visit) -> Response:
    """Say what was done last, and offer to undo it."""
    last = visit.signed_in.done
    if last is None:
        return visit.go("/documents")
    return visit.page("done", said=last.said[visit.words.lang], undo=last.undo)


def undo(visit: Visit) -> Response:
    """Take back what was done last."""
    last = visit.signed_in.done
    if last is None or last.undo is None:
        return visit.go("/documents")
    with visit.record() as record:
        pass  # what was read stays at hand; its transaction is over before the next one
    return _do(visit, record, last.undo)


def _do(visit: Visit, record: Open, change: Change) -> Response:
    """Carry a change out once the page's own transaction is over, and remember it."""
    services, account = visit.house.services, visit.signed_in.account
    situation = record.situation
    if change.already(situation):
        outcome = Done(_everywhere(visit, "done.already"), None)
    else:
        said = _said(visit, record, change)
        back = enact(services, account, change, situation, record.patient_id)
        outcome = Done(said if back else _everywhere(visit, "done.nothing"), back)
    visit.house.sessions.remember(visit.session_id, outcome)
    return visit.go("/choix/fait")


def _everywhere(visit: Visit, key: str) -> Mapping[str, tuple[str, ...]]:
    """Return one sentence in every language: the language may change before it is read."""
    return {lang: (words(key),) for lang, words in visit.house.words.items()}


def _confirmation(visit: Visit, record: Open, change: Change) -> Response:
    teller = visit.teller(record)
    fields = (*FIELDS, *FIELDS_OF_PARTS, *FIELDS_OF_END)
    moving, still = _shifts(visit, record, change)
    return visit.page(
        "confirm",
        sentence=teller.change(change),
        already=change.already(record.situation),
        whole=bool(visit.form.get("place")) and standing.is_whole(change),
        moving=[(teller.shift(each), teller.moved(each)) for each in moving],
        still=[teller.reader(each.reader) for each in still],
        fields={name: visit.form[name] for name in fields if visit.form.get(name)},
        back=_back(visit),
        came_for=_back(visit),
    )


def _shifts(
    visit: Visit, record: Open, change: Change
) -> tuple[list[Shift], list[Shift]]:
    before = record.situation
    after = change.after(before)
    rules = visit.house.services.rules
    found = sight.shifts(record.readers, before, after, rules)
    return [s for s in found if s.moves], [s for s in found if not s.moves]


def _said(visit: Visit, record: Open, change: Change) -> Mapping[str, tuple[str, ...]]:
    """Return what was done, in every language."""
    moving, _ = _shifts(visit, record, change)
    said = {}
    for lang, words in visit.house.words.items():
        teller = Teller(words, record.readers, record.situation)
        told = [sentence for each in moving for sentence in teller.shift(each)]
        said[lang] = (teller.change(change), *told)
    return said


def _again(visit: Visit, record: Open, error: str) -> Response:
    """Show the form again with what was unclear in it."""
    stored = record.document(visit.form.get("document", ""))
    if stored is not None and visit.form.get("place"):
        return passages.page(visit, record, stored, error, UNPROCESSABLE)
    if stored is not None:
        return document.page(visit, record, stored, error, UNPROCESSABLE)
    return categories.page(visit, record, error, UNPROCESSABLE)


def _back(visit: Visit) -> str:
    public_id = visit.form.get("document", "")
    if visit.form.get("documents"):
        return "/ce-qui-se-devine"
    if not public_id:
        return "/categories"
    inside = visit.form.get("place") or visit.form.get("rule")
    return f"/documents/{public_id}{'/passages' if inside else ''}"
