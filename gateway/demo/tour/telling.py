"""How a scene is told: given, when, then, in French or in English; a claim is checked."""

from collections.abc import Callable
from dataclasses import dataclass

LANGUAGES = ("fr", "en")
WORDS = {
    "fr": {"given": "Sachant", "when": "Quand", "then": "Alors", "and": "Et"},
    "en": {"given": "Given", "when": "When", "then": "Then", "and": "And"},
}


class ClaimError(Exception):
    """What a scene claims does not hold; the message is the claim, as it is told."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence for people, in the two languages."""

    fr: str
    en: str

    def within(self, lang: str) -> str:
        """Return the sentence in one of the languages."""
        return self.fr if lang == "fr" else self.en


class Tale:
    """Tells one scene, a line at a time, and stops at the first claim that fails."""

    def __init__(self, lang: str, say: Callable[[str], None]) -> None:
        """Begin to tell in ``lang``; ``say`` is given each line."""
        self.lang = lang
        self.claims = 0
        self._say = say
        self._before = ""

    def given(self, fr: str, en: str) -> None:
        """Tell what is so before anything happens."""
        self._tell("given", Said(fr, en))

    def when(self, fr: str, en: str) -> None:
        """Tell what somebody does next."""
        self._tell("when", Said(fr, en))

    def then(self, fr: str, en: str, holds: object) -> None:
        """Tell what follows; raises :class:`ClaimError` unless it ``holds``."""
        claim = Said(fr, en)
        if not holds:
            raise ClaimError(claim.within(self.lang))
        self.claims += 1
        self._tell("then", claim)

    def exchange(self, line: str) -> None:
        """Tell what was asked of the gateway and answered, as it stood."""
        self._say(f"            · {line}")

    def _tell(self, kind: str, sentence: Said) -> None:
        word = WORDS[self.lang]["and" if kind == self._before else kind]
        self._before = kind
        self._say(f"  {word:>8}  {sentence.within(self.lang)}")
