"""What CI-SIS demands of a header and the FHIR did not say: told, never invented."""

import csv
import importlib.resources
from collections.abc import Iterator
from functools import cache

from mappings.fhir.to_cda.tag import Tag
from mappings.mapped import Issue


@cache
def rows() -> tuple[dict[str, str], ...]:
    """Return the table: a path in the CDA, the FHIR element that would say it."""
    resource = importlib.resources.files(__package__).joinpath("demanded.csv")
    return tuple(csv.DictReader(resource.read_text("utf-8").splitlines()))


def missing(root: Tag) -> Iterator[Issue]:
    """Yield an issue for each element of the minimal structure that is not there."""
    for row in rows():
        if not any(_known(one) for one in _at(root, row["path"].split("/"))):
            yield Issue("warning", "required", row["fhir"], row["text"], row["texte"])


def _known(one: Tag) -> bool:
    return "nullFlavor" not in dict(one.attributes)


def _at(one: Tag, path: list[str]) -> Iterator[Tag]:
    if not path:
        yield one
        return
    for part in one.parts:
        if isinstance(part, Tag) and part.name == path[0]:
            yield from _at(part, path[1:])
