"""Masking and showing: what would change, then the change, then what was done."""

from collections.abc import Mapping

from flask import Response

from gateway.consents.reviewing import Answer, IntakeRule
from gateway.patient import (
    sight,
    standing,
    telling_settings,
    wish_circle,
    wish_settings,
)
from gateway.patient.change import Change, Done
from gateway.patient.enact import enact
from gateway.patient.form import UnclearError, UnknownError
from gateway.patient.pages import (
    categories,
    circle,
    document,
    emergency,
    passages,
    review,
    setting,
)
from gateway.patient.record import Open
from gateway.patient.setting import Intake
from gateway.patient.settle import FOREVER
from gateway.patient.sight import Shift
from gateway.patient.visit import Visit
from gateway.patient.wish_circle import OPENS
from gateway.patient.wish_settings import ANY

FIELDS = ("verb", "document", "category", "audience", "profession", "person")
FIELDS_OF_PARTS = ("place", "rule", "documents")
FIELDS_OF_END = ("mark", "decision", "word")
FIELDS_OF_CIRCLE = ("tie", "role", "number", "name", "until", "ins")
FIELDS_OF_SETTINGS = (
    *("preset", "those", "samu", "others", "masked", "yields"),
    *("depositor", "about", "answer"),
)
KEPT = frozenset(
    (*FIELDS, *FIELDS_OF_PARTS, *FIELDS_OF_END, *FIELDS_OF_CIRCLE, *FIELDS_OF_SETTINGS)
)
"""The fields that are sent again when a choice is confirmed."""
UNPROCESSABLE = 422

CIRCLE, SETTING, EMERGENCY, REVIEW = "/cercle", "/reglage", "/urgence", "/a-relire"
WHERE = {
    **dict.fromkeys(wish_circle.VERBS, CIRCLE),
    **dict.fromkeys((wish_settings.URGENT, wish_settings.YIELD), EMERGENCY),
    **dict.fromkeys(
        (
            wish_settings.INTAKE,
            wish_settings.UNSAY,
            wish_settings.REVIEW,
            wish_settings.THERE,
        ),
        REVIEW,
    ),
    wish_settings.PRESET: SETTING,
}
"""The page on which each thing is said, by the verb of its form."""
AGAIN = {
    CIRCLE: circle.page,
    SETTING: setting.page,
    EMERGENCY: emergency.page,
    REVIEW: review.page,
}
"""The pages that are shown again when a form of theirs is unclear."""


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
        return _confirmation(visit, record.meeting(change), change)


def carry_out(visit: Visit) -> Response:
    """Do what was confirmed, and go to the page that says so."""
    with visit.record() as record:
        if not record.own:
            return visit.not_found()
        try:
            change = record.change(visit.form, visit.house.services.rules)
        except (UnknownError, UnclearError):
            return visit.not_found()
        met = record.meeting(change)
    return _do(visit, met, change)


def done(visit: Visit) -> Response:
    """Say what was done last, and offer to undo it."""
    last = visit.signed_in.done
    if last is None:
        return visit.go("/documents")
    rule = last.rule
    return visit.page(
        "done",
        said=last.said[visit.words.lang],
        undo=last.undo,
        came_from=last.came_from,
        certificate=last.certificate is not None,
        depositor=(rule.depositor or ANY) if rule else "",
        about=(rule.category or ANY) if rule else "",
    )


def undo(visit: Visit) -> Response:
    """Take back what was done last."""
    last = visit.signed_in.done
    if last is None or last.undo is None:
        return visit.go("/documents")
    with visit.record() as record:
        # What was read stays at hand; its transaction is over before the next one.
        if not record.own:
            return visit.not_found()
        met = record.meeting(last.undo)
    return _do(visit, met, last.undo, last.came_from)


def _do(visit: Visit, record: Open, change: Change, came_from: str = "") -> Response:
    """Carry a change out once the page's own transaction is over, and remember it."""
    services, account = visit.house.services, visit.signed_in.account
    situation, where = record.situation, came_from or _back(visit)
    if change.already(situation):
        outcome = Done(_everywhere(visit, "done.already"), None, came_from=where)
    else:
        said = _said(visit, record, change)
        back = enact(services, account, change, situation, record.patient_id)
        told = said if back else _everywhere(visit, "done.nothing")
        undo = None if back == FOREVER else back
        asked = _asked_apart(change) if back else None
        outcome = Done(told, undo, asked, where)
    visit.house.sessions.remember(visit.session_id, outcome)
    return visit.go("/choix/fait")


def _asked_apart(change: Change) -> IntakeRule | None:
    """Return what was said of new documents, if it closes: those there are asked apart."""
    if isinstance(change, Intake) and change.said:
        return change.rule if change.rule.answer is not Answer.ACCEPT else None
    return None


def _everywhere(visit: Visit, key: str) -> Mapping[str, tuple[str, ...]]:
    """Return one sentence in every language: the language may change before it is read."""
    return {lang: (words(key),) for lang, words in visit.house.words.items()}


def _confirmation(visit: Visit, record: Open, change: Change) -> Response:
    teller = visit.teller(record)
    moving, still = _shifts(visit, record, change)
    return visit.page(
        "confirm",
        sentence=teller.change(change),
        already=change.already(record.situation),
        whole=bool(visit.form.get("place")) and standing.is_whole(change),
        moving=[(teller.shift(each), teller.moved(each)) for each in moving],
        still=[teller.reader(each.reader) for each in still],
        notes=telling_settings.notes(visit.words, change),
        fields={n: v for n, v in visit.form.items() if v and _is_kept(n)},
        back=_back(visit),
        came_for=_back(visit),
    )


def _is_kept(name: str) -> bool:
    return name in KEPT or name.startswith(OPENS)


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
        teller = record.teller(words)
        told = [sentence for each in moving for sentence in teller.shift(each)]
        said[lang] = (teller.change(change), *told)
    return said


def _again(visit: Visit, record: Open, error: str) -> Response:
    """Show the form again with what was unclear in it."""
    if page := AGAIN.get(_back(visit)):
        return page(visit, record, error, UNPROCESSABLE)
    stored = record.document(visit.form.get("document", ""))
    if stored is not None and visit.form.get("place"):
        return passages.page(visit, record, stored, error, UNPROCESSABLE)
    if stored is not None:
        return document.page(visit, record, stored, error, UNPROCESSABLE)
    return categories.page(visit, record, error, UNPROCESSABLE)


def _back(visit: Visit) -> str:
    if where := WHERE.get(visit.form.get("verb", "")):
        return where
    public_id = visit.form.get("document", "")
    if visit.form.get("documents"):
        return "/ce-qui-se-devine"
    if not public_id:
        return "/categories"
    inside = visit.form.get("place") or visit.form.get("rule")
    return f"/documents/{public_id}{'/passages' if inside else ''}"
