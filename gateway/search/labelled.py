"""Each resource made from a document with its own label, made once for each rendition."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway import deadline, disclosure, rendering, view
from gateway.inquiry import Inquiry
from gateway.rendering import Shown
from gateway.repository import held_label, renditions
from gateway.repository.items import Stored
from gateway.repository.renditions import Made
from gateway.search.deriving import derived
from labels import fhir
from labels.detection.service import RULES_VERSION, label
from labels.label import Label, high_water_mark
from mappings.fhir import content
from mappings.fhir.parse import dump, parse_json
from mappings.pdf import unread

Json = dict[str, Any]

VERSION = "3"
"""Of how resources are made: another one makes them anew."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One resource as one reader gets it, and the document it was made from.

    ``place`` is where it stands in that; ``whole`` whether the reader is given the original.
    """

    resource: Json
    label: Label
    stored: Stored
    place: str = ""
    whole: bool = False

    @property
    def recorded(self) -> datetime:
        """When the document came in, which is when the fact did."""
        return self.stored.recorded

    @property
    def dated(self) -> datetime:
        """Of when the document is, where a fact says no date of its own."""
        return self.stored.dated


def facts(asked: Inquiry, documents: Iterable[Stored]) -> list[Fact]:
    """Return the resources of documents, each judged by its own label.

    Made of what the reader gets of the documents; one that the clearance does not let see
    is left out, though the document it stands in may be seen.
    """
    given = disclosure.as_given(asked, documents)
    keys = {shown.stored.id: _key(shown) for shown in given}
    known = renditions.about(*asked.place, keys.items())
    found = []
    for shown in deadline.each(given):
        held = known.get(shown.stored.id)
        if held is None:
            held = _made(asked, shown, rendering.body(asked, shown))
            made = Made(held, b"")
            renditions.keep(*asked.place, shown.stored.id, keys[shown.stored.id], made)
        found += [_fact(asked, shown, each) for each in parse_json(held)["held"]]
    return [each for each in found if _permitted(asked, each)]


def _key(shown: Shown) -> str:
    return f"resources {VERSION} {RULES_VERSION} {shown.key}"


def _made(asked: Inquiry, shown: Shown, body: bytes) -> bytes:
    made = [
        {"resource": each, "label": held_label.written(_own(each)), "place": place}
        for each, place in derived(asked, shown, body)
    ]
    return dump({"held": made})


def _own(resource: Json) -> Label:
    return label(content.contents(resource, unread)).document


def _fact(asked: Inquiry, given: Shown, held: Json) -> Fact:
    stored = given.stored
    own = held_label.read(held["label"])
    resource = held["resource"]
    submitted = stored.label.submitted
    told = high_water_mark(submitted, own)
    shown = Label(told.confidentiality, told.categories)
    if asked.by_patient:
        shown = high_water_mark(submitted, stored.label.at_place(own))
    # The version tells which replacements this reader sees: it is never kept.
    meta = {"versionId": str(view.version(stored))} | resource["meta"]
    meta |= {"security": fhir.meta_security(shown)}
    shaped = resource | {"meta": meta}
    return Fact(shaped, own, stored, held["place"], whole=not given.key)


def _permitted(asked: Inquiry, fact: Fact) -> bool:
    return asked.clearance.judge(fact.stored.at("", fact.label)).permitted
