"""What a document type tells: its class (TRE_A03); what its templates tell: its format.

``types.csv`` is the class column of the Cnam's matrix of 2024-09-25, which follows
ASS_X04-CorrespondanceType-Classe-CISIS; ``classes.csv`` and ``formats.csv`` give the
displays and the formats we have a source for. Unknown is answered, never guessed.
"""

import csv
import importlib.resources
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

CLASSES = (
    "https://mos.esante.gouv.fr/NOS/TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument"
)


def _rows(name: str) -> list[dict[str, str]]:
    resource = importlib.resources.files(__package__).joinpath(name)
    return list(csv.DictReader(resource.read_text("utf-8").splitlines()))


@cache
def _classes() -> Mapping[tuple[str, str], tuple[str, str]]:
    displays = {row["code"]: row["display"] for row in _rows("classes.csv")}
    return MappingProxyType(
        {
            (row["system"], row["code"]): (row["class"], displays[row["class"]])
            for row in _rows("types.csv")
        }
    )


@cache
def _formats() -> tuple[Mapping[str, str], ...]:
    return tuple(_rows("formats.csv"))


def document_class(system: str, code: str) -> tuple[str, str] | None:
    """Return class code and display of a document type, None for a type not listed.

    ``system`` is the canonical URI of the type's code system.
    """
    return _classes().get((system, code))


def document_format(templates: Iterable[str], media: str) -> tuple[str, str] | None:
    """Return system and code of the format of a CDA document, None when unknown.

    ``templates`` are the roots of its templateId, ``media`` the media type of its
    nonXMLBody or ``structured``. The first row of ``formats.csv`` that fits decides.
    """
    known = frozenset(templates)
    for row in _formats():
        if row["template"] in known and row["media"] in {"", media}:
            return row["system"], row["code"]
    return None
