"""What a reader can still infer of what is hidden from him, told to the patient.

The content is read under the patient's own clearance, and the trail says so: the reader
reads nothing here. What the patient may not see yet (a held announcement) is not in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway import disclosure
from gateway.audit import trail
from gateway.audit.events import Interaction, Trace, audit_event
from gateway.consents.relations import MAJORITY, age_at
from gateway.disclosure import Inquiry
from gateway.identity.principal import Principal
from gateway.labelling import SEX
from gateway.repository import finding
from gateway.repository.items import DOCUMENT, Stored
from gateway.sandbox import PDFS, at_most
from gateway.services import Services
from gateway.view import public_id
from labels.codes import Category
from labels.detection.clues import clues
from labels.exposure import Exposure, exposure
from labels.told import Told
from mappings import body
from mappings.content import Content
from mappings.fhir import content
from mappings.pdf import PdfReader


@dataclass(frozen=True, slots=True)
class Sight:
    """The documents of a record, by whether a reader sees them."""

    seen: tuple[Stored, ...]
    hidden: tuple[Stored, ...]

    @property
    def hidden_categories(self) -> tuple[Category, ...]:
        """The categories of what is hidden, in their fixed order."""
        held = {c for each in self.hidden for c in each.facts.categories}
        return tuple(category for category in Category if category in held)


def sight(
    asked: Inquiry, documents: Iterable[Stored], reader: Principal, services: Services
) -> Sight:
    """Return which of the documents the reader sees; PermissionError unless the patient asks."""
    judge = disclosure.seen_as(asked, reader, services.rules).clearance.judge
    judged = [(each, judge(each.facts).permitted) for each in documents]
    seen = tuple(each for each, permitted in judged if permitted)
    hidden = tuple(each for each, permitted in judged if not permitted)
    return Sight(seen, hidden)


def exposures(
    asked: Inquiry, found: Sight, categories: Iterable[Category], services: Services
) -> list[Exposure]:
    """Return, for each category, what the documents seen still give away.

    Reads the documents seen, and traces that in the name of who asks: the patient, or
    an operator in the patient's place. Items are named by their ids in the record.
    """
    pdf = at_most(PDFS, services.pdf)
    record = [_told(asked, each, pdf) for each in found.seen]
    visible = frozenset(each.id for each in found.seen)
    sex = SEX.get(asked.record.identity.gender, "")
    _trace(asked, found.seen)
    return [exposure(record, visible, each, sex) for each in categories]


def _told(asked: Inquiry, stored: Stored, pdf: PdfReader) -> Told:
    """Reduce a document, with what is shown of it, to what it tells."""
    age = age_at(asked.record.identity, stored.dated.date())
    minor = age is not None and age < MAJORITY
    said = clues(_contents(asked, stored, pdf), minor=minor)
    return Told(stored.id, said, stored.label.of_content.categories, age)


def _contents(asked: Inquiry, stored: Stored, pdf: PdfReader) -> Iterable[Content]:
    """Yield the places of what a reader is shown: the metadata, and the original.

    The patient in ``contained`` is left out: the view puts the present identity there.
    """
    others = [
        each
        for each in stored.content.get("contained", [])
        if each.get("resourceType") != "Patient"
    ]
    yield from content.contents(stored.content | {"contained": others}, pdf)
    original = finding.original(asked.connection, asked.record, stored)
    attachment = stored.content["content"][0]["attachment"]
    yield from body.contents(original, attachment["contentType"], pdf)


def _trace(asked: Inquiry, seen: Iterable[Stored]) -> None:
    trace = Trace(
        Interaction.OPERATION,
        asked.principal,
        granted=True,
        patient_id=asked.record.patient_id,
        items=tuple(f"{DOCUMENT}/{public_id(asked.record, each.id)}" for each in seen),
        query="exposure",
        request_id=asked.request_id,
    )
    event = audit_event(trace, asked.at)
    trail.append(asked.connection, asked.record, event, asked.at)
