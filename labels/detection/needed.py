"""What a term cannot do without: words, or beginnings of words, that each match holds.

A whole word is written with a space after it; of a beginning the first letters count.
What the words of a text give is written the same way, so that both meet as sets.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from labels.detection.fold import separated

Pieces = frozenset[str]
"""Words and beginnings of words of which a match holds at least one."""

_HEAD = 6
"""How many letters of the beginning of a word are compared."""
_PIECE = re.compile(r" ([a-z0-9]+)(?=([ $]?))")
_ANYTHING, _END = "*", "$"
_UNFIXED = frozenset({"*", "#", "-", " ...", "(", "[", ")", "]"})
_SEPARATORS = frozenset({" ", "'", " ... "})


def needed(tokens: Sequence[str]) -> tuple[Pieces, ...]:
    """Return what each match of a term holds: of every tuple one piece at least.

    ``tokens`` are those of :mod:`labels.detection.pattern`, brackets in balance. Optional
    parts and numbers ask for nothing; neither does a bracket one of whose alternatives
    has no fixed text. What is likely to be the rarest comes first.
    """
    end = _ANYTHING if tokens[-1] == "*" else _END
    return tuple(sorted(_of_several(tokens, " ", end), key=_rarity, reverse=True))


def held(vocabulary: AbstractSet[str]) -> frozenset[str]:
    """Return what a text with these words gives, to be compared with what is needed."""
    heads = (word[:length] for length in range(1, _HEAD + 1) for word in vocabulary)
    return frozenset([f"{word} " for word in vocabulary]).union(heads)


def _of_several(tokens: Sequence[str], before: str, after: str) -> list[Pieces]:
    """Return the needs of alternatives: of the one all, of several one need of each."""
    each = [_of_one(one, before, after) for one in _alternatives(tokens)]
    if len(each) == 1:
        return each[0]
    if not all(each):
        return []
    best = [max(needs, key=_rarity) for needs in each]
    return [frozenset[str]().union(*best)]


def _rarity(pieces: Pieces) -> int:
    """Guess how seldom a text holds one of them, by the shortest."""
    return min(map(len, pieces))


def _of_one(tokens: Sequence[str], before: str, after: str) -> list[Pieces]:
    """Return the needs of tokens that follow each other."""
    needs: list[Pieces] = []
    plain = before
    at = 0
    while at < len(tokens):
        end = at + 1
        if tokens[at] in "([":
            end = closing(tokens, at) + 1
            inside = tokens[at + 1 : end - 1]
            if tokens[at] == "(":
                following = _plain(tokens[end]) if end < len(tokens) else after
                needs += _of_several(inside, plain[-1:], following[:1])
        plain += _flat(tokens[at:end], plain[-1:])
        at = end
    return needs + [_sought(*found) for found in _PIECE.findall(plain + after)]


def _flat(tokens: Sequence[str], before: str) -> str:
    """Return the words of one token; of a bracket, only whether it ends in a space."""
    if len(tokens) == 1:
        return _plain(tokens[0])
    several = _alternatives(tokens[1:-1])
    ends = {_last(one, before) for one in several}
    if tokens[0] == "[":
        ends.add(before)
    return " " if ends == {" "} else _ANYTHING


def _last(tokens: Sequence[str], before: str) -> str:
    """Return the last sign of tokens that follow each other."""
    at = 0
    while at < len(tokens):
        end = closing(tokens, at) + 1 if tokens[at] in "([" else at + 1
        before = _flat(tokens[at:end], before)[-1:]
        at = end
    return before


def _plain(token: str) -> str:
    """Return the words of a token, a space for what separates, or a sign for the rest."""
    if token in _SEPARATORS:
        return " "
    return _ANYTHING if token in _UNFIXED else separated(token)


def _sought(piece: str, after: str) -> Pieces:
    """Return how a piece is sought: the last word of a term may have a plural."""
    if after == _END:
        return frozenset({f"{piece} ", f"{piece}s "})
    return frozenset({f"{piece} " if after else piece[:_HEAD]})


def _alternatives(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield what stands between the bars that are in no bracket."""
    depth = start = 0
    for at, one in enumerate(tokens):
        depth += (one in "([") - (one in ")]")
        if one == "|" and not depth:
            yield tokens[start:at]
            start = at + 1
    yield tokens[start:]


def closing(tokens: Sequence[str], at: int) -> int:
    """Return where the bracket that opens at ``at`` closes; none is missing."""
    depth = 0
    while True:
        depth += (tokens[at] in "([") - (tokens[at] in ")]")
        if not depth:
            return at
        at += 1
