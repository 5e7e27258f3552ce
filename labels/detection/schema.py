"""What a rule file must look like; the first fault is refused with its place."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from labels.codes import Category, Confidentiality
from labels.detection.pattern import Pattern, TermError, compile_any, compile_term
from labels.detection.rules import (
    CodeRule,
    Condition,
    Group,
    Inference,
    RuleFileError,
    Signal,
)
from labels.detection.systems import bare, system_names

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOP = {"category", "title", "policy", "sources"}
_TOP_OPTIONAL = {"codes", "terms", "context", "exclusions", "signals", "inference"}
_CODE = {"code", "name", "source"}
_CODE_OPTIONAL = {"match", "strength", "level", "verified", "why", "negated"}
_TERM_OPTIONAL = {"negated", "near", "unless", "level", "source", "fr", "en", "why"}
_STRENGTHS = {"direct", "context", "weak"}
_NEGATED = {"kept", "dropped", "minor"}
_SIGNAL_OPTIONAL = {"fr", "en", "near", "unless", "joins", "why", "negated"}
DISEASES = frozenset({"icd10", "icd10cm"})
"""A disease can be denied beside its code; tests and reasons (R, Z) are kept."""
_INFERENCE = {"if", "then", "because", "source"}
_CONDITION = {"signal", "category", "sex", "younger", "older"}


@dataclass(frozen=True, slots=True)
class CategoryFile:
    """One rule file, read."""

    codes: tuple[CodeRule, ...]
    groups: tuple[Group, ...]
    signals: tuple[Signal, ...]
    inference: tuple[Inference, ...]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Where we are: the file, its category, and the sources it names."""

    file: str
    category: Category
    sources: frozenset[str]

    def fault(self, place: str, reason: str) -> RuleFileError:
        return RuleFileError(self.file, place, reason)

    def row(
        self, place: str, row: object, needed: set[str], allowed: set[str]
    ) -> dict[str, Any]:
        if not isinstance(row, dict):
            raise self.fault(place, "a mapping is expected")
        missing, extra = needed - row.keys(), row.keys() - needed - allowed
        if missing:
            raise self.fault(place, f"{min(missing)} is missing")
        if extra:
            raise self.fault(place, f"{min(map(str, extra))} is not a known key")
        return row

    def section(self, top: dict[str, Any], name: str) -> dict[str, Any]:
        found = top.get(name, {})
        if not isinstance(found, dict):
            raise self.fault(name, "a mapping is expected")
        return found

    def one_of(self, place: str, value: object, allowed: set[str]) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise self.fault(place, f"one of {', '.join(sorted(allowed))} is expected")
        return str(value)

    def level(self, place: str, row: dict[str, Any]) -> Confidentiality | None:
        if "level" not in row:
            return None
        self.one_of(place, row["level"], {level.name for level in Confidentiality})
        return Confidentiality[row["level"]]

    def years(self, place: str, row: dict[str, Any], key: str) -> int | None:
        value = row.get(key)
        if value is None or type(value) is int:
            return value
        raise self.fault(place, f"{key} is a number of years")

    def source(self, place: str, row: dict[str, Any]) -> str:
        return self.one_of(place, row.get("source", "paravent"), set(self.sources))

    def text_list(self, place: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.fault(place, "a list of texts is expected")
        return tuple(value)


def read_category(file: str, data: object, category: Category) -> CategoryFile:
    """Return the rules of one file; raise :class:`RuleFileError` for the first fault."""
    blank = _Reader(file, category, frozenset())
    top = blank.row("file", data, _TOP, _TOP_OPTIONAL)
    if top["category"] != category:
        raise blank.fault("category", f"{category} is expected")
    reader = _Reader(file, category, frozenset(blank.section(top, "sources")))
    signals = reader.section(top, "signals")
    return CategoryFile(
        codes=tuple(_codes(reader, reader.section(top, "codes"))),
        groups=(
            *_groups(reader, "terms", "term", reader.section(top, "terms")),
            *_groups(reader, "context", "context", reader.section(top, "context")),
            *_exclusions(reader, top.get("exclusions") or []),
            *_signal_groups(reader, signals),
        ),
        signals=tuple(_signals(reader, signals)),
        inference=tuple(_inferences(reader, reader.section(top, "inference"))),
    )


def _codes(reader: _Reader, data: dict[str, Any]) -> "Iterator[CodeRule]":
    for system, rows in data.items():
        reader.one_of(f"codes.{system}", system, set(system_names()))
        if not isinstance(rows, list):
            raise reader.fault(f"codes.{system}", "a list is expected")
        for i, row in enumerate(rows):
            yield _code(reader, f"codes.{system}[{i}]", system, row)


def _code(reader: _Reader, place: str, system: str, given: object) -> CodeRule:
    row = reader.row(place, given, _CODE, _CODE_OPTIONAL)
    code = row["code"]
    if not isinstance(code, str) or not code:
        raise reader.fault(f"{place}.code", "a text is expected (quote it)")
    usual = "dropped" if system in DISEASES and code[0] not in "RZ" else "kept"
    match = reader.one_of(place, row.get("match", "exact"), {"exact", "prefix"})
    return CodeRule(
        rule=f"{reader.category}/{system}/{code}",
        category=reader.category,
        system=system,
        code=bare(system, code),
        prefix=match == "prefix",
        strength=reader.one_of(place, row.get("strength", "direct"), _STRENGTHS),
        level=reader.level(place, row),
        source=reader.source(place, row),
        verified=bool(row.get("verified", True)),
        deniable=reader.one_of(place, row.get("negated", usual), _NEGATED) != "kept",
    )


def _groups(
    reader: _Reader, section: str, kind: str, data: dict[str, Any]
) -> "Iterator[Group]":
    for name, row in data.items():
        place = f"{section}.{name}"
        reader.row(place, row, set(), _TERM_OPTIONAL)
        yield Group(
            rule=f"{reader.category}/{kind}/{name}",
            category=reader.category,
            kind=kind,
            patterns=_patterns(reader, place, row),
            negated=reader.one_of(place, row.get("negated", "dropped"), _NEGATED),
            near=_window(reader, place, row, "near"),
            unless=_window(reader, place, row, "unless"),
            level=reader.level(place, row),
            source=reader.source(place, row),
        )


def _exclusions(reader: _Reader, terms: object) -> "Iterator[Group]":
    patterns = _compile(reader, "exclusions", reader.text_list("exclusions", terms))
    if patterns:
        rule = f"{reader.category}/exclusion"
        yield Group(rule, reader.category, "exclusion", patterns)


def _signal_groups(reader: _Reader, data: dict[str, Any]) -> "Iterator[Group]":
    for name, row in data.items():
        place = f"signals.{name}"
        reader.row(place, row, set(), _SIGNAL_OPTIONAL | set(system_names()))
        patterns = _patterns(reader, place, row, may_be_empty=True)
        if patterns:
            yield Group(
                rule=name,
                category=reader.category,
                kind="signal",
                patterns=patterns,
                negated=reader.one_of(place, row.get("negated", "dropped"), _NEGATED),
                near=_window(reader, place, row, "near"),
                unless=_window(reader, place, row, "unless"),
            )


def _signals(reader: _Reader, data: dict[str, Any]) -> "Iterator[Signal]":
    for name, row in data.items():
        codes = {
            system: tuple(
                bare(system, code)
                for code in reader.text_list(f"signals.{name}.{system}", row[system])
            )
            for system in row
            if system in system_names()
        }
        place = f"signals.{name}.joins"
        joined = reader.text_list(place, row.get("joins", []))
        joins = frozenset(_category(reader, place, c) for c in joined)
        yield Signal(name, MappingProxyType(codes), joins)


def _patterns(
    reader: _Reader, place: str, row: dict[str, Any], *, may_be_empty: bool = False
) -> tuple[Pattern, ...]:
    terms = tuple(
        term
        for language in ("fr", "en")
        for term in reader.text_list(f"{place}.{language}", row.get(language, []))
    )
    if not terms and not may_be_empty:
        raise reader.fault(place, "no term in fr or en")
    return _compile(reader, place, terms)


def _compile(
    reader: _Reader, place: str, terms: tuple[str, ...]
) -> tuple[Pattern, ...]:
    found = []
    for term in terms:
        try:
            found.append(compile_term(term))
        except TermError as error:
            raise reader.fault(f"{place}: {term}", str(error)) from error
    return tuple(found)


def _window(reader: _Reader, place: str, row: dict[str, Any], key: str) -> str:
    if key not in row:
        return ""
    terms = reader.text_list(f"{place}.{key}", row[key])
    try:
        return compile_any(terms)
    except TermError as error:
        raise reader.fault(f"{place}.{key}", str(error)) from error


def _inferences(reader: _Reader, data: dict[str, Any]) -> "Iterator[Inference]":
    for name, row in data.items():
        place = f"inference.{name}"
        reader.row(place, row, _INFERENCE, {"unless", "level"})
        then = reader.text_list(f"{place}.then", row["then"])
        yield Inference(
            rule=f"{reader.category}/inference/{name}",
            when=_conditions(reader, f"{place}.if", row["if"]),
            unless=_conditions(reader, f"{place}.unless", row.get("unless", [])),
            then=tuple(_category(reader, f"{place}.then", c) for c in then),
            level=reader.level(place, row),
            source=reader.source(place, row),
        )


def _conditions(reader: _Reader, place: str, rows: object) -> tuple[Condition, ...]:
    if not isinstance(rows, list):
        raise reader.fault(place, "a list is expected")
    return tuple(_condition(reader, f"{place}[{i}]", r) for i, r in enumerate(rows))


def _condition(reader: _Reader, place: str, given: object) -> Condition:
    row = reader.row(place, given, set(), _CONDITION)
    if not row:
        raise reader.fault(place, "an empty condition always holds")
    names = reader.text_list(place, row.get("category", []))
    return Condition(
        signals=frozenset(reader.text_list(place, row.get("signal", []))),
        categories=frozenset(_category(reader, place, name) for name in names),
        sex=reader.one_of(place, row.get("sex", ""), {"", "M", "F"}),
        younger=reader.years(place, row, "younger"),
        older=reader.years(place, row, "older"),
    )


def _category(reader: _Reader, place: str, name: str) -> Category:
    reader.one_of(place, name, set(Category))
    return Category(name)
