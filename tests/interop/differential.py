"""C-CDA to FHIR by three converters: how many of what, document by document.

    python -m tests.interop.differential [PYTHON]

``PYTHON`` is the interpreter of an environment that has ``ccda-to-fhir``; without it
that column is empty. ``source`` counts what the document itself states, template by
template: the arbiter. The differences are explained in mappings/cda/to_fhir/README.md.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from mappings.cda import xml
from mappings.cda.to_fhir.document import bundle
from mappings.mapped import Refused
from mappings.submission import JsonObject
from tests.interop.validators import FOLDER
from tests.shared_material import SHARED

HERE = Path(__file__).parent
RECORDED = "2026-11-22T10:00:00+00:00"
KINDS = {
    "problems": "2.16.840.1.113883.10.20.22.4.4",
    "medications": "2.16.840.1.113883.10.20.22.4.16",
    "allergies": "2.16.840.1.113883.10.20.22.4.7",
    "results": "2.16.840.1.113883.10.20.22.4.2",
    "immunisations": "2.16.840.1.113883.10.20.22.4.52",
}
"""Each kind with the template that states one (C-CDA R2.1)."""

_TYPES = {
    "Condition": "problems",
    "MedicationStatement": "medications",
    "MedicationRequest": "medications",
    "AllergyIntolerance": "allergies",
    "Immunization": "immunisations",
}
_H = "{urn:hl7-org:v3}"


@dataclass(frozen=True, slots=True)
class Converted:
    """What one converter made of one document: counts, seconds, or why it failed."""

    counts: Mapping[str, int]
    seconds: float = 0.0
    failed: str = ""


def documents() -> list[Path]:
    """Return the C-CDA samples, in order."""
    found = (SHARED / "samples" / "ccda").rglob("*")
    return sorted(path for path in found if path.suffix.lower() == ".xml")


def source(path: Path) -> Converted:
    """Count what a document states, by its templates."""
    stated = dict.fromkeys(KINDS, 0)
    statements = ("observation", "substanceAdministration")
    for one in xml.parse(path.read_bytes()).iter(
        *(f"{_H}{each}" for each in statements)
    ):
        named = {each.get("root") for each in one.findall(f"{_H}templateId")}
        for kind, template in KINDS.items():
            stated[kind] += template in named
    return Converted(stated)


def ours(path: Path) -> Converted:
    """Convert a document with this project."""
    data, began = path.read_bytes(), perf_counter()
    try:
        made = bundle(data, RECORDED).value
    except Refused as refused:
        return Converted({}, failed=f"refused {refused.status}")
    seconds = perf_counter() - began
    return Converted(counted(each["resource"] for each in made["entry"]), seconds)


def medplum(paths: Sequence[Path]) -> list[Converted]:
    """Convert documents with @medplum/ccda, in one Node process."""
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules").is_dir():
        return []
    return _elsewhere([node, str(HERE / "convert.mjs"), str(FOLDER)], paths)


def ccda_to_fhir(python: str, paths: Sequence[Path]) -> list[Converted]:
    """Convert documents with ccda-to-fhir, in one process of that environment."""
    return _elsewhere([python, str(HERE / "convert_by_ccda_to_fhir.py")], paths)


def _elsewhere(command: list[str], paths: Sequence[Path]) -> list[Converted]:
    asked = "".join(f"{path}\n" for path in paths)
    done = subprocess.run(
        command, input=asked.encode(), stdout=subprocess.PIPE, check=True
    )
    return [_read(json.loads(line)) for line in done.stdout.split(b"\n") if line]


def _read(said: JsonObject) -> Converted:
    if "failed" in said:
        return Converted({}, failed=str(said["failed"]))
    return Converted(counted(said["resources"]), said["seconds"])


def counted(resources: Iterable[JsonObject]) -> dict[str, int]:
    """Count the resources of each kind; a result is an Observation of a laboratory."""
    found = dict.fromkeys(KINDS, 0)
    for one in resources:
        kind = _TYPES.get(one["resourceType"], "")
        if one["resourceType"] == "Observation" and _laboratory(one):
            kind = "results"
        if kind:
            found[kind] += 1
    return found


def _laboratory(observation: JsonObject) -> bool:
    return any(
        coding.get("code") == "laboratory"
        for concept in observation.get("category", ())
        for coding in concept.get("coding", ())
    )


def table(python: str = "") -> Iterator[str]:
    """Yield the lines of the table: each kind as source / ours / medplum / PyPI."""
    paths = documents()
    columns = [
        [source(path) for path in paths],
        [ours(path) for path in paths],
        medplum(paths),
        ccda_to_fhir(python, paths) if python else [],
    ]
    yield f"| document | {' | '.join(KINDS)} |"
    yield f"|-|{'-|' * len(KINDS)}"
    for number, path in enumerate(paths):
        row = [column[number] if column else None for column in columns]
        cells = (" / ".join(_cell(one, kind) for one in row) for kind in KINDS)
        yield f"| {path.stem[:60]} | {' | '.join(cells)} |"
    for name, column in zip(("ours", "medplum", "PyPI"), columns[1:], strict=True):
        yield f"{name}: {sum(one.seconds for one in column):.2f} s"


def _cell(one: Converted | None, kind: str) -> str:
    if one is None:
        return ""
    return "failed" if one.failed else str(one.counts[kind])


if __name__ == "__main__":
    for line in table(*sys.argv[1:2]):
        sys.stdout.write(f"{line}\n")
