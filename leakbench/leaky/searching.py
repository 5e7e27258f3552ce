"""Searches: matches, totals, pages, what is included, in one Bundle."""

from dataclasses import dataclass
from urllib.parse import urlencode

from leakbench.leaky.criteria import Criteria
from leakbench.leaky.message import Asked, Said, outcome
from leakbench.leaky.store import Json, Store, patient_of, shown

PAGE = 20


@dataclass(frozen=True, slots=True)
class Search:
    """One search of one type by one reader."""

    store: Store
    asked: Asked
    kind: str
    pairs: tuple[tuple[str, str], ...]

    def said(self) -> Said:
        """Return the searchset, or a refusal before anything is looked at."""
        criteria = Criteria(self.store, self.asked.reader, self.pairs)
        if unknown := criteria.unknown():
            return outcome(400, "not-supported", f"unknown: {unknown[0].split('=')[0]}")
        key = f"{self.kind}?{urlencode(self.pairs)}"
        if self.store.leaky("page-cached-for-all") and key in self.store.cache:
            return Said(200, self.store.cache[key])
        found = [each for each in self.store.all(self.kind) if criteria.met(each)]
        bundle = self._bundle(self._sorted(found))
        self.store.cache[key] = bundle
        return Said(200, bundle)

    def _sorted(self, found: list[Json]) -> list[Json]:
        by = self._value("_sort")
        if by.lstrip("-") == "date":
            found.sort(key=lambda e: str(e.get("effectiveDateTime", e.get("date", ""))))
        return found[::-1] if by.startswith("-") else found

    def _bundle(self, found: list[Json]) -> Json:
        seen = [each for each in found if self._seen(each)]
        offset, count = self._number("_offset", 0), self._number("_count", PAGE)
        cut = found if self.store.leaky("filtered-after-page") else seen
        page = [e for e in cut[offset : offset + count] if e in seen]
        total = self._total(found, seen)
        bundle: Json = {"resourceType": "Bundle", "type": "searchset", "total": total}
        all_ = found if self.store.leaky("next-link-of-all") else cut
        if 0 < offset + count < len(all_) and count:
            bundle["link"] = [{"relation": "next", "url": self._next(offset + count)}]
        if self._value("_summary") != "count":
            bundle["entry"] = [self._entry(each, found) for each in page]
            bundle["entry"] += self._included(page) + self._betrayed(found, seen)
        return bundle

    def _seen(self, resource: Json) -> bool:
        """Whether a match is shown: each door of a search may be a leak."""
        names = {name for name, _ in self.pairs}
        doors = [
            self.store.leaky("id-search-forgets") and "_id" in names,
            self.store.leaky("post-forgets") and self.asked.method == "POST",
            self.store.may(self.asked.reader, resource),
        ]
        return any(doors)

    def _total(self, found: list[Json], seen: list[Json]) -> int:
        names = {name for name, _ in self.pairs}
        counted = (
            self._value("_summary") == "count" or self._number("_count", PAGE) == 0
        )
        leaks = [
            self.store.leaky("total-of-all"),
            self.store.leaky("count-of-all") and counted,
            self.store.leaky("identifier-is-counted") and "identifier" in names,
            self.store.leaky("text-counts-all") and bool(names & {"_text", "_content"}),
            self.store.leaky("label-counts-all") and "_security" in names,
        ]
        return len(found if any(leaks) else seen)

    def _entry(self, resource: Json, found: list[Json]) -> Json:
        search: Json = {"mode": "match"}
        if self.store.leaky("score-of-all") and self._value("_sort"):
            search["score"] = round(1 / (1 + found.index(resource)), 3)
        return {"resource": shown(resource), "search": search}

    def _included(self, page: list[Json]) -> list[Json]:
        """Return what points to the patients of a page (_revinclude), each judged."""
        wanted = {
            value.split(":")[0] for name, value in self.pairs if name == "_revinclude"
        }
        ids = {each["id"] for each in page}
        return [
            {"resource": shown(each), "search": {"mode": "include"}}
            for kind in sorted(wanted)
            for each in self.store.all(kind)
            if patient_of(each) in ids
            and self.store.seen(self.asked.reader, each, "revinclude-forgets")
        ]

    def _betrayed(self, found: list[Json], seen: list[Json]) -> list[Json]:
        """Return what some servers say of what they withhold."""
        hidden = [each for each in found if each not in seen]
        told: list[Json] = []
        if self.store.leaky("stub-for-hidden"):
            told += [
                {"resource": {"resourceType": self.kind, "id": e["id"]}} for e in hidden
            ]
        if self.store.leaky("banner") and hidden:
            text = "some information is restricted by the patient"
            issue = {
                "severity": "information",
                "code": "suppressed",
                "diagnostics": text,
            }
            told.append(
                {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}}
            )
        return told

    def _next(self, offset: int) -> str:
        kept = [(name, value) for name, value in self.pairs if name != "_offset"]
        return f"/fhir/{self.kind}?{urlencode([*kept, ('_offset', str(offset))])}"

    def _value(self, name: str) -> str:
        return dict(self.pairs).get(name, "")

    def _number(self, name: str, otherwise: int) -> int:
        said = self._value(name)
        return int(said) if said.isascii() and said.isdigit() else otherwise
