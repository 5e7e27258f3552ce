"""What a document is, in words for people: its title, its day, its type, its author.

Everything is read from the stored reference, which is as submitted: nothing is relied on
to be there, and what is not there is left unsaid.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.identity.claims import PERSON_SYSTEM
from gateway.repository.items import Stored
from labels.policy import matrix

Json = dict[str, Any]

ROLE = re.compile(r"G15_(\d+)(?:/(\w+))?")
"""A code of TRE_A02: profession of TRE_G15, then a savoir-faire."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a document and for which structure, as the document says.

    ``person`` is the national identifier, ``system|value``; empty when it is not said.
    """

    name: str = ""
    structure: str = ""
    profession: str = ""
    skill: str = ""
    person: str = ""


def title_of(stored: Stored) -> str:
    """Return the title the author gave, or empty."""
    attachment = stored.content["content"][0]["attachment"]
    return str(attachment.get("title") or stored.content.get("description") or "")


def day_of(stored: Stored) -> date:
    """Return the day of the document where it was written, else that of its deposit."""
    try:
        return date.fromisoformat(str(stored.content.get("date", ""))[:10])
    except ValueError:
        return stored.dated.date()


def displays_of(stored: Stored) -> dict[str, str]:
    """Return the words that the reference gives with each code in it."""
    return dict(_displays(stored.content))


def _displays(held: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - FHIR JSON
    if isinstance(held, dict):
        code, display = held.get("code"), held.get("display")
        if isinstance(code, str) and isinstance(display, str) and display:
            yield code, display
        held = list(held.values())
    for each in held if isinstance(held, list) else ():
        yield from _displays(each)


def type_of(stored: Stored) -> str:
    """Return the type in words: those of the matrix, else those submitted; or empty."""
    known = {each.code: each.label for each in matrix.load().types}
    codings = stored.content.get("type", {}).get("coding", [])
    said = codings[0].get("display", "") if codings else ""
    return known.get(stored.facts.type, str(said))


def author_of(stored: Stored) -> Author:
    """Return the first author, as far as the document says who it is."""
    contained = {
        f"#{each.get('id')}": each for each in stored.content.get("contained", [])
    }
    first: Json = next(iter(stored.content.get("author", [])), {})
    role = _followed(first, contained)
    if role.get("resourceType") != "PractitionerRole":
        name = _name(role) or str(first.get("display", ""))
        return Author(name, person=_number(role))
    practitioner = role.get("practitioner", {})
    person = _followed(practitioner, contained)
    structure = _followed(role.get("organization", {}), contained)
    profession, skill = _profession(role)
    name = _name(person) or str(practitioner.get("display", ""))
    number = _number(person)
    return Author(name, str(structure.get("name", "")), profession, skill, number)


def _followed(reference: Json, contained: dict[str, Json]) -> Json:
    return contained.get(str(reference.get("reference", "")), {})


def _name(resource: Json) -> str:
    name = resource.get("name")
    if isinstance(name, str):
        return name
    for each in name or []:
        return " ".join([*each.get("given", [])[:1], each.get("family", "")]).strip()
    return ""


def _number(resource: Json) -> str:
    """Return the national identifier of a person; local ones may be anybody's."""
    for each in resource.get("identifier") or []:
        if each.get("system") == PERSON_SYSTEM and each.get("value"):
            return f"{PERSON_SYSTEM}|{each['value']}"
    return ""


def _profession(role: Json) -> tuple[str, str]:
    for code in _codes(role):
        if found := ROLE.fullmatch(code):
            return found[1], found[2] or ""
    return "", ""


def _codes(role: Json) -> Iterator[str]:
    for concept in [*role.get("code", []), *role.get("specialty", [])]:
        for coding in concept.get("coding", []):
            yield str(coding.get("code", ""))
