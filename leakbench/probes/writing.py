"""Writes of the restricted reader: what a server checks, it tells."""

import json
from collections.abc import Iterator
from typing import Any

from leakbench.ground import Ground, Item
from leakbench.probe import JSON, PATCH, Family, Probe, get, post, said

Json = dict[str, Any]
TESTS: tuple[list[Json], ...] = (
    [{"op": "test", "path": "/status", "value": "final"}],
    [],
)


def by_id(ground: Ground) -> Iterator[Probe]:
    """Yield changes of what is hidden, beside changes of what never was."""
    for item in ground.hidden:
        path = f"{item.type}/{item.place('id')}"
        for patch in TESTS:
            yield Probe("PATCH", path, (), json.dumps(patch), PATCH)
        body = json.dumps(resource(item, id=item.place("id")))
        for tag in ('W/"1"', 'W/"99"'):
            yield Probe("PUT", path, (("If-Match", tag),), body, JSON)
            yield Probe(
                "PATCH", path, (("If-Match", tag),), json.dumps(TESTS[0]), PATCH
            )
        yield Probe("DELETE", path, (("If-Match", 'W/"99"'),))


def conditional(ground: Ground) -> Iterator[Probe]:
    """Yield writes on a condition that a hidden item meets."""
    for item in ground.hidden:
        if not item.facts.identifiers:
            continue
        query = f"identifier={item.place('identifier')}"
        system, _, _ = item.facts.identifiers[0].rpartition("|")
        bare = item.place("identifier").replace("identifier", "value")
        body = json.dumps(resource(item))
        header = ("If-None-Exist", f"identifier={said(f'{system}|')}{bare}")
        yield post(item.type, body, JSON, header)
        yield Probe("PUT", f"{item.type}?{query}", (), body, JSON)
        yield Probe("PATCH", f"{item.type}?{query}", (), json.dumps(TESTS[0]), PATCH)


def creates(ground: Ground) -> Iterator[Probe]:
    """Yield deposits that collide with hidden ones: the identifier, then the id."""
    for item in ground.hidden:
        if item.facts.identifiers:
            system, _, _ = item.facts.identifiers[0].rpartition("|")
            bare = item.place("identifier").replace("identifier", "value")
            made = resource(item, identifier=[{"system": system, "value": bare}])
            yield post(item.type, json.dumps(made), JSON)
        made = resource(item, id=item.place("id"))
        yield Probe(
            "PUT", f"{item.type}/{item.place('id')}", (), json.dumps(made), JSON
        )


def references(ground: Ground) -> Iterator[Probe]:
    """Yield deposits that point to a hidden item, beside some that point to nothing."""
    for item in ground.hidden:
        target = {"reference": f"{item.type}/{item.place('id')}"}
        for name, value in _links(item, target):
            made = json.dumps(resource(item, **{name: value}))
            yield post(item.type, made, JSON)
            parameters = {"name": "resource", "resource": json.loads(made)}
            body = {"resourceType": "Parameters", "parameter": [parameters]}
            yield post(f"{item.type}/$validate", json.dumps(body), JSON)
        aside = {
            "resourceType": "Provenance",
            "target": [target],
            "recorded": "2026-01-01T00:00:00Z",
            "agent": [{"who": {"display": "leakbench"}}],
        }
        yield post("Provenance", json.dumps(aside), JSON)


def _links(item: Item, target: Json) -> Iterator[tuple[str, object]]:
    """Yield the elements by which a resource of this type points to another."""
    if item.type == "DocumentReference":
        yield "relatesTo", [{"code": "replaces", "target": target}]
        yield "context", {"related": [target]}
        return
    yield "derivedFrom", [target]
    yield "hasMember", [target]
    yield "focus", [target]


def deletes(ground: Ground) -> Iterator[Probe]:
    """Yield deletions: the last of all, since they may be done."""
    for item in ground.hidden:
        if item.facts.identifiers:
            yield Probe("DELETE", f"{item.type}?identifier={item.place('identifier')}")
        yield Probe("DELETE", f"{item.type}/{item.place('id')}")


def again(ground: Ground) -> Iterator[Probe]:
    """Yield the first questions again: what was written may have opened something."""
    for kind in ground.kinds:
        yield get(ground.scoped(kind), follow=2)
        yield get(f"{ground.scoped(kind)}&_summary=count")
    for item in ground.hidden:
        yield get(f"{item.type}/{item.place('id')}")
    yield get("Patient/${patient}")


def resource(item: Item, **more: object) -> Json:
    """Return a small resource of the type of an item, about the patient."""
    code = item.facts.codes[0] if item.facts.codes else "http://loinc.org|8867-4"
    system, _, value = code.rpartition("|")
    concept = {"coding": [{"system": system, "code": value}]}
    made: Json = {
        "resourceType": item.type,
        "status": "current" if item.type == "DocumentReference" else "final",
        "subject": {"reference": "Patient/${patient}"},
        "type" if item.type == "DocumentReference" else "code": concept,
    }
    if item.type == "DocumentReference":
        inline = {"contentType": "text/plain", "data": "bGVha2JlbmNo"}
        made["content"] = [{"attachment": inline}]
    return made | more


FAMILIES = (
    Family(
        "write",
        "PATCH and PUT of what is hidden",
        "LinuxForHealth #1849; HAPI #5712",
        by_id,
        writes=True,
    ),
    Family(
        "condition",
        "If-None-Exist, conditional PUT and PATCH",
        "HAPI #3048; PDSm TD3.3a",
        conditional,
        writes=True,
    ),
    Family(
        "collision",
        "a deposit under a hidden identifier or id",
        "PostgreSQL row security: unique constraints bypass it",
        creates,
        writes=True,
    ),
    Family(
        "reference",
        "a deposit that points to what is hidden",
        "Medplum #7641; referential integrity (PostgreSQL)",
        references,
        writes=True,
    ),
    Family(
        "after", "the first questions again", "step consistency", again, writes=True
    ),
    Family(
        "delete",
        "deletion of what is hidden",
        "LinuxForHealth #2669; OpenEMR CVE-2026-25164",
        deletes,
        writes=True,
    ),
)
