"""What hostile input costs when it is twice as long: about twice, or reading is not linear."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

from bench.material import cda
from bench.timing import Row, best
from labels.detection.service import Labels, label
from mappings.cda.content import contents
from mappings.cda.document import clinical_document
from mappings.content import Content
from mappings.pdf import unread

_SIZE = 250_000
_WANTED = "about 2 x"
_NOTHING = 0.002
"""Seconds below which a ratio means nothing."""
Made = Callable[[int], Iterable[Content]]
"""Makes input of about so many characters."""


def _text(piece: str) -> Made:
    return lambda size: (Content("/text", text=piece * (size // len(piece))),)


def _narrative(before: str, piece: str, after: str) -> Made:
    def made(size: int) -> Iterable[Content]:
        body = before + piece * (size // len(piece)) + after
        return contents(clinical_document(cda(body)), unread)

    return made


def _entries(size: int) -> Iterable[Content]:
    entry = (
        '<entry><observation><code code="B24" codeSystem="2.16.840.1.113883.6.3"/>'
        '<text><reference value="#a"/></text></observation></entry>'
    )
    said = '<content ID="a">Sérologie VIH</content>'
    document = clinical_document(cda(said, entry * (size // len(entry))))
    return contents(document, unread)


INPUTS: Mapping[str, Made] = MappingProxyType(
    {
        "one letter": _text("a"),
        "spaces": _text(" "),
        "a line of findings": _text("VIH positif "),
        "a line of denials": _text("pas de toxicomanie, "),
        "unticked boxes": _text("[ ] VIH "),
        "words that are excluded": _text("dépression respiratoire "),
        "letters that do not fold one to one": _text("œ\u200bvih ½ "),
        "findings in one paragraph": _narrative("<paragraph>", "VIH ", "</paragraph>"),
        "findings in a list": _narrative(
            "<list>", "<item>VIH positif</item>", "</list>"
        ),
        "cells of one row": _narrative("<table><tr>", "<td>VIH</td>", "</tr></table>"),
        "rows with answers": _narrative(
            "<table>", "<tr><td>VIH</td><td>non</td></tr>", "</table>"
        ),
        "entries that refer to one place": _entries,
    }
)
"""Inputs by name; a test counts the work that each of them makes."""


def rows() -> Iterator[Row]:
    """Yield the time for input of twice the length, as a multiple of the time for once."""
    for name, made in INPUTS.items():
        cost = best(
            {
                "once": partial(_labelled, made, _SIZE),
                "twice": partial(_labelled, made, 2 * _SIZE),
            },
            rounds=3,
        )
        ratio = cost["twice"] / cost["once"] if cost["once"] > _NOTHING else 1.0
        measured = f"{ratio:.1f} x ({cost['twice'] * 1000:.0f} ms)"
        yield Row(f"twice as long: {name}", measured, _WANTED)


def _labelled(made: Made, size: int) -> Labels:
    return label(made(size))
