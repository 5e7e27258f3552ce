"""Which code system a code belongs to, whatever name the document gives it.

The names are data (``systems.yaml``); canonical URIs are those of
``mappings/terminology/systems.csv``, and a test holds both to the same values.
"""

from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from labels.detection.yaml_file import read_data

if TYPE_CHECKING:
    from collections.abc import Mapping

_URN = "urn:oid:"
_ALSO = MappingProxyType(
    {"loinc": ("loinc", "doctype"), "icd10cm": ("icd10cm", "icd10")}
)
"""A document type may be given as the LOINC code it is; ICD-10-CM extends ICD-10."""
_NABM_DIGITS = 4


@cache
def system_names() -> "Mapping[str, tuple[str, ...]]":
    """Return the names of each system; the keys are what a rule file may use."""
    rows = read_data("systems.yaml")
    return MappingProxyType({str(key): tuple(names) for key, names in rows.items()})


@cache
def _by_name() -> "Mapping[str, str]":
    rows = system_names().items()
    return {_plain(name): key for key, names in rows for name in names}


@lru_cache(maxsize=1024)
def system_keys(system: str) -> tuple[str, ...]:
    """Return the rule-file names of a system given as URI, OID or French name.

    Empty for a system the rules know nothing about.
    """
    key = _by_name().get(_plain(system))
    return () if key is None else _ALSO.get(key, (key,))


def bare(key: str, code: str) -> str:
    """Return a code in the form the index compares: no dots, no spaces, upper case."""
    text = code.strip().upper()
    if key in {"icd10", "icd10cm"}:
        return "".join(c for c in text if c.isalnum())
    if key == "nabm":
        return text.zfill(_NABM_DIGITS)
    return text.replace(" ", "")


def _plain(name: str) -> str:
    return name.strip().lower().removeprefix(_URN)
