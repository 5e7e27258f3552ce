"""Reads: one resource, its versions, its bytes."""

from base64 import b64decode

from leakbench.leaky import clock
from leakbench.leaky.message import Asked, Said, never, outcome
from leakbench.leaky.store import Json, Store, shown


def read(store: Store, asked: Asked, kind: str, found: str) -> Said:
    """Return a resource, or the one answer for what is hidden or absent."""
    held = store.current(kind, found)
    tag = asked.headers.get("if-none-match", "")
    if held is not None:
        may = store.may(asked.reader, held)
        known = tag == _tag(held) and (may or store.leaky("etag-before-policy"))
        if known:
            return Said(304, None, (("ETag", _tag(held)),))
        if may or (asked.method == "HEAD" and store.leaky("head-forgets")):
            return _resource(held)
        return _withheld(store, kind, found)
    return never(kind, found)


def _withheld(store: Store, kind: str, found: str) -> Said:
    """Return what is said of a hidden resource: as of an absent one, but for leaks."""
    said = never(kind, found)
    if store.leaky("hidden-is-403"):
        return outcome(403, "forbidden", "access denied")
    if store.leaky("hidden-is-410"):
        return outcome(410, "deleted", f"{kind}/{found} is gone")
    if store.leaky("another-text"):
        return outcome(404, "not-found", f"{kind}/{found} is not in the compartment")
    if store.leaky("header-says"):
        return Said(404, said.body, (("X-Withheld", "1"),))
    return said


def _resource(held: Json) -> Said:
    changed = ("Last-Modified", clock.http_date(held["meta"]["lastUpdated"]))
    headers = (("ETag", _tag(held)), changed)
    if held["resourceType"] != "Binary":
        return Said(200, shown(held), headers)
    return Said(200, None, headers, b64decode(held["data"]), held["contentType"])


def version(store: Store, asked: Asked, kind: str, found: str, number: str) -> Said:
    """Return one version of a resource that may be seen today."""
    versions = store.kept.get((kind, found), [])
    for each in versions:
        if each["meta"]["versionId"] == number and store.seen(
            asked.reader, versions[-1], "vread-forgets"
        ):
            return _resource(each)
    return never(kind, f"{found}/_history/{number}")


def history(store: Store, asked: Asked, kind: str, found: str = "") -> Said:
    """Return the versions of a resource, or of all of a type, that may be seen today."""
    leak = "history-forgets" if found else "type-history-forgets"
    entries = [
        {"resource": shown(each)}
        for (of, own), versions in store.kept.items()
        if of == kind
        and found in ("", own)
        and store.seen(asked.reader, versions[-1], leak)
        for each in reversed(versions)
    ]
    if found and not entries:
        return never(kind, found)
    bundle = {"resourceType": "Bundle", "type": "history", "total": len(entries)}
    return Said(200, {**bundle, "entry": entries})


def binary(store: Store, asked: Asked, found: str) -> Said:
    """Return the bytes of an attachment, judged as the document they belong to."""
    held = store.current("Binary", found)
    if held is None or not store.seen(asked.reader, held, "binary-forgets"):
        return never("Binary", found)
    return _resource(held)


def _tag(held: Json) -> str:
    return f'W/"{held["meta"]["versionId"]}"'
