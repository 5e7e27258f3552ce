"""Why a document is said to be about a subject, in words: never a bare code.

A code is told by what kind of code it is, with the words that stand beside it in the same
place. The code, the rule and the place stay at hand, for who wants to check.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.patient.words import Words
from labels import last_word
from labels.codes import Category
from labels.detection.load import rule_set
from labels.detection.systems import bare, system_names
from labels.label import Evidence

CODE = re.compile(r"(?=.*\d)[A-Z0-9][A-Z0-9._/-]+")
"""What a code looks like, where the rule does not say whether it is one."""
CODED = frozenset(system_names())
SPOKEN = frozenset({"term", "context"})
"""The rules that go by words, whatever the words look like."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing seen: words, or a kind of code with the words beside it if there are any.

    ``code`` is empty where words were seen.
    """

    evidence: Evidence
    kind: str
    what: str
    code: str

    @property
    def said(self) -> tuple[str, str]:
        """What people read: two reasons that read the same are one."""
        return self.kind, self.what.casefold()


def reasons(
    evidence: Iterable[Evidence],
    category: Category,
    displays: Mapping[str, str],
    words: Words,
) -> tuple[Reason, ...]:
    """Return the reasons for a category, words before codes, each said once.

    ``displays`` are the words that the document's own reference gives with its codes.
    """
    seen = [each for each in evidence if each.source != last_word.RULE]
    beside = {e.place: e.what for e in reversed(seen) if _spoken(e)}
    own = [each for each in seen if last_word.category_of(each) == category]
    found = [_reason(each, beside, displays, words) for each in own]
    found.sort(key=lambda each: (bool(each.kind), not each.what))
    return tuple({each.said: each for each in reversed(found)}.values())[::-1]


def _reason(
    evidence: Evidence,
    beside: Mapping[str, str],
    displays: Mapping[str, str],
    words: Words,
) -> Reason:
    system = system_of(evidence)
    if not system:
        return Reason(evidence, "", evidence.what, "")
    code = evidence.what
    what = displays.get(code) or beside.get(evidence.place, "")
    return Reason(evidence, words.kind_of_code(system), what, code)


def _spoken(evidence: Evidence) -> bool:
    """Whether words of the document were seen, not a code, nor a submitted label."""
    return last_word.category_of(evidence) in set(Category) and not system_of(evidence)


def system_of(evidence: Evidence) -> str:
    """Return the code system of what was seen, *code* if unknown; empty for words."""
    _, _, rule = evidence.rule.partition("/")
    origin, _, name = rule.partition("/")
    if origin in CODED:
        return origin
    if origin in SPOKEN:
        return ""
    if origin == "signal":
        return _of_signal(name, evidence.what)
    return "code" if CODE.fullmatch(evidence.what) else ""


def _of_signal(name: str, what: str) -> str:
    """Return the system in which ``what`` is a code that raises the signal."""
    signal = rule_set().signals.get(name)
    codes = signal.codes if signal else {}
    for system, starts in codes.items():
        if bare(system, what).startswith(starts):
            return system
    return ""
