"""What a form about settings asks for, read into a change; nothing in it is trusted."""

from dataclasses import replace

from gateway.consents.reviewing import Answer, IntakeRule
from gateway.patient.change import Change, Decide, End, SetMark, Together
from gateway.patient.form import Form, Known, UnclearError, UnknownError, one_of
from gateway.patient.setting import Choose, Decided, Intake, Urge, pins
from gateway.patient.sight import Situation
from gateway.references import Reference
from gateway.repository.items import Stored
from gateway.review import Decision
from labels.codes import Category, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.emergency import EmergencyChoices
from labels.policy.question import PRESETS

PRESET, URGENT, YIELD, INTAKE, UNSAY, REVIEW, THERE = (
    *("preset", "urgent", "yield", "intake", "unsay", "review", "there"),
)
VERBS = frozenset({PRESET, URGENT, YIELD, INTAKE, UNSAY, REVIEW, THERE})

ANY = "any"
"""How a form says *whoever deposits*, and *whatever it is about*."""
STAY, FOLLOW = "stay", "follow"
YES_OR_NO = frozenset({"yes", "no"})


def change(form: Form, situation: Situation, known: Known) -> Change:
    """Return the change of settings that a form asks for.

    Raises :class:`UnclearError` and :class:`UnknownError`.
    """
    verb = form["verb"]
    if verb == PRESET:
        return _preset(form, situation)
    if verb == URGENT:
        return Urge(_choices(form))
    if verb == YIELD:
        return _yielding(form, situation)
    if verb == REVIEW:
        return _reviewed(form, known)
    rule = _rule(form, known)
    if verb == THERE:
        return Decide(_those_that_are_there(rule, situation))
    if verb == UNSAY and rule not in situation.at_ground.intake:
        raise UnknownError
    return Intake(rule, said=verb == INTAKE)


def _preset(form: Form, situation: Situation) -> Change:
    """Return the change of preset; what is there stays as it is, or follows."""
    preset = one_of(form, "preset", frozenset(PRESETS))
    stays = one_of(form, "those", frozenset({STAY, FOLLOW})) == STAY
    return Choose(preset, pins(situation, preset) if stays else ())


def _choices(form: Form) -> EmergencyChoices:
    said = {
        name: one_of(form, name, YES_OR_NO) == "yes"
        for name in ("samu", "others", "masked")
    }
    try:
        return EmergencyChoices(**said)
    except ValueError:
        raise UnclearError("error.masked_for_nobody") from None


def _yielding(form: Form, situation: Situation) -> Change:
    """Return a mask that yields to a vital emergency, or holds, in place of one that is."""
    yields = one_of(form, "yields", YES_OR_NO) == "yes"
    for each in situation.directives:
        if each.id == form.get("decision") and each.effect is Effect.MASK:
            instead = replace(each, id="", yields=yields)
            return Together((Decide(instead), End(each)))
    marked = [d for d in situation.documents if d.id == _item(form)]
    if not marked or not yields or Mark.MASQUE_PS not in marked[0].whole.marks:
        raise UnknownError
    return Together(
        (Decide(_mask_of(marked[0])), SetMark(marked[0].id, MASKED, on=False))
    )


MASKED = Mark.MASQUE_PS


def _mask_of(stored: Stored) -> Directive:
    """Return the mask that says what the mark says, and yields to an emergency."""
    whom = Audience(AudienceKind.PROFESSIONALS)
    return Directive("", Effect.MASK, whom, frozenset({stored.id}), yields=True)


def _item(form: Form) -> str:
    return Reference.parse(form.get("document", "")).item_id


def _reviewed(form: Form, known: Known) -> Change:
    target = Reference.parse(form.get("document", ""))
    if target.patient_id != known.patient_id:
        raise UnknownError
    decision = one_of(form, "decision", frozenset(Decision))
    return Decided(target.item_id, Decision(decision))


def _rule(form: Form, known: Known) -> IntakeRule:
    """Return what the form says of new documents; of those there, it masks."""
    hidden = form["verb"] == THERE
    answer = Answer.MASK if hidden else _answer(form)
    depositor = one_of(form, "depositor", frozenset(known.named) | {ANY})
    about = one_of(form, "about", frozenset(Category) | {ANY})
    return IntakeRule(
        answer,
        "" if depositor == ANY else depositor,
        None if about == ANY else Category(about),
    )


def _answer(form: Form) -> Answer:
    return Answer(one_of(form, "answer", frozenset(Answer)))


def _those_that_are_there(rule: IntakeRule, situation: Situation) -> Directive:
    """Return the mask, from all professionals, of what a rule would have met before now."""
    categories = frozenset({rule.category} if rule.category else ())
    return Directive(
        "",
        Effect.MASK,
        Audience(AudienceKind.PROFESSIONALS),
        categories=categories,
        everything=not categories,
        authors=frozenset({rule.depositor} if rule.depositor else ()),
        dated=Period(None, situation.at_ground.at),
    )
