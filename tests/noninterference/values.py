"""What an attacker guesses: values of what is hidden, of what is seen, of what never was."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.noninterference.surface import CONTROL

ByKind = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]
"""Ids of resources by kind: hidden ones, seen ones."""
Pairs = tuple[tuple[str, str], ...]

STATUSES = ("current", "superseded", "entered-in-error", "active", "inactive")
PREFIXES = ("", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb")
MODIFIERS = (":missing", ":not", ":text", ":exact", ":above", ":identifier")


@dataclass(frozen=True, slots=True)
class Bag:
    """Values of one sort of things: hidden, seen, or that never were."""

    ids: tuple[str, ...]
    oids: tuple[str, ...]
    words: tuple[str, ...]
    codes: tuple[str, ...]
    dates: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guesses:
    """What an attacker knows: the person, and values of three sorts."""

    person: tuple[str, str, str]
    hidden: Bag
    seen: Bag
    never: Bag
    resources: ByKind
    """Ids of what is neither document nor body."""
    own: bool = False
    """Whether the reader is the person of the record."""

    def bag(self, chance: Random) -> Bag:
        """Return the hidden six times in ten, when there is anything hidden."""
        drawn = chance.random()
        if drawn < 0.6 and self.hidden.ids:
            return self.hidden
        return self.seen if drawn < 0.85 and self.seen.ids else self.never

    def ids(self, chance: Random, kind: str) -> tuple[str, ...]:
        """Return ids of a kind, or of documents: what is hidden six times in ten."""
        held = self.bag(chance)
        hidden, seen = self.resources.get(kind, ((), ()))
        others = {id(self.hidden): hidden, id(self.seen): seen}.get(id(held), ())
        return others or held.ids or self.never.ids


def argument(chance: Random, name: str, kind: str, guesses: Guesses) -> str:
    """Return a value for an argument of a path, by its name and the resource."""
    if "version" in name:
        return chance.choice(("1", "2", "9"))
    if "patient" in name or (kind == "Patient" and chance.random() < 0.85):
        return guesses.person[2]
    return chance.choice(guesses.ids(chance, kind))


def named(chance: Random, name: str, type_: str | None, guesses: Guesses) -> str:
    """Return a value for a parameter of a search, of a type or of none that is known."""
    if type_ is None:
        return control(chance, name, guesses)
    system, number, patient_id = guesses.person
    person = {"patient": patient_id, "patient.identifier": f"{system}|{number}"}
    return person.get(name) or value(chance, name, type_, guesses)


def control(chance: Random, name: str, guesses: Guesses) -> str:
    """Return a value for a parameter of R4 that may not be kept here."""
    return chance.choice(CONTROL[name] or (any_of(chance, guesses.bag(chance)),))


def some(chance: Random, guesses: Guesses) -> Pairs:
    """Return a query for what is no search: the page is asked for by its parameters."""
    system, value, patient_id = guesses.person
    pool = [
        ("patient", patient_id),
        ("patient.identifier", f"{system}|{value}"),
        ("identifier", f"urn:ietf:rfc:3986|{any_of(chance, guesses.bag(chance))}"),
        *((name, control(chance, name, guesses)) for name in ("_format", "_summary")),
    ]
    return tuple(chance.sample(pool, chance.choice((1, 1, 2))))


def value(chance: Random, name: str, kind: str, guesses: Guesses) -> str:
    """Return a value for a parameter by its name and its type in /metadata."""
    held = guesses.bag(chance)
    plain = {
        "_id": held.ids,
        "status": STATUSES,
        "date": tuple(f"{chance.choice(PREFIXES)}{each}" for each in held.dates),
    }
    found = plain.get(name) or plain.get(kind)
    if found is None:
        known = name in {"identifier", "related", "relatesto"}
        found = (
            tuple(_oids(held)) if known else (*held.codes, *_oids(held), *held.words)
        )
    if kind == "reference" and name not in plain:
        found = tuple(
            f"{chance.choice(('', 'DocumentReference/'))}{e}" for e in held.ids
        )
    picked = chance.choice(found or guesses.never.ids)
    if chance.random() < 0.15:
        picked = f"{picked},{chance.choice(found or guesses.never.ids)}"
    return picked


def _oids(held: Bag) -> Iterator[str]:
    for each in held.oids:
        yield f"urn:oid:{each}"
        yield f"urn:ietf:rfc:3986|urn:oid:{each}"


def any_of(chance: Random, held: Bag) -> str:
    """Return any value of a bag."""
    every = (*held.ids, *_oids(held), *_oids(held), *held.words, *held.codes)
    return chance.choice(every or ("nothing",))
