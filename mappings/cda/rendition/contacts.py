"""Where a person lives and is reached: in no rendition, whoever the person is.

A mailbox or a street may tell what its words hide (of a centre, of an association), and
nobody labels it. Of organisations and places of care it says where they are: that stays.
"""

from mappings.cda.margins import ADDRESSES, ORGANIZATIONS
from mappings.cda.rendition.tags import names, remove
from mappings.cda.xml import Element

_ELSEWHERE = names("place")
"""A birthplace is known by its town, and is one of the traits of an identity."""


def hide_contacts(root: Element) -> None:
    """Leave of addresses and telecoms of each person that none is given, where any was."""
    met: set[tuple[Element, str]] = set()
    for one in list(root.iter(*ADDRESSES)):
        holder = one.getparent()
        if holder is None or holder.tag in ORGANIZATIONS | _ELSEWHERE:
            continue
        if (holder, str(one.tag)) in met:
            remove(one)
        else:
            met.add((holder, str(one.tag)))
            _empty(one)


def _empty(contact: Element) -> None:
    contact[:] = []
    contact.text = None
    for attribute in list(contact.keys()):
        del contact.attrib[attribute]
    contact.set("nullFlavor", "NAV")
