"""Stories drawn by chance: what is hidden stands where other servers leaked."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

from labels.codes import Category, Mark
from tests.noninterference.documents import Paper, world
from tests.noninterference.story import START, Denial, Deposit, Event, Story, Word
from tests.noninterference.test_hidden_fact_is_absent import FACTS

SIGHTS = (
    ("solene", "dentist"),
    ("solene", "pharmacist"),
    ("tristan", "pharmacist"),
    ("tristan", "dentist"),
    ("melisande", "pharmacist"),
    ("melisande", "midwife"),
    ("inaya", "corentine"),
    ("inaya", "pharmacist"),
    ("octave", "octave"),
    ("inaya", "inaya"),
    ("octave", "dentist"),
    ("solene", "psychiatrist"),
    ("tristan", "dpi"),
    ("solene", "gp"),
)
"""Whose record, and who looks at it: the team under each preset, a parent, the person,
a stranger from whom all is hidden, a software, a treating doctor from whom nothing is."""

AUTHORS = ("gp", "ophthalmologist", "cardiologist", "biologist", "midwife", "surgeon")
TYPES = ("11488-4", "11488-4", "57833-6", "11502-2", "34874-8")
PLAIN = "Consultation"
TITLES: dict[Category, str] = {
    Category.HIV: "Suivi de l'infection par le VIH",
    Category.PSYCHIATRY: "Consultation de psychiatrie",
    Category.ABORTION: "Interruption volontaire de grossesse",
    Category.VIOLENCE: "Certificat de violences conjugales",
    Category.CONTRACEPTION: "Contraception orale",
}
MARKS = (
    Mark.MASQUE_PS,
    Mark.INVISIBLE_PATIENT,
    Mark.INVISIBLE_REPRESENTANTS_LEGAUX,
)
DAYS = tuple(START - timedelta(days=each) for each in (40, 12, 12, 3, 3, 1))
"""When documents are dated: few days, so that what is hidden stands at the same place
of an order as what is seen, and at the borders of pages."""


def told(chance: Random, sight: tuple[str, str]) -> Story:
    """Return a story: documents, then words of the patient about some of them."""
    patient, reader = sight
    count = chance.randint(2, 6)
    deposits: list[Deposit] = []
    for index in range(count):
        deposits.append(_deposit(chance, patient, reader, index, deposits))
    events: list[Event] = list(deposits)
    for index, each in enumerate(deposits):
        if _awaited(each, deposits):
            continue  # the patient cannot speak of what he may not see yet
        if chance.random() < (0.5 if each.paper.follows else 0.25):
            events.append(Word(f"word-{index}", each.name))
        elif chance.random() < 0.1:
            events += [
                Word(f"word-{index}", each.name),
                Word(f"back-{index}", each.name, lifted=True),
            ]
        elif chance.random() < 0.12:
            events.append(Denial(f"denial-{index}", each.name))
    return Story(patient, reader, tuple(events))


def _awaited(deposit: Deposit, deposits: list[Deposit]) -> bool:
    """Tell whether a document, or one that it follows, waits for its announcement."""
    waits = Mark.INVISIBLE_PATIENT in deposit.marks
    oid, author = deposit.paper.follows, deposit.author
    before = [e for e in deposits if (e.paper.oid, e.author) == (oid, author)]
    return waits or any(_awaited(each, deposits) for each in before)


def _deposit(
    chance: Random, patient: str, reader: str, index: int, before: list[Deposit]
) -> Deposit:
    professional = world().readers[reader].kind == "professional"
    own = professional and chance.random() < 0.1
    author = reader if own else chance.choice([a for a in AUTHORS if a != reader])
    subject = chance.choice([None, None, None, *TITLES])
    if subject is Category.CONTRACEPTION and not _woman(patient):
        subject = Category.PSYCHIATRY  # a man's would also tell of gender identity
    canary = f"zq{chance.getrandbits(48):012x}"
    telling = f"zt{chance.getrandbits(48):012x}"
    title = f"{TITLES[subject]} {telling}" if subject else PLAIN
    paper = Paper(
        oid=f"2.25.{UUID(int=chance.getrandbits(128)).int}",
        type=chance.choice(TYPES),
        title=title,
        at=chance.choice(DAYS),
        said=canary,
        fact=chance.choice(sorted(FACTS)) if chance.random() < 0.25 else "",
        level=chance.choice("NNNNNRRV"),
    )
    route = chance.choice(("cda", "iti105", "iti65", "iti65"))
    # A CDA carries no mark of its own: an envelope does.
    marked = route != "cda" and chance.random() < 0.4
    held = reader == patient and chance.random() < 0.5
    mark = Mark.INVISIBLE_PATIENT if held else chance.choice(MARKS)
    marks = frozenset({mark} if marked else ())
    name = f"document-{index}"
    lot = name if route == "iti65" else ""
    made = Deposit(name, patient, author, paper, route, subject, marks, lot)
    return _tied(chance, made, before)


def _woman(patient: str) -> bool:
    return world().patients[patient].traits.gender == "female"


def _tied(chance: Random, made: Deposit, before: list[Deposit]) -> Deposit:
    """Tie a document to one before it: the same identifier, lot, or a new version."""
    if not before or chance.random() < 0.4:
        return made
    other = chance.choice(before)
    if other.lot and chance.random() < 0.5:
        return replace(made, author=other.author, route="iti65", lot=other.lot)
    same_oid = [e.author for e in before if e.paper.oid == other.paper.oid]
    structures = [world().readers[e].organization for e in (*same_oid, made.author)]
    if chance.random() < 0.4 and len(set(structures)) == len(structures):
        # Identifiers are unique for one structure only: another may use the same.
        return replace(made, paper=replace(made.paper, oid=other.paper.oid))
    alone = [e.paper.oid for e in before].count(other.paper.oid) == 1
    if chance.random() < 0.5 and alone:
        same = replace(
            made, author=other.author, route="cda", marks=frozenset(), lot=""
        )
        return replace(same, paper=replace(made.paper, follows=other.paper.oid))
    return made
