"""A label found anew, joined to the one of before: what was found before stays."""

from dataclasses import replace

from gateway.repository.held_label import HeldLabel
from labels.codes import Confidentiality
from labels.detection.former_name import KNOWN
from labels.detection.service import RULES_VERSION
from labels.label import NOTHING, Label, join


def joined(before: HeldLabel, anew: HeldLabel) -> HeldLabel:
    """Return a label under the rules of today; never less than it was.

    What is not found again is in no place that is known: it stays with the whole.
    """
    return replace(
        before,
        computed=join(before.computed, anew.computed),
        said=_said(before, anew),
        fixed=_fixed(before, anew),
        version=RULES_VERSION,
    )


def _fixed(before: HeldLabel, anew: HeldLabel) -> Label | None:
    """Return what no rendition leaves out; None for what is seen whole or not at all."""
    if anew.fixed is None:
        return None
    lost = before.computed.categories - anew.computed.categories
    level = before.computed.confidentiality if lost else Confidentiality.U
    return join(anew.fixed, Label(level, lost))


def _said(before: HeldLabel, anew: HeldLabel) -> Label | None:
    """Return what the item says by itself, then and now; None when that is all of it."""
    if before.said is None and anew.said is None:
        return None
    return join(_by_itself(before), _by_itself(anew))


def _by_itself(label: HeldLabel) -> Label:
    """Return what is said; nothing of a label kept before the two were told apart."""
    if label.said is not None:
        return label.said
    told = any(evidence.rule == KNOWN for evidence in label.computed.evidence)
    return NOTHING if told else label.computed
