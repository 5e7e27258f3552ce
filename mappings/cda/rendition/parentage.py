"""Where a rendition comes from: its own identifier, its set, the original it transforms.

None of it depends on what was hidden, but through the content itself.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from uuid import uuid5

from mappings.cda.rendition import neutral
from mappings.cda.rendition.marks import Marks
from mappings.cda.rendition.places import Target
from mappings.cda.rendition.tags import BODY, CODE, COMPONENT, H, names, remove
from mappings.cda.xml import Element

_ID, _SET, _VERSION = f"{H}id", f"{H}setId", f"{H}versionNumber"
_RELATED = f"{H}relatedDocument"
_BEFORE_PARENT = names(
    "realmCode typeId templateId id code title effectiveTime confidentialityCode"
    " languageCode setId versionNumber copyTime recordTarget author dataEnterer"
    " informant custodian informationRecipient legalAuthenticator authenticator"
    " participant inFulfillmentOf documentationOf relatedDocument"
)
_LEVEL = MappingProxyType(
    {"code": "N", "codeSystem": "2.16.840.1.113883.5.25", "displayName": "Normal"}
)
_WITNESSES = names("informant participant")
_ENTITIES = names(
    "assignedAuthor assignedEntity relatedEntity associatedEntity participantRole"
)
_MARKER = "00000000-0000-0000-0000-000000000000"
"""Where the identifier of the rendition is put once its content is known."""


def original(root: Element) -> str:
    """Return the identifier of the original as one string."""
    own = root.find(_ID)
    return "" if own is None else f"{own.get('root', '')}|{own.get('extension', '')}"


def descend(root: Element) -> None:
    """Make the document a transformation (XFRM) of the original, kept by the record.

    What it replaces or completes may be hidden from the reader, so no other document is
    named here: the links between documents are made for each reader by who serves them.

    The set is the renditions of the original's set, the version the original's; the
    confidentiality is N for everyone; only who signed is told, never a signature.
    """
    parent = _parent(root)
    for old in [*root.findall(_RELATED), *root.findall(f"{H}copyTime")]:
        remove(old)
    for own in root.findall(_ID):
        _set(own, {"root": _MARKER})
    for own in root.findall(_SET):
        name = f"set|{own.get('root', '')}|{own.get('extension', '')}"
        _set(own, {"root": str(uuid5(neutral.NAMESPACE, name))})
    for level in root.findall(f"{H}confidentialityCode"):
        level[:] = []
        _set(level, _LEVEL)
    _keep(root)
    at = sum(1 for child in root if child.tag in _BEFORE_PARENT)
    root.insert(at, parent)


def _parent(root: Element) -> Element:
    parent = root.makeelement(_RELATED, {"typeCode": "XFRM"})
    document = parent.makeelement(f"{H}parentDocument")
    parent.append(document)
    for tag in (_ID, _SET, _VERSION):
        for one in root.findall(tag)[:1]:
            copied = document.makeelement(tag)
            _set(copied, {str(n): str(v) for n, v in one.items()})
            document.append(copied)
    return parent


def _set(element: Element, values: Mapping[str, str]) -> None:
    element.attrib.clear()
    for name, value in values.items():
        element.set(name, value)


def _keep(root: Element) -> None:
    """Name the record as custodian, whoever kept the original."""
    for custodian in root.findall(f"{H}custodian"):
        custodian[:] = []
        assigned = custodian.makeelement(f"{H}assignedCustodian")
        keeper = assigned.makeelement(f"{H}representedCustodianOrganization")
        number = keeper.makeelement(_ID, {"root": neutral.CUSTODIAN})
        name = keeper.makeelement(f"{H}name")
        name.text = neutral.CUSTODIAN_NAME
        keeper.extend([number, name])
        assigned.append(keeper)
        custodian.append(assigned)


def identified(content: bytes, identifier: str) -> bytes:
    """Write the identifier of a rendition into its content."""
    return content.replace(_MARKER.encode(), identifier.encode(), 1)


def orphaned(root: Element, marks: Marks) -> list[Target]:
    """Return what the header has only because of what goes: its acts and its witnesses.

    A documented act whose code is that of something that goes and of nothing that
    stays; an informant or participant who is named in what goes and nowhere else.
    """
    body = root.find(f"{COMPONENT}/{BODY}")
    if body is None or not marks.doomed:
        return []
    gone = {key for unit in marks.doomed for key in _keys(unit)}
    if not gone:
        return []
    header = [
        (element, key) for element in root for key in _own_keys(element) if key in gone
    ]
    if not header:
        return []
    kept = {
        key
        for element in body.iter(CODE, *_ENTITIES)
        if not marks.gone(element)
        for key in _key(element)
    }
    return [Target(element) for element, key in header if key not in kept]


def _keys(unit: Element) -> Iterator[str]:
    for element in unit.iter(CODE, *_ENTITIES):
        yield from _key(element)


def _key(element: Element) -> Iterator[str]:
    if element.tag == CODE:
        if element.get("code"):
            yield f"code {element.get('codeSystem', '')} {element.get('code')}"
        return
    for one in element.findall(_ID):
        if one.get("root"):
            yield f"id {one.get('root')} {one.get('extension', '')}"


def _own_keys(element: Element) -> Iterator[str]:
    if element.tag == f"{H}documentationOf":
        for code in element.findall(f"{H}serviceEvent/{CODE}"):
            yield from _key(code)
    elif element.tag in _WITNESSES:
        for entity in element:
            if entity.tag in _ENTITIES:
                yield from _key(entity)
