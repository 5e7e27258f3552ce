"""Why somebody sees a document or not: for an operator, in one sentence and what changes it."""

from gateway import explaining
from gateway.explaining import LANGUAGES
from gateway.identity.principal import Principal
from gateway.inquiry import by_id, inquire
from gateway.references import Reference
from gateway.services import Services

WORDS = {
    "fr": ("Ce que la personne peut faire pour que cela change", "rien, la loi décide"),
    "en": ("What the person can do to change it", "nothing, the law decides"),
}
PART = {
    "fr": "Ce lecteur en reçoit une version où certains passages n'ont jamais été écrits.",
    "en": "This reader gets a version in which some passages were never written.",
}
COLON = {"fr": " :", "en": ":"}


def why(
    services: Services, principal: Principal, public_id: str, lang: str
) -> str | None:
    """Return the sentence that explains the decision, then what would change it.

    None for an unknown item. ``lang`` is ``fr`` or ``en``.
    """
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find) as asked:
        found = explaining.operated(asked, public_id)
        if found is None:
            return None
        told = explaining.explanation(asked, asked.question, found, services.rules)
    index = LANGUAGES.index(lang)
    lead, nothing = WORDS[lang]
    ways = told.ways[index] or (nothing,)
    lines = [f"{lead}{COLON[lang]}", *(f"- {each}" for each in ways)]
    part = [PART[lang]] if told.part else []
    return "\n".join([told.sentences[index], *part, *lines])
