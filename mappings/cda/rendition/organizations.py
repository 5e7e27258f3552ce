"""A structure whose name tells is hidden everywhere in the document, with its address.

Its number can be looked up by anybody, and the person's own working address is often
the same: a name alone would be hidden in vain.
"""

from collections.abc import Iterable

from mappings.cda.rendition.tags import ORGANIZATIONS, H, names, remove, said
from mappings.cda.xml import Element

_KEPT = names("standardIndustryClassCode")
"""What CI-SIS asks of the performer's structure; it says nothing of which one."""
_CONTACTS = names("addr telecom")
_PRIVATE = names("patientRole guardian place")
_PLACES = names("location place")


def hide_organizations(root: Element, hidden: Iterable[Element]) -> None:
    """Remove what identifies each of ``hidden``, wherever the document repeats it."""
    known = {key for organization in hidden for key in _keys(organization)}
    if not known:
        return
    contacts: set[str] = set()
    for organization in list(root.iter(*ORGANIZATIONS)):
        if not known.isdisjoint(_keys(organization)):
            contacts |= {_contact(one) for one in organization if one.tag in _CONTACTS}
            _strip(organization)
    for place in list(root.iter(*_PLACES)):
        if not known.isdisjoint(_keys(place)) or _at(place, contacts):
            _unplace(place)
    for contact in list(root.iter(*_CONTACTS)):
        parent = contact.getparent()
        private = parent is None or parent.tag in _PRIVATE
        if not private and _contact(contact) in contacts - {""}:
            remove(contact)


def _keys(organization: Element) -> set[str]:
    ids = {
        f"{one.get('root', '')}|{one.get('extension', '')}"
        for one in organization.findall(f"{H}id")
        if one.get("root")
    }
    return ids | {
        f"name {said(one).casefold()}"
        for one in organization.findall(f"{H}name")
        if said(one)
    }


def _contact(element: Element) -> str:
    return str(element.get("value", "")).strip() or said(element).casefold()


def _strip(organization: Element) -> None:
    for part in list(organization):
        if part.tag not in _KEPT:
            remove(part)
    if not len(organization):
        remove(organization)


def _at(place: Element, contacts: set[str]) -> bool:
    return any(_contact(one) in contacts - {""} for one in place.findall(f"{H}addr"))


def _unplace(place: Element) -> None:
    """Remove a named place; a location that holds a facility or a role stays."""
    if not any(child.tag not in names("name addr") for child in place):
        remove(place)
    else:
        for part in list(place):
            if part.tag in names("name addr"):
                remove(part)
