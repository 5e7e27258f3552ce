"""The people and structures that a form can name: those around the record, the directory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM
from gateway.identity.principal import Principal
from gateway.patient.ground import Ground
from gateway.patient.papers import author_of
from gateway.patient.readers import Reader
from gateway.repository.items import Stored


@dataclass(frozen=True, slots=True)
class Named:
    """The names of professionals and structures by ``system|value``, and who they are."""

    names: Mapping[str, str] = field(default_factory=dict)
    directory: tuple[Principal, ...] = ()

    def principal(self, who: str, name: str) -> Principal:
        """Return somebody as the directory knows them, else with nothing but a name."""
        found = (each for each in self.directory if each.subject == who)
        return next(found, Principal(who, name=name))

    def name(self, who: str) -> str:
        """Return the name of a person or a structure, or the number that stands for one."""
        return self.names.get(who) or who.rpartition("|")[2]

    def offered(self, *systems: str) -> list[tuple[str, str]]:
        """Return what a form offers of these systems, each as value and name, by name."""
        found = [(who, n) for who, n in self.names.items() if who.startswith(systems)]
        return sorted(found, key=lambda each: each[1])


def around(
    directory: Sequence[Principal],
    readers: Iterable[Reader],
    documents: Iterable[Stored],
    ground: Ground,
) -> Named:
    """Return everybody a form can name: nobody that the patient could not know of."""
    found = {each.subject: each.name for each in directory}
    for each in documents:
        structure = author_of(each).structure
        if structure and each.facts.organization.startswith(STRUCTURE_SYSTEM):
            found.setdefault(each.facts.organization, structure)
    for reader in readers:
        if reader.principal.subject.startswith(PERSON_SYSTEM):
            found.setdefault(reader.principal.subject, reader.name)
    for _, held in ground.ties:
        if held.name and held.who.startswith((PERSON_SYSTEM, STRUCTURE_SYSTEM)):
            found.setdefault(held.who, held.name)
    return Named({who: name for who, name in found.items() if name}, tuple(directory))
