"""From what is seen to what is not: includes, chains, reverse chains, GraphQL, batches."""

import json
from collections.abc import Iterator

from leakbench.ground import Ground
from leakbench.probe import JSON, Family, Probe, get, post, said

LINKS = ("patient", "subject")
POINTING = ("has-member", "derived-from", "focus", "related", "relatesto")
DAY = 10


def includes(ground: Ground) -> Iterator[Probe]:
    """Yield searches that ask for neighbours."""
    for kind in ground.kinds:
        offer = ground.offers.of(kind)
        scoped = ground.scoped(kind)
        named = (
            f"{kind}:{each}"
            for each, sort in offer.parameters.items()
            if sort == "reference"
        )
        for include in dict.fromkeys(("*", f"{kind}:*", *offer.includes, *named)):
            yield get(f"{scoped}&_include={said(include)}")
            yield get(f"{scoped}&_include:iterate={said(include)}")
        for reverse in dict.fromkeys(("*", *offer.reverse)):
            yield get(f"{scoped}&_revinclude={said(reverse)}")
        for link in LINKS:
            yield get(f"Patient?_id=${{patient}}&_revinclude={kind}:{link}")
    for item in ground.visible:
        yield get(f"{item.type}?_id={item.place('id')}&_include=*&_revinclude=*")


def joins(ground: Ground) -> Iterator[Probe]:
    """Yield chains and reverse chains with values of hidden items."""
    for item in ground.hidden:
        for link in LINKS:
            has = f"Patient?_id=${{patient}}&_has:{item.type}:{link}"
            yield get(f"{has}:_id={item.place('id')}")
            for code in item.facts.codes[:2]:
                yield get(f"{has}:code={said(code)}")
            for day in item.facts.dates[:1]:
                yield get(f"{has}:date=ge{day[:DAY]}")
                yield get(f"{has}:date=le{day[:DAY]}")
            yield get(f"{ground.scoped(item.type)}&{link}:Patient._id=${{patient}}")
        offered = ground.offers.of(item.type).parameters
        scoped = ground.scoped(item.type)
        for name in POINTING:
            if offered and name not in offered:
                continue
            yield get(f"{scoped}&{name}={item.type}/{item.place('id')}")
            for code in item.facts.codes[:1]:
                yield get(f"{scoped}&{name}.code={said(code)}")


def graphs(ground: Ground) -> Iterator[Probe]:
    """Yield the same reads in GraphQL; refused alike where there is none."""
    for item in ground.hidden:
        one = f'{{{item.type}(id: "{item.place("id")}") {{ id }}}}'
        listed = f'{{{item.type}List(patient: "${{patient}}") {{ id }}}}'
        for query in (one, listed):
            asked = json.dumps({"query": query})
            yield post("$graphql", asked, "application/json")
        start, end = said(f'{{{item.type}(id: "'), said('"){id}}')
        yield get(f"$graphql?query={start}{item.place('id')}{end}")


def batches(ground: Ground) -> Iterator[Probe]:
    """Yield the reads and searches again, inside a Bundle."""
    for item in ground.hidden:
        path = f"{item.type}/{item.place('id')}"
        asked = (
            path,
            f"{path}/_history/1",
            f"{ground.scoped(item.type)}&_summary=count",
            f"{item.type}?_id={item.place('id')}",
        )
        for sort in ("batch", "transaction"):
            yield post("", bundle(sort, *(("GET", each) for each in asked)), JSON)
            yield post("", bundle(sort, ("GET", path)), JSON)


def bundle(sort: str, *asked: tuple[str, str]) -> str:
    """Return a Bundle of requests without bodies."""
    entries = [{"request": {"method": m, "url": url}} for m, url in asked]
    return json.dumps({"resourceType": "Bundle", "type": sort, "entry": entries})


FAMILIES = (
    Family(
        "include",
        "_include and _revinclude",
        "Microsoft fhir-server #5683, ADR-2607; LEAP-CES",
        includes,
    ),
    Family("join", "_has and chains", "HAPI #6065; Medplum #9973, #9986", joins),
    Family("graphql", "GraphQL", "Medplum #7641", graphs),
    Family("batch", "reads in a batch", "LEAP-CES, fhir-proxy", batches),
)
