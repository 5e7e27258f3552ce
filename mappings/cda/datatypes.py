"""HL7 v3 data types to FHIR data types: II, TS, CD, ON, IVL_TS.

Each answers None (or an empty value) for an element that is absent, carries a
nullFlavor or is malformed: whoever needs it decides whether that is a loss or an error.
"""

import datetime as dt
import re

from mappings.cda.document import HL7
from mappings.cda.xml import Element
from mappings.submission import Identifier, JsonObject
from mappings.terminology import uri

_H = f"{{{HL7}}}"
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9][0-9]{0,49}))+")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_RUID = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,99}")
_TS = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>\d\d)(?:(?P<day>\d\d)(?:(?P<hour>\d\d)(?:(?P<minute>\d\d)"
    r"(?P<second>\d\d)?(?:\.(?P<fraction>\d{1,4}))?)?)?)?)?(?P<zone>[+-]\d{4})?",
    re.ASCII,
)
_NOTHING = frozenset(
    {"", "UNK", "NI", "NA", "NAV", "NASK", "ASKU", "MSK", "UNKNOWN", "NULL"}
)
RFC3986 = "urn:ietf:rfc:3986"


def find(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along ``path`` of names in the HL7 namespace."""
    for name in path:
        if element is None or not len(element):  # half of what is asked has no child
            return None
        element = next(element.iterchildren(_H + name), None)
    return element


def attribute(element: Element | None, name: str) -> str:
    """Return an attribute without white space around, empty when there is none."""
    return "" if element is None else str(element.get(name, "")).strip()


def text(element: Element | None) -> str:
    """Return the text of an element on one line, empty when there is none."""
    if element is None:
        return ""
    if not len(element):
        return " ".join((element.text or "").split())
    return " ".join("".join(str(piece) for piece in element.itertext()).split())


def identifier(element: Element | None) -> Identifier | None:
    """Map II: an OID root with an extension is a system and a value.

    A root alone is the value itself, in ``urn:ietf:rfc:3986``. A root that is neither
    OID nor UUID (HL7's reserved names) is kept as the system, as sent.
    """
    root, extension = attribute(element, "root"), attribute(element, "extension")
    system = urn(root)
    if extension.upper() in _NOTHING:
        return Identifier(RFC3986, system) if system.startswith("urn:") else None
    return Identifier(system, extension) if system else None


def person_identifier(element: Element | None) -> Identifier | None:
    """Map the II of a person, who is never identified by a domain alone.

    A root without extension counts only when it is a UUID; an extension that spells a
    null flavour (``UNK``) would make one person of all the unknown ones.
    """
    found = identifier(element)
    if found is not None and found.value.startswith("urn:oid:"):
        return None
    return found


def urn(root: str) -> str:
    """Return the URI of an II root; empty for what is no HL7 identifier at all."""
    if _OID.fullmatch(root):
        return f"urn:oid:{root}"
    if _UUID.fullmatch(root):
        return f"urn:uuid:{root.lower()}"
    return root if _RUID.fullmatch(root) else ""


def as_fhir(found: Identifier) -> JsonObject:
    """Return a FHIR Identifier."""
    return {"system": found.system, "value": found.value}


def date_time(value: str) -> str:
    """Map TS to a FHIR dateTime of the same precision, empty when it is no date.

    FHIR has no hour without minutes and no time without zone: such a value keeps its
    day only.
    """
    found = _TS.fullmatch(value.strip())
    if found is None:
        return ""
    if found["minute"] and found["zone"]:
        return _instant(found)
    parts = [part for part in (found["year"], found["month"], found["day"]) if part]
    filled = "-".join([*parts, "01", "01"][:3])
    try:
        dt.date.fromisoformat(filled)
    except ValueError:
        return ""
    return "-".join(parts)


def _instant(found: re.Match[str]) -> str:
    zone = f"{found['zone'][:3]}:{found['zone'][3:]}"
    day = f"{found['year']}-{found['month']}-{found['day']}"
    fraction = f".{found['fraction']}" if found["fraction"] else ""
    whole = f"{day}T{found['hour']}:{found['minute']}:{found['second'] or '00'}"
    try:
        dt.datetime.fromisoformat(whole + zone)
    except ValueError:
        return ""
    return f"{whole}{fraction}{zone}"


def concept(element: Element | None) -> JsonObject | None:
    """Map CD/CE to a CodeableConcept: the code first, then its translations."""
    if element is None:
        return None
    codings = [
        c for c in map(coding, (element, *element.iter(f"{_H}translation"))) if c
    ]
    said = text(element.find(f"{_H}originalText"))
    answer: JsonObject = {"coding": codings} if codings else {}
    if said:
        answer["text"] = said
    return answer or None


def coding(element: Element) -> JsonObject | None:
    """Map the code of one CD, without its translations."""
    code = " ".join(attribute(element, "code").split())
    if not code:
        return None
    system = uri(attribute(element, "codeSystem"))
    parts = {
        # A name with spaces is no URI: it would make the whole resource invalid.
        "system": "" if len(system.split()) > 1 else system,
        "code": code,
        "display": attribute(element, "displayName"),
    }
    return {name: value for name, value in parts.items() if value}


def period(element: Element | None) -> JsonObject | None:
    """Map IVL_TS, or a lone TS taken as the start, to a Period."""
    start = date_time(attribute(find(element, "low"), "value"))
    start = start or date_time(attribute(element, "value"))
    end = date_time(attribute(find(element, "high"), "value"))
    answer = {name: value for name, value in (("start", start), ("end", end)) if value}
    return answer or None
