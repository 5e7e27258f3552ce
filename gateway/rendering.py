"""What a reader is given of a document: the original, or a rendition without what is hidden.

What one gets depends on who one is, never on the document (DESIGN 8): a reader whose
every permit asks for renditions gets one also when nothing is hidden. Each labelled
place is judged as an item of its own, by the clearance that judged the document.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha1, sha256
from typing import Any

from gateway import deadline
from gateway.inquiry import Inquiry
from gateway.repository import finding, place_labels, renditions
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import Stored, with_label
from gateway.repository.place_labels import Places
from gateway.repository.records import Record
from gateway.repository.renditions import Made
from labels.codes import Category
from labels.label import Label, high_water_mark, join
from labels.last_word import added
from labels.policy.clearance import Clearance
from mappings import rendition
from mappings.fhir.rendition.described import described
from mappings.pdf import PdfReader
from mappings.submission import Traits

Json = dict[str, Any]

OBLIGATION = "rendition"
"""What a permit asks for that opens no originals (labels/policy/rules.yaml)."""
JUDGED = 8
"""Places of a document are judged in eights."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One document as one reader gets it.

    ``content`` describes what is given; ``label`` is what that says of itself; ``key``
    names the rendition, and is empty for the original. ``in_part``: something is left
    out, which is never told to the reader.
    """

    stored: Stored
    content: Json
    label: Label
    key: str = ""
    in_part: bool = False

    @property
    def as_stored(self) -> Stored:
        """The item as this reader may know it: nothing of what a rendition leaves out."""
        if not self.key:
            return self.stored
        known = replace(self.stored, content=self.content)
        return with_label(known, HeldLabel(computed=self.label))


def shown(asked: Inquiry, found: Iterable[Stored]) -> list[Shown]:
    """Return each document as this reader gets it, making the renditions not made yet.

    A document of which no rendition can be made for this reader is left out.
    """
    documents = list(found)
    parts = [each for each in documents if not gets_original(asked.clearance, each)]
    places = place_labels.of_items(*asked.place, [each.id for each in parts])
    left_out = {
        each.id: hidden(asked.clearance, each, places[each.id]) for each in parts
    }
    keys = {i: _key(asked.record, out) for i, out in left_out.items()}
    about = renditions.about(*asked.place, keys.items())
    given = []
    for each in deadline.each(documents):
        if each.id not in keys:
            given.append(Shown(each, each.content, each.label.of_content))
            continue
        said = about.get(each.id) or _made(
            asked, each, left_out[each.id], keys[each.id]
        )
        if said:
            label = _label(each, places[each.id], left_out[each.id])
            made = _rendered(each, json.loads(said), label, keys[each.id])
            # What describes a document may tell a former identity too, as its body may.
            content = described(made.content, asked.record.identity)
            made = replace(made, content=content)
            given.append(replace(made, in_part=bool(left_out[each.id])))
    return given


def body(asked: Inquiry, given: Shown) -> bytes:
    """Return the bytes of what is given: as received, or as rendered.

    The rendition must have been made in this transaction, by :func:`shown`.
    """
    if not given.key:
        return finding.original(*asked.place, given.stored)
    made = renditions.body(*asked.place, given.stored.id, given.key)
    if made is None:
        raise LookupError(given.key)
    return made


def left_out(asked: Inquiry, found: Iterable[Stored]) -> frozenset[Category]:
    """Return the categories of what the renditions of documents seen leave out."""
    parts = [each for each in found if not gets_original(asked.clearance, each)]
    places = place_labels.of_items(*asked.place, [each.id for each in parts])
    labels = (
        with_words(each, places[each.id])[place]
        for each in parts
        for place in hidden(asked.clearance, each, places[each.id])
        if place in with_words(each, places[each.id])
    )
    return frozenset(category for label in labels for category in label.categories)


def gets_original(clearance: Clearance, stored: Stored) -> bool:
    """Tell whether a document that may be seen is given as it was received.

    What cannot be taken apart always is. Else the reader must be allowed all of it, by a
    permit that does not ask for a rendition.
    """
    if not stored.label.separable:
        return True
    decision = clearance.judge(stored.whole)
    return decision.permitted and OBLIGATION not in decision.obligations


def hidden(
    clearance: Clearance, stored: Stored, places: Mapping[str, Label]
) -> frozenset[str]:
    """Return the places of the document that this reader may not see."""
    labelled = with_words(stored, places)
    named = {
        place
        for denial in clearance.denials
        for item_id, place in denial.places or ()
        if item_id == stored.id
    }
    asked = [*(labelled.keys() | named)]
    judged = [
        clearance.judge(stored.at(place, labelled.get(place, Label()))).permitted
        for place in (*asked, *_idle(len(asked)))
    ]
    return frozenset(p for p, seen in zip(asked, judged, strict=False) if not seen)


def _idle(places: int) -> tuple[str, ...]:
    """Return places that are judged for nothing: a hidden fact is not one judgement more."""
    return ("",) * (-places % JUDGED or (0 if places else JUDGED))


def with_words(stored: Stored, places: Mapping[str, Label]) -> Places:
    """Return the labelled places with those that the patient said are sensitive."""
    labelled = dict(places)
    for word in stored.label.words:
        if word.sensitive and word.place:
            found = labelled.get(word.place, Label())
            labelled[word.place] = join(found, added(word))
    return labelled


def _key(record: Record, left_out: frozenset[str]) -> str:
    """Name a rendition by all it depends on beside the document."""
    said = [rendition.VERSION, repr(record.identity), *sorted(left_out)]
    return sha256("\x1f".join(said).encode()).hexdigest()


def _made(
    asked: Inquiry, stored: Stored, left_out: frozenset[str], key: str
) -> bytes | None:
    """Make the rendition and keep it; returns how it is described, None if there is none."""
    original = finding.original(*asked.place, stored)
    made = rendered(
        original, stored.content, left_out, asked.record.identity, asked.pdf
    )
    if made is None:
        return None
    renditions.keep(*asked.place, stored.id, key, made)
    return made.about


def rendered(
    original: bytes,
    content: Json,
    left_out: frozenset[str],
    identity: Traits,
    pdf: PdfReader,
) -> Made | None:
    """Return a rendition of a document with what describes it, or None if there is none."""
    attachment = content["content"][0]["attachment"]
    found = rendition.rendition(
        original, attachment["contentType"], left_out, identity, pdf
    )
    if found is None:
        return None
    digest = sha1(found.body, usedforsecurity=False).digest()
    about = {
        "identifier": {
            "system": found.identifier.system,
            "value": found.identifier.value,
        },
        "title": found.title,
        "size": len(found.body),
        "hash": base64.b64encode(digest).decode(),
    }
    return Made(json.dumps(about).encode(), found.body)


def _rendered(stored: Stored, about: Json, label: Label, key: str) -> Shown:
    """Describe the rendition where the metadata describe the original."""
    content = dict(stored.content)
    first = content["content"][0]
    attachment = first["attachment"] | {
        name: about[name] for name in ("title", "size", "hash")
    }
    content |= {
        "masterIdentifier": about["identifier"],
        "description": about["title"],
        "content": [first | {"attachment": attachment}],
    }
    if "masterIdentifier" in stored.content:
        # The rendition names its original in the same way (relatedDocument XFRM).
        content["identifier"] = [stored.content["masterIdentifier"]]
    return Shown(stored, content, label, key)


def _label(stored: Stored, places: Places, left_out: frozenset[str]) -> Label:
    """Return what a rendition says of itself: what is left, and what was submitted."""
    fixed = stored.label.fixed or Label()
    left = [label for place, label in places.items() if place not in left_out]
    whole = high_water_mark(stored.label.submitted, fixed, *left)
    return Label(whole.confidentiality, whole.categories)
