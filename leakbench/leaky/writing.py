"""Writes: everything that a server checks before it writes is a question."""

from leakbench.leaky.message import Asked, Said, never, outcome
from leakbench.leaky.store import Json, Store, patient_of, shown

LINKS = ("derivedFrom", "hasMember", "focus", "relatesTo", "target")


def create(store: Store, asked: Asked, kind: str) -> Said:
    """Keep a new resource; identifiers are one's own affair, references are checked."""
    resource = asked.json()
    if resource.get("resourceType") != kind:
        return outcome(400, "invalid", "another type than the address")
    if condition := asked.headers.get("if-none-exist"):
        value = condition.partition("=")[2].rpartition("|")[2].rpartition("%7C")[2]
        for each in _named(store, kind, value):
            if store.seen(asked.reader, each, "condition-sees-all"):
                return Said(200, shown(each))
    for name in _identifiers(resource):
        if store.leaky("unique-for-all") and list(_named(store, kind, name)):
            return outcome(409, "duplicate", "this identifier is taken")
    if not _references_hold(store, asked.reader, resource):
        return outcome(422, "not-found", "a reference leads to nothing")
    made = _kept(store, resource)
    return Said(
        201, shown(made), (("Location", f"/fhir/{kind}/{made['id']}/_history/1"),)
    )


def change(store: Store, asked: Asked, kind: str, found: str) -> Said:
    """Answer a PUT or PATCH: what is not there, or not seen, is the one answer."""
    held = store.current(kind, found)
    tag = asked.headers.get("if-match", "")
    if held is not None and not store.may(asked.reader, held):
        if store.leaky("version-checked-first") and tag not in ("", 'W/"1"'):
            return outcome(412, "conflict", "another version")
        if store.leaky("patch-looks-first") and asked.method == "PATCH":
            return outcome(403, "forbidden", "not yours")
    if held is None or not store.may(asked.reader, held):
        return never(kind, found)
    if tag and tag != f'W/"{held["meta"]["versionId"]}"':
        return outcome(412, "conflict", "another version")
    if asked.method == "PATCH":
        return Said(200, shown(store.put(held, found)))
    return Said(200, shown(store.put(asked.json() | {"resourceType": kind}, found)))


def delete(store: Store, asked: Asked, kind: str, found: str) -> Said:
    """Refuse every deletion of what is seen; the rest is the one answer."""
    held = store.current(kind, found)
    if held is not None and store.seen(asked.reader, held, "delete-looks-first"):
        return outcome(403, "forbidden", "nothing is deleted here")
    return never(kind, found)


def _kept(store: Store, resource: Json) -> Json:
    """Keep a resource; the bytes of its attachments become Binaries of their own."""
    made = store.put(resource)
    for each in made.get("content", []):
        attachment = each["attachment"]
        about = f"{made['resourceType']}/{made['id']}"
        inside = {"data": attachment.pop("data", ""), "about": about}
        binary = {"resourceType": "Binary", "contentType": attachment["contentType"]}
        attachment["url"] = f"Binary/{store.put(binary | inside)['id']}"
    _log(store, made)
    patient = store.current("Patient", patient_of(made))
    if patient is not None and store.leaky("patient-touched"):
        store.put(patient, patient["id"])
    return made


def _log(store: Store, made: Json) -> None:
    about = f"{made['resourceType']}/{made['id']}"
    entity = {"what": {"reference": about}}
    event = {"resourceType": "AuditEvent", "action": "C", "entity": [entity]}
    store.put(event | {"subject": made.get("subject", {}), "about": about})


def _references_hold(store: Store, reader: str, resource: Json) -> bool:
    """Whether every reference leads to what the reader may see."""
    for name in LINKS:
        for link in resource.get(name, []):
            named = link.get("target", link).get("reference", "")
            kind, _, found = named.partition("/")
            held = store.current(kind, found)
            if held is None:
                return False
            if not store.seen(reader, held, "reference-checked-for-all"):
                return False
    return True


def _identifiers(resource: Json) -> list[str]:
    return [str(each.get("value")) for each in resource.get("identifier", [])]


def _named(store: Store, kind: str, value: str) -> list[Json]:
    return [each for each in store.all(kind) if value in _identifiers(each)]
