"""What a form asks for, read into a :class:`Change`: nothing in a form is trusted.

A form names documents, categories, readers and decisions; each must be one that this
patient could have been offered, else the answer is the same as for what does not exist.
"""

from collections.abc import Mapping

from gateway.patient.change import Change, Decide, End, Say, SetMark, TakeBack
from gateway.patient.sight import Situation
from gateway.references import Reference
from labels.codes import Category, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.last_word import Word
from labels.policy import matrix

Form = Mapping[str, str]

END = "end"
WORDS = {"sensitive": True, "not_sensitive": False}
"""What can be said of one document and a subject: it is sensitive, or it is not."""
SETTABLE = {each.value: each for each in (
    Mark.MASQUE_PS, Mark.INVISIBLE_REPRESENTANTS_LEGAUX,
)}  # fmt: skip
MARK_FOR = {
    "professionals": Mark.MASQUE_PS,
    "representatives": Mark.INVISIBLE_REPRESENTANTS_LEGAUX,
}
"""Masking one document for all of these is a mark on it, which software can see too."""


class UnclearError(Exception):
    """The form leaves out what is needed; ``args[0]`` is the key of what to say."""


class UnknownError(Exception):
    """The form names what this patient has not got: not found, without a word more."""


def document_id(form: Form, situation: Situation, patient_id: str) -> str:
    """Return the item the form names, empty if it names none."""
    given = form.get("document", "")
    if not given:
        return ""
    target = Reference.parse(given)
    known = {each.id for each in situation.documents}
    if target.patient_id != patient_id or target.item_id not in known:
        raise UnknownError
    return target.item_id


def change(
    form: Form, situation: Situation, patient_id: str, readers: frozenset[str]
) -> Change:
    """Return the change the form asks for; ``readers`` are those it may name.

    Raises :class:`UnclearError` and :class:`UnknownError`.
    """
    item = document_id(form, situation, patient_id)
    verb = form.get("verb", "")
    if verb == END:
        return _ended(form, situation, item)
    if verb in WORDS:
        return _word(form, item)
    if verb not in set(Effect):
        raise UnclearError("error.verb")
    audience = form.get("audience", "")
    if item and verb == Effect.MASK and audience in MARK_FOR:
        return SetMark(item, MARK_FOR[audience], on=True)
    return Decide(
        Directive(
            id="",
            effect=Effect(verb),
            audience=_audience(form, audience, readers),
            items=frozenset({item} if item else ()),
            categories=frozenset() if item else frozenset({_category(form)}),
        )
    )


def _ended(form: Form, situation: Situation, item: str) -> Change:
    if item and form.get("mark") in SETTABLE:
        return SetMark(item, SETTABLE[form["mark"]], on=False)
    for each in situation.directives:
        if each.id == form.get("decision"):
            return End(each)
    for said in situation.words:
        if said.id == form.get("word"):
            return TakeBack(said)
    raise UnknownError


def _word(form: Form, item: str) -> Change:
    if not item:
        raise UnknownError
    subject = frozenset({_category(form)})
    items = frozenset({item})
    return Say(Word(WORDS[form["verb"]], subject, items))


def _audience(form: Form, kind: str, readers: frozenset[str]) -> Audience:
    if kind in {"professionals", "representatives"}:
        return Audience(AudienceKind(kind))
    if kind == "profession":
        columns = {each.id for each in matrix.load().columns if each.in_force}
        return Audience(AudienceKind.PROFESSION, _one_of(form, kind, columns))
    if kind == "person":
        return Audience(AudienceKind.PERSON, _one_of(form, kind, readers))
    raise UnclearError("error.audience")


def _one_of(form: Form, field: str, known: set[str] | frozenset[str]) -> str:
    value = form.get(field, "")
    if not value:
        raise UnclearError(f"error.{field}")
    if value not in known:
        raise UnknownError
    return value


def _category(form: Form) -> Category:
    value = form.get("category", "")
    if not value:
        raise UnclearError("error.category")
    if value not in set(Category):
        raise UnknownError
    return Category(value)
