"""The model of a record's life: what was said and done, worked out in the simplest way.

It keeps facts; who sees what follows from the second evaluator alone. It knows nothing of
the program but the values that cross its borders and the columns of the matrix.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.demo.world.people import Reader
from labels.codes import Category, Confidentiality, Mark, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.item import Item
from labels.policy import editions
from labels.policy.question import Question, Relation
from tests.properties.reference import evaluate

PARIS = ZoneInfo("Europe/Paris")
HOUR = timedelta(hours=1)
OPEN, CLOSED, ERASED = "open", "closed", "erased"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document: its type, its words, and the label that these must get.

    ``minor`` is the level it has in the record of somebody under eighteen.
    """

    type: str
    words: str
    category: Category | None = None
    level: Confidentiality = Confidentiality.N
    minor: Confidentiality = Confidentiality.N


N, R, V = Confidentiality.N, Confidentiality.R, Confidentiality.V
KINDS = (
    Kind("11488-4", "Entorse bénigne de la cheville droite, glace et repos."),
    Kind("11488-4", "Suivi de l'infection par le VIH.", Category.HIV, R, R),
    Kind("57833-6", "Pilule contraceptive.", Category.CONTRACEPTION, N, R),
    Kind("11488-4", "Violences conjugales.", Category.VIOLENCE, V, V),
)
MARKS = ("", "", "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX")
DEPOSITORS = ("gp", "midwife", "infectiologist")
READERS = ("dentist", "pharmacist", "psychiatrist", "midwife")
EVERYBODY = ("patient", "parent", "gp", "infectiologist", *READERS)
TIES = (Relation.CARE_TEAM, Relation.AUTHORISED)
BIRTHS = (date(1985, 2, 1), date(2008, 12, 24), date(2011, 9, 14), date(2012, 1, 10))
SUBJECTS = (Category.HIV, Category.CONTRACEPTION, Category.VIOLENCE)
WAITS = (
    timedelta(minutes=59),
    timedelta(hours=2),
    timedelta(days=2),
    timedelta(days=20),
    timedelta(days=45),
)


@dataclass
class Life:
    """One record: what it holds, what its patient said, what time it is."""

    born: date
    preset: str
    at: datetime
    patient: str
    parent: str
    state: str = OPEN
    suspended: bool = False
    ties: dict[str, dict[Relation, datetime | None]] = field(default_factory=dict)
    blocked: set[str] = field(default_factory=set)
    urgent: dict[str, datetime] = field(default_factory=dict)
    lets_in: bool = True
    masks_open: bool = False
    said: list[Directive] = field(default_factory=list)
    papers: dict[str, Item] = field(default_factory=dict)

    def age(self) -> int:
        """Return the age in whole years, by the calendar of where the person lives."""
        on = self.at.astimezone(PARIS).date()
        return (
            on.year
            - self.born.year
            - ((on.month, on.day) < (self.born.month, self.born.day))
        )

    def deposit(self, item_id: str, kind: Kind, author: Reader, mark: str) -> None:
        """Keep what was acknowledged, with the label that its words must get.

        What somebody hands in who is shut out waits for the patient.
        """
        minor = self.age() < 18
        marks = {Mark(mark)} if mark else set()
        marks |= {Mark.HELD} if author.id in self.blocked else set()
        self.papers[item_id] = Item(
            item_id,
            kind.type,
            kind.minor if minor else kind.level,
            frozenset({kind.category} if kind.category else ()),
            frozenset(marks),
            author.id,
            author.organization,
            told=frozenset({kind.category} if kind.category else ()),
            announced=self.at,
        )

    def release(self, item_id: str) -> None:
        """Let in what waited for the patient, who has read it."""
        held = self.papers[item_id]
        self.papers[item_id] = replace(held, marks=held.marks - {Mark.HELD})

    def say(
        self,
        effect: Effect,
        who: str,
        *,
        items: frozenset[str] = frozenset(),
        categories: frozenset[Category] = frozenset(),
        until: datetime | None = None,
    ) -> None:
        """Keep a mask or a permission, to one person or, with no name, to everyone."""
        audience = Audience(AudienceKind.PERSON, who) if who else None
        self.said.append(
            Directive(
                "said",
                effect,
                audience or Audience(AudienceKind.EVERYONE),
                items=items,
                categories=categories,
                start=self.at,
                end=until,
            )
        )

    def authorise(self, who: str, until: datetime) -> None:
        """Let in who presented a code; a longer authorisation stays."""
        standing = self.ties.setdefault(who, {})
        before = standing.get(Relation.AUTHORISED, self.at)
        if before is not None and before <= until:
            standing[Relation.AUTHORISED] = until

    def block(self, who: str) -> None:
        """Shut somebody out: what was given to them by consent or by name is over."""
        self.blocked.add(who)
        kept = self.ties.pop(who, {})
        self.ties[who] = {
            kind: until
            for kind, until in kept.items()
            if kind is Relation.TREATING_DOCTOR
        }
        self.said = [
            each
            for each in self.said
            if each.effect is Effect.MASK or each.audience.value != who
        ]

    def question(self, reader: Reader) -> Question:
        """Return the question that policy is asked for a reader, now."""
        table = editions.load().at(self.at)
        relations = self._relations(reader)
        return Question(
            reader=reader.id,
            organization=reader.organization,
            profession=table.column(reader.profession, reader.skill),
            relations=relations,
            purpose=_purpose(reader, relations),
            masks_open=self.masks_open,
            minor=self.age() < 18,
            preset=self.preset,
            directives=tuple(each for each in self.said if each.lasts(self.at)),
            under_15=self.age() < 15,
            at=self.at,
        )

    def visible(self, reader: Reader) -> set[str]:
        """Return the documents that a reader must find now, and no other."""
        if self.state != OPEN:
            return set()
        asked = self.question(reader)
        return {key for key, item in self.papers.items() if evaluate(asked, item)[0]}

    def _relations(self, reader: Reader) -> frozenset[Relation]:
        found = {
            kind
            for kind, until in self.ties.get(reader.id, {}).items()
            if until is None or self.at < until
        }
        found |= {Relation.SELF} if reader.id == self.patient else set()
        represents = reader.id == self.parent and not self.suspended
        if represents and self.age() < 18:
            found.add(Relation.REPRESENTATIVE)
        found |= {Relation.BLOCKED} if reader.id in self.blocked else set()
        asked = self.urgent.get(reader.id)
        if asked is not None and self.at < asked + HOUR and self.lets_in:
            found.add(Relation.EMERGENCY)
        return frozenset(found)


def _purpose(reader: Reader, relations: frozenset[Relation]) -> Purpose:
    if reader.kind == "patient":
        return Purpose.PATRQT if Relation.SELF in relations else Purpose.FAMRQT
    return Purpose.BTG if Relation.EMERGENCY in relations else Purpose.TREAT
