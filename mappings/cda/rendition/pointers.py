"""Statements that only point to another one by its identifier: *because of that*.

IHE PCC Internal Reference and C-CDA Entry Reference, an external act or document, and a
statement in a relation that has an identifier and nothing to say of its own. One that
points to what goes would tell that something is missing.
"""

from collections import defaultdict
from collections.abc import Iterator

from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.tags import (
    BODY,
    CODE,
    COMPONENT,
    REFERENCE,
    RELATION,
    STATEMENTS,
    H,
    names,
)
from mappings.cda.xml import Element

_TEMPLATES = frozenset(
    {"1.3.6.1.4.1.19376.1.5.3.1.4.4.1", "2.16.840.1.113883.10.20.22.4.122"}
)
_EXTERNAL = names("externalAct externalObservation externalProcedure externalDocument")
_RELATIONS = frozenset({RELATION, COMPONENT, REFERENCE})
_BARE = names("realmCode typeId templateId id code statusCode")
_ID, _TEMPLATE = f"{H}id", f"{H}templateId"

_ROUNDS = 50
"""How long a chain of statements that point to each other is followed."""

_Told = dict[str, set[str]]
"""Identifiers of statements that go, with the codes they have there."""


def mark_pointers(root: Element, marks: Marks) -> bool:
    """Mark the relations that point to statements that go, and to none that stays.

    What then says nothing more goes too, and may be pointed to itself: to the end. False
    when there is none within reason; the document cannot be shown without the facts.
    """
    body = root.find(f"{COMPONENT}/{BODY}")
    if body is None or not marks.doomed:
        return True
    for _ in range(_ROUNDS):
        before = len(marks.doomed)
        _mark(body, marks)
        if before == len(marks.doomed):
            return True
        marks.follow()
    return False


def _mark(body: Element, marks: Marks) -> None:
    gone = _told(marks)
    if not gone:
        return
    pointing = {
        one: None
        for one in _pointers(body)
        if any(_says_no_more(one, gone[key]) for key in _own(one) if key in gone)
        and not marks.gone(one)
    }
    kept = {
        key
        for statement in body.iter(*STATEMENTS)
        if statement not in pointing and not marks.gone(statement)
        for key in _own(statement)
    }
    for pointer in pointing:
        if kept.isdisjoint(_own(pointer)):
            relation = pointer.getparent()
            whole = relation is not None and relation.tag in _RELATIONS
            marks.doomed[relation if whole and relation is not None else pointer] = None


def _told(marks: Marks) -> _Told:
    found: _Told = defaultdict(set)
    for unit in marks.doomed:
        for statement in unit.iter(*STATEMENTS):
            for key in _own(statement):
                found[key].add(_code(statement))
    return dict(found)


def _pointers(body: Element) -> Iterator[Element]:
    for template in body.iter(_TEMPLATE):
        holder = template.getparent()
        if template.get("root") in _TEMPLATES and holder is not None:
            yield holder
    yield from body.iter(*_EXTERNAL)
    for relation in body.iter(RELATION, COMPONENT):
        yield from (one for one in relation if one.tag in STATEMENTS and _is_bare(one))


def _is_bare(statement: Element) -> bool:
    return all(child.tag in _BARE for child in statement.iterchildren("{*}*"))


def _says_no_more(pointer: Element, codes: set[str]) -> bool:
    """Tell whether a pointer says nothing that its target does not say."""
    if pointer.tag in _EXTERNAL or not _is_bare(pointer):
        return True
    templates = {one.get("root") for one in pointer.findall(_TEMPLATE)}
    return not _TEMPLATES.isdisjoint(templates) or _code(pointer) in {"", *codes}


def _code(statement: Element) -> str:
    code = statement.find(CODE)
    return "" if code is None else str(code.get("code", ""))


def _own(statement: Element) -> list[str]:
    return [
        f"{one.get('root')}|{one.get('extension', '')}"
        for one in statement.findall(_ID)
        if one.get("root")
    ]
