"""XDM media for tests, written by code: METADATA.XML in ebRIM, documents, the zip."""

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from io import BytesIO

from mappings.xdm import schemes

INS = "291049999990182"
OTHER_INS = "180057512345655"
INS_SYSTEM = "1.2.250.1.213.1.4.10"
AUTHOR = "899700990023^RIVECOURT^Anselme^^^DR^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS"
STRUCTURE = "Cabinet de la Tuilerie^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990099029"
SPECIALTY = "G15_10/SM26^Médecin généraliste^1.2.250.1.213.1.1.4.5"
FOLDER = "IHE_XDM/SUBSET01"
METADATA = f"{FOLDER}/METADATA.XML"
_RIM = "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"
_LCM = "urn:oasis:names:tc:ebxml-regrep:xsd:lcm:3.0"

Coded = tuple[str, str, str]
"""Code, coding scheme, display."""


def patient(ins: str = INS) -> str:
    """Return the CX of a patient as French XDS metadata write it."""
    return f"{ins}^^^&{INS_SYSTEM}&ISO^NH"


@dataclass(frozen=True)
class Sheet:
    """One document: its bytes and its metadata; ``slots`` replaces or adds slots."""

    body: bytes = b"Tension 12/8, rien d'autre."
    mime: str = "text/plain"
    uri: str = "DOC00001.TXT"
    unique: str = "1.2.250.1.213.9.1"
    entry: str = "urn:uuid:6f6f3c9e-2c1f-4d5e-9a39-0c5b1f1d8a01"
    kind: str = schemes.DOCUMENT
    status: str = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
    patient: str = patient()
    title: str = "Consultation"
    author: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "authorPerson": (AUTHOR,),
            "authorInstitution": (STRUCTURE,),
            "authorSpecialty": (SPECIALTY,),
            "authorTelecommunication": ("^^Internet^anselme@mss.example",),
        }
    )
    labels: tuple[Coded, ...] = (("N", "2.16.840.1.113883.5.25", "Normal"),)
    slots: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: str = ""

    def stated(self) -> dict[str, tuple[str, ...]]:
        """Return every slot of the entry."""
        stated = {
            "creationTime": ("20260914064500",),
            "hash": (hashlib.sha1(self.body, usedforsecurity=False).hexdigest(),),
            "languageCode": ("fr-FR",),
            "legalAuthenticator": (AUTHOR,),
            "serviceStartTime": ("20260914063000",),
            "serviceStopTime": ("20260914064500",),
            "size": (str(len(self.body)),),
            "sourcePatientId": (self.patient,),
            "sourcePatientInfo": (
                "PID-5|ORVANNEAU^SOLÈNE^^^^^L",
                "PID-7|19910423",
                "PID-8|F",
            ),
            "URI": (self.uri,),
        }
        return stated | dict(self.slots)


@dataclass(frozen=True)
class Association:
    """One association between two registry objects."""

    source: str
    kind: str
    target: str


@dataclass(frozen=True)
class Lot:
    """A submission set and its documents; ``members`` None means all of them."""

    sheets: tuple[Sheet, ...] = (Sheet(),)
    set_id: str = "urn:uuid:0b6f6c55-5be4-4f65-9b0b-5ab1c2d3e4f5"
    set_unique: str = "1.2.250.1.213.9.9"
    patient: str = patient()
    node: str = schemes.SUBMISSION_SET
    members: tuple[str, ...] | None = None
    associations: tuple[Association, ...] = ()
    slots: Mapping[str, tuple[str, ...]] = field(
        default_factory=lambda: {"submissionTime": ("20260914070000",)}
    )
    more: str = ""


def lot(*changes: Sheet) -> Lot:
    """Return a lot of these documents."""
    return Lot(sheets=changes)


def second(**changes: object) -> Sheet:
    """Return another document beside the first one."""
    other = Sheet(
        body=b"Glucides 5,1 mmol/L.",
        uri="DOC00002.TXT",
        unique="1.2.250.1.213.9.2^77",
        entry="urn:uuid:6f6f3c9e-2c1f-4d5e-9a39-0c5b1f1d8a02",
        title="Biologie",
    )
    return replace(other, **changes)  # type: ignore[arg-type]


def metadata(given: Lot) -> bytes:
    """Return METADATA.XML."""
    ids = tuple(sheet.entry for sheet in given.sheets)
    members = ids if given.members is None else given.members
    joined = [
        *(
            Association(
                given.set_id,
                "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember",
                member,
            )
            for member in members
        ),
        *given.associations,
    ]
    listed = "".join(
        (
            *map(_entry, given.sheets),
            _package(given),
            *map(_association, joined),
            given.more,
        )
    )
    return (
        f'<lcm:SubmitObjectsRequest xmlns:lcm="{_LCM}" xmlns:rim="{_RIM}">'
        f"<rim:RegistryObjectList>{listed}</rim:RegistryObjectList>"
        "</lcm:SubmitObjectsRequest>"
    ).encode()


def medium(given: Lot, *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the zip of a lot with everything IHE lays down."""
    files = [("INDEX.HTM", b"<html/>"), ("README.TXT", b"Lisez-moi")]
    files += [(METADATA, metadata(given))]
    files += [(f"{FOLDER}/{sheet.uri}", sheet.body) for sheet in given.sheets]
    return zipped(files, method=method)


def zipped(
    files: Iterable[tuple[str | zipfile.ZipInfo, bytes]],
    *,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a zip of these files in this order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as opened:
        for name, body in files:
            info = zipfile.ZipInfo(name) if isinstance(name, str) else name
            info.compress_type = method
            opened.writestr(info, body)
    return out.getvalue()


def slot(name: str, values: Iterable[str]) -> str:
    """Return a Slot."""
    listed = "".join(f"<rim:Value>{escape(value)}</rim:Value>" for value in values)
    return f'<rim:Slot name="{escape(name)}"><rim:ValueList>{listed}</rim:ValueList></rim:Slot>'


def classification(scheme: str, coded: Coded, owner: str) -> str:
    """Return a Classification by a code."""
    code, system, display = coded
    return (
        f'<rim:Classification classificationScheme="{scheme}" classifiedObject="{owner}" '
        f'nodeRepresentation="{escape(code)}">{slot("codingScheme", [system])}'
        f"{_text('Name', display)}</rim:Classification>"
    )


def _entry(sheet: Sheet) -> str:
    owner = sheet.entry
    inner = [slot(name, values) for name, values in sheet.stated().items() if values]
    inner += [_text("Name", sheet.title), _text("Description", "En cabinet")]
    inner += [_author(schemes.DOCUMENT_AUTHOR, sheet.author, owner)]
    inner += [
        classification(schemes.CONFIDENTIALITY, label, owner) for label in sheet.labels
    ]
    inner += [
        classification(scheme, coded, owner)
        for scheme, coded in {
            schemes.CLASS: ("10", "1.2.250.1.213.1.1.4.1", "Compte rendu"),
            schemes.TYPE: ("11488-4", "2.16.840.1.113883.6.1", "CR de consultation"),
            schemes.FORMAT: (
                "urn:ihe:iti:xds-sd:text:2008",
                "1.3.6.1.4.1.19376.1.2.3",
                "Texte",
            ),
            schemes.FACILITY: ("SA07", "1.2.250.1.71.4.2.4", "Cabinet individuel"),
            schemes.SETTING: ("AMBULATOIRE", "1.2.250.1.213.1.1.4.9", "Ambulatoire"),
            schemes.EVENT: ("Z00.0", "2.16.840.1.113883.6.3", "Examen"),
        }.items()
    ]
    inner += [
        _identifier(schemes.DOCUMENT_PATIENT, sheet.patient, owner),
        _identifier(schemes.DOCUMENT_UNIQUE, sheet.unique, owner),
        sheet.more,
    ]
    return (
        f'<rim:ExtrinsicObject id="{owner}" mimeType="{escape(sheet.mime)}" '
        f'objectType="{sheet.kind}" status="{sheet.status}">{"".join(inner)}'
        "</rim:ExtrinsicObject>"
    )


def _package(given: Lot) -> str:
    owner = given.set_id
    inner = [slot(name, values) for name, values in given.slots.items()]
    inner += [_text("Name", "Envoi du cabinet"), _text("Description", "Note")]
    inner += [
        f'<rim:Classification classifiedObject="{owner}" classificationNode="{given.node}"/>',
        _author(
            schemes.SET_AUTHOR,
            {"authorPerson": (AUTHOR,), "authorInstitution": (STRUCTURE,)},
            owner,
        ),
        classification(
            schemes.SET_CONTENT, ("SA07", "1.2.250.1.71.4.2.4", "Cabinet"), owner
        ),
        _identifier(schemes.SET_PATIENT, given.patient, owner),
        _identifier(schemes.SET_UNIQUE, given.set_unique, owner),
        _identifier(schemes.SET_SOURCE, "1.2.250.1.213.9.0", owner),
    ]
    return f'<rim:RegistryPackage id="{owner}">{"".join(inner)}</rim:RegistryPackage>'


def _author(scheme: str, said: Mapping[str, tuple[str, ...]], owner: str) -> str:
    inner = "".join(slot(name, values) for name, values in said.items())
    return (
        f'<rim:Classification classificationScheme="{scheme}" '
        f'classifiedObject="{owner}" nodeRepresentation="">{inner}</rim:Classification>'
    )


def _identifier(scheme: str, value: str, owner: str) -> str:
    return (
        f'<rim:ExternalIdentifier identificationScheme="{scheme}" '
        f'value="{escape(value)}" registryObject="{owner}">{_text("Name", "id")}'
        "</rim:ExternalIdentifier>"
    )


def _text(name: str, value: str) -> str:
    return (
        f'<rim:{name}><rim:LocalizedString value="{escape(value)}"/></rim:{name}>'
        if value
        else ""
    )


def _association(one: Association) -> str:
    return (
        f'<rim:Association associationType="{one.kind}" sourceObject="{one.source}" '
        f'targetObject="{one.target}"/>'
    )
