"""Reads by id: what is hidden, beside an id of its shape that never was."""

from collections.abc import Iterator

from leakbench.ground import Ground
from leakbench.probe import Family, Probe, get

FORMS = ("application/fhir+json", "application/fhir+xml", "text/xml", "application/pdf")
VERSIONS = ("1", "2", "3")


def reads(ground: Ground) -> Iterator[Probe]:
    """Yield every way to ask for one resource."""
    for item in ground.hidden:
        path = f"{item.type}/{item.place('id')}"
        yield get(path)
        yield Probe("HEAD", path)
        yield Probe("OPTIONS", path)
        for form in FORMS:
            yield get(path, ("Accept", form))
        for more in ("_summary=true", "_elements=id", "_format=xml", "_pretty=true"):
            yield get(f"{path}?{more}")
        yield from conditional(path, item.facts.etag)
    for item in ground.visible:
        yield get(f"{item.type}/{item.place('id')}")


def conditional(path: str, etag: str) -> Iterator[Probe]:
    """Yield reads that a server may answer before it asks who may know."""
    for tag in dict.fromkeys((etag or 'W/"1"', 'W/"1"', "*")):
        yield get(path, ("If-None-Match", tag))
    yield get(path, ("If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"))
    yield get(path, ("Range", "bytes=0-0"))


def versions(ground: Ground) -> Iterator[Probe]:
    """Yield histories and single versions."""
    for item in (*ground.hidden, *ground.visible[:1]):
        path = f"{item.type}/{item.place('id')}"
        for number in dict.fromkeys((*VERSIONS, item.facts.version or "1")):
            yield get(f"{path}/_history/{number}")
        yield Probe("HEAD", f"{path}/_history/1")
        yield get(f"{path}/_history")
        yield get(f"{path}/_history?_since=2000-01-01T00:00:00Z&_count=1")
    for kind in ground.kinds:
        yield get(f"{kind}/_history?_count=100")
    yield get("_history?_count=100")


def binaries(ground: Ground) -> Iterator[Probe]:
    """Yield the bytes behind hidden items."""
    for item in ground.hidden:
        if not item.facts.binaries:
            continue
        path = f"Binary/{item.place('binary')}"
        yield Probe("HEAD", path)
        yield get(path, ("Range", "bytes=0-0"))
        yield get(path, ("X-Security-Context", "Patient/${patient}"))
        for form in (*FORMS, "*/*"):
            yield get(path, ("Accept", form))


def patients(ground: Ground) -> Iterator[Probe]:
    """Yield the patient itself: its version and date must not move with hidden items."""
    del ground
    yield get("Patient/${patient}")
    yield get("Patient/${patient}/_history")
    yield get("Patient/${patient}/_history/2")
    yield get("Patient?_id=${patient}")
    yield get("Patient?identifier=${person}")


FAMILIES = (
    Family(
        "read",
        "read by id: hidden beside absent",
        "OpenEMR CVE-2026-24487; LinuxForHealth #2669, #1849",
        reads,
    ),
    Family("version", "history and versions", "LinuxForHealth #2300, #1809", versions),
    Family("binary", "bytes of an attachment", "LinuxForHealth #3716", binaries),
    Family(
        "patient",
        "the patient as a meter of what is deposited",
        "versions and dates that move (Paravent NIH-02)",
        patients,
    ),
)
