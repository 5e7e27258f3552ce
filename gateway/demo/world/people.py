"""The people of the demo as values: structures, readers, patients and their decisions."""

from dataclasses import dataclass

from labels.consent import Directive
from labels.policy.question import Relation
from mappings.content import Code
from mappings.submission import Identifier, Traits


@dataclass(frozen=True, slots=True)
class Structure:
    """A place of care; ``facility`` is of TRE_R02, ``setting`` of TRE_A01."""

    identifier: Identifier
    name: str
    facility: str
    setting: str
    city: str


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who asks: a professional, a structure's software, or a person.

    ``id`` and ``organization`` are ``system|value``, as in a Principal. ``identifier``
    is the PS_IdNat of a professional, the INS of a person, the client of a software.
    ``fr`` and ``en`` say who it is in words.
    """

    key: str
    kind: str
    identifier: Identifier
    fr: str
    en: str
    family: str = ""
    given: str = ""
    profession: str = ""
    skill: str = ""
    role: Code | None = None
    structure: Structure | None = None

    @property
    def id(self) -> str:
        """The subject by which documents and relations name this reader."""
        return str(self.identifier)

    @property
    def organization(self) -> str:
        """The structure the reader works for, empty for persons."""
        return str(self.structure.identifier) if self.structure else ""


@dataclass(frozen=True, slots=True)
class Patient:
    """A person with a record. ``relations`` name readers by key.

    ``former_given`` are first names that may still stand in old documents, and that
    nobody but the patient is ever to be shown outside them.

    The ``items`` of a directive are names of demo documents: whoever seeds the record
    puts the ids in their place. ``birth_place`` is the official code and the name.
    """

    key: str
    traits: Traits
    birth_place: tuple[str, str]
    preset: str
    relations: tuple[tuple[Relation, str], ...]
    directives: tuple[Directive, ...]
    fr: str
    en: str
    former_given: tuple[str, ...] = ()

    @property
    def identifier(self) -> Identifier:
        """The INS of the record."""
        return self.traits.identifiers[0]
