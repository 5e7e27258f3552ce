"""The way of a document through parsing, gathering and labelling, against a bare parse."""

from collections.abc import Iterator

from lxml import etree

from bench.material import documents
from bench.timing import Row, best, times
from labels.detection.service import label
from mappings.cda.content import contents
from mappings.cda.document import clinical_document
from mappings.pdf import unread

_WHOLE_AT_MOST = "2.0 x"


def rows() -> Iterator[Row]:
    """Yield what each stage costs as a multiple of lxml parsing the same bytes.

    The text of embedded PDF files is not read: that is measured apart.
    """
    name, read = documents()
    parsed = [clinical_document(data) for data in read]
    said = [contents(document, unread) for document in parsed]
    cost = best(
        {
            "bare": lambda: [etree.fromstring(data, _bare()) for data in read],
            "own": lambda: [clinical_document(data) for data in read],
            "contents": lambda: [contents(document, unread) for document in parsed],
            "label": lambda: [label(places) for places in said],
            "whole": lambda: [_whole(data) for data in read],
        }
    )
    size, bare = sum(map(len, read)) / 1e6, cost["bare"]
    yield Row(f"bare lxml parse of {name}, {size:.1f} MB", f"{bare * 1000:.0f} ms")
    yield Row("parse with every check", times(cost["own"], bare))
    yield Row("places of the content", times(cost["contents"], bare))
    yield Row("labelling of the places", times(cost["label"], bare))
    yield Row("bytes to labels, as a whole", times(cost["whole"], bare), _WHOLE_AT_MOST)


def _bare() -> etree.XMLParser:
    """Return a parser that opens nothing, and checks nothing else."""
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _whole(data: bytes) -> object:
    return label(contents(clinical_document(data), unread))
