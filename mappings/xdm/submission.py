"""From an IHE XDM medium to a submission: what ``POST /xdm`` hands in.

A medium is another spelling of an ITI-65 request: it is written as one, and goes
through the same checks as every other. Sources: IHE ITI TF-2 3.32, TF-3 4.2; CI-SIS,
volet Échange de documents de santé.
"""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import unquote

from mappings.fhir.issues import information
from mappings.fhir.submission import read_transaction
from mappings.mapped import Issue, Mapped, Refused, refuse
from mappings.pdf import PdfReader
from mappings.submission import JsonObject, Submission
from mappings.xdm import document_entry, refusals, submission_set
from mappings.xdm.archive import Archive, Member, archive, folded
from mappings.xdm.associations import in_its_own_words, members, relations
from mappings.xdm.document_entry import document_reference, uri_of
from mappings.xdm.ebrim import Registry, RegistryObject, registry
from mappings.xdm.places import Places
from mappings.xdm.submission_set import submission_list, the_set

CONTENT_TYPE = "application/zip"
METADATA = "METADATA.XML"
_FOLDER = "IHE_XDM"
_STEPS = 3
_SHOWN_BY = (".XSL", ".XSLT", ".CSS")
"""Style sheets that lie beside documents: how to show them, no part of what they say."""


@dataclass(frozen=True, slots=True)
class _Medium:
    """What was found on a medium: the objects, the set, each document's file and bytes."""

    registry: Registry
    package: RegistryObject
    files: tuple[Member, ...]
    bodies: tuple[bytes, ...]


def read(data: bytes, pdf: PdfReader) -> Mapped[Submission]:
    """Map an XDM zip to the submission of its one submission set.

    Raises :class:`~mappings.mapped.Refused`, whose issues name an entry of the zip by
    its number or a place of METADATA.XML by its XPath: 400 and 413 for a zip that is
    none or too much, 422 for what cannot be kept or contradicts itself (hash, size,
    patient, label), and for what would be lost (folders, files that nothing names).
    """
    opened = archive(data)
    metadata = _metadata(opened)
    medium = _medium(opened, metadata)
    noted = tuple(_set_aside(opened, metadata, medium.files))
    places = Places(
        medium.package.place,
        [one.place for one in medium.registry.documents],
        [one.place for one in medium.files],
    )
    bundle = _bundle(medium)
    try:
        found = read_transaction(bundle, pdf)
    except Refused as refused:
        moved = tuple(dict.fromkeys(map(places.moved, refused.issues)))
        raise Refused(refused.status, *moved) from None
    said = (places.moved(one) for one in found.issues if not _of_no_xds(one))
    issues = (*noted, *said, *_left_out(medium))
    return Mapped(_exchanged(found.value, places), tuple(dict.fromkeys(issues)))


def _metadata(opened: Archive) -> Member:
    """Return the METADATA.XML of the one submission set of the medium."""
    found = [
        one
        for name, one in opened.members.items()
        if (steps := name.split("/"))[0] == _FOLDER
        and len(steps) == _STEPS
        and steps[-1] == METADATA
    ]
    if not found:
        raise refusals.required("zip/IHE_XDM/SUBSET01/METADATA.XML")
    if len(found) > 1:
        raise refusals.not_supported(found[1].place)
    return found[0]


def _medium(opened: Archive, metadata: Member) -> _Medium:
    listed = registry(opened.read(metadata), metadata.place)
    package = the_set(listed)
    _named_once((package, *listed.documents))
    if not listed.documents:
        raise refusals.required("//rim:ExtrinsicObject")
    files = tuple(_file(opened, metadata, one) for one in listed.documents)
    _carried_once(files, listed)
    return _Medium(listed, package, files, tuple(map(opened.read, files)))


def _named_once(objects: tuple[RegistryObject, ...]) -> None:
    seen: set[str] = set()
    for one in objects:
        if not one.id:
            raise refusals.required(f"{one.place}/@id")
        if one.id in seen:
            raise _twice(f"{one.place}/@id")
        seen.add(one.id)


def _file(opened: Archive, metadata: Member, entry: RegistryObject) -> Member:
    """Return the file of a document: its URI counts from where METADATA.XML lies."""
    folder = folded(metadata.name).rpartition("/")[0]
    written = uri_of(entry)
    for name in (written, unquote(written)):
        found = opened.members.get(f"{folder}/{folded(name.removeprefix('./'))}")
        if found is not None and found != metadata:
            return found
    raise refuse(
        422,
        "not-found",
        f"{entry.place}/rim:Slot[@name='URI']",
        "the zip has no file for this document where its URI says",
        "le zip n'a pas de fichier pour ce document là où son URI le dit",
    )


def _carried_once(files: tuple[Member, ...], listed: Registry) -> None:
    seen: set[str] = set()
    for file, entry in zip(files, listed.documents, strict=True):
        if file.place in seen:
            raise _twice(f"{entry.place}/rim:Slot[@name='URI']")
        seen.add(file.place)


def _set_aside(
    opened: Archive, metadata: Member, files: tuple[Member, ...]
) -> Iterator[Issue]:
    """Say which files are not kept; refuse one that no metadata describe.

    Outside IHE_XDM a medium carries what presents it to a person: no document.
    """
    named = {metadata.place, *(one.place for one in files)}
    for name, one in opened.members.items():
        if one.place in named:
            continue
        if name.startswith(f"{_FOLDER}/") and not name.endswith(_SHOWN_BY):
            raise refuse(
                422,
                "business-rule",
                one.place,
                "no metadata describe this file, so it could not be kept",
                "aucune métadonnée ne décrit ce fichier, il ne pourrait être conservé",
            )
        yield information(
            "informational",
            one.place,
            "This file presents the medium or its documents; it is not kept.",
            "Ce fichier présente le support ou ses documents ; il n'est pas conservé.",
        )


def _bundle(medium: _Medium) -> JsonObject:
    """Write the medium as an ITI-65 request: the List, the metadata, then the bytes."""
    listed = medium.registry.documents
    urls = {one.id: f"urn:xdm:document:{n}" for n, one in enumerate(listed)}
    names = [urls[one] for one in members(medium.registry, medium.package)]
    entries = [_entry("List", "urn:xdm:set", submission_list(medium.package, names))]
    related = relations(medium.registry)
    binaries = []
    for number, (one, body) in enumerate(zip(listed, medium.bodies, strict=True)):
        at = f"urn:xdm:file:{number}"
        done = [in_its_own_words(each, body) for each in related.get(one.id, ())]
        reference = document_reference(one, at, done)
        entries.append(_entry("DocumentReference", urls[one.id], reference))
        kind = reference["content"][0]["attachment"].get("contentType", "")
        binaries.append(_entry("Binary", at, _binary(kind, body)))
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [*entries, *binaries],
    }


def _entry(kind: str, url: str, resource: JsonObject) -> JsonObject:
    request = {"method": "POST", "url": kind}
    return {"fullUrl": url, "resource": resource, "request": request}


def _binary(content_type: str, body: bytes) -> JsonObject:
    # Without a type the metadata are refused; the Binary is not what they are about.
    media = content_type or "application/octet-stream"
    data = b64encode(body).decode("ascii")
    return {"resourceType": "Binary", "contentType": media, "data": data}


def _exchanged(found: Submission, places: Places) -> Submission:
    """Return the submission without what only a FHIR request has.

    A medium is an exchange: who receives it may never have had the document that one
    of its documents replaces, and takes the new one all the same.
    """
    documents = (replace(one, must_replace=False) for one in found.documents)
    entries = (one for one in found.entries if not one.startswith("Binary"))
    return replace(
        found,
        patient=places.of_patient(found.patient),
        documents=tuple(documents),
        entries=tuple(entries),
    )


def _left_out(medium: _Medium) -> Iterator[Issue]:
    yield from submission_set.left_out(medium.package)
    for one in medium.registry.documents:
        yield from document_entry.left_out(one)


def _of_no_xds(issue: Issue) -> bool:
    """Tell whether an issue misses what XDS metadata never say: custodian, PATCH entry."""
    return issue.code == "required" and issue.expression.endswith(
        (".resource", ".resource.custodian")
    )


def _twice(place: str) -> Refused:
    return refuse(
        422,
        "duplicate",
        place,
        "two objects of METADATA.XML have the same name or the same file",
        "deux objets de METADATA.XML portent le même nom ou le même fichier",
    )
