"""A difference in words: where two answers, or the work for them, part."""

from itertools import zip_longest

from tests.noninterference.pair import Seen
from tests.noninterference.work import Counts


def told(where: str, one: Seen, other: Seen) -> str:
    """Say where two answers differ first."""
    if one.status != other.status:
        return f"{where}: {one.status} and {other.status}"
    if one.headers != other.headers:
        return f"{where}: {set(one.headers) ^ set(other.headers)}"
    pairs = zip(one.body, other.body, strict=False)
    first = next(
        (i for i, (a, b) in enumerate(pairs) if a != b),
        min(len(one.body), len(other.body)),
    )
    around = slice(max(0, first - 80), first + 80)
    return f"{where}: byte {first}: {one.body[around]!r} and {other.body[around]!r}"


def worked(where: str, work: Counts, twin: Counts) -> str:
    """Say which statement, or which count, is not the same."""
    both = zip_longest(work.statements, twin.statements)
    for number, (left, right) in enumerate(both):
        if left != right:
            return f"{where}: statement {number}: {_apart(left, right)}"
    return f"{where}: {work.calls} and {twin.calls}"


def _apart(left: object, right: object) -> str:
    """Return two statements with their rows from where they differ on."""
    one, other = str(left), str(right)
    same = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0
    )
    around = slice(max(0, same - 200), same + 80)
    return f"{one[:60]} ... {one[around]} and {other[around]}"
