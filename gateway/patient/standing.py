"""Whether a passage can be masked alone: something must be left for whoever sees the rest."""

from collections.abc import Iterable
from dataclasses import replace

from gateway import dividing
from gateway.patient import sight
from gateway.patient.change import Change, Decide
from gateway.patient.readers import Reader
from gateway.patient.sight import Situation
from gateway.placing import Opened
from labels.consent import Effect
from labels.policy.rule import Rules


def kept(
    wanted: Change,
    opened: Opened,
    readers: Iterable[Reader],
    before: Situation,
    rules: Rules,
) -> Change:
    """Return the change as it can be kept: a mask that leaves nothing masks the whole.

    Asked for the passage alone, and for what each reader would have left beside what is
    hidden from them already.
    """
    if not isinstance(wanted, Decide) or wanted.directive.effect is not Effect.MASK:
        return wanted
    places = frozenset(place for _, place in wanted.directive.places)
    if not places:
        return wanted
    after = wanted.after(before)
    seen = sight.portions(opened.stored, sight.cleared(readers, after, rules), after)
    hidden = {portion.left_out for _, portion in seen if portion.left_out & places}
    apart = all(map(dividing.apart, places))
    if apart and all(opened.stands_without(each) for each in {places, *hidden}):
        return wanted
    items = frozenset({opened.stored.id})
    return Decide(replace(wanted.directive, places=frozenset(), items=items))


def is_whole(wanted: Change) -> bool:
    """Whether a mask that was asked for a passage became one of the whole document."""
    return isinstance(wanted, Decide) and not wanted.directive.places
