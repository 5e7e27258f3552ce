"""The label of what is kept in another record too: the one of before, and never less.

The other record may know of a former identity that this one did not: what tells of it is
about gender identity there, as what is deposited there is (DESIGN 9).
"""

from dataclasses import replace

from gateway import labelling
from gateway.labelling import Labelled
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import DOCUMENT, Stored
from labels.codes import Confidentiality
from labels.detection.former_name import KNOWN
from labels.detection.service import RULES_VERSION
from labels.label import NOTHING, Label, join
from mappings.pdf import PdfReader
from mappings.submission import Traits


def labelled(
    stored: Stored,
    before: Labelled,
    original: bytes,
    who: tuple[Traits, Traits],
    pdf: PdfReader,
) -> Labelled:
    """Return the label of an item with what its second person adds to it.

    ``who`` are the person of the record it was deposited in and the one of the other. What
    was seen whole or not at all is so there too: a rendition would show more.
    """
    then, now = who
    anew = labelling.label_again(stored.kind, stored.content, original, now, pdf)
    label = replace(
        before.label,
        computed=join(before.label.computed, anew.label.computed),
        said=_said(before.label, anew.label),
        fixed=_fixed(before.label, anew.label),
        version=RULES_VERSION,
    )
    places = anew.places if label.separable else {}
    found = Labelled(label, places)
    return labelling.against(found, then, now) if stored.kind == DOCUMENT else found


def _fixed(before: HeldLabel, anew: HeldLabel) -> Label | None:
    """Return what no rendition leaves out: what is in no place now stays with the whole."""
    if before.fixed is None or anew.fixed is None:
        return None
    lost = before.computed.categories - anew.computed.categories
    level = before.computed.confidentiality if lost else Confidentiality.U
    return join(before.fixed, anew.fixed, Label(level, lost))


def _said(before: HeldLabel, anew: HeldLabel) -> Label | None:
    """Return what the item says by itself; None when that is all of what was found."""
    if before.said is None and anew.said is None:
        return None
    return join(_by_itself(before), _by_itself(anew))


def _by_itself(label: HeldLabel) -> Label:
    if label.said is not None:
        return label.said
    told = any(evidence.rule == KNOWN for evidence in label.computed.evidence)
    return NOTHING if told else label.computed
