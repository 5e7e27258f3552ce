"""Who took part, when what told of him is gone: a bare number is no participant.

A number of somebody who wrote or acted, and nothing else, would tell that his name, his
specialty or his structure was taken away.
"""

from mappings.cda.rendition.tags import CODE, H, names, remove, said
from mappings.cda.xml import Element

_PARTICIPATIONS = names(
    "author dataEnterer informant informationRecipient authenticator participant"
    " performer encounterParticipant responsibleParty"
)
_NAMES = names("name softwareName manufacturerModelName desc")
_CODES = names("code functionCode")
_AUTHOR, _PERFORMER, _ACT = f"{H}author", f"{H}performer", f"{H}documentationOf"
_EVENT = f"{H}serviceEvent"


def bare_participations(root: Element) -> frozenset[Element]:
    """Return the participations of a document that say no more than a number."""
    return frozenset(one for one in root.iter(*_PARTICIPATIONS) if _is_bare(one))


def drop_bare(root: Element, before: frozenset[Element]) -> bool:
    """Remove the participations that became bare; False when no author is left.

    ``before`` are those that were bare in the source. A mandatory performer stays.
    """
    for one in list(root.iter(*_PARTICIPATIONS)):
        if one not in before and _is_bare(one) and not _drop(root, one):
            return False
    return True


def _is_bare(participation: Element) -> bool:
    codes = participation.iter(*_CODES)
    if any(one.get("code") or one.get("displayName") for one in codes):
        return False
    return not any(said(one) for one in participation.iter(*_NAMES))


def _drop(root: Element, one: Element) -> bool:
    """Remove a participation; False for the only author of the document."""
    parent = one.getparent()
    if parent is None:
        return True
    if one.tag == _AUTHOR and parent is root and len(root.findall(_AUTHOR)) == 1:
        return False
    if one.tag == _PERFORMER and parent.tag == _EVENT:
        _drop_performer(root, parent, one)
    else:
        remove(one)
    return True


def _drop_performer(root: Element, event: Element, performer: Element) -> None:
    """Remove a performer, and an act of which nothing is left; the first act keeps one."""
    act = event.getparent()
    first = act is None or root.find(_ACT) is act
    if first and len(event.findall(_PERFORMER)) == 1:
        return
    remove(performer)
    told = [child for child in event if child.tag in {CODE, _PERFORMER}]
    if act is not None and not first and not told:
        remove(act)
