"""Units: UCUM where it is UCUM, or a usual spelling of it; else the words as written."""

import re
from functools import cache

from mappings.cda.to_fhir.tables import table
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

UCUM = "http://unitsofmeasure.org"
_EDQM = "urn:oid:0.4.0.127.0.16.1.1.2.1"
_EDQM_CODE = re.compile(r"[1-9]\d{7}")
_PREFIX = "(?:Y|Z|E|P|T|G|M|k|h|da|d|c|m|u|n|p|f|a|z|y)"
_ANNOTATION = r"\{[!-z|~]{1,40}\}"


@cache
def _ucum() -> re.Pattern[str]:
    """Build the grammar of UCUM over the atoms of ``ucum.csv`` (UCUM 2.1, section 2)."""
    atoms = table("ucum")
    metric = "|".join(re.escape(r["atom"]) for r in atoms if r["metric"] == "yes")
    every = "|".join(re.escape(row["atom"]) for row in atoms)
    simple = rf"(?:(?:{every}|{_PREFIX}(?:{metric}))(?:[+-]?\d{{1,2}})?)"
    power = r"(?:10[*^][+-]?\d{1,2})"
    part = rf"(?:(?:{power}|{simple}|\d{{1,4}})(?:{_ANNOTATION})?|{_ANNOTATION})"
    return re.compile(rf"/?{part}(?:[./]{part}){{0,5}}")


def is_ucum(unit: str) -> bool:
    """Tell whether a unit is UCUM, as far as the atoms of ``ucum.csv`` go."""
    return _ucum().fullmatch(unit) is not None


def unit(written: str) -> JsonObject:
    """Return what a Quantity says of its unit: ``unit``, and its UCUM code if it has one.

    A unit in no system is kept as words. EDQM numbers (boxes, ampoules) keep EDQM.
    """
    if not written or written == "1":
        return {"system": UCUM, "code": "1"} if written else {}
    if _EDQM_CODE.fullmatch(written):
        return {"system": _EDQM, "code": written}
    code = _code(written)
    if not code:
        return {"unit": written}
    return {"unit": written, "system": UCUM, "code": code}


def _code(written: str) -> str:
    """Return the UCUM code; some spellings are UCUM by accident (``K/uL``: kelvins)."""
    meant = translate("unit-misread", written)
    if meant or is_ucum(written):
        return meant or written
    # The Greek letter and the sign of the micron look alike, and both are written.
    folded = " ".join(written.split()).lower().replace("\u03bc", "\u00b5")
    return translate("unit-spelling", folded)
