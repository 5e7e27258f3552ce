"""What a statement is: by its template, else its code, else its section, else its form.

``kinds.csv`` holds the signs, the most telling first; the first that fits decides. A
statement that no sign fits is ``unknown``.
"""

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mappings.cda.datatypes import attribute, find
from mappings.cda.document import HL7
from mappings.cda.to_fhir.clinical_types import tokens
from mappings.cda.to_fhir.tables import table
from mappings.cda.xml import Element

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mappings.cda.to_fhir.scope import Section

_H = f"{{{HL7}}}"
_OBSERVATION = f"{_H}observation"
_STATEMENTS = frozenset(
    f"{_H}{name}"
    for name in (
        "act encounter observation observationMedia organizer procedure regionOfInterest"
        " substanceAdministration supply"
    ).split()
)
_SIGNS = frozenset({"entry", "template", "code", "section", "form"})


@dataclass(frozen=True, slots=True, order=True)
class Kind:
    """What a statement is: ``name`` chooses its mapper, ``category`` goes to FHIR."""

    name: str
    category: str = ""


UNKNOWN = Kind("unknown")


def is_statement(element: Element) -> bool:
    """Tell whether an element is a statement of the clinical model."""
    return element.tag in _STATEMENTS


@cache
def _signs() -> "Mapping[str, tuple[int, Kind]]":
    """Every sign with its rank; raises ValueError for a sign of another sort."""
    answer: dict[str, tuple[int, Kind]] = {}
    for rank, row in enumerate(table("kinds")):
        if row["by"] not in _SIGNS or not row["kind"]:
            raise ValueError(f"kinds.csv: row {rank + 2} is wrong")
        sign = f"{row['by']} {row['sign']}"
        answer.setdefault(sign, (rank, Kind(row["kind"], row["category"])))
    return MappingProxyType(answer)


def of(element: Element, section: "Section") -> Kind:
    """Return the kind of a statement that stands in a section."""
    known = _signs()
    found = {known[sign] for sign in _said(element, section) if sign in known}
    if not found:
        return UNKNOWN
    kinds = [one for _, one in sorted(found)]
    category = next((one.category for one in kinds if one.category), "")
    return Kind(kinds[0].name, category)


def _inside_observation(holder: Element | None) -> bool:
    """What an observation holds says something of it: it is no finding of the section."""
    around = None if holder is None else holder.getparent()
    return around is not None and around.tag == _OBSERVATION


def _said(element: Element, section: "Section") -> "Iterator[str]":
    name = str(element.tag).rpartition("}")[2]
    mood = attribute(element, "moodCode") or "EVN"
    for template in element.findall(f"{_H}templateId"):
        yield f"template {attribute(template, 'root')}"
    above = element.getparent()
    if above is not None and above.tag == f"{_H}entry":
        for template in above.findall(f"{_H}templateId"):
            yield f"entry {attribute(template, 'root')}"
    for token in tokens(find(element, "code")):
        yield f"code {token}"
        yield f"code {name}:{token}"
    if not _inside_observation(above):
        yield f"section {name}:{section.system}|{section.code}"
    yield f"form {name}/{mood}"
    yield f"form {name}"
