"""Whether our precedence keeps an exception as a Consent means it.

A Consent says *this, except that*; we say *among the patient's decisions the more
specific wins, then the later*. Where the two would differ the Consent is refused.
"""

from dataclasses import replace

from labels.consent import NAMED, Directive, Effect
from labels.policy.precedence import beats, held


def kept(root: Directive, exception: Directive) -> bool:
    """Tell whether the exception holds against the root it is an exception to."""
    if root.effect is exception.effect or _strangers(root, exception):
        return True
    if exception.effect is Effect.MASK:
        return _closes(_itemised(root), _itemised(exception))
    return beats(exception, root) and _opens(_itemised(root), _itemised(exception))


def _strangers(one: Directive, other: Directive) -> bool:
    """Tell whether nobody is in both audiences: two different persons, or structures."""
    kinds = {one.audience.kind, other.audience.kind}
    return len(kinds) == 1 and kinds <= NAMED and one.audience != other.audience


def _closes(shown: Directive, mask: Directive) -> bool:
    """Tell whether nothing of the mask is beaten by what is shown."""
    left = held([mask], [shown])[0]
    whole = (mask.items, mask.categories, mask.places, mask.everything)
    kept_whole = whole == (left.items, left.categories, left.places, left.everything)
    wide = mask.everything or mask.categories
    return kept_whole and not (wide and (left.except_items or left.except_places))


def _opens(mask: Directive, shown: Directive) -> bool:
    """Tell whether the mask leaves all that is shown in exception to it."""
    left = held([mask], [shown])[0]
    if shown.places:
        return bool(mask.places) and not left.places & shown.places
    if shown.items:
        return not mask.places and not left.items & shown.items
    if shown.everything:
        return mask.everything and not left.everything
    return bool(mask.categories) and not left.categories & shown.categories


def _itemised(directive: Directive) -> Directive:
    """Return the directive with the items of its episodes named: which, is not known here."""
    return replace(directive, items=directive.items | directive.episodes)
