"""Everything that can be asked of a gateway: its rules, its methods, its parameters.

The rules are read from the application, the search parameters from /metadata: what is
added to either is probed without a change here.
"""

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask

Json = dict[str, Any]
Point = tuple[str, str, str]
"""A method, a rule, and a parameter or nothing: what there is to cover."""

CONTROL: dict[str, tuple[str, ...]] = {
    "_count": ("0", "1", "2", "5", "1000", "-1"),
    "_sort": ("date", "-date", "_lastUpdated", "-_id", "type"),
    "_summary": ("count", "true", "text", "data", "false"),
    "_total": ("none", "estimate", "accurate"),
    "_elements": ("id", "masterIdentifier", "status,content"),
    "_format": ("json", "xml", "application/fhir+json", "html"),
    "_pretty": ("true", "false"),
    "_include": ("*", "DocumentReference:relatesto", "List:item"),
    "_revinclude": ("*", "List:item", "Provenance:target"),
    "_security": (
        "R",
        "V",
        "N",
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|R",
    ),
    "security-label": ("R", "V", "N", "MASQUE_PS"),
    "_has:List:item:identifier": (),
    "_has:Observation:patient:code": ("B24", "11502-2"),
    "author.identifier": (),
    "related": (),
    "relatesto": (),
    "_content": (),
    "_text": (),
    "_type": ("DocumentReference", "List"),
    "_since": ("2020", "2026-11-22T08:00:00Z"),
    "_lastUpdated": ("ge2020", "2026-11-22", "gt2026-11-22T07:00:00Z"),
}
"""Parameters of R4 that leaked elsewhere; without values of their own, any guess."""


DEPOSITS = frozenset({"/cda", "/fhir", "/fhir/DocumentReference"})


@dataclass(frozen=True, slots=True)
class Way:
    """One rule of the application with one method."""

    method: str
    path: str
    arguments: frozenset[str]

    @property
    def kind(self) -> str:
        """The resource it speaks of; empty for what is beside FHIR."""
        parts = self.path.split("/")
        return parts[2] if len(parts) > 2 and parts[2][:1].isupper() else ""

    @property
    def deposits(self) -> bool:
        """Whether documents come in this way."""
        return self.method == "POST" and self.path in DEPOSITS

    @property
    def own(self) -> bool:
        """Whether a person asks so for what is in the own record, or says who sees it."""
        if self.method in {"POST", "PUT"}:
            return self.kind == "Consent" and not re.search(r"/[$_]", self.path)
        plain = not self.arguments or self.path.endswith("/$export")
        return self.method == "GET" and "$" in self.path and plain

    @property
    def searches(self) -> bool:
        """Whether it is a search of one kind."""
        whole = self.path in {f"/fhir/{self.kind}", f"/fhir/{self.kind}/_search"}
        posted = self.method == "POST" and self.path.endswith("/_search")
        return bool(self.kind) and whole and (self.method == "GET" or posted)


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything that can be asked: the ways, and the parameters of each search."""

    ways: tuple[Way, ...]
    parameters: dict[str, dict[str, str]]

    def points(self) -> frozenset[Point]:
        """Return what there is to cover: each way by itself and with each parameter."""
        found = {(way.method, way.path, "") for way in self.ways}
        for way in self.ways:
            if way.searches:
                known = {**self.parameters.get(way.kind, {}), **CONTROL}
                found |= {(way.method, way.path, name) for name in known}
        return frozenset(found)


def surface(app: Flask, metadata: Json) -> Surface:
    """Return all that an application serves and what its statement says of it."""
    ways = tuple(
        Way(method, rule.rule, frozenset(rule.arguments))
        for rule in app.url_map.iter_rules()
        for method in sorted(rule.methods or ())
    )
    resources = metadata["rest"][0]["resource"]
    common = metadata["rest"][0].get("searchParam", [])
    parameters = {
        each["type"]: {
            one["name"]: one["type"] for one in [*each.get("searchParam", []), *common]
        }
        for each in resources
    }
    return Surface(ways, parameters)
