"""What a run found, for people and for programs; tokens are in neither."""

from collections.abc import Iterator
from typing import Any

from leakbench.exchange import Request
from leakbench.findings import Finding, Outcome

Json = dict[str, Any]
BODY = 400
SHOWN = 3
"""Findings printed for each family; the file has all."""


def table(outcome: Outcome) -> Iterator[str]:
    """Yield one line for each family, and the sum."""
    head = ("family", "probes", "pairs", "answered", "differ", "words", "noise")
    yield _row(*head, "descends from")
    for family in outcome.families:
        tally = outcome.tallies.get(family.name)
        if tally is None:
            yield _row(family.name, *["-"] * 6, "left out")
            continue
        figures = (tally.probes, tally.pairs, tally.answered, tally.differences)
        rest = (tally.canaries, tally.noise)
        yield _row(family.name, *map(str, (*figures, *rest)), family.descent)
    taken = ", ".join(f"{name} {size}" for name, size in outcome.taken.most_common())
    yield f"made equal before comparing (bytes): {taken or 'nothing'}"
    if outcome.errors:
        yield f"answers of 500 or more: {outcome.errors} (the same on both sides)"


def words(outcome: Outcome) -> Iterator[str]:
    """Yield the first findings of each family: two requests, and where they part."""
    for name in outcome.leaks:
        found = [each for each in outcome.findings if each.family == name]
        for each in found[:SHOWN]:
            yield ""
            yield f"LEAK {name}: {each.difference.what}"
            yield f"  {_asked(each.real)}"
            if each.twin is not None:
                yield f"  {_asked(each.twin)}"
            yield f"  hidden there: {each.difference.real}"
            if each.twin is not None:
                yield f"  never there:  {each.difference.twin}"
        if len(found) > SHOWN:
            yield f"  and {len(found) - SHOWN} more of {name}"


def verdict(outcome: Outcome) -> str:
    """Return the last line; it says of what nothing was learnt."""
    silent = ", ".join(outcome.unanswered)
    rest = f"; nothing answered in {silent}" if silent else ""
    if noise := ", ".join(f"{name} {size}" for name, size in outcome.noise.items()):
        rest += f"; lost to noise: {sum(outcome.noise.values())} pairs ({noise})"
    if outcome.noisy:
        rest += f"; not compared, since they vary: {', '.join(sorted(outcome.noisy))}"
    if outcome.findings:
        return (
            f"{len(outcome.findings)} leaks in {len(outcome.leaks)} families, "
            f"{outcome.pairs} pairs compared, {outcome.answered} of them answered: "
            f"{', '.join(outcome.leaks)}{rest}"
        )
    clean = "cannot conclude: too much noise; " if outcome.drowned else ""
    return (
        f"{clean}0 leaks in {outcome.pairs} compared pairs, {outcome.answered} of them "
        f"answered{rest}"
    )


def as_json(outcome: Outcome, target: str) -> Json:
    """Return everything, for a program."""
    return {
        "target": target,
        "software": outcome.software,
        "pairs": outcome.pairs,
        "answered": outcome.answered,
        "unanswered": list(outcome.unanswered),
        "leaks": list(outcome.leaks),
        "errors": outcome.errors,
        "noise": outcome.noise,
        "noisy_headers": sorted(outcome.noisy),
        "concluded": bool(outcome.findings) or not outcome.drowned,
        "normalised": dict(outcome.taken),
        "families": [_family(outcome, each.name) for each in outcome.families],
        "findings": [_finding(each) for each in outcome.findings],
    }


def _family(outcome: Outcome, name: str) -> Json:
    family = next(each for each in outcome.families if each.name == name)
    said: Json = {"name": name, "title": family.title, "descent": family.descent}
    tally = outcome.tallies.get(name)
    if tally is None:
        return said | {"skipped": True}
    return said | {
        "probes": tally.probes,
        "pairs": tally.pairs,
        "answered": tally.answered,
        "differences": tally.differences,
        "canaries": tally.canaries,
        "noise": tally.noise,
    }


def _finding(found: Finding) -> Json:
    return {
        "family": found.family,
        "what": found.difference.what,
        "real": {"request": _request(found.real), "part": found.difference.real},
        "twin": found.twin
        and {"request": _request(found.twin), "part": found.difference.twin},
    }


def _request(asked: Request) -> Json:
    """Return a request without its token: that is put in when it is sent."""
    body = asked.body.decode("utf-8", "replace")
    headers = [list(each) for each in asked.headers]
    return {
        "method": asked.method,
        "path": asked.path,
        "headers": headers,
        "body": body,
    }


def _asked(asked: Request) -> str:
    special = [
        f"{name}: {value}"
        for name, value in asked.headers
        if name not in ("Accept", "X-Request-Id") or "fhir+json" not in value + name
    ]
    headers = "; ".join(each for each in special if not each.startswith("X-Request-Id"))
    body = asked.body[:BODY].decode("utf-8", "replace")
    return "  ".join(x for x in (asked.method, asked.path, headers, body) if x)


def _row(*cells: str) -> str:
    name, *figures, last = cells
    return f"{name:12}" + "".join(f"{each:>9}" for each in figures) + f"  {last}"
