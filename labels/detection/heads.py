"""What a head speaks for: a section title for its section, a column head for its column.

A head that tells a category by itself (*Consultation VIH*, *Charge virale VIH*) tells it
of all that hangs below. One that names several things (*Addictions et autres problèmes*)
tells it of nothing but itself. Neither does a title above a text that says it itself:
there the sentences and rows that tell can be told from those that do not, and without
the title the others say nothing.
"""

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from labels.codes import Category
from labels.detection.findings import Reading
from labels.detection.spread import one_of_each

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from labels.detection.findings import Finding
    from labels.detection.structure import Places

_SECTION = re.compile(
    r"(?:.*/h:section(?:\[\d+\])?(?=/h:(?:title|code)(?:/|$))"
    r"|.*/section/\d+(?=/(?:title$|code/)))",
    re.DOTALL,
)
_IS_SECTION = re.compile(r"/h:section(?:\[\d+\])?\Z|/section/\d+\Z")
_TABLE = re.compile(r".*/h:(?:table|list)(?:\[\d+\])?(?=/h:caption(?:/|$))", re.DOTALL)
_COLUMN = re.compile(
    r"(?P<table>.*/h:table(?:\[\d+\])?)/h:thead/h:tr(?P<second>\[\d+\])?"
    r"/h:t[dh](?:\[(?P<number>\d+)\])?(?:/|$)",
    re.DOTALL,
)
_CELL = re.compile(
    r"(?P<row>(?:/h:t(?:body|foot)(?:\[\d+\])?)?/h:tr(?:\[\d+\])?)"
    r"/h:t(?P<kind>[dh])(?:\[(?P<number>\d+)\])?(?:/|$)"
)
_BETWEEN = re.compile(r"\s*[,;/+&\n]\s*|\s+(?:et|ou|and|or)\s+", re.IGNORECASE)
_BY_ITSELF = frozenset({Category.REIMBURSEMENT_ADMIN})
"""A title that speaks of reimbursement stands over ordinary lines."""

Told = dict[str, list["Finding"]]
"""What heads tell, by the path they tell it of."""

_Columns = dict[int, list[str]] | None


def told_by_heads(
    readings: "Mapping[str, Reading]", heads: "Heads", topics: "Container[str]"
) -> Told:
    """Return what each telling title, caption and column head tells, and of what.

    ``topics`` are the heads that only ask (*Tabac*): what stands below answers them.
    To be asked before combinations and company are added: those speak of one place.
    """
    told: dict[str, list[Finding]] = defaultdict(list)
    for place, reading in readings.items():
        scope = heads.scope(place) if reading.direct and place not in topics else ""
        findings = [f for f in reading.direct if f.category not in _BY_ITSELF]
        if scope and findings and heads.names_one(place, reading.direct):
            told[scope].extend(findings)
    below: Told = defaultdict(list)
    for scope, findings in told.items():
        said = _said(readings, heads, scope)
        kept = [f for f in one_of_each(findings) if f.category not in said]
        for path in heads.paths(scope) if kept else ():
            below[path].extend(kept)
    return below


def _said(
    readings: "Mapping[str, Reading]", heads: "Heads", scope: str
) -> "set[Category]":
    """Return what the texts of a section or table say, alone or in its company.

    The cells of a column say nothing against their head.
    """
    if heads.paths(scope) != (scope,):
        return set()
    spoken = [readings[text] for text in heads.texts(scope) if text in readings]
    return {f.category for one in spoken for f in (*one.direct, *one.joining)}


def label_below(readings: "dict[str, Reading]", told: Told) -> None:
    """Give the paths that heads speak for what the heads tell."""
    for path, findings in told.items():
        reading = readings.setdefault(path, Reading())
        reading.direct = list(dict.fromkeys((*reading.direct, *findings)))


def is_head(place: str) -> bool:
    """Tell whether a path is that of a title, a caption or the head of a column."""
    patterns = (_SECTION, _TABLE, _COLUMN)
    return any(pattern.match(place) for pattern in patterns)


class Heads:
    """The titles and heads of one document, to ask what each speaks for.

    A *scope* is what a head speaks for: the path of a section or table, or a column.
    What a scope holds is worked out once, however many heads it has.
    """

    __slots__ = ("_paths", "_places", "_tables", "_texts")

    def __init__(self, places: "Places") -> None:
        """Keep the places; a table is read when its first head is asked for."""
        self._places = places
        self._tables: dict[str, _Columns] = {}
        self._paths: dict[str, tuple[str, ...]] = {}
        self._texts: dict[str, tuple[str, ...]] = {}

    def scope(self, place: str) -> str:
        """Return what a head speaks for, empty for what is no head.

        The table too where its columns cannot be told apart.
        """
        whole = _SECTION.match(place) or _TABLE.match(place)
        if whole:
            return whole.group()
        head = _COLUMN.match(place)
        if head is None:
            return ""
        table = head["table"]
        if table not in self._tables:
            self._tables[table] = _columns(table, self._places)
        columns = self._tables[table]
        if columns is None:
            return table
        scope = f"{table}#column={head['number'] or 1}"
        self._paths[scope] = tuple(columns.get(int(head["number"] or 1), ()))
        return scope

    def paths(self, scope: str) -> tuple[str, ...]:
        """Return the paths a scope stands for: itself, or the cells of a column."""
        return self._paths.get(scope, (scope,))

    def texts(self, scope: str) -> tuple[str, ...]:
        """Return the places whose words stand in a scope and are no heads."""
        if scope not in self._texts:
            paths = self.paths(scope)
            if _IS_SECTION.search(scope):
                paths = (f"{scope}/h:text", f"{scope}/text")
            self._texts[scope] = tuple(self._inside(paths))
        return self._texts[scope]

    def _inside(self, paths: "Iterable[str]") -> "Iterator[str]":
        for path in paths:
            for place in (path, *self._places.below(path)):
                if self._places.text(place) and not is_head(place):
                    yield place

    def names_one(self, place: str, findings: "Iterable[Finding]") -> bool:
        """Tell whether each thing that a head names is told by one of the findings."""
        spans = [finding.span for finding in findings]
        known = [span for span in spans if span]
        if len(known) < len(spans):
            return True
        return all(
            any(first < end and start < last for first, last in known)
            for start, end in parts_of(self._places.text(place))
        )


def parts_of(text: str) -> "Iterator[tuple[int, int]]":
    """Yield where each thing stands that a head names: *Tabac, alcool* names two."""
    start = 0
    for between in _BETWEEN.finditer(text):
        yield start, between.start()
        start = between.end()
    yield start, len(text)


def _columns(table: str, places: "Places") -> "_Columns":
    """Return the cells of each column; None where the columns cannot be told apart."""
    heads = [_COLUMN.match(place) for place in places.below(f"{table}/h:thead")]
    width = max((int(head["number"] or 1) for head in heads if head), default=0)
    columns: dict[int, list[str]] = defaultdict(list)
    for row in _rows(table, places).values():
        for number, cell in _numbered(row):
            columns[number].append(cell)
    several = any(head and head["second"] for head in heads)
    return None if several or max(columns, default=0) > width else columns


def _rows(table: str, places: "Places") -> dict[str, list[re.Match[str]]]:
    """Return the places of each row of a table."""
    rows: dict[str, list[re.Match[str]]] = defaultdict(list)
    for place in places.below(table):
        cell = _CELL.match(place, len(table))
        if cell:
            rows[cell["row"]].append(cell)
    return rows


def _numbered(cells: "list[re.Match[str]]") -> "Iterator[tuple[int, str]]":
    """Number the cells of a row; its own heads come first."""
    heads = [int(cell["number"] or 1) for cell in cells if cell["kind"] == "h"]
    for cell in cells:
        number = int(cell["number"] or 1)
        before = max(heads, default=0) if cell["kind"] == "d" else 0
        yield before + number, cell.string
