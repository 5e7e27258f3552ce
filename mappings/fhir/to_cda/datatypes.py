"""FHIR data types to those of HL7 v3: CD, II, TS, IVL_TS, PQ, ED, PN, AD, TEL."""

import re
from typing import Any

from mappings.fhir.elements import child, children, codings, string, strings
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject
from mappings.terminology import oid
from mappings.terminology.concept_maps import reverse

_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(\.\d{1,4})?\d*)?"
    r"(Z|[+-]\d\d:\d\d)?)?)?)?"
)
_URN_OID, _URN_UUID = "urn:oid:", "urn:uuid:"
_STREET, _PARTS = "streetAddressLine", ("postalCode", "city", "state", "country")
_SCHEMES = {"url": "", "other": "", "pager": "tel:"}


def concept(name: str, found: JsonObject, *, kind: str = "") -> Tag | None:
    """Return CD: the first coding, the others as translations, the words beside them."""
    listed = list(codings(found))
    words = string(found, "text")
    original = tag("originalText", words) if words else None
    if not listed:
        return tag(name, original, nullFlavor="UNK", type=kind) if words else None
    first, *others = listed
    more = [tag("translation", **_coded(one)) for one in others if string(one, "code")]
    return some(name, original, more, type=kind, **_coded(first))


def required(name: str, found: JsonObject, *, kind: str = "") -> Tag:
    """Return CD where CDA demands one: without any, a null flavour."""
    return concept(name, found, kind=kind) or tag(name, nullFlavor="UNK", type=kind)


def coding(name: str, found: JsonObject) -> Tag | None:
    """Return CE for one Coding."""
    return some(name, **_coded(found))


def _coded(found: JsonObject) -> dict[str, str]:
    system = string(found, "system")
    root = oid(system) if system else ""
    said = {
        "code": string(found, "code"),
        "codeSystem": root,
        # A system without OID keeps its URI as its name: CD has no other place for it.
        "codeSystemName": "" if root else system,
        "codeSystemVersion": string(found, "version"),
        "displayName": string(found, "display"),
    }
    return said if said["code"] else said | {"nullFlavor": "UNK"}


def identifier(found: JsonObject) -> Tag | None:
    """Return II; None for an identifier that has neither OID nor UUID."""
    system, value = string(found, "system"), string(found, "value")
    for prefix in (_URN_OID, _URN_UUID):
        if value.startswith(prefix):
            return tag("id", root=value.removeprefix(prefix))
    root = oid(system) if system else ""
    if system.startswith(_URN_UUID):
        root = system.removeprefix(_URN_UUID)
    return tag("id", root=root, extension=value) if root and value else None


def identifiers(owner: JsonObject) -> list[Tag]:
    """Return the identifiers of a resource that CDA can hold, each once."""
    found = [identifier(one) for one in children(owner, "identifier")]
    return list(dict.fromkeys(one for one in found if one))


def stamp(value: str) -> str:
    """Return TS for a FHIR date, dateTime or instant, empty for anything else."""
    found = _TIME.fullmatch(value)
    if found is None:
        return ""
    *digits, fraction, zone = found.groups()
    plain = "".join(part for part in digits if part)
    zone = "+0000" if zone == "Z" else (zone or "").replace(":", "")
    return f"{plain}{fraction or ''}{zone}"


def time(name: str, value: str) -> Tag | None:
    """Return TS, None without a date."""
    return some(name, value=stamp(value))


def interval(name: str, start: str, end: str, *, kind: str = "") -> Tag | None:
    """Return IVL_TS, None without a date."""
    return some(name, time("low", start), time("high", end), type=kind)


def when(name: str, owner: JsonObject, element: str, *, kind: str = "") -> Tag | None:
    """Return the time that ``element[x]`` says: a dateTime or a Period."""
    period = child(owner, f"{element}Period")
    if period:
        return interval(name, string(period, "start"), string(period, "end"), kind=kind)
    moment = stamp(string(owner, f"{element}DateTime"))
    return some(name, value=moment, type="TS" if kind else "")


def quantity(name: str, found: JsonObject, *, kind: str = "") -> Tag | None:
    """Return PQ, or IVL_PQ where a comparator opens the interval."""
    value, sign = number(found.get("value")), string(found, "comparator")
    unit = string(found, "code") or string(found, "unit")
    if not value:
        return None
    if not sign:
        return tag(name, type=kind and "PQ", value=value, unit=unit)
    bound = "low" if sign.startswith(">") else "high"
    inclusive = "true" if sign.endswith("=") else "false"
    end = tag(bound, value=value, unit=unit, inclusive=inclusive)
    return tag(name, end, type="IVL_PQ")


def span(name: str, low: JsonObject, high: JsonObject, *, kind: str = "") -> Tag | None:
    """Return IVL_PQ for two quantities of which one may be absent."""
    return some(name, quantity("low", low), quantity("high", high), type=kind)


def ratio(name: str, found: JsonObject, *, kind: str = "") -> Tag | None:
    """Return RTO; both parts must be there."""
    above = quantity("numerator", child(found, "numerator"), kind="PQ")
    below = quantity("denominator", child(found, "denominator"), kind="PQ")
    return tag(name, above, below, type=kind) if above and below else None


def number(value: Any) -> str:  # noqa: ANN401 - a JSON number
    """Return a JSON number as written, empty for anything else."""
    if isinstance(value, bool) or value is None or isinstance(value, str | dict | list):
        return ""
    return str(getattr(value, "text", value))


def name(found: JsonObject) -> Tag | None:
    """Return PN of a professional or a relative."""
    family = string(found, "family")
    parts = [
        *(tag("prefix", one) for one in strings(found, "prefix")),
        *(tag("given", one) for one in strings(found, "given")),
        *([tag("family", family)] if family else []),
        *(tag("suffix", one) for one in strings(found, "suffix")),
    ]
    return some("name", parts) if parts else some("name", string(found, "text"))


def address(found: JsonObject) -> Tag | None:
    """Return AD."""
    lines = [tag(_STREET, one) for one in strings(found, "line")]
    parts = [tag(part, said) for part in _PARTS if (said := string(found, part))]
    use = reverse("address-use", string(found, "use"))
    if not (lines or parts) and string(found, "text"):
        return tag("addr", string(found, "text"), use=use)
    return some("addr", lines, parts, use=use)


def telecom(found: JsonObject) -> Tag | None:
    """Return TEL."""
    system, value = string(found, "system"), string(found, "value")
    scheme = _SCHEMES.get(system, f"{reverse('telecom-scheme', system)}:")
    use = reverse("telecom-use", string(found, "use"))
    return some(
        "telecom", value=f"{scheme.lstrip(':')}{value}" if value else "", use=use
    )


def reachable(owner: JsonObject) -> list[Tag]:
    """Return addresses, then telecoms."""
    listed = owner.get("address")
    places = [listed] if isinstance(listed, dict) else children(owner, "address")
    found = [*map(address, places), *map(telecom, children(owner, "telecom"))]
    return [one for one in found if one]
