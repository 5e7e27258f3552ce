"""Whether a resource is what a search asks for."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from leakbench.leaky.store import Json, Store, patient_of

CONTROLS = {
    *("_count", "_summary", "_total", "_sort", "_offset", "_format", "_elements"),
    *("_include", "_revinclude", "_pretty"),
}
TOKENS: dict[str, Callable[[Json], list[Json]]] = {
    "identifier": lambda each: list(each.get("identifier", [])),
    "code": lambda each: list(each.get("code", {}).get("coding", [])),
    "type": lambda each: list(each.get("type", {}).get("coding", [])),
    "_security": lambda each: list(each["meta"].get("security", [])),
}
DATES: dict[str, Callable[[Json], str]] = {
    "date": lambda each: str(each.get("effectiveDateTime", each.get("date", ""))),
    "_lastUpdated": lambda each: str(each["meta"]["lastUpdated"]),
}
PLAIN: dict[str, Callable[[Json], str]] = {
    "_id": lambda each: str(each["id"]),
    "patient": patient_of,
    "subject": patient_of,
}
TEXTS = frozenset({"_text", "_content"})
KNOWN = {*TOKENS, *DATES, *PLAIN, *TEXTS}


@dataclass(frozen=True, slots=True)
class Criteria:
    """The parameters of one search, and who made it."""

    store: Store
    reader: str
    pairs: tuple[tuple[str, str], ...]

    def unknown(self) -> list[str]:
        """Return the parameters that this server does not know: all are refused."""
        names = [name for name, _ in self.pairs]
        return [n for n in names if n not in CONTROLS | KNOWN and not _is_has(n)]

    def met(self, resource: Json) -> bool:
        """Whether a resource meets every criterion."""
        return all(
            self._met(resource, name, value)
            for name, value in self.pairs
            if name not in CONTROLS
        )

    def _met(self, resource: Json, name: str, value: str) -> bool:
        if _is_has(name):
            return self._has(resource, name, value)
        if name in TOKENS:
            return _token(TOKENS[name](resource), value)
        if name in DATES:
            return _dated(DATES[name](resource), value)
        if name in TEXTS:
            return value in json.dumps(resource)
        return PLAIN[name](resource) == value.removeprefix("Patient/")

    def _has(self, resource: Json, name: str, value: str) -> bool:
        """Whether one that is seen points here: ``_has:Type:link:parameter``."""
        _, kind, _, parameter = name.split(":", 3)
        inner = Criteria(self.store, self.reader, ((parameter, value),))
        return any(
            patient_of(each) == resource["id"] and inner.met(each)
            for each in self.store.all(kind)
            if self.store.seen(self.reader, each, "has-sees-all")
        )


def _is_has(name: str) -> bool:
    kind = name.split(":")
    return len(kind) == 4 and kind[0] == "_has" and kind[3] in KNOWN  # noqa: PLR2004


def _token(held: list[Json], value: str) -> bool:
    system, _, code = value.rpartition("|")
    return any(
        each.get("code", each.get("value")) == code
        and system in ("", each.get("system", ""))
        for each in held
    )


def _dated(held: str, value: str) -> bool:
    prefix = value[:2] if value[:2].isalpha() else "eq"
    wanted = value.removeprefix(prefix)
    found = held[: len(wanted)]
    return {
        "eq": found == wanted,
        "ne": found != wanted,
        "ge": found >= wanted,
        "sa": found > wanted,
        "le": found <= wanted,
        "eb": found < wanted,
    }.get(prefix, found == wanted)
