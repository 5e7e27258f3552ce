"""Words where CDA has none to show: attributes, addresses, typed values.

Nobody is shown them by a stylesheet, and everybody who gets the original has them.
"""

import re
from collections.abc import Iterator

from mappings.cda.document import HL7, step, steps
from mappings.cda.xml import Element, attributes_of

Said = tuple[str, str]
"""A place and its words."""

_H = f"{{{HL7}}}"


def _names(words: str) -> frozenset[str]:
    return frozenset(f"{_H}{word}" for word in words.split())


VALUES = _names(
    "realmCode typeId templateId setId versionNumber languageCode statusCode"
    " signatureCode confidentialityCode effectiveTime time birthTime streetAddressLine"
    " specimenRole lotNumberText quantity low high period"
)
"""Elements whose codes say nothing of health; words in them are read all the same."""
PERSONS = _names("assignedPerson associatedPerson guardianPerson relatedPerson")
ADDRESSES = _names("addr telecom")
TITLES = _names("prefix suffix")
"""The parts of a name that say what somebody is, not who."""

_ADDRESS, _NAME = f"{_H}addr", f"{_H}name"
_PRIVATE = _names(
    "patientRole patient guardian associatedEntity relatedSubject relatedEntity"
    " subject intendedRecipient place"
)
"""Whose address and telephone say where a person lives."""
ORGANIZATIONS = _names(
    "representedOrganization representedCustodianOrganization providerOrganization"
    " serviceProviderOrganization scopingOrganization wholeOrganization"
    " manufacturerOrganization receivedOrganization location healthCareFacility"
)
"""Whose address and telephone say where care is given."""
_TOWNS = _names("city state county country postalCode")
"""Names of towns are words of our rules (Condom, in the Gers)."""

_SPOKEN = frozenset({"title", "summary", "abbr", "alt", "assigningAuthorityName"})
_FREE = frozenset({"unit", "value", "href"})
TELLING = _SPOKEN | _FREE
"""Attributes that may tell by one word."""
_SAID_ELSEWHERE = frozenset({"displayName", "codeSystemName"})
_TWO = 2
_WORD = re.compile(r"[^\W\d_]{3}")
_TWO_WORDS = re.compile(r"[^\W\d_]{2}[\W_]*\s[\W_]*[^\W\d_]{2}")


def may_tell(given: dict[str, str]) -> bool:
    """Tell whether a value may hold two words: it has a space; most have none."""
    return len("/".join(given.values()).split(None, 1)) == _TWO


def attributes(given: dict[str, str], path: str, *, link: bool) -> list[Said]:
    """Return the attributes that are shown or hold words: two, or one where that is usual.

    A link inside the document says nothing by itself: what it leads to does. Neither
    does the name of a code system.
    """
    return [
        (f"{path}/@{_short(name)}", value)
        for name, value in given.items()
        if name not in _SAID_ELSEWHERE
        and not (link and "/" not in value)
        and (name in _SPOKEN or _tells(name, value))
    ]


def _tells(name: str, value: str) -> bool:
    if name in _FREE:
        return _WORD.search(value) is not None
    return _two_words(value)


def _two_words(value: str) -> bool:
    """Tell whether a value holds two words; most are numbers without a space."""
    return len(value.split(None, 1)) == _TWO and _TWO_WORDS.search(value) is not None


def is_mute(element: Element) -> bool:
    """Tell whether a value element has no child, no text and no attribute of two words."""
    if len(element) or element.text:
        return False
    return not may_tell(attributes_of(element))


def silent(element: Element, path: str) -> Iterator[Said]:
    """Give the words of an element that is not walked: value, person or address."""
    if element.tag in ADDRESSES:
        yield from _contact(element, path)
    else:
        yield from _apart(element, path)
        if element.tag in PERSONS:
            yield from _titles(element, path)
        elif len(element) or element.text:
            yield from _words(path, _text(element))


def titles(name: Element, path: str) -> Iterator[Said]:
    """Give prefixes and suffixes of a person's name."""
    for part, own in steps(name):
        if part.tag in TITLES:
            yield f"{path}/{own}", _text(part)


def _apart(element: Element, path: str) -> Iterator[Said]:
    for node in element.iter("{*}*"):
        for name, value in attributes_of(node).items():
            if _two_words(value):
                where = path if node is element else f"{path}//{step(str(node.tag))}"
                yield f"{where}/@{_short(name)}", value


def _titles(person: Element, path: str) -> Iterator[Said]:
    tails = [child.tail or "" for child in person]
    yield from _words(path, " ".join((person.text or "", *tails)))
    for child, own in steps(person):
        if child.tag == _NAME:
            yield from titles(child, f"{path}/{own}")


def _contact(element: Element, path: str) -> Iterator[Said]:
    parent = element.getparent()
    if parent is None or parent.tag in _PRIVATE:
        return
    if element.tag == _ADDRESS:
        pieces = [element.text or ""]
        for part in element:
            pieces += [_text(part) if part.tag not in _TOWNS else "", part.tail or ""]
        yield from _words(path, " ".join(pieces))
    elif parent.tag in ORGANIZATIONS:
        told = str(element.get("value", "")).partition(":")[2]
        yield from _words(f"{path}/@value", told)


def _words(place: str, text: str) -> Iterator[Said]:
    """Give a text that has three letters in a row: less is no word."""
    if _WORD.search(text):
        yield place, text


def _text(element: Element) -> str:
    if not isinstance(element.tag, str):
        return ""
    return "".join(str(piece) for piece in element.itertext())


def _short(name: str) -> str:
    """Return the step of an attribute; one of a namespace is told by its local name."""
    namespace, _, local = name.rpartition("}")
    return f"*[local-name()='{local}']" if namespace else name
