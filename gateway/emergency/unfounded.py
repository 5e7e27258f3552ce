"""What is no ground for emergency access, told so that it can be said better.

The codes are public (``reasons.yaml``): each refusal names those that are taken.
"""

from collections.abc import Iterable

from gateway.emergency.data import REASONS
from labels.codes import Purpose
from mappings.mapped import Refused, refuse

FEWEST_WORDS, MOST_CHARACTERS = 3, 500


def check(purpose: Purpose, reason: str, words: str) -> None:
    """Refuse (422) what grounds nothing; the same whoever the record is about.

    ``reason`` that is no code, ``purpose`` that is not one of the reason, ``words`` that
    are too few or too many: each is named, by what would be taken in its place.
    """
    known = REASONS.get(reason)
    if known is None:
        raise _no_reason(purpose)
    if purpose not in known.purposes:
        raise _of_another_purpose(purpose, known.purposes)
    said = len(words.split()) >= FEWEST_WORDS
    if not said or len(words) > MOST_CHARACTERS:
        raise _no_words()


def _no_reason(purpose: Purpose) -> Refused:
    codes = _listed(c for c, each in REASONS.items() if purpose in each.purposes)
    return _refused(
        "reason",
        f"Not a reason that is known. For the purpose {purpose.value}: {codes}.",
        f"Ce motif n'est pas connu. Pour la finalité {purpose.value} : {codes}.",
    )


def _of_another_purpose(purpose: Purpose, purposes: Iterable[Purpose]) -> Refused:
    fitting = _listed(each.value for each in sorted(purposes))
    codes = _listed(c for c, each in REASONS.items() if purpose in each.purposes)
    return _refused(
        "purpose",
        f"This reason is for the purpose {fitting}. For {purpose.value}: {codes}.",
        f"Ce motif est de la finalité {fitting}. Pour {purpose.value} : {codes}.",
    )


def _no_words() -> Refused:
    return _refused(
        "words",
        f"Say why in {FEWEST_WORDS} words at least, {MOST_CHARACTERS} characters at most.",
        f"Dites pourquoi en {FEWEST_WORDS} mots au moins, {MOST_CHARACTERS} caractères au "
        "plus.",
    )


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(codes)


def _refused(name: str, text: str, texte: str) -> Refused:
    place = f"Parameters.parameter.where(name='{name}')"
    return refuse(422, "value", place, text, texte)
