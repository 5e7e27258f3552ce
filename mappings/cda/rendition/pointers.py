"""Statements that only point to another one by its identifier: *because of that*.

IHE PCC Internal Reference and C-CDA Entry Reference. One that points to what goes
would tell that something is missing.
"""

from collections.abc import Iterator

from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.tags import BODY, COMPONENT, RELATION, STATEMENTS, H
from mappings.cda.xml import Element

_TEMPLATES = frozenset(
    {"1.3.6.1.4.1.19376.1.5.3.1.4.4.1", "2.16.840.1.113883.10.20.22.4.122"}
)
_ID, _TEMPLATE = f"{H}id", f"{H}templateId"


def mark_pointers(root: Element, marks: Marks) -> None:
    """Mark the relations that point to statements that go, and to none that stays."""
    body = root.find(f"{COMPONENT}/{BODY}")
    if body is None:
        return
    gone = {key for unit in marks.doomed for key in _identifiers(unit)}
    if not gone:
        return
    pointing = {one: None for one in _pointers(body) if not marks.gone(one)}
    kept = {
        key
        for statement in body.iter(*STATEMENTS)
        if statement not in pointing and not marks.gone(statement)
        for key in _own(statement)
    }
    for pointer in pointing:
        if not gone.isdisjoint(_own(pointer)) and kept.isdisjoint(_own(pointer)):
            relation = pointer.getparent()
            whole = relation is not None and relation.tag in {RELATION, COMPONENT}
            marks.doomed[relation if whole and relation is not None else pointer] = None


def _pointers(body: Element) -> Iterator[Element]:
    for template in body.iter(_TEMPLATE):
        holder = template.getparent()
        if template.get("root") in _TEMPLATES and holder is not None:
            yield holder


def _identifiers(unit: Element) -> Iterator[str]:
    for statement in unit.iter(*STATEMENTS):
        yield from _own(statement)


def _own(statement: Element) -> list[str]:
    return [
        f"{one.get('root')}|{one.get('extension', '')}"
        for one in statement.findall(_ID)
        if one.get("root")
    ]
