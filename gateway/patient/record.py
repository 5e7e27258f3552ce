"""The record a page is about: its documents, the people around it, what is decided.

One inquiry for each page, opened in the name of who is signed in: the same way out as
for software, so a page can show nothing that the API would not.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from gateway import disclosure, view
from gateway.consents import label_words
from gateway.identity.claims import PERSON_SYSTEM
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.patient import ground, named, passages, readers, standing, wish
from gateway.patient.change import Change
from gateway.patient.form import Form, Known
from gateway.patient.named import Named
from gateway.patient.passages import Read
from gateway.patient.personas import Account, People
from gateway.patient.readers import Reader
from gateway.patient.sight import Situation
from gateway.patient.telling import Teller
from gateway.patient.tie import brought
from gateway.patient.words import Words
from gateway.references import Reference
from gateway.repository import columns, place_labels
from gateway.repository.items import Stored
from gateway.repository.search import MOST, Position, Search
from gateway.services import Services
from labels.policy.rule import Rules


@dataclass(frozen=True, slots=True)
class Open:
    """A record that lies open before who is signed in; ``readers`` for the patient only."""

    asked: Inquiry
    situation: Situation
    readers: tuple[Reader, ...]
    named: Named = field(default_factory=Named)

    @property
    def own(self) -> bool:
        """Whether the patient looks, who alone decides."""
        return self.asked.by_patient

    @property
    def patient_id(self) -> str:
        """The id of the record, half of the public id of its documents."""
        return self.asked.record.patient_id

    def public_id(self, stored: Stored) -> str:
        """Return the id of a document in addresses: opaque, the same as in the API."""
        return view.public_id(self.asked.record, stored.id)

    def document(self, public_id: str) -> Stored | None:
        """Return the document of that id, if who is signed in may see it."""
        target = Reference.parse(public_id)
        if target.patient_id != self.patient_id:
            return None
        found = (d for d in self.situation.documents if d.id == target.item_id)
        return next(found, None)

    def read(self, stored: Stored) -> Read | None:
        """Open a document for its passages; traced as a reading of it."""
        places = self.situation.places_of(stored)
        return passages.read(self.asked, stored, places, self.situation.directives)

    def change(self, form: Form, rules: Rules) -> Change:
        """Return the change a form asks for; raises what :func:`wish.change` does.

        A mask of a passage is one of the whole document if nothing else could be shown.
        """
        people = frozenset(each.key for each in self.readers)
        known = Known(self.patient_id, people, named=self.named.names)
        found = self._named(form)
        if found is None:
            return wish.change(form, self.situation, known)
        known = replace(known, passages=found.passages)
        wanted = wish.change(form, self.situation, known)
        everybody = (*self.readers, readers.stranger(self.asked))
        return standing.kept(wanted, found.opened, everybody, self.situation, rules)

    def teller(self, words: Words) -> Teller:
        """Return who tells about this record in a language."""
        return Teller(words, self.readers, self.situation, self.named.names)

    def meeting(self, change: Change) -> "Open":
        """Return the record with who a change brings among the people around it."""
        known = {each.principal.subject for each in self.readers}
        met = [
            readers.reader(self.asked, self.named.principal(held.who, held.name), held)
            for held in brought(change)
            if held.who not in known and held.who.startswith(PERSON_SYSTEM)
        ]
        return replace(self, readers=(*self.readers, *met))

    def _named(self, form: Form) -> Read | None:
        """Return the document of which a form names a passage, opened."""
        stored = self.document(form.get("document", "")) if form.get("place") else None
        return self.read(stored) if stored else None


@contextmanager
def opened(services: Services, people: People, account: Account) -> Iterator[Open]:
    """Open the record of an account: its documents, and to the patient its readers."""
    find = by_identifier(services, account.record)
    with inquire(services, account.principal, find) as asked:
        documents = tuple(every(asked))
        around: list[Reader] = []
        known = Named()
        situation = Situation(documents, asked.question.directives)
        if asked.by_patient:
            around = readers.known(asked, documents, people.professionals)
            words = label_words.in_force(*asked.place)
            places = place_labels.of_items(*asked.place, [d.id for d in documents])
            set_up = ground.of_record(asked)
            known = named.around(people.professionals, around, documents, set_up)
            situation = replace(situation, words=words, places=places, ground=set_up)
        yield Open(asked, situation, tuple(around), known)


def every(asked: Inquiry, count: int = MOST) -> Iterator[Stored]:
    """Yield every document that may be seen, the latest first, ``count`` at a time."""
    wanted = Search(count=count)
    while found := disclosure.given_documents(asked, wanted):
        yield from (each.as_stored for each in found)
        if len(found) < count:
            return
        last = found[-1].stored
        after = Position(columns.shifted(asked.record, last.dated), last.id)
        wanted = replace(wanted, after=after)
