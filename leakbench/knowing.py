"""What the full reader knows: the positive control, and everything worth guessing."""

from dataclasses import dataclass, replace
from random import Random

from leakbench import facts, shape, template
from leakbench.exchange import Answer, Request, Transport
from leakbench.facts import Facts
from leakbench.ground import Ground, Item, Side
from leakbench.profile import Profile
from leakbench.seeding import CannotConcludeError

OK = 200
DRAWS = 20
JSON = (("Accept", "application/fhir+json"),)


@dataclass(frozen=True, slots=True)
class Knower:
    """Reads with the token of who may see everything."""

    transport: Transport
    full: str
    restricted: str
    chance: Random

    def patients(self, sides: tuple[Side, ...]) -> None:
        """Note when each patient was last changed, before anything is deposited.

        Raises :class:`CannotConcludeError` when one is known to the server and another is
        not: an id mistyped would make every comparison with it worthless.
        """
        got: dict[str, int] = {}
        for side in sides:
            found = self._get(f"Patient/{side.values['patient']}", self.full)
            got[side.name] = found.status
            if found.status == OK:
                known = facts.read(found.body, found.header("ETag"))
                side.instants[known.updated] = "patient.updated"
        if len(set(got.values())) > 1:
            told = ", ".join(f"{status} for {name}" for name, status in got.items())
            raise CannotConcludeError(f"the full reader's Patient/id: {told}")

    def empty(self, sides: tuple[Side, ...], profile: Profile) -> None:
        """Raise :class:`CannotConcludeError` for records that hold something already.

        What lies there sorts among what will be deposited, elsewhere in each record. A
        server that does not answer the search is believed.
        """
        kinds = dict.fromkeys(each.type for each in profile.items)
        for side in sides:
            for kind in kinds:
                asked = template.in_address(profile.scoped(kind), side.values)
                found = self._get(f"{kind}?{asked}", self.full)
                if found.status == OK and facts.finds(found.body):
                    raise CannotConcludeError(
                        f"the records are not empty: {side.name} has a {kind} before "
                        "anything was deposited; two new patients are needed for each run"
                    )

    def items(self, sides: tuple[Side, ...]) -> None:
        """Read every item as who sees all; raises :class:`CannotConcludeError`."""
        for side in sides:
            side.items[:] = [self._known(side, each) for each in side.items]
        for one in sides[0].items:
            for side in sides[1:]:
                if one.hidden:
                    self._decoys(one, sides[0], side)
            if one.hidden:
                _name(sides[0], one)

    def controls(self, ground: Ground) -> None:
        """Check that the restricted reader sees what is visible, on every side."""
        for side in ground.sides:
            for each in side.items:
                if each.hidden:
                    continue
                found = self._get(f"{each.type}/{each.id}", self.restricted)
                if found.status != OK:
                    raise CannotConcludeError(
                        f"the restricted reader gets {found.status} for the visible "
                        f"{each.key} of {side.name}: who sees nothing leaks nothing"
                    )

    def _known(self, side: Side, item: Item) -> Item:
        found = self._get(f"{item.type}/{item.id}", self.full)
        if found.status != OK:
            raise CannotConcludeError(
                f"the full reader gets {found.status} for {item.key} of {side.name}"
            )
        known = facts.read(found.body, found.header("ETag"))
        if not item.hidden:
            side.instants[known.updated] = f"{item.key}.updated"
            for number, each in enumerate(known.identifiers):
                side.call_of(each, f"{item.key}.identifier{number}")
            for number, each in enumerate(known.binaries):
                side.call(each, f"{item.key}.binary{number}")
        for name, value in _places(item, known).items():
            side.values[f"{item.key}.{name}"] = value
        return replace(item, facts=known)

    def _decoys(self, item: Item, real: Side, side: Side) -> None:
        """Give another side values that never were, in place of those of a hidden item."""
        for name, value in _places(item, item.facts).items():
            absent = self._absent(value, name, item, real, side)
            side.values[f"{item.key}.{name}"] = absent
            side.call_of(absent, f"{item.key}.{name}")
            if name == "identifier":
                side.values[f"{item.key}.value"] = absent.rpartition("|")[2]

    def _absent(self, value: str, name: str, item: Item, real: Side, side: Side) -> str:
        """Return a decoy; of an id, one that the full reader does not find."""
        for known, called in real.names.items():
            if called == "patient" and len(known) >= shape.TAIL:
                value = value.replace(known, side.values["patient"])
        for _ in range(DRAWS):
            drawn = shape.decoy(value, self.chance)
            if drawn == value or name not in ("id", "binary"):
                return drawn
            kind = "Binary" if name == "binary" else item.type
            if self._get(f"{kind}/{drawn}", self.full).status != OK:
                return drawn
        raise CannotConcludeError(f"every id like that of {item.key} is taken")

    def _get(self, path: str, token: str) -> Answer:
        return self.transport.send(Request("GET", path, JSON), token)


def _places(item: Item, known: Facts) -> dict[str, str]:
    """Return the values of an item that a probe may name; empty ones are left out."""
    found = {
        "id": item.id,
        "identifier": next(iter(known.identifiers), ""),
        "binary": next(iter(known.binaries), ""),
    }
    return {name: each for name, each in found.items() if each}


def _name(side: Side, item: Item) -> None:
    """Let hidden values be known by the names that their decoys have."""
    for name, value in _places(item, item.facts).items():
        side.call_of(value, f"{item.key}.{name}")
        if name == "identifier":
            side.values[f"{item.key}.value"] = value.rpartition("|")[2]
