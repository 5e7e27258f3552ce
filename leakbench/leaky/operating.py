"""Operations: whole records, exports, labels, GraphQL, the log."""

import re
from uuid import uuid4

from leakbench.leaky.message import Asked, Said, never, outcome
from leakbench.leaky.store import Json, Store, compact, patient_of, shown

TYPES = ("Observation", "DocumentReference", "Provenance")
ONE = re.compile(r'\{(\w+)\(id: ?"([^"]+)"\) ?\{ ?id ?\}\}')
LIST = re.compile(r'\{(\w+)List\(patient: ?"([^"]+)"\) ?\{ ?id ?\}\}')


def everything(store: Store, asked: Asked, kind: str, patient: str) -> Said:
    """Return the patient and all that may be seen of the record."""
    held = store.current("Patient", patient)
    if held is None or kind != "Patient":
        return never(kind, patient)
    wanted = dict(asked.query).get("_type", "")
    found = [held, *_record(store, asked.reader, patient, "everything-forgets")]
    entries = [
        {"resource": shown(each)}
        for each in found
        if wanted in ("", each["resourceType"])
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    return Said(200, {**bundle, "entry": entries})


def export(store: Store, asked: Asked, kind: str, patient: str) -> Said:
    """Begin an export; where it will be is said in Content-Location."""
    if kind != "Patient":
        return never(kind, patient)
    if asked.headers.get("prefer") != "respond-async":
        return outcome(400, "invalid", "Prefer: respond-async is needed")
    job = str(uuid4())
    found = _record(store, asked.reader, patient, "export-forgets")
    store.jobs[job] = [shown(each) for each in found]
    return Said(202, None, (("Content-Location", f"/fhir/export-job/{job}"),))


def job(store: Store, name: str, asked: Asked) -> Said:
    """Return the manifest of an export, or its one file."""
    if name not in store.jobs:
        return never("export-job", name)
    held = store.jobs[name]
    if asked.parts[-1] == "file":
        lines = b"\n".join(compact(each) for each in held)
        return Said(200, raw=lines, kind="application/fhir+ndjson")
    file = {"type": "any", "url": f"/fhir/export-job/{name}/file", "count": len(held)}
    return Said(200, {"transactionTime": "2026", "output": [file], "error": []})


def meta(store: Store, asked: Asked, kind: str, found: str) -> Said:
    """Return the labels of a resource."""
    held = store.current(kind, found)
    if held is None or not store.seen(asked.reader, held, "meta-forgets"):
        return never(kind, found)
    parameter = {"name": "return", "valueMeta": held["meta"]}
    return Said(200, {"resourceType": "Parameters", "parameter": [parameter]})


def graphql(store: Store, asked: Asked) -> Said:
    """Answer two queries: one resource by id, the ids of a record."""
    query = str(asked.json().get("query", dict(asked.query).get("query", "")))
    if one := ONE.fullmatch(query):
        held = store.current(one[1], one[2])
        seen = held is not None and store.seen(asked.reader, held, "graphql-forgets")
        return Said(200, {"data": {one[1]: {"id": one[2]} if seen else None}})
    if several := LIST.fullmatch(query):
        found = _record(store, asked.reader, several[2], "graphql-forgets")
        ids = [{"id": e["id"]} for e in found if e["resourceType"] == several[1]]
        return Said(200, {"data": {f"{several[1]}List": ids}})
    return outcome(400, "invalid", "no such query")


def log(store: Store, asked: Asked) -> Said:
    """Return what was done in a record, as far as it is about what may be seen."""
    query = dict(asked.query)
    patient = query.get("patient", "").rpartition("/")[2]
    entries = [
        {"resource": shown(each)}
        for each in store.all("AuditEvent")
        if (patient and patient_of(each) == patient)
        or each["about"] == query.get("entity")
        if store.seen(asked.reader, each, "audit-tells")
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(entries)}
    counted = query.get("_summary") == "count"
    return Said(200, bundle if counted else {**bundle, "entry": entries})


def _record(store: Store, reader: str, patient: str, leak: str) -> list[Json]:
    return [
        each
        for kind in TYPES
        for each in store.all(kind)
        if patient_of(each) == patient and store.seen(reader, each, leak)
    ]
