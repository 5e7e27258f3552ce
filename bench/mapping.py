"""The way of a CDA to FHIR and to a rendition, against a bare parse of the same bytes."""

import subprocess
import sys
from collections.abc import Iterator

from lxml import etree

from bench.material import documents
from bench.timing import Row, best, times
from mappings.cda.document import clinical_document
from mappings.cda.rendition.rendition import rendition
from mappings.cda.to_fhir.document import mapped
from mappings.pdf import unread
from mappings.submission import Traits

_WHOLE_AT_MOST = "8.0 x"
_WHO = Traits((), family="ORMEAU", given=("ALIX",), birth_date="1971-11-04")
_RECORDED = "2026-11-22T08:00:00Z"
_PROGRAM = """
import sys
from bench.mapping import mapped_and_rendered
def resident(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))
data = sys.stdin.buffer.read()
mapped_and_rendered(b'<ClinicalDocument xmlns="urn:hl7-org:v3"/>')
with open("/proc/self/clear_refs", "w") as peak:
    peak.write("5")
before = resident("VmRSS")
made = mapped_and_rendered(data)
print((resident("VmHWM") - before) * 1024)
"""


def mapped_and_rendered(data: bytes) -> object:
    """Parse a document, map it to FHIR, and render it with nothing hidden."""
    made = mapped(clinical_document(data), _RECORDED)
    return made, rendition(data, (), _WHO, unread)


def rows() -> Iterator[Row]:
    """Yield what each way costs as a multiple of lxml parsing the same bytes; memory."""
    name, read = documents()
    cost = best(
        {
            "bare": lambda: [etree.fromstring(data, _bare()) for data in read],
            "map": lambda: [mapped(clinical_document(d), _RECORDED) for d in read],
            "render": lambda: [rendition(d, (), _WHO, unread) for d in read],
            "whole": lambda: [mapped_and_rendered(data) for data in read],
        }
    )
    size, bare = sum(map(len, read)) / 1e6, cost["bare"]
    yield Row(f"bare lxml parse of {name}, {size:.1f} MB", f"{bare * 1000:.0f} ms")
    yield Row("parse and map to FHIR", times(cost["map"], bare))
    yield Row("parse and render", times(cost["render"], bare))
    yield Row("parse, map and render", times(cost["whole"], bare), _WHOLE_AT_MOST)
    yield _memory("the largest", max(read, key=len))
    yield _memory("the one with most markup", max(read, key=lambda d: d.count(b"<")))


def _bare() -> etree.XMLParser:
    """Return a parser that opens nothing, and checks nothing else."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _memory(which: str, data: bytes) -> Row:
    """Measure the most that one document adds to a process of its own (Linux)."""
    answer = subprocess.run(  # noqa: S603 - this interpreter and the program above
        [sys.executable, "-c", _PROGRAM], input=data, check=True, capture_output=True
    )
    size = len(data) / 1e6
    what = f"memory that {which} of them adds ({size:.1f} MB)"
    return Row(what, f"{int(answer.stdout) / 1e6:.0f} MB", f"{12 * size + 60:.0f} MB")
