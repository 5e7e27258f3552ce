"""The label of what is kept in another record too: the one of before, and never less.

The other record may know of a former identity that this one did not: what tells of it is
about gender identity there, as what is deposited there is (DESIGN 9).
"""

from dataclasses import replace

from gateway import joining, labelling
from gateway.labelling import Labelled
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import DOCUMENT, Stored
from labels.label import Label, join
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
    label = joining.joined(before.label, anew.label)
    label = replace(label, fixed=_fixed(before.label, label))
    places = anew.places if label.separable else {}
    found = Labelled(label, places)
    return labelling.against(found, then, now) if stored.kind == DOCUMENT else found


def _fixed(before: HeldLabel, after: HeldLabel) -> Label | None:
    """Return what no rendition leaves out: nothing of what one was left whole with."""
    if before.fixed is None or after.fixed is None:
        return None
    return join(before.fixed, after.fixed)
