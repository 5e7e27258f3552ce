"""METADATA.XML and its documents become what the same deposit by ITI-65 becomes."""

import hashlib
from base64 import b64encode
from dataclasses import replace
from zipfile import ZipInfo

import pytest

from gateway.demo.world.load import load
from mappings.xdm import schemes
from mappings.xdm.submission import read
from tests.mappings.xdm.media import (
    FOLDER,
    INS,
    METADATA,
    OTHER_INS,
    Association,
    Lot,
    Sheet,
    classification,
    lot,
    medium,
    metadata,
    patient,
    second,
    slot,
    zipped,
)
from tests.mappings.xdm.reading import no_pdf, refused, taken

IHE = "urn:ihe:iti:2007:AssociationType"
Files = list[tuple[str | ZipInfo, bytes]]
OLD = "urn:uuid:11111111-2222-4333-8444-555555555555"
PERSON = "urn:oid:1.2.250.1.71.4.2.1|899700990023"
STRUCTURE = "urn:oid:1.2.250.1.71.4.2.2|1990099029"
SHEET = Sheet()
CDA = next(each for each in load().deposits if each.name == "sore-throat-visit")


def cda_sheet(body: bytes = CDA.body) -> Sheet:
    """Return a CDA as a document of a medium."""
    ids = "2.25.210748570975277616604635788664017917854"
    return Sheet(body=body, mime="text/xml", uri="DOC00001.XML", unique=ids)


def test_every_element_of_the_metadata_is_mapped() -> None:
    """Title, class, type, format, facility, setting, event, label, period and the rest."""
    reference = taken(Lot()).value.documents[0].reference
    content, context = reference["content"][0], reference["context"]
    attachment = content["attachment"]
    digest = hashlib.sha1(SHEET.body, usedforsecurity=False).digest()
    assert attachment == {
        "contentType": "text/plain",
        "language": "fr-FR",
        "size": len(SHEET.body),
        "hash": b64encode(digest).decode(),
        "title": "Consultation",
        "creation": "2026-09-14T06:45:00+00:00",
    }
    codings = {
        "type": reference["type"]["coding"][0]["code"],
        "class": reference["category"][0]["coding"][0]["code"],
        "format": content["format"]["code"],
        "facility": context["facilityType"]["coding"][0]["code"],
        "setting": context["practiceSetting"]["coding"][0]["code"],
        "event": context["event"][0]["coding"][0]["code"],
        "label": reference["securityLabel"][0]["coding"][0]["code"],
    }
    assert codings == {
        "type": "11488-4",
        "class": "10",
        "format": "urn:ihe:iti:xds-sd:text:2008",
        "facility": "SA07",
        "setting": "AMBULATOIRE",
        "event": "Z00.0",
        "label": "N",
    }
    assert context["period"]["start"] == "2026-09-14T06:30:00+00:00"
    assert reference["masterIdentifier"]["value"] == "urn:oid:1.2.250.1.213.9.1"
    assert reference["identifier"][0]["value"] == SHEET.entry
    assert reference["description"] == "En cabinet"
    assert reference["authenticator"] == {"reference": "#authenticator"}


def test_who_wrote_it_and_who_it_is_about_are_known() -> None:
    """Author, structure and patient are named as the rest of the house names them."""
    found = taken(Lot()).value
    document, who = found.documents[0], found.patient
    assert document.authors | document.organizations == {PERSON, STRUCTURE}
    assert [each.value for each in who.identifiers] == [INS]
    assert (who.family, who.given, who.birth_date, who.gender) == (
        *("ORVANNEAU", ("SOLÈNE",), "1991-04-23", "female"),
    )
    assert who.place == "//rim:ExtrinsicObject[1]/rim:Slot[@name='sourcePatientInfo']"
    assert "ORVANNEAU" not in repr(document.reference)


def test_every_document_of_the_set_is_taken_with_its_bytes() -> None:
    """The set names its documents by number, the bytes are those of the zip."""
    found = taken(lot(SHEET, second())).value
    assert found.entries == ("List", "DocumentReference/0", "DocumentReference/1")
    assert [each.body for each in found.documents] == [SHEET.body, second().body]
    assert found.documents[1].reference["masterIdentifier"] == {
        "system": "urn:oid:1.2.250.1.213.9.2",
        "value": "77",
    }
    assert found.submission_set is not None
    entries = [e["item"]["reference"] for e in found.submission_set["entry"]]
    assert entries == ["DocumentReference/0", "DocumentReference/1"]
    assert found.submission_set["title"] == "Envoi du cabinet"
    assert found.submission_set["source"] == {"reference": "#author-1"}


def test_what_a_medium_only_shows_is_said_to_be_left_out() -> None:
    """INDEX.HTM and README.TXT are no documents: said, by their numbers."""
    issues = taken(Lot()).issues
    assert [(each.severity, each.expression) for each in issues] == [
        ("information", "zip/entry[1]"),
        ("information", "zip/entry[2]"),
    ]


def test_a_cda_on_a_medium_is_read_as_a_cda() -> None:
    """Its places are those of POST /cda, its own label and its own patient count."""
    document = taken(lot(cda_sheet())).value.documents[0]
    places = {each.place for each in document.contents[document.described :]}
    assert "/h:ClinicalDocument/h:title/text()[1]" in places
    raised = CDA.body.replace(
        b'confidentialityCode code="N"', b'confidentialityCode code="V"'
    )
    found = taken(lot(cda_sheet(raised))).value.documents[0].reference
    codes = [each["coding"][0]["code"] for each in found["securityLabel"]]
    assert codes == ["N", "V"]


@pytest.mark.parametrize(
    ("change", "below"),
    [
        ({"slots": {"hash": ("0" * 40,)}}, "/rim:Slot[@name='hash']"),
        ({"slots": {"size": ("1",)}}, "/rim:Slot[@name='size']"),
        ({"slots": {"size": ("-1",)}}, "/rim:Slot[@name='size']"),
        ({"slots": {"URI": ("DOC00009.TXT",)}}, "/rim:Slot[@name='URI']"),
        ({"slots": {"URI": ("../../README.TXT",)}}, "/rim:Slot[@name='URI']"),
        ({"slots": {"URI": ("METADATA.XML",)}}, "/rim:Slot[@name='URI']"),
        ({"slots": {"URI": ()}}, "/rim:Slot[@name='URI']"),
        ({"mime": "application/pdf", "body": b"{\\rtf1 x}"}, "/@mimeType"),
        ({"mime": ""}, "/@mimeType"),
        ({"mime": "text"}, "/@mimeType"),
        ({"slots": {"hash": ("not base64!",)}}, "/rim:Slot[@name='hash']"),
        (
            {"unique": "no OID"},
            f"/rim:ExternalIdentifier[@identificationScheme='{schemes.DOCUMENT_UNIQUE}']",
        ),
        (
            {"patient": patient(OTHER_INS), "slots": {"sourcePatientId": (patient(),)}},
            f"/rim:ExternalIdentifier[@identificationScheme='{schemes.DOCUMENT_PATIENT}']",
        ),
        (
            {"labels": (("HIGH", "9.9.9", "Secret"),)},
            f"/rim:Classification[@classificationScheme='{schemes.CONFIDENTIALITY}']",
        ),
        (
            {"labels": (("", "", ""),)},
            f"/rim:Classification[@classificationScheme='{schemes.CONFIDENTIALITY}']",
        ),
        ({"kind": "urn:uuid:34268e47-fdf5-41a6-ba33-82133c465248"}, "/@objectType"),
        ({"status": "urn:x:Withdrawn"}, "/@status"),
    ],
)
def test_what_is_wrong_is_named_where_the_sender_wrote_it(
    change: dict[str, object], below: str
) -> None:
    """A refusal names the registry object and the slot, class or identifier in it."""
    status, issue = refused(medium(lot(second(), replace(SHEET, **change))))  # type: ignore[arg-type]
    assert status in {400, 422}
    assert issue.expression == f"//rim:ExtrinsicObject[2]{below}"


def test_two_patients_are_refused() -> None:
    """A medium is about one person: its documents, and its set."""
    other = second(patient=patient(OTHER_INS))
    assert refused(medium(lot(SHEET, other)))[1].code == "conflict"
    assert refused(medium(Lot(patient=patient(OTHER_INS))))[1].code == "conflict"


def test_a_cda_about_somebody_else_is_refused() -> None:
    """Metadata cannot file the document of one person in the record of another."""
    body = CDA.body.replace(INS.encode(), OTHER_INS.encode())
    status, issue = refused(medium(lot(cda_sheet(body))))
    assert (status, issue.code) == (422, "conflict")


def test_a_missing_element_is_a_warning_that_names_it() -> None:
    """What PDSm wants and XDS can say is missed; a custodian, which it cannot, is not."""
    bare = replace(SHEET, slots={"languageCode": (), "serviceStartTime": ()})
    places = [e.expression for e in taken(lot(bare)).issues if e.severity == "warning"]
    assert places == [
        "//rim:ExtrinsicObject[1]/rim:Slot[@name='languageCode']",
        "//rim:ExtrinsicObject[1]/rim:Slot[@name='serviceStartTime']",
    ]


def test_a_slot_or_a_class_without_a_place_is_said() -> None:
    """What no element stands for is an issue with its number, never its name."""
    scheme = "urn:uuid:99999999-0000-4000-8000-000000000000"
    sheet = replace(
        SHEET,
        slots={"urn:x:mood": ("sad",)},
        more=classification(scheme, ("1", "1.2.3", "x"), SHEET.entry),
    )
    issues = taken(lot(sheet)).issues[2:]
    assert [each.expression for each in issues] == [
        "//rim:ExtrinsicObject[1]/rim:Slot[11]",
        "//rim:ExtrinsicObject[1]/rim:Classification[9]",
    ]
    assert "mood" not in repr(issues)


def test_a_label_beside_its_document_counts() -> None:
    """Where a classification stands in the list makes no document less secret."""
    code = ("V", "2.16.840.1.113883.5.25", "x")
    beside = classification(schemes.CONFIDENTIALITY, code, SHEET.entry)
    found = taken(Lot(more=beside)).value.documents[0].reference["securityLabel"]
    assert [each["coding"][0]["code"] for each in found] == ["N", "V"]
    astray = classification(schemes.CONFIDENTIALITY, code, "urn:uuid:nobody")
    assert refused(medium(Lot(more=astray)))[0] == 422


@pytest.mark.parametrize("kind", ["RPLC", "XFRM_RPLC"])
def test_a_replacement_names_what_it_replaces(kind: str) -> None:
    """By the registry's UUID; taken also where that document never was."""
    joined = Association(SHEET.entry, f"{IHE}:{kind}", OLD)
    document = taken(Lot(associations=(joined,))).value.documents[0]
    assert document.replaces == f"urn:ietf:rfc:3986|{OLD}"
    assert not document.must_replace


def test_a_cda_names_itself_what_it_replaces() -> None:
    """The identifier of the parent document holds everywhere: it is preferred."""
    related = (
        b'<relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3.4"/>'
        b"</parentDocument></relatedDocument><documentationOf>"
    )
    body = CDA.body.replace(b"<documentationOf>", related, 1)
    sheet = cda_sheet(body)
    joined = Association(sheet.entry, f"{IHE}:RPLC", OLD)
    found = taken(replace(lot(sheet), associations=(joined,)))
    assert found.value.documents[0].replaces == "urn:ietf:rfc:3986|urn:oid:1.2.3.4"


def test_one_document_of_a_medium_may_append_another() -> None:
    """Both are here: the other one is named by its uniqueId."""
    joined = Association(second().entry, f"{IHE}:APND", SHEET.entry)
    found = taken(replace(lot(SHEET, second()), associations=(joined,)))
    [link] = found.value.documents[1].reference["relatesTo"]
    assert link["code"] == "appends"
    assert link["target"]["identifier"]["value"] == "urn:oid:1.2.250.1.213.9.1"


@pytest.mark.parametrize(
    "joined",
    [
        Association(OLD, f"{IHE}:RPLC", SHEET.entry),
        Association(SHEET.entry, f"{IHE}:unheard", OLD),
        Association(SHEET.entry, f"{IHE}:RPLC", "symbolic"),
        Association(Lot().set_id, "x:HasMember", OLD),
    ],
)
def test_an_association_that_cannot_be_kept_is_refused(joined: Association) -> None:
    """Of another kind, from elsewhere, to nobody: said, not dropped."""
    status, issue = refused(medium(Lot(associations=(joined,))))
    assert status == 422
    assert issue.expression.startswith("//rim:Association[2]")


def test_a_document_that_the_set_forgot_is_added() -> None:
    """Everything on the medium is kept, and that the set did not list it is said."""
    found = taken(replace(lot(SHEET, second()), members=(SHEET.entry,)))
    assert len(found.value.documents) == 2
    [issue] = [each for each in found.issues if each.severity == "warning"]
    assert issue.expression == "//rim:ExtrinsicObject[2]"


def test_a_folder_is_refused() -> None:
    """A folder would be lost: it is refused, not dropped."""
    folder = "urn:uuid:d9d542f3-6cc4-48b6-8870-ea235fbc94c2"
    status, issue = refused(medium(Lot(node=folder)))
    assert (status, issue.expression) == (422, "//rim:RegistryPackage[1]")


def test_a_file_nobody_describes_is_refused_but_a_style_sheet_is_not() -> None:
    """What is acknowledged is kept: a file without metadata cannot be."""
    files: Files = [
        (METADATA, metadata(Lot())),
        (f"{FOLDER}/{SHEET.uri}", SHEET.body),
    ]
    status, issue = refused(zipped([*files, (f"{FOLDER}/PHOTO.JPG", b"x")]))
    assert (status, issue.expression) == (422, "zip/entry[3]")
    shown = read(zipped([*files, (f"{FOLDER}/STYLE.XSL", b"x")]), no_pdf)
    assert shown.issues[0].expression == "zip/entry[3]"


def test_one_submission_set_and_no_other() -> None:
    """No METADATA.XML, two of them, or one in the wrong place is a 422."""
    data, body = metadata(Lot()), (f"{FOLDER}/{SHEET.uri}", SHEET.body)
    second_set = ("IHE_XDM/SUBSET02/METADATA.XML", data)
    assert refused(zipped([body]))[0] == 422
    assert refused(zipped([("METADATA.XML", data), body]))[0] == 422
    status, issue = refused(zipped([(METADATA, data), body, second_set]))
    assert (status, issue.expression) == (422, "zip/entry[3]")


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"<a/>", 400),
        (b"<a", 400),
        (b"<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", 400),
        (metadata(Lot(sheets=())), 422),
        (metadata(lot(SHEET, SHEET)), 422),
        (metadata(Lot(more="<rim:Service/>")), 422),
        (metadata(lot(SHEET, second(uri=SHEET.uri))), 422),
        (metadata(lot(replace(SHEET, entry=""))), 422),
        (metadata(Lot()) + b" " * 5_000_000, 413),
    ],
)
def test_metadata_that_are_none_are_refused(data: bytes, status: int) -> None:
    """No list of registry objects, a DOCTYPE, one name twice, other objects, too much."""
    files: Files = [
        (METADATA, data),
        (f"{FOLDER}/{SHEET.uri}", SHEET.body),
    ]
    assert refused(zipped(files))[0] == status


def test_a_long_name_in_pieces_is_put_together() -> None:
    """A URI of several values is numbered; a relative or escaped one is read as one."""
    pieces = replace(SHEET, slots={"URI": ("2|0001.TXT", "1|DOC0")})
    assert taken(lot(pieces)).value.documents
    for written in ("./DOC00001.TXT", "doc00001.txt", "DOC%300001.TXT"):
        assert taken(lot(replace(SHEET, slots={"URI": (written,)}))).value.documents


def test_a_machine_may_be_the_author() -> None:
    """A device writes for its structure; both are authors."""
    machine = {
        "authorPerson": ("42^Modèle 3^Logiciel 7^^^^^^&1.2.250.1.213.9.7&ISO^U^^^RI",),
        "authorInstitution": SHEET.author["authorInstitution"],
    }
    document = taken(lot(replace(SHEET, author=machine))).value.documents[0]
    kinds = [each["resourceType"] for each in document.reference["contained"]]
    assert "Device" in kinds
    assert document.organizations == {STRUCTURE}


def test_references_to_other_systems_are_kept() -> None:
    """The numbers of an order or an imaging study stay with the document."""
    name = "urn:ihe:iti:xds:2013:referenceIdList"
    value = "A-77^^^&1.2.250.1.213.9.8&ISO^urn:ihe:iti:xds:2013:accession"
    sheet = replace(SHEET, slots={name: (value,)})
    context = taken(lot(sheet)).value.documents[0].reference["context"]
    assert context["related"][0]["identifier"]["value"] == "A-77"


def test_a_set_with_several_authors_says_that_one_is_kept() -> None:
    """A List has one source: that others are left out is said, and a slot too."""
    author = slot("authorPerson", ["1^AUTRE^^^^^^^&1.2.250.1.71.4.2.1&ISO"])
    beside = (
        f'<rim:Classification classificationScheme="{schemes.SET_AUTHOR}" '
        f'classifiedObject="{Lot().set_id}" nodeRepresentation="">{author}'
        "</rim:Classification>"
    )
    given = Lot(more=beside, slots={"submissionTime": ("20260914",), "urn:x": ("y",)})
    found = taken(given)
    assert {"//rim:RegistryPackage[1]/rim:Slot[2]"} < {
        e.expression for e in found.issues
    }
    assert "AUTRE" not in repr(found.value.submission_set)
