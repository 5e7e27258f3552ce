"""Whom a statement is about is looked for once, however many statements there are."""

import sys
from types import FrameType

from tests.mappings.cda.to_fhir.entries import clinical

_MANY = 400


def _organizer(number: int) -> bytes:
    component = (
        '<component><observation><code code="1" codeSystem="2.999"/>'
        '<value xsi:type="ST">x</value></observation></component>'
    )
    entry = f"<entry><organizer>{component * number}</organizer></entry>"
    return clinical.document(f"<section>{entry}</section>")


def _steps(data: bytes) -> int:
    """Count how often an element is asked for a relatedSubject while a document is mapped."""
    asked = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal asked
        if event == "call" and frame.f_code.co_name == "find":
            caller = frame.f_back
            asked += caller is not None and caller.f_code.co_name == "_other"

    sys.setprofile(count)
    try:
        clinical.mapped(data)
    finally:
        sys.setprofile(None)
    return asked


def test_each_element_is_looked_into_once() -> None:
    """Twice as many statements in an organizer ask twice as often, not four times."""
    once, twice = _steps(_organizer(_MANY)), _steps(_organizer(2 * _MANY))
    assert once <= 2 * _MANY + 10
    assert twice <= 2 * once
