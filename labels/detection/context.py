"""What the sentence around a match does to it: negation, or text about nobody.

The cues are data (``context.yaml``): a cue has a direction and a reach, stops end
its scope, and pseudo-cues look like a negation without being one. Family,
hypothesis and history change nothing here: what they say is sensitive all the same.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from labels.detection.pattern import compile_any
from labels.detection.rules import RuleFileError

if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOW = 80
_TOPIC_WINDOW = 240
"""A leaflet says so at its beginning; its sentences are long."""
_END = re.compile(r"[.!?;](?<!\b[hsnm].)(?<!\bdr.)(?<!\bmme.)(?=\s|$)|\n")
"""A stop ends a sentence but after *M.*, *Dr.* and the genus of a germ (*H. pylori*)."""

_GAP_TO_SIGN = re.compile(r" ?(?:\w+ ){0,3}\w*\)? ?[:=(] ?$")
_GAP_TO_WORD = re.compile(r" ?(?:[\w']+ ){0,4}$")
_DENIAL_DENIED = re.compile(r"\b(?:pas|non|jamais|not)\b")
_VERB_BEFORE = re.compile(r"\b(?:ne |n' ?)$")
_VERB_AFTER = re.compile(r" (?:pas|jamais|aucun\w*)\b")
_ZERO_AFTER = re.compile(r" ?(?:0|\(0\)|\(-\))(?![.,]?\w)| non(?= ?(?:[,.;)\n]|$))")
_ZERO_BEFORE = re.compile(r"(?<![\w.,/-])0 ?\(? ?$")
_LEFT_EMPTY = re.compile(r" ?[:=] ?(?:\n[^\W\d_][^\n:=.,;\d]{0,40}[:=]|\n?\Z)")
"""Nothing after a head of a form but the next head, or the end: nobody answered."""
_DECIMAL = re.compile(r"[.,]\d| ?%")
_BOX = re.compile(
    r"[\u2610\u25a1]|\[ ?\]|\( \)|[\u2611\u2612\u25a0\u2714\u2705]|\[x\]|\(x\)"
)
_UNTICKED = frozenset("\u2610\u25a1")
_TICKED_NO = re.compile(
    r"[^\n]{0,20}?(?:[\u2611\u2612\u25a0\u2714]|\[x\]|\(x\)) ?(?:non|no)\b"
)
_EMPTY_BOX = r"(?:[\u2610\u25a1]|\[ ?\]|\( \))"
_UNANSWERED = re.compile(
    rf"[^\n\u2610-\u2612\u25a0\u25a1\u2714\[]{{0,60}}{_EMPTY_BOX} ?(?:oui|yes|non|no)"
    rf"\b[ ,/]{{0,4}}{_EMPTY_BOX} ?(?:oui|yes|non|no)\b"
)
"""*Enceinte ? ☐ oui ☐ non*: a question of a form that nobody ticked."""


class Sentences:
    """Where the sentences of one text begin and end."""

    __slots__ = ("_ends", "_length")

    def __init__(self, text: str) -> None:
        """Find every end of a sentence once."""
        self._ends = [match.end() for match in _END.finditer(text)]
        self._length = len(text)

    def around(self, start: int, end: int) -> tuple[int, int]:
        """Return the bounds of the sentence (or sentences) that hold a span."""
        before = bisect_right(self._ends, start)
        after = bisect_left(self._ends, end)
        first = self._ends[before - 1] if before else 0
        last = self._ends[after] if after < len(self._ends) else self._length
        return first, last


@dataclass(frozen=True, slots=True)
class Cues:
    """The compiled cues of ``context.yaml``."""

    before: re.Pattern[str]
    adjacent: re.Pattern[str]
    pseudo: re.Pattern[str]
    stops: re.Pattern[str]
    after_sign: re.Pattern[str]
    after_word: re.Pattern[str]
    generic: re.Pattern[str]
    generic_topic: re.Pattern[str]
    asked: re.Pattern[str]
    reach: int
    generic_reach: int
    not_misspelled: frozenset[str]

    def negated(
        self, text: str, bounds: tuple[int, int], span: tuple[int, int]
    ) -> bool:
        """Tell whether the sentence denies what stands at ``span``."""
        first, last = bounds
        start, end = span
        before = text[max(first, start - _WINDOW) : start]
        after = text[end : min(last, end + _WINDOW)]
        return (
            self._denied_before(before, after, text[start:end])
            or self._denied_after(after)
            or self._left_empty(text, start, end)
        )

    def generic_text(self, text: str, bounds: tuple[int, int], start: int) -> bool:
        """Tell whether the sentence speaks of nobody: leaflet, advice, unticked box."""
        if _UNANSWERED.match(text, start):
            return True
        before = text[max(bounds[0], start - _WINDOW) : start]
        box = _last(_BOX, before)
        if box and (
            box.group()[0] in _UNTICKED or len(box.group().strip("[( )]")) == 0
        ):
            return True
        if self.generic_topic.search(
            text, max(bounds[0], start - _TOPIC_WINDOW), start
        ):
            return True
        cue = _last(self.generic, before)
        return cue is not None and self._in_reach(
            before[cue.end() :], self.generic_reach
        )

    def _left_empty(self, text: str, start: int, end: int) -> bool:
        """Tell whether a form asks this of everybody, and nobody answered.

        A text of one line is a cell or an item: what stands beside it may answer.
        """
        if not self.asked.fullmatch(text, start, end):
            return False
        found = _LEFT_EMPTY.match(text, end)
        return found is not None and "\n" in text[: found.end()].strip("\n")

    def _denied_before(self, before: str, after: str, words: str) -> bool:
        if _VERB_BEFORE.search(before) and _VERB_AFTER.match(after):
            return True
        if _ZERO_BEFORE.search(before):
            return True
        adjacent = _last(self.adjacent, before)
        if adjacent and not before[adjacent.end() :].strip(" -"):
            return True
        cue = _last(self.before, before)
        if cue is None or self.pseudo.match(before + words + after, cue.start()):
            return False
        return self._in_reach(before[cue.end() :], self.reach)

    def _in_reach(self, gap: str, reach: int) -> bool:
        return not self.stops.search(gap) and len(gap.split()) <= reach

    def _denied_after(self, after: str) -> bool:
        if _TICKED_NO.match(after) or _ZERO_AFTER.match(after):
            return True
        sign = self.after_sign.search(after)
        if sign and _GAP_TO_SIGN.match(after[: sign.start()]):
            return not _DECIMAL.match(after, sign.end())
        word = self.after_word.search(after)
        if word is None:
            return False
        gap = after[: word.start()]
        return bool(_GAP_TO_WORD.match(gap)) and not _DENIAL_DENIED.search(gap)


def read_cues(data: "Mapping[str, Any]") -> Cues:
    """Compile the cues; raise :class:`RuleFileError` when a list is missing."""
    try:
        negation, generic = data["negation"], data["generic"]
        return Cues(
            before=_any(negation["before"]),
            adjacent=_any(negation["adjacent"]),
            pseudo=_any(negation["pseudo"]),
            stops=re.compile(
                compile_any(tuple(negation["stops"]))
                + r"|[:(]|,(?! ?(?:de |d'|ni |pas |ou |or |nor |and |et d))"
            ),
            after_sign=_any(negation["after_sign"]),
            after_word=_any(negation["after_word"]),
            generic=_any(generic["before"]),
            generic_topic=_any(generic["topic"]),
            asked=_any(negation["asked"]),
            reach=int(negation["reach"]),
            generic_reach=int(generic["reach"]),
            not_misspelled=frozenset(data.get("not_misspelled", ())),
        )
    except (KeyError, TypeError) as error:
        raise RuleFileError(
            "context.yaml", "file", "a list of cues is missing"
        ) from error


def _any(terms: list[str]) -> re.Pattern[str]:
    return re.compile(compile_any(tuple(terms)))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for found in pattern.finditer(text):  # noqa: B007 - the last one is wanted
        pass
    return found
