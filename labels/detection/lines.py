"""One item a line, for ``paravent label --lines``: text or a code, with its context.

A line is free text (*Infection par le VIH*) or ``system|code|display``; a tab and a
context may follow: ``ATC|G03CA03|estradiol<TAB>sex=M;age=15;dx=C61,I10;meds=G03HA01``.
"""

import re
from dataclasses import dataclass
from typing import Any

from labels.detection.as_json import categories_json, evidence_json
from labels.detection.service import Context, label
from labels.detection.systems import system_keys

_MAX_AGE = 150
_KEYS = frozenset({"sex", "age", "dx", "meds"})
_LOOKS_CODED = re.compile(
    r"[^|]{1,60}\|\s*(?=[^|\s]*\d)[A-Za-z0-9][\w.:/-]{0,30}\s*(?:\||$)"
)
"""A system, then what may be a code: it has no spaces and a figure."""
_WITHOUT_SYSTEM = re.compile(r"[A-Z]\d\d[A-Z0-9.]{0,6}\|")
"""A code where the system should stand."""
UNKNOWN_SYSTEM = "the code system is not known: the line was read as text"
NO_SYSTEM = (
    "a code is written system|code|words, such as CIM-10|Z21|VIH: no system here"
)


@dataclass(frozen=True, slots=True)
class _Code:
    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class _Item:
    text: str
    codes: tuple[_Code, ...]
    place: str = "line"
    opaque: bool = False


class _ContextError(ValueError):
    """The context of a line is malformed; the message names the key only."""


def label_line(line: str) -> dict[str, Any]:
    """Return the categories of one line, in their fixed order, with the evidence.

    A malformed context is said under ``error``; the item is then labelled as if
    nothing were known of the patient. A code of an unknown system is said under
    ``warning``; its words are read. A code without a system is an error. Never raises.
    """
    item, _, given = line.rstrip("\r\n").partition("\t")
    error = ""
    try:
        context = parse_context(given)
    except _ContextError as fault:
        context, error = Context(), str(fault)
    found = label((_item(item),), context).document
    answer: dict[str, Any] = {
        "categories": categories_json(found),
        "evidence": [evidence_json(evidence) for evidence in found.evidence],
    }
    if not system_keys(item.partition("|")[0]):
        if _WITHOUT_SYSTEM.match(item):
            error = error or NO_SYSTEM
        elif _LOOKS_CODED.match(item):
            answer["warning"] = UNKNOWN_SYSTEM
    return answer | {"error": error} if error else answer


def parse_context(given: str) -> Context:
    """Return the context written as ``sex=M;age=15;dx=C61;meds=...``.

    Raises a ``ValueError`` that names the key which is wrong.
    """
    pairs = [part.partition("=") for part in given.split(";") if part.strip()]
    values = {key.strip().lower(): value.strip() for key, _, value in pairs}
    if not values.keys() <= _KEYS or not all(sign for _, sign, _ in pairs):
        raise _ContextError("context: sex, age, dx or meds is expected")
    return Context(
        sex=_sex(values.get("sex", "")),
        age=_age(values.get("age", "")),
        diagnoses=_several(values.get("dx", "")),
        medications=_several(values.get("meds", "")),
    )


def _item(text: str) -> _Item:
    system, bar, rest = text.partition("|")
    if not bar or not system_keys(system):
        return _Item(text, ())
    code, _, display = rest.partition("|")
    return _Item("", (_Code(system.strip(), code.strip(), display.strip()),))


def _sex(value: str) -> str:
    sexes = {"": "", "M": "M", "F": "F", "U": "", "UN": "", "UNK": ""}
    if value.upper() not in sexes:
        raise _ContextError("context: sex is M or F")
    return sexes[value.upper()]


def _age(value: str) -> int | None:
    if not value:
        return None
    if not value.isascii() or not value.isdigit() or len(value) > len(str(_MAX_AGE)):
        raise _ContextError("context: age is a number of years")
    age = int(value)
    if age > _MAX_AGE:
        raise _ContextError("context: age is a number of years")
    return age


def _several(value: str) -> frozenset[str]:
    parts = value.replace("+", ",").split(",")
    return frozenset(part.strip() for part in parts if part.strip())
