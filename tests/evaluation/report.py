"""The figures as text: what ``make eval`` prints."""

from collections.abc import Iterable, Iterator, Mapping

from labels.codes import Category
from tests.evaluation import authored
from tests.evaluation.figures import Count, macro, total
from tests.evaluation.measure import Outcome, confusion, counts
from tests.evaluation.spots import Area, Spot

_HEAD = f"{'category':24}{'right':>7}{'wrong':>7}{'missed':>7}"
_RATIOS = f"{'precision':>11}{'recall':>9}{'F1':>8}"


def table(title: str, counted: Mapping[Category, Count]) -> Iterator[str]:
    """Yield a line a category, then the averages over categories and occurrences."""
    mean, whole = macro(counted), total(counted)
    yield f"\n{title}\n{_HEAD}{_RATIOS}"
    for category, each in counted.items():
        if each.right + each.wrong + each.missed:
            yield f"{category:24}{_numbers(each)}{_ratios(each)}"
    yield (f"{'macro':24}{'':21}{mean.precision:11.3f}{mean.recall:9.3f}{mean.f1:8.3f}")
    yield f"{'all occurrences':24}{_numbers(whole)}{_ratios(whole)}"


def summary(
    sets: Mapping[str, tuple[Outcome, ...]], measured: tuple[authored.Document, ...]
) -> Iterator[str]:
    """Yield one line for each body of material: the figures to read first."""
    yield f"{'totals':40}{'':14}{_RATIOS}"
    for name, outcomes in sets.items():
        yield from _averages(f"{name}, {len(outcomes)} items", counts(outcomes))
    if measured:
        named = f"authored, {len(measured)} documents"
        yield from _averages(named, authored.documents(measured))
        yield from _averages("authored, places", authored.places(measured))
        facts = authored.places(measured, facts=True)
        yield from _averages("authored, places of the facts", facts)
        yield from _ordinary(measured)


def _averages(name: str, counted: Mapping[Category, Count]) -> Iterator[str]:
    mean, whole = macro(counted), total(counted)
    yield f"{name:40}{'macro':>14}{mean.precision:11.3f}{mean.recall:9.3f}{mean.f1:8.3f}"
    yield f"{'':40}{'occurrences':>14}{_ratios(whole)}"


def _ordinary(measured: tuple[authored.Document, ...]) -> Iterator[str]:
    ordinary = sum(len(each.ordinary) for each in measured)
    hidden = sum(len(each.hidden) for each in measured)
    taken = sum(len(each.taken) for each in measured)
    yield f"ordinary words that stand in no labelled place: {ordinary - hidden} of {ordinary}"
    yield f"ordinary words hidden that share no place with a spot: {taken} of {ordinary}"


def outcomes(name: str, measured: tuple[Outcome, ...], *, shown: bool) -> Iterator[str]:
    """Yield the table of a set and its confusion; its wrong items only when shown."""
    yield from table(f"{name}: {len(measured)} items", counts(measured))
    yield f"\n{name}: categories that fired on hard negatives (tempting -> fired)"
    fired = confusion(measured).most_common()
    yield from (f"  {tempting} -> {false}: {n}" for (tempting, false), n in fired)
    if not fired:
        yield "  none"
    if shown:
        yield from _wrong(name, measured)


def documents(measured: tuple[authored.Document, ...]) -> Iterator[str]:
    """Yield the tables of the authored documents, then the spots that were missed."""
    yield from table(
        f"authored documents: {len(measured)}", authored.documents(measured)
    )
    yield from table(
        "authored places (wrong = labelled places that touch no spot)",
        authored.places(measured),
    )
    yield from table(
        "authored places (wrong = labelled places outside the fact of every spot)",
        authored.places(measured, facts=True),
    )
    yield "\nauthored: spots missed, ordinary words hidden, labelled places outside facts"
    for document in measured:
        want, have = document.pair
        if want != have:
            yield f"  {document.name}: {_names(want)} expected, {_names(have)} found"
        yield from _listed("missed", document.name, document.missed)
        yield from (f"  hidden {document.name} {words!r}" for words in document.hidden)
        yield from _listed("outside", document.name, document.strange)


def _listed(word: str, name: str, places: Iterable[Spot | Area]) -> Iterator[str]:
    for one in places:
        where = f"{one.place} {one.text!r}" if isinstance(one, Spot) else str(one)
        yield f"  {word} {name} {one.category} {where}"


def _wrong(name: str, measured: tuple[Outcome, ...]) -> Iterator[str]:
    yield f"\n{name}: wrong items"
    for outcome in measured:
        if outcome.missed or outcome.false:
            item = outcome.item
            yield f"  {item.id} [{item.kind}] {item.line!r}"
            yield f"      missed {_names(outcome.missed)}, false {_names(outcome.false)}"
            yield f"      why: {item.why}"


def _names(categories: Iterable[Category]) -> str:
    return ", ".join(sorted(categories)) or "none"


def _numbers(each: Count) -> str:
    return f"{each.right:7}{each.wrong:7}{each.missed:7}"


def _ratios(each: Count) -> str:
    return f"{each.precision:11.3f}{each.recall:9.3f}{each.f1:8.3f}"
