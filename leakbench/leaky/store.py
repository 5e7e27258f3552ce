"""Resources in memory, with their versions; and who may see which."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from leakbench.leaky import clock
from leakbench.leaky.leaks import NAMES

Json = dict[str, Any]
RESTRICTED = "restricted"
HIDING = frozenset({"R", "V"})


@dataclass(slots=True)
class Store:
    """All resources by type and id, the versions of each in order."""

    leaks: frozenset[str] = frozenset()
    kept: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    cache: dict[str, Json] = field(default_factory=dict)
    jobs: dict[str, list[Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a leak that there is not."""
        if unknown := self.leaks - NAMES:
            raise ValueError(f"unknown leaks: {', '.join(sorted(unknown))}")

    def leaky(self, name: str) -> bool:
        """Whether a leak is switched on; its name has to be one of the list."""
        if name not in NAMES:
            raise ValueError(name)
        return name in self.leaks

    def put(self, resource: Json, found: str = "") -> Json:
        """Keep a resource as its next version; returns it as kept."""
        kind, own = resource["resourceType"], found or str(uuid4())
        versions = self.kept.setdefault((kind, own), [])
        meta = {k: v for k, v in resource.get("meta", {}).items() if k == "security"}
        number = len(versions) + 1
        meta = {"versionId": str(number), "lastUpdated": clock.now(), **meta}
        made = {**resource, "id": own, "meta": meta}
        versions.append(made)
        return made

    def current(self, kind: str, found: str) -> Json | None:
        """Return the last version of a resource; None when there is none."""
        versions = self.kept.get((kind, found))
        return versions[-1] if versions else None

    def all(self, kind: str) -> list[Json]:
        """Return the resources of a type in the order in which they came."""
        return [versions[-1] for (k, _), versions in self.kept.items() if k == kind]

    def may(self, reader: str, resource: Json) -> bool:
        """Whether a reader may see a resource: the restricted one sees no R and no V."""
        if reader != RESTRICTED:
            return True
        if about := resource.get("about"):
            kind, _, found = about.partition("/")
            other = self.current(kind, found)
            return other is not None and self.may(reader, other)
        return HIDING.isdisjoint(
            each.get("code") for each in resource["meta"].get("security", [])
        )

    def seen(self, reader: str, resource: Json, leak: str) -> bool:
        """Whether a resource is seen where a leak may be."""
        return self.leaky(leak) or self.may(reader, resource)


def shown(resource: Json) -> Json:
    """Return a resource without what only this server knows of it."""
    return {name: each for name, each in resource.items() if name != "about"}


def patient_of(resource: Json) -> str:
    """Return the id of the patient that a resource is about."""
    named: Json = resource.get("subject") or resource.get("patient") or {}
    return str(named.get("reference", "")).rpartition("/")[2]


def compact(held: object) -> bytes:
    """Return JSON as it is sent."""
    return json.dumps(held, separators=(",", ":")).encode()


def is_id(text: str) -> bool:
    """Whether a text has the form of an id of this server."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
