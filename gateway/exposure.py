"""What a reader can still infer of what is hidden from him, told to the patient.

The content is read under the patient's own clearance, and the trail says so: the reader
reads nothing here. What the patient may not see yet (a held announcement) is not in it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway import disclosure, rendering
from gateway.audit.events import Interaction
from gateway.consents.relations import MAJORITY, age_at
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, seen_as
from gateway.labelling import SEX
from gateway.rendering import Shown
from gateway.repository.items import DOCUMENT, Stored
from gateway.sandbox import PDFS, at_most
from gateway.services import Services
from gateway.view import public_id
from labels.codes import Category
from labels.detection.clues import clues
from labels.exposure import Exposure, exposure
from labels.told import Told
from mappings import body as bodies
from mappings.content import Content
from mappings.fhir import content
from mappings.pdf import PdfReader


@dataclass(frozen=True, slots=True)
class Sight:
    """The documents of a record, by whether a reader sees them.

    ``theirs`` is the inquiry in which the patient looks as the reader would; ``left_out``
    are the categories of what renditions of the documents seen leave out.
    """

    seen: tuple[Stored, ...]
    hidden: tuple[Stored, ...]
    theirs: Inquiry
    left_out: frozenset[Category] = frozenset()

    @property
    def hidden_categories(self) -> tuple[Category, ...]:
        """The categories of what is hidden, in their fixed order."""
        held = {c for each in self.hidden for c in each.whole.categories}
        held |= self.left_out
        return tuple(category for category in Category if category in held)


def sight(
    asked: Inquiry, documents: Iterable[Stored], reader: Principal, services: Services
) -> Sight:
    """Return which of the documents the reader sees; PermissionError unless the patient asks."""
    theirs = seen_as(asked, reader, services.rules)
    judge = theirs.clearance.judge
    judged = [(each, judge(each.facts).permitted) for each in documents]
    seen = tuple(each for each, permitted in judged if permitted)
    hidden = tuple(each for each, permitted in judged if not permitted)
    return Sight(seen, hidden, theirs, rendering.left_out(theirs, seen))


def exposures(
    asked: Inquiry, found: Sight, categories: Iterable[Category], services: Services
) -> list[Exposure]:
    """Return, for each category, what the documents seen still give away.

    Reads the documents as the reader gets them, and traces that in the name of who asks:
    the patient, or an operator in the patient's place. Items are named by their ids in
    the record.
    """
    pdf = at_most(PDFS, services.pdf)
    given = disclosure.given_to(found.theirs, found.seen)
    record = [_told(asked, each, body, pdf) for each, body in given]
    visible = frozenset(each.stored.id for each, _ in given)
    sex = SEX.get(asked.record.identity.gender, "")
    _trace(asked, found.seen)
    return [exposure(record, visible, each, sex) for each in categories]


def _told(asked: Inquiry, given: Shown, body: bytes, pdf: PdfReader) -> Told:
    """Reduce a document, with what is shown of it, to what it tells."""
    age = age_at(asked.record.identity, given.stored.dated.date())
    minor = age is not None and age < MAJORITY
    said = clues(_contents(given, body, pdf), minor=minor)
    return Told(given.stored.id, said, given.label.categories, age)


def _contents(given: Shown, body: bytes, pdf: PdfReader) -> Iterable[Content]:
    """Yield the places of what a reader is shown: the metadata, and the document.

    The patient in ``contained`` is left out: the view puts the present identity there.
    """
    others = [
        each
        for each in given.content.get("contained", [])
        if each.get("resourceType") != "Patient"
    ]
    yield from content.contents(given.content | {"contained": others}, pdf)
    attachment = given.content["content"][0]["attachment"]
    yield from bodies.contents(body, attachment["contentType"], pdf)


def _trace(asked: Inquiry, seen: Iterable[Stored]) -> None:
    names = tuple(f"{DOCUMENT}/{public_id(asked.record, each.id)}" for each in seen)
    asked.trace(Interaction.OPERATION, granted=True, items=names, query="exposure")
