"""Search parameters: read strictly, since a filter ignored is a disclosure.

An unknown parameter, a modifier we do not keep, an empty value: 400, for everybody and
before any data is touched.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlencode

from gateway.references import FHIR_ID, Reference
from gateway.repository.search import DEFAULT_COUNT, MOST, Period, Position, Search
from mappings.mapped import Refused, refuse

COMMON = frozenset({"patient", "patient.identifier", "status", "date", "_id", "_sort"})
RESULT = frozenset({"_count", "_format"})
STATUSES = frozenset({"current", "superseded", "retired"})
MOST_VALUES = 100
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._:-]{0,63}")
UNKNOWN = "This search parameter is not supported here."
UNSORTED = "Only _lastUpdated or a date of this type, with - for the latest first."
FRENCH = {
    UNKNOWN: "Ce paramètre de recherche n'est pas pris en charge ici.",
    "Empty.": "Vide.",
    "More values than we take.": "Plus de valeurs que nous n'en prenons.",
    "Needed, and only once.": "Nécessaire, et une seule fois.",
    "Not a number.": "Ce n'est pas un nombre.",
    "Only date and -date.": "Seulement date et -date.",
    UNSORTED: "Seulement _lastUpdated ou une date de ce type, avec - pour la dernière d'abord.",
    "Unknown status.": "Statut inconnu.",
    "Not an id.": "Ce n'est pas un identifiant.",
    "Not a date.": "Ce n'est pas une date.",
}
PREFIXED = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb)?([0-9].*)")
PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one search; ``query`` is how they are written in a URL."""

    values: dict[str, tuple[str, ...]]
    tokens: frozenset[str]
    query: str
    ignored: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        pairs: list[tuple[str, str]],
        tokens: frozenset[str],
        *,
        patient: bool = True,
        lenient: bool = False,
    ) -> Self:
        """Read the parameters; raises ``Refused`` (400) for any we do not keep to.

        A client that asks for it (*lenient*) has plain unknown parameters ignored, and is
        told which. Never those of the standard that change what is found or joined to it
        (``_include``, ``_has``, chains), nor a modifier.
        """
        known = tokens | RESULT | (COMMON if patient else frozenset())
        values: dict[str, tuple[str, ...]] = {}
        ignored = {n for n, _ in pairs if lenient and n not in known and _plain(n)}
        pairs = [each for each in pairs if each[0] not in ignored]
        for name, value in pairs:
            if name not in known:
                raise refused(name, UNKNOWN)
            if not value:
                raise refused(name, "Empty.")
            if name == "_count" and not _is_number(value):
                raise refused(name, "Not a number.")
            if len(pairs) > MOST_VALUES:
                raise refused(name, "More values than we take.")
            values[name] = (*values.get(name, ()), value)
        return cls(values, tokens, urlencode(pairs), tuple(sorted(ignored)))

    def one(self, name: str) -> str:
        """Return the value of a parameter that must be there exactly once."""
        found = self.values.get(name, ())
        if len(found) != 1:
            raise refused(name, "Needed, and only once.")
        return found[0]

    def search(self, after: Position | None, tokens: frozenset[str]) -> Search:
        """Return the search the parameters ask for; raises ``Refused`` (400).

        ``tokens`` are those that the index holds.
        """
        return Search(
            tokens=tuple(
                (name, alternatives(name, value))
                for name in sorted(tokens & set(self.values))
                for value in self.values[name]
            ),
            periods=tuple(period(value) for value in self.values.get("date", ())),
            statuses=tuple(_statuses(value) for value in self.values.get("status", ())),
            ids=tuple(_ids(value) for value in self.values.get("_id", ())),
            count=self.count,
            ascending=self._ascending(),
            after=after,
        )

    @property
    def count(self) -> int:
        """How many a page holds, ``MOST`` at most."""
        return min(int(self.values.get("_count", (str(DEFAULT_COUNT),))[-1]), MOST)

    def _ascending(self) -> bool:
        orders = self.values.get("_sort", ("-date",))
        if orders not in (("date",), ("-date",)):
            raise refused("_sort", "Only date and -date.")
        return orders == ("date",)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 6  # noqa: PLR2004


def _plain(name: str) -> bool:
    """Whether a name could be a parameter of somebody's own: no ``_``, chain, modifier."""
    return name.isascii() and name.replace("-", "").isalnum()


def alternatives(name: str, value: str) -> tuple[str, ...]:
    """Split ``a,b`` at commas; ``|code`` (no system) is written as it was indexed."""
    found = tuple(each for each in value.split(",") if each)
    if not found:
        raise refused(name, "Empty.")
    if len(found) > MOST_VALUES:
        raise refused(name, "More values than we take.")
    return found


def _statuses(value: str) -> frozenset[str]:
    wanted = {each.rpartition("|")[2] for each in alternatives("status", value)}
    if not wanted <= STATUSES | {"entered-in-error"}:
        raise refused("status", "Unknown status.")
    return frozenset(wanted)


def _ids(value: str) -> frozenset[str]:
    wanted = alternatives("_id", value)
    if not all(FHIR_ID.fullmatch(each) for each in wanted):
        raise refused("_id", "Not an id.")
    return frozenset(Reference.parse(each).item_id for each in wanted)


def period(value: str) -> Period:
    """Return the bound a date parameter sets (R4 search, 3.1.1.4.5, on an instant)."""
    matched = PREFIXED.fullmatch(value)
    if matched is None:
        raise refused("date", "Not a date.")
    start, end = _range(matched[2])
    match matched[1] or "eq":
        case "eq":
            return Period(start, end)
        case "ne":
            return Period(start, end, outside=True)
        case "gt" | "sa":
            return Period(end, None)
        case "ge":
            return Period(start, None)
        case "lt" | "eb":
            return Period(None, start)
        case _:
            return Period(None, end)


def _range(text: str) -> tuple[datetime, datetime]:
    """Return the first instant of a date as precise as written, and the one after."""
    try:
        partial = PARTIAL.fullmatch(text)
        if partial is None:
            at = datetime.fromisoformat(text)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
            return at, at + timedelta(seconds=1)
        year, month, day = (int(each) if each else 0 for each in partial.groups())
        start = datetime(year, month or 1, day or 1, tzinfo=UTC)
        return start, start + timedelta(days=_days(start, month, day))
    except (ValueError, OverflowError):
        raise refused("date", "Not a date.") from None


def _days(start: datetime, month: int, day: int) -> int:
    if day:
        return 1
    if month:
        return calendar.monthrange(start.year, start.month)[1]
    return 366 if calendar.isleap(start.year) else 365


def refused(name: str, text: str, texte: str = "") -> Refused:
    """Return the refusal (400) of a parameter; ``text`` alone is one of ``FRENCH``."""
    safe = name if NAME.fullmatch(name) else "parameter"
    said = texte or FRENCH.get(text, FRENCH[UNKNOWN])
    return refuse(400, "invalid", safe, text, said)
