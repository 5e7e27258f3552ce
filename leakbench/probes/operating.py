"""Operations, and the resources that speak of others: logs, provenance, consents, lists."""

import json
from collections.abc import Iterator

from leakbench.ground import Ground
from leakbench.probe import JSON, Family, Probe, get, post

ASIDE = (
    "AuditEvent",
    "Provenance",
    "Consent",
    "List",
    "Composition",
    "Flag",
    "Task",
    "Communication",
    "Subscription",
    "Encounter",
)
ABOUT = {
    "AuditEvent": "entity",
    "Provenance": "target",
    "List": "item",
    "Task": "focus",
}


def everything(ground: Ground) -> Iterator[Probe]:
    """Yield the operations that give a whole record."""
    path = "Patient/${patient}/$everything"
    yield get(path)
    yield get(f"{path}?_count=1", follow=6)
    yield get(f"{path}?_since=2000-01-01T00:00:00Z")
    for kind in ground.kinds:
        yield get(f"{path}?_type={kind}")
        yield get(f"{kind}/$lastn?{ground.profile.scoped(kind)}")
        yield get(f"Patient/${{patient}}/{kind}")
    yield get("Patient/${patient}/$summary")
    yield get("Patient/${patient}/*")
    yield get("DocumentReference/$docref?patient=${patient}")
    yield get("DocumentReference/$docref?patient=Patient/${patient}")


def exports(ground: Ground) -> Iterator[Probe]:
    """Yield bulk exports: what is asked for in the background is judged too."""
    later = ("Prefer", "respond-async")
    for path in ("$export", "Patient/$export", "Patient/${patient}/$export"):
        yield get(path, later, follow=2)
        yield get(path)
        for kind in ground.kinds:
            yield get(f"{path}?_type={kind}", later, follow=2)


def labels(ground: Ground) -> Iterator[Probe]:
    """Yield operations on one resource: their answers may tell that it is there."""
    for item in ground.hidden:
        path = f"{item.type}/{item.place('id')}"
        for name in ("$meta", "$validate", "$document", "$graph", "$diff", "$explain"):
            yield get(f"{path}/{name}")
        named = {"resourceType": item.type, "id": item.place("id")}
        checked = {"name": "resource", "resource": named}
        parameters = {"resourceType": "Parameters", "parameter": [checked]}
        yield post(f"{path}/$validate", json.dumps(parameters), JSON)
        yield post(f"{item.type}/$validate", json.dumps(parameters), JSON)
    for item in ground.visible[:1]:
        yield get(f"{item.type}/{item.place('id')}/$meta")
    yield get("Patient/${patient}/$meta")


def aside(ground: Ground) -> Iterator[Probe]:
    """Yield searches of what speaks of other resources."""
    for kind in ASIDE:
        yield get(f"{kind}?patient=Patient/${{patient}}")
        yield get(f"{kind}?patient=Patient/${{patient}}&_summary=count")
    for kind, name in ABOUT.items():
        for item in ground.hidden:
            yield get(f"{kind}?{name}={item.type}/{item.place('id')}")


FAMILIES = (
    Family("everything", "a whole record", "HAPI #7082, #7119; LEAP-CES", everything),
    Family("export", "bulk export", "HAPI #6854, #6855; LinuxForHealth #2777", exports),
    Family(
        "operation",
        "operations on one resource",
        "HAPI consent allow-list: $meta of a hidden resource",
        labels,
    ),
    Family(
        "aside",
        "logs, provenance, consents, lists",
        "SHARES AuditEvent.contained; LinuxForHealth #1881",
        aside,
    ),
)
