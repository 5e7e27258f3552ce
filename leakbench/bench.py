"""The run: two records, one list of questions, every answer compared."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from leakbench import capability, noise
from leakbench.asking import Asker
from leakbench.canaries import SHORTEST
from leakbench.capability import NoStatementError, Offers
from leakbench.exchange import Request, Transport
from leakbench.findings import Outcome
from leakbench.ground import Ground, Side
from leakbench.knowing import Knower
from leakbench.probe import Family
from leakbench.probes.every import FAMILIES
from leakbench.profile import Profile
from leakbench.seeding import CannotConcludeError, Seeder

OK = 200


@dataclass(frozen=True, slots=True)
class Bench:
    """One server under test; ``chance`` draws words and decoys."""

    profile: Profile
    transport: Transport
    chance: Random = field(default_factory=Random)

    def run(self, families: tuple[Family, ...] = FAMILIES) -> Outcome:
        """Return what was found; raises :class:`CannotConcludeError` when nothing can be."""
        offers = self.offers()
        ground = self.ground(offers)
        outcome = Outcome(families, software=offers.software)
        outcome.noisy = noise.headers(ground, self.transport)
        asker = Asker(ground, self.transport, outcome)
        for family in families:
            if family.name not in self.profile.skip:
                asker.ask_all(family)
        if not outcome.pairs:
            raise CannotConcludeError("nothing was compared")
        return outcome

    def offers(self) -> Offers:
        """Return what the server says of itself."""
        accept = (("Accept", "application/fhir+json"),)
        found = self.transport.send(Request("GET", "metadata", accept), "")
        if found.status != OK:
            raise CannotConcludeError(f"/metadata: {found.status}")
        try:
            return capability.read(found.body)
        except NoStatementError as error:
            raise CannotConcludeError(str(error)) from None

    def ground(self, offers: Offers) -> Ground:
        """Seed both records, and learn what may be guessed of them."""
        for name in ("restricted", "full"):
            if name not in self.profile.tokens:
                raise CannotConcludeError(f"there is no token {name}")
        seeder = Seeder(self.profile, self.transport, self.chance)
        tokens = self.profile.tokens
        knower = Knower(
            self.transport, tokens["full"], tokens["restricted"], self.chance
        )
        sides = seeder.sides()
        knower.patients(sides)
        if self.profile.seeded is None:
            knower.empty(sides, self.profile)
        seeder.seed(sides)
        knower.items(sides)
        ground = Ground(self.profile, offers, sides, _words(self.profile, sides))
        if not ground.hidden or not ground.visible:
            raise CannotConcludeError(
                "an item that is hidden and one that is seen are needed"
            )
        knower.controls(ground)
        return ground


def _words(profile: Profile, sides: Iterable[Side]) -> dict[str, str]:
    """Return what only hidden items hold: their words, their identifiers, long ids."""
    words = dict.fromkeys(profile.words, "profile")
    for side in sides:
        for item in side.items:
            if item.hidden:
                values = (each.rpartition("|")[2] for each in item.facts.identifiers)
                words |= dict.fromkeys((item.word, *values, item.id), item.key)
    return {word: of for word, of in words.items() if len(word) >= SHORTEST}
