"""Who may sign in, and which professionals are known by name.

Values only: the demo hands them in (``of_world``); an OpenID provider and the Annuaire
Santé will take its place. Nothing here gives a right: what an account may see is asked
again at each request.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.identity.principal import Principal
from labels.policy.question import Relation
from mappings.submission import Identifier


@dataclass(frozen=True, slots=True)
class Account:
    """A person before one record: their own, or, with ``of``, that of who is named."""

    key: str
    principal: Principal
    record: Identifier
    of: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """The accounts one can sign in to, and the professionals the directory knows."""

    accounts: tuple[Account, ...] = ()
    professionals: tuple[Principal, ...] = ()

    def account(self, key: str) -> Account | None:
        """Return the account of that key, or None."""
        return next((each for each in self.accounts if each.key == key), None)


class Person(Protocol):
    """A patient of a demo world, as far as signing in needs to know."""

    @property
    def identifier(self) -> Identifier:
        """The INS of the record."""

    @property
    def relations(self) -> tuple[tuple[Relation, str], ...]:
        """Who is what to the person, by key."""


def of_world(
    patients: Mapping[str, Person], principals: Mapping[str, Principal]
) -> People:
    """Return the accounts of a demo world and its professionals, by key of persona.

    A representative has one account for each person represented, beside their own.
    """
    accounts = tuple(
        account
        for key, patient in patients.items()
        for account in _accounts(key, patient, principals)
    )
    professionals = (each for each in principals.values() if each.profession)
    return People(accounts, tuple(professionals))


def _accounts(
    key: str, patient: Person, principals: Mapping[str, Principal]
) -> Iterator[Account]:
    yield Account(key, principals[key], patient.identifier)
    for relation, who in patient.relations:
        if relation is Relation.REPRESENTATIVE:
            named = principals[key].name
            principal = principals[who]
            yield Account(f"{who}-{key}", principal, patient.identifier, named)
