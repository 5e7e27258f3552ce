"""The demo's table: each document, its labels, and who sees it, asked of the gateway."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway import disclosure
from gateway.demo.issuer import NAME, claims_of
from gateway.demo.world.load import World
from gateway.demo.world.people import Patient, Reader
from gateway.identity import claims
from gateway.identity.principal import Principal
from gateway.inquiry import by_identifier, inquire
from gateway.rendering import Shown
from gateway.repository.search import MOST, Search
from gateway.services import Services
from labels.codes import Category, Mark

HELD = "(held until it is told)"
MARKS = {
    Mark.OPAQUE: "(unreadable)",
    Mark.MASQUE_PS: "(masked)",
    Mark.INVISIBLE_REPRESENTANTS_LEGAUX: "(secret from parents)",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a record: its title, its categories, the readers who see it."""

    document: str
    title: str
    labels: tuple[str, ...]
    seen_by: tuple[str, ...]


def principal_of(reader: Reader) -> Principal:
    """Return the principal that the persona's token makes."""
    return claims.principal(claims_of(reader) | {"iss": NAME})


def seen(services: Services, principal: Principal, patient: Patient) -> dict[str, bool]:
    """Return the identifiers of the originals of what the reader sees, and if in part."""
    return {
        each.stored.content["masterIdentifier"]["value"]: each.in_part
        for each in _given(services, principal, patient)
    }


def _given(services: Services, principal: Principal, patient: Patient) -> list[Shown]:
    """Return what a search would give; nobody looked, so it is no visit in the log."""
    find = by_identifier(services, patient.identifier)
    with inquire(services, principal, find) as asked:
        given = disclosure.given_documents(asked, Search(count=MOST))
        asked.connection.rollback()
    return given


def labels_of(
    services: Services, patient: Patient, world: World
) -> dict[str, list[str]]:
    """Return the categories and marks of each document the patient sees, in words."""
    principal = principal_of(world.readers[patient.key])
    found = [each.stored for each in _given(services, principal, patient)]
    return {
        each.content["masterIdentifier"]["value"]: [
            *(str(kind) for kind in Category if kind in each.whole.categories),
            *(word for mark, word in MARKS.items() if mark in each.whole.marks),
        ]
        for each in found
    }


def lines(services: Services, world: World, patient: Patient) -> Iterator[Line]:
    """Yield the table of one record, in the order of the deposits."""
    sight = {
        reader.key: seen(services, principal_of(reader), patient)
        for reader in world.readers.values()
    }
    known = labels_of(services, patient, world)
    for name, document in world.documents().items():
        if document.patient != patient.key:
            continue
        readers = [
            f"{key}*" if found[document.identifier] else key
            for key, found in sight.items()
            if document.identifier in found
        ]
        yield Line(
            name,
            document.fr,
            tuple(known.get(document.identifier, [HELD])),
            tuple(readers),
        )


def written(services: Services, world: World, patient: Patient) -> str:
    """Return the table of one record as text."""
    rows = [
        (each.title, ", ".join(each.labels) or "-", ", ".join(each.seen_by) or "-")
        for each in lines(services, world, patient)
    ]
    heads = ("document", "labels", "who sees it (* in part)")
    widths = [max(len(row[column]) for row in [heads, *rows]) for column in range(2)]
    text = [f"{patient.fr}" if patient.fr else patient.key]
    text += [
        f"  {row[0]:{widths[0]}}  {row[1]:{widths[1]}}  {row[2]}"
        for row in [heads, *rows]
    ]
    return "\n".join(text)
