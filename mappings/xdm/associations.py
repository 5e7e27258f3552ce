"""What the associations of a medium say: its members, and what its documents do to others."""

from collections.abc import Mapping

from mappings.cda import datatypes
from mappings.cda.document import HL7, clinical_document
from mappings.format import readings
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier
from mappings.xdm import ebrim, hl7v2, refusals, schemes
from mappings.xdm.document_entry import Relation
from mappings.xdm.ebrim import Registry, RegistryObject

_MEMBER = "HasMember"
_CODES = {
    "RPLC": ("replaces",),
    "XFRM": ("transforms",),
    "APND": ("appends",),
    "XFRM_RPLC": ("transforms", "replaces"),
    "signs": ("signs",),
}
_H = f"{{{HL7}}}"


def members(registry: Registry, package: RegistryObject) -> list[str]:
    """Return the ids of the documents that the submission set has, in order.

    Raises :class:`~mappings.mapped.Refused` (422) for an association of a kind that
    is none of a deposit's, and for a member that is not on the medium.
    """
    documents = {one.id for one in registry.documents}
    found: list[str] = []
    for one in registry.associations:
        source, target = _ends(one)
        if _kind(one) == _MEMBER:
            if source != package.id or target not in documents:
                raise refusals.not_supported(one.place)
            found.append(target)
        elif _kind(one) not in _CODES or source not in documents:
            raise refusals.not_supported(one.place)
    return list(dict.fromkeys(found))


def relations(registry: Registry) -> Mapping[str, list[Relation]]:
    """Return what each document, by its id, replaces, transforms, appends or signs.

    A document of the medium is named by its uniqueId, another by its entryUUID.
    Raises :class:`~mappings.mapped.Refused` (422) for one that has neither.
    """
    here = {
        one.id: one.identifier(schemes.DOCUMENT_UNIQUE) for one in registry.documents
    }
    found: dict[str, list[Relation]] = {}
    for one in registry.associations:
        source, target = _ends(one)
        for code in _CODES.get(_kind(one), ()):
            named = hl7v2.unique_identifier(here.get(target, ""))
            named = named or hl7v2.entry_uuid(target)
            if named is None:
                raise _nobody(f"{one.place}/@targetObject")
            found.setdefault(source, []).append(Relation(code, named))
    return found


def in_its_own_words(relation: Relation, body: bytes) -> Relation:
    """Return a replacement by the identifier that the CDA itself gives, if it gives one.

    An entryUUID is known to one registry only, an identifier of a document everywhere.
    """
    own = _parent(body) if relation.code == "replaces" else None
    return Relation(relation.code, own) if own else relation


def _ends(association: RegistryObject) -> tuple[str, str]:
    element = association.element
    return (
        ebrim.attribute(element, "sourceObject"),
        ebrim.attribute(element, "targetObject"),
    )


def _kind(association: RegistryObject) -> str:
    return ebrim.attribute(association.element, "associationType").rpartition(":")[2]


def _nobody(place: str) -> Refused:
    return refuse(
        422,
        "not-found",
        place,
        "the other document is named neither here nor by a UUID",
        "l'autre document n'est nommé ni ici ni par un UUID",
    )


def _parent(body: bytes) -> Identifier | None:
    """Return the identifier of the document that a CDA says it replaces."""
    if "xml" not in readings(body, ""):
        return None
    try:
        root = clinical_document(body).root
    except Refused:
        return None
    for related in root.findall(f"{_H}relatedDocument"):
        if related.get("typeCode") == "RPLC":
            return datatypes.identifier(datatypes.find(related, "parentDocument", "id"))
    return None
