"""What a form asks for, read into a :class:`Change`: nothing in a form is trusted.

A form names documents, categories, readers and decisions; each must be one that this
patient could have been offered, else the answer is the same as for what does not exist.
"""

from gateway.patient import wish_circle, wish_settings
from gateway.patient.change import (
    Change,
    Decide,
    End,
    Say,
    SetMark,
    TakeBack,
    together,
)
from gateway.patient.form import Form, Known, UnclearError, UnknownError, one_of
from gateway.patient.passages import Passage
from gateway.patient.sight import Situation
from gateway.references import Reference
from labels.codes import Category, Mark
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.last_word import Word
from labels.policy import matrix

END = "end"
FORGET = "forget"
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


def document_id(form: Form, situation: Situation, patient_id: str) -> str:
    """Return the item the form names, empty if it names none."""
    given = form.get("document", "")
    return _item(given, situation, patient_id) if given else ""


def _item(public_id: str, situation: Situation, patient_id: str) -> str:
    target = Reference.parse(public_id)
    known = {each.id for each in situation.documents}
    if target.patient_id != patient_id or target.item_id not in known:
        raise UnknownError
    return target.item_id


def change(form: Form, situation: Situation, known: Known) -> Change:
    """Return the change the form asks for.

    Raises :class:`UnclearError` and :class:`UnknownError`.
    """
    verb = form.get("verb", "")
    if verb in wish_circle.VERBS:
        return wish_circle.change(form, situation, known)
    if verb in wish_settings.VERBS:
        return wish_settings.change(form, situation, known)
    item = document_id(form, situation, known.patient_id)
    if verb == END:
        return _ended(form, situation, item)
    if verb == FORGET:
        return _forgotten(form, situation)
    if verb in WORDS:
        return _word(form, item, _passage(form, known))
    if verb not in set(Effect):
        raise UnclearError("error.verb")
    return _decided(form, situation, item, known)


def _decided(form: Form, situation: Situation, item: str, known: Known) -> Change:
    """Return the mask or the permission of a passage, of documents, or of a subject."""
    effect, audience = Effect(form["verb"]), form.get("audience", "")
    if passage := _passage(form, known):
        if effect is Effect.SHOW:
            raise UnknownError
        meant = _audience(form, audience, known.readers)
        places = frozenset((item, place) for place in passage.places)
        return Decide(Directive("", effect, meant, places=places))
    if several := form.get("documents", "").split():
        items = frozenset(_item(i, situation, known.patient_id) for i in several)
        meant = _audience(form, audience, known.readers)
        return Decide(Directive("", effect, meant, items))
    if item and effect is Effect.MASK and audience in MARK_FOR:
        return SetMark(item, MARK_FOR[audience], on=True)
    return Decide(
        Directive(
            id="",
            effect=effect,
            audience=_audience(form, audience, known.readers),
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
    named = form.get("word", "").split()
    said = [each for each in situation.words if each.id in named]
    if not said or len(said) != len(set(named)):
        raise UnknownError
    return together(map(TakeBack, said))


def _passage(form: Form, known: Known) -> Passage | None:
    """Return the passage the form names, None if it names none."""
    place = form.get("place", "")
    if not place:
        return None
    found = [each for each in known.passages if each.key == place]
    if not found:
        raise UnknownError
    return found[0]


def _word(form: Form, item: str, passage: Passage | None) -> Change:
    if not item:
        raise UnknownError
    items = frozenset({item})
    sensitive = WORDS[form["verb"]]
    if passage is None:
        return Say(Word(sensitive, frozenset({_category(form)}), items))
    subjects = passage.label.categories
    if sensitive or not subjects:
        raise UnknownError
    words = (Word(sensitive, subjects, items, place) for place in passage.places)
    return together(map(Say, words))


def _forgotten(form: Form, situation: Situation) -> Change:
    """Return the words that make rules say nothing any more in the whole record."""
    named = form.get("rule", "").split()
    if not named or not set(named) <= rules_of(situation):
        raise UnknownError
    words = (Word(sensitive=False, rule=rule) for rule in dict.fromkeys(named))
    return together(map(Say, words))


def rules_of(situation: Situation) -> frozenset[str]:
    """Return the rules that found something in the documents, whatever was said since."""
    labels = (each.label.computed for each in situation.documents)
    return frozenset(each.rule for label in labels for each in label.evidence)


def _audience(form: Form, kind: str, readers: frozenset[str]) -> Audience:
    if kind in {"everyone", "professionals", "representatives"}:
        return Audience(AudienceKind(kind))
    if kind in readers:
        return Audience(AudienceKind.PERSON, kind)
    if kind == "profession":
        every = matrix.load().columns
        columns = frozenset(each.id for each in every if each.in_force)
        return Audience(AudienceKind.PROFESSION, one_of(form, kind, columns))
    if kind == "person":
        return Audience(AudienceKind.PERSON, one_of(form, kind, readers))
    raise UnclearError("error.audience")


def _category(form: Form) -> Category:
    value = form.get("category", "")
    if not value:
        raise UnclearError("error.category")
    if value not in set(Category):
        raise UnknownError
    return Category(value)
