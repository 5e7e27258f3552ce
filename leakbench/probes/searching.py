"""Searches of one patient's items: values, counts, pages, order, forms."""

from collections.abc import Iterator

from leakbench.ground import Ground, Item
from leakbench.probe import FORM, Family, Probe, get, post, said

PREFIXES = ("eq", "ne", "ge", "le", "sa", "eb", "ap")
COUNTS = (1, 2, 3, 5)
PAGES = 6
COUNTED = (
    "_summary=count",
    "_total=none",
    "_total=estimate",
    "_total=accurate",
    "_count=0",
)
FORMS = (
    "_summary=true",
    "_summary=text",
    "_summary=data",
    "_elements=id",
    "_format=xml",
)
MODIFIED = (":not", ":text", ":above", ":below", ":missing", ":exact", ":contains")
LABELS = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality|"
CODED = ("code", "type", "category")
BACKWARDS = ("date", "_lastUpdated")
DAY = 10


def plain(ground: Ground) -> Iterator[Probe]:
    """Yield the searches that everybody makes, in every form."""
    for kind in dict.fromkeys((*ground.kinds, *ground.offers.searchable())):
        yield get(ground.scoped(kind), follow=1)
    for kind in ground.kinds:
        for form in FORMS:
            yield get(f"{ground.scoped(kind)}&{form}")


def values(ground: Ground) -> Iterator[Probe]:
    """Yield searches by what only hidden items hold, in the record and beside it."""
    for item in ground.hidden:
        yield from _values_of(item, ground)
        if ground.profile.seeded is None:
            yield from _since(item, ground.scoped(item.type))
        yield get(f"{item.type}?_id={item.place('id')}")
        yield get(f"{item.type}?_id={item.place('id')}&_summary=count")
        for name in _places(item):
            yield get(f"{item.type}?identifier={item.place(name)}")


def _values_of(item: Item, ground: Ground) -> Iterator[Probe]:
    scoped, offered = ground.scoped(item.type), ground.offers.of(item.type).parameters
    yield get(f"{scoped}&_id={item.place('id')}")
    for name in _places(item):
        yield get(f"{scoped}&identifier={item.place(name)}")
    for code in item.facts.codes:
        for name in CODED:
            if offered and name not in offered:
                continue
            yield get(f"{scoped}&{name}={said(code)}")
    for day in item.facts.dates[:1]:
        for prefix in PREFIXES:
            yield get(f"{scoped}&date={prefix}{day[:DAY]}")


def _since(item: Item, scoped: str) -> Iterator[Probe]:
    """Yield searches by when an item came: fair when both records were filled together."""
    if when := item.facts.updated:
        for prefix in ("ge", "gt", "eq", "le"):
            yield get(f"{scoped}&_lastUpdated={prefix}{said(when)}")


def _places(item: Item) -> tuple[str, ...]:
    return ("identifier",) if item.facts.identifiers else ()


def totals(ground: Ground) -> Iterator[Probe]:
    """Yield every way to have items counted."""
    for kind in ground.kinds:
        for counted in COUNTED:
            yield get(f"{ground.scoped(kind)}&{counted}")
        for item in ground.of(kind):
            for code in item.facts.codes[:1]:
                yield get(f"{ground.scoped(kind)}&code={said(code)}&_summary=count")


def pages(ground: Ground) -> Iterator[Probe]:
    """Yield small pages, followed: none is short, no link leads to nothing."""
    for kind in ground.kinds:
        for count in COUNTS:
            yield get(f"{ground.scoped(kind)}&_count={count}", follow=PAGES)
        yield get(f"{ground.scoped(kind)}&_count=2&_sort=-date", follow=PAGES)


def sorts(ground: Ground) -> Iterator[Probe]:
    """Yield every order that is offered, the latest first where it is one of dates."""
    for kind in ground.kinds:
        offered = ground.offers.of(kind).parameters
        named = dict.fromkeys(("date", "code", "_lastUpdated", "_id", *offered))
        for name in named:
            sign = "-" if name in BACKWARDS else ""
            yield get(f"{ground.scoped(kind)}&_sort={sign}{name}&_count=2", follow=2)


def filters(ground: Ground) -> Iterator[Probe]:
    """Yield full text, filters, labels and modifiers: bisection must yield no bit."""
    for item in ground.hidden:
        scoped = ground.scoped(item.type)
        for word in filter(None, (item.word, *ground.profile.words)):
            yield get(f"{scoped}&_content={said(word)}")
            yield get(f"{scoped}&_text={said(word)}")
        for label in dict.fromkeys((*item.facts.labels, f"{LABELS}R", f"{LABELS}V")):
            yield get(f"{scoped}&_security={said(label)}")
            yield get(f"{scoped}&_security:not={said(label)}")
    for item in ground.hidden:
        for code in item.facts.codes[:1]:
            yield from _modified(code, ground.scoped(item.type))


def _modified(code: str, scoped: str) -> Iterator[Probe]:
    bare = code.rpartition("|")[2]
    yield get(f"{scoped}&_filter={said(f'code eq {bare}')}")
    for modifier in MODIFIED:
        value = "true" if modifier == ":missing" else said(code)
        yield get(f"{scoped}&code{modifier}={value}")


def advertised(ground: Ground) -> Iterator[Probe]:
    """Yield every search parameter of /metadata, with a value of a hidden item."""
    for item in ground.hidden[:1]:
        for name, sort in ground.offers.of(item.type).parameters.items():
            guess = _guess(item, sort)
            if guess and name not in ("patient", "subject"):
                yield get(f"{ground.scoped(item.type)}&{name}={guess}")


def _guess(item: Item, sort: str) -> str:
    """Return what a parameter of this type may be guessed to be."""
    dates, codes = item.facts.dates, item.facts.codes
    guesses = {
        "token": said(codes[0]) if codes else "",
        "date": f"ge{dates[0][:DAY]}" if dates else "",
        "reference": f"{item.type}/{item.place('id')}",
        "string": said(item.word),
    }
    return guesses.get(sort, "")


def posted(ground: Ground) -> Iterator[Probe]:
    """Yield searches by POST: in the body, and split between body and address."""
    for kind in ground.kinds:
        scope = ground.profile.scoped(kind)
        yield post(f"{kind}/_search", scope, FORM)
        yield post(f"{kind}/_search", f"{scope}&_summary=count", FORM)
        yield post(f"{kind}/_search?_count=2", scope, FORM)
        for item in ground.of(kind):
            yield post(f"{kind}/_search", f"{scope}&_id={item.place('id')}", FORM)


def cached(ground: Ground) -> Iterator[Probe]:
    """Yield searches that the full reader has just made."""
    for kind in ground.kinds:
        for more in ("_count=50", "_count=2"):
            path = f"{ground.scoped(kind)}&{more}"
            yield Probe("GET", path, primed=True, follow=2)


FAMILIES = (
    Family(
        "search",
        "the searches of one record, in every form",
        "LEAP-CES; fhir-proxy's stubs; Ontario ClinicalConnect's banner",
        plain,
    ),
    Family(
        "value",
        "searches by values of hidden items",
        "HAPI #6065; PMC3845790 (differencing)",
        values,
    ),
    Family(
        "total",
        "what is counted",
        "HAPI #1507, #2012, #3418",
        totals,
    ),
    Family(
        "page",
        "pages and their links",
        "Microsoft fhir-server #5683; LEAP-CES link.next",
        pages,
    ),
    Family("sort", "order", "row-level security: order by what is hidden", sorts),
    Family(
        "filter",
        "full text, _filter, labels, modifiers",
        "Elasticsearch DLS limitations; Medplum #7352",
        filters,
    ),
    Family(
        "parameter",
        "every search parameter that /metadata offers",
        "Microsoft fhir-server #5817",
        advertised,
    ),
    Family(
        "post-search",
        "searches by POST",
        "LEAP-CES, fhir-proxy: only GET is filtered",
        posted,
    ),
    Family("cache", "what another reader has just asked for", "HAPI #7888", cached),
)
