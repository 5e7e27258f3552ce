"""What tells in a header: removed where CDA and the CI-SIS let it be absent, else neutral.

Mandatory (CI-SIS structuration minimale): type, title, one author, custodian, legal
authenticator, a first documented act with period, performer and setting, an encounter
with period and facility type. Everything else that tells goes.
"""

from collections.abc import Collection, Mapping
from itertools import pairwise

from mappings.cda.rendition import neutral
from mappings.cda.rendition.organizations import hide_organizations
from mappings.cda.rendition.participations import bare_participations, drop_bare
from mappings.cda.rendition.places import Target
from mappings.cda.rendition.tags import (
    CODE,
    DOCUMENT,
    ORGANIZATIONS,
    TITLE,
    H,
    names,
    remove,
)
from mappings.cda.xml import Element

_ROLES = names("author legalAuthenticator")
_OPTIONAL = names(
    "dataEnterer informant informationRecipient participant inFulfillmentOf"
    " relatedDocument authorization copyTime"
)
_SECOND_SIGNER = names("authenticator")
_FREE = names("functionCode prefix suffix addr telecom")
_IDENTITY = names("id name administrativeGenderCode birthTime")
_ASSIGNED = names("assignedAuthor assignedEntity")
_SETTING = f"{H}standardIndustryClassCode"
_ACT, _ENCOUNTER, _PERFORMER = (
    f"{H}documentationOf",
    f"{H}encompassingEncounter",
    f"{H}performer",
)
_FACILITY, _LOCATION = f"{H}healthCareFacility", f"{H}location"
_SILENT = names("custodian")
"""Replaced in every rendition, so nothing in it can tell."""


def hide(root: Element, targets: Collection[Target]) -> bool:
    """Hide places of the header; False when the reader then gets nothing.

    Works on the tree: the places must have been found before.
    """
    organizations: list[Element] = []
    title = kind = False
    bare = bare_participations(root) if targets else frozenset()
    for target in targets:
        chain = _chain(target.element)
        top = chain[0]
        if top.getparent() is not root and top is not root:
            continue  # it went with another place
        title |= top.tag == TITLE
        kind |= top.tag == CODE and len(chain) == 1
        if top.tag == CODE and len(chain) > 1:
            remove(chain[1])
        elif top.tag not in {TITLE, CODE} and not _part(chain, organizations):
            return False
    hide_organizations(root, organizations)
    if kind:
        _broaden(root)
    if title or kind:
        _retitle(root, title=title)
    return not targets or drop_bare(root, bare)


def _chain(element: Element) -> list[Element]:
    """Return the elements from the child of the document down to ``element``."""
    chain = [element]
    parent = element.getparent()
    while parent is not None and parent.tag != DOCUMENT:
        chain.insert(0, parent)
        parent = parent.getparent()
    return chain


def _part(chain: list[Element], organizations: list[Element]) -> bool:
    top = chain[0]
    if top.tag == f"{H}recordTarget":
        return _patient(chain)
    if top.tag not in _OPTIONAL and _in_role(chain, organizations):
        return True
    if top.tag in _OPTIONAL | _SECOND_SIGNER:
        remove(top)
        return True
    if top.tag in _ROLES:
        return _drop(top)
    if top.tag == _ACT:
        return _act(chain)
    return top.tag in _SILENT or (top.tag == f"{H}componentOf" and _encounter(chain))


def _patient(chain: list[Element]) -> bool:
    inner = [
        one for one in chain if one.tag not in names("recordTarget patientRole patient")
    ]
    if not inner:
        return False
    if inner[0].tag not in _IDENTITY:
        remove(inner[0])
    return True


def _in_role(chain: list[Element], organizations: list[Element]) -> bool:
    """Hide one particular of a person or an organisation; False for anything else."""
    for above, element in pairwise(chain):
        if element.tag == _SETTING:
            _set(element, neutral.SETTING)
        elif element.tag in ORGANIZATIONS and chain[-1].tag != _SETTING:
            organizations.append(element)
        elif element.tag == CODE and above.tag in _ASSIGNED:
            _despecialise(element)
        elif element.tag in _FREE and not any(one.tag == _FACILITY for one in chain):
            remove(element)
        else:
            continue
        return True
    return False


def _despecialise(code: Element) -> None:
    broad = neutral.profession(str(code.get("code", "")))
    if broad:
        _set(code, broad)
    else:
        remove(code)


def _drop(element: Element) -> bool:
    """Remove one of several elements of a kind; False, and nothing, for the only one."""
    parent = element.getparent()
    if parent is None or len(parent.findall(str(element.tag))) == 1:
        return False
    remove(element)
    return True


def _act(chain: list[Element]) -> bool:
    """Hide a documented act; of the first, the main one, only what tells in it."""
    top = chain[0]
    event, parent = top.find(f"{H}serviceEvent"), top.getparent()
    if event is None or parent is None or parent.find(_ACT) is not top:
        remove(top)
        return True
    performer = next((one for one in chain if one.tag == _PERFORMER), None)
    if performer is not None:
        return _drop(performer)
    for child in list(event):
        if child.tag not in {f"{H}effectiveTime", _PERFORMER}:
            remove(child)
    return True


def _encounter(chain: list[Element]) -> bool:
    """Hide one part of the encounter, or all of it but its period and a neutral place."""
    if len(chain) > 2 and chain[2].tag not in {f"{H}effectiveTime", _LOCATION}:  # noqa: PLR2004 - componentOf, encompassingEncounter, part
        remove(chain[2])
        return True
    facility = chain[0].find(f"{_ENCOUNTER}/{_LOCATION}/{_FACILITY}")
    if facility is None:
        return False
    tags = {one.tag for one in chain}
    code, location = facility.find(CODE), facility.find(_LOCATION)
    inside = _FACILITY in tags and chain[-1].tag != _FACILITY
    if code is not None and (not inside or CODE in tags):
        _set(code, neutral.FACILITY)
    if location is not None and not (inside and CODE in tags):
        remove(location)
    if _LOCATION not in tags:
        for part in list(chain[0].iterfind(f"{_ENCOUNTER}/*")):
            if part.tag not in {f"{H}effectiveTime", _LOCATION}:
                remove(part)
    return True


def _set(element: Element, values: Mapping[str, str]) -> None:
    for child in list(element):
        remove(child)
    element.text = None
    element.attrib.clear()
    for name, value in values.items():
        element.set(name, value)


def _broaden(root: Element) -> None:
    """Give the document the broad type of its class, and no template of a model."""
    code = root.find(CODE)
    if code is None:
        return
    system, own = str(code.get("codeSystem", "")), str(code.get("code", ""))
    _set(code, neutral.document_type(system, own))
    templates = root.findall(f"{H}templateId")
    for template in templates[1:]:
        if template.get("root") not in neutral.TEMPLATES:
            remove(template)
    if templates:
        if templates[0].get("root") in neutral.TEMPLATES:
            added = root.makeelement(f"{H}templateId", {"root": neutral.ANY_DOCUMENT})
            root.findall(f"{H}templateId")[-1].addnext(added)
        else:
            _set(templates[0], {"root": neutral.ANY_DOCUMENT})


def _retitle(root: Element, *, title: bool) -> None:
    """Call the document by its type where its title tells, or was the type's own."""
    code, element = root.find(CODE), root.find(TITLE)
    if element is None or code is None:
        return
    if title:
        for child in list(element):
            remove(child)
        element.text = str(code.get("displayName", "")) or neutral.ANY_TITLE
