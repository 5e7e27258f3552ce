"""A rendition knows the current identity; a former one is replaced or hidden."""

import re
from dataclasses import replace

import pytest

from mappings.former import Former, known_to, same, stated
from mappings.pdf import PdfText
from mappings.submission import Traits
from tests.mappings.cda.documents import unstructured
from tests.mappings.cda.rendition.documents import WHO, render, shown, structured
from tests.spellings import FAMILY, NAME, SPELLINGS

FORMER = Former(("ALIX",), "male")


def told(text: str) -> str:
    """Return the narrative that a former identity leaves of a paragraph."""
    found = shown(
        structured(f"<paragraph>Début.</paragraph><paragraph>{text}</paragraph>"),
        former=FORMER,
    )
    inside = found[found.index("<text>") + 6 : found.index("</text>")]
    return (
        inside.replace("<paragraph>Début.</paragraph>", "")
        .removeprefix("<paragraph>")
        .removesuffix("</paragraph>")
    )


def test_the_header_has_the_names_in_use() -> None:
    """Former first names are nowhere in the header; sex and birth date are the record's."""
    found = shown(structured("<paragraph>Suivi.</paragraph>"))
    assert "ALIX" not in found
    assert "MARIE" not in found
    assert '<given qualifier="CL">SASHA</given>' in found
    assert '<administrativeGenderCode code="F"' in found
    assert '<birthTime value="19711104"/>' in found
    assert "IPP-7" not in found


def test_names_that_xml_cannot_hold_are_no_error() -> None:
    """A control character in a name of the record is left out, never a crash."""
    who = Traits(
        WHO.identifiers, family="OR\x00MEAU", given=("SA\x01SHA",), birth_date="?"
    )
    former = Former(("ALIX",))
    document = structured(
        "<paragraph>Alix ORMEAU dort.</paragraph><paragraph>P</paragraph>"
    )
    found = render(document, who=who, former=former)
    assert found is not None
    assert b"<given>SASHA</given>" in found.body


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Alix ORMEAU dort.", "Sasha ORMEAU dort."),
        ("M. Alix Ormeau dort.", "Mme Sasha Ormeau dort."),
        ("TREMBLE ALIX", "TREMBLE SASHA"),
        ("Monsieur TREMBLE dort.", "Madame TREMBLE dort."),
        ("Sexe : M", "Sexe : F"),
        ("Sexe : M. Monsieur Ormeau.", "Sexe : F. Madame Ormeau."),
        ("Un homme de 35 ans.", "Une femme de 35 ans."),
        ("M. et Mme ORMEAU.", "M. et Mme ORMEAU."),
        ("Vu par le Dr Alix Sorbier.", "Vu par le Dr Alix Sorbier."),
        ("Rien. Alix dort. Tout va bien.", "Rien. Tout va bien."),
        ("Alix dort.", ""),
        ("Un prix fixe.", "Un prix fixe."),
    ],
)
def test_former_words_are_replaced_or_hidden(before: str, after: str) -> None:
    """What denotes the patient is replaced, another person kept, the rest hidden."""
    assert told(before) == after


def test_a_row_that_repeats_a_former_name_goes() -> None:
    """Outside prose the unit goes, with the entry that tells the same."""
    row = "<tr><td>Prénom</td><td><content ID='a'>Alix</content></td></tr>"
    entry = (
        "<entry><observation><text><reference value='#a'/></text></observation></entry>"
    )
    document = structured(
        f"<paragraph>P</paragraph><table><tbody>{row}</tbody></table>", entry
    )
    assert shown(document, former=FORMER) == shown(
        structured("<paragraph>P</paragraph>")
    )


def test_a_file_that_repeats_a_former_name_goes() -> None:
    """An embedded file is hidden whole; a document that is one file is not shown."""

    def reader(_: bytes) -> PdfText:
        return PdfText(("Patient : Alix ORMEAU",), opaque=False)

    body = unstructured(
        '<text mediaType="application/pdf" representation="B64">JVBERi0xLg==</text>'
    )
    assert render(body, former=FORMER, reader=reader) is None
    assert render(body, reader=reader) is not None


def test_a_document_title_with_a_former_name_is_that_of_the_type() -> None:
    """The title of the document is replaced like one that tells."""
    document = structured("<paragraph>P</paragraph>").replace(
        b"Consultation de suivi", b"Suivi de Alix"
    )
    found = render(document, former=FORMER)
    assert found is not None
    assert found.title == "CR de consultation"


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_every_spelling_goes(spelled: str) -> None:
    """Nothing of a former name is left, however it is written."""
    former = Former((NAME,))
    document = structured(
        f"<paragraph>Début.</paragraph><paragraph>Vu ({spelled}) hier.</paragraph>"
    )
    who = replace(WHO, family=FAMILY)
    found = render(document, who=who, former=former)
    assert found is not None
    assert "hier" not in found.body.decode()
    assert "Début" in found.body.decode()


@pytest.mark.parametrize(
    "text",
    [
        "Voir <linkHtml href='file:///Alix_x.pdf'>courrier</linkHtml>.",
        "Voir <linkHtml href='file:///Alix_ORMEAU.pdf'>courrier</linkHtml>.",
        "Vu A<sub>l</sub>ix ce jour.",
        "<content ID='alix' styleCode='Bold'>Vu.</content>",
        "<renderMultiMedia referencedObject='alix'><caption>Alix</caption></renderMultiMedia>",
    ],
)
def test_no_attribute_repeats_it(text: str) -> None:
    """Links, numbers and captions are read like words."""
    document = structured(
        f"<paragraph>Début.</paragraph><paragraph>{text}</paragraph>"
    ).replace(b"<title>Consultation", b"<title ID='talix1'>Consultation")
    assert b"<title ID='talix1'>" in document
    found = render(document, former=FORMER)
    assert found is not None
    assert "alix" not in found.body.decode().lower()


def test_a_performer_of_another_family_is_somebody_else() -> None:
    """In the entries as in the header: the statement of the other stays."""

    def performed(family: str) -> bytes:
        name = f"<name><given>Alix</given><family>{family}</family></name>"
        entity = (
            "<performer><assignedEntity><id root='1.2'/><assignedPerson>"
            f"{name}</assignedPerson></assignedEntity></performer>"
        )
        code = "<code code='1234-5' codeSystem='2.16.840.1.113883.6.1'/>"
        entry = (
            f"<entry><act classCode='ACT' moodCode='EVN'>{code}{entity}</act></entry>"
        )
        found = render(structured("<paragraph>P</paragraph>", entry), former=FORMER)
        assert found is not None
        return found.body

    assert b"1234-5" in performed("SORBIER")
    assert b"1234-5" not in performed("ORMEAU")


def guarded(family: str) -> bytes:
    """Return a document whose patient has a guardian with the former first name."""
    name = f"<name><given>Alix</given><family>{family}</family></name>"
    guardian = f"<guardian><guardianPerson>{name}</guardianPerson></guardian></patient>"
    return structured("<paragraph>P</paragraph>").replace(
        b"</patient>", guardian.encode()
    )


def test_a_guardian_of_another_family_is_somebody_else() -> None:
    """The other stays; one of the same family may be the patient, and goes."""
    other = render(guarded("SORBIER"), former=FORMER)
    assert other is not None
    assert b"SORBIER" in other.body
    same = render(guarded("ORMEAU"), former=FORMER)
    assert same is not None
    assert b"guardian" not in same.body


def test_the_record_knows_what_the_header_does_not() -> None:
    """A first birth name that is not in use, and a name the record calls former."""
    born = replace(WHO, given=("ALIX", "MARIE"), used_given="SASHA")
    assert known_to(born) == ("ALIX",)
    assert known_to(replace(born, used_given="MARIE")) == ()
    assert known_to(replace(born, former_given=("JEAN-SASHA", "LOU, ELI"))) == (
        "LOU, ELI",
        "ALIX",
        "JEAN",
        "LOU",
        "ELI",
    )
    assert known_to(replace(born, given=("SASHA",), former_given=("Alix",))) == (
        "Alix",
    )
    told = Traits((), given=("SASHA",))
    assert stated(told, born).given == ("ALIX",)
    assert stated(told, Traits(())).given == ()
    compound = Traits((), given=("JEAN-ALIX",))
    assert stated(compound, replace(WHO, given=("SASHA",))).given[-2:] == (
        "JEAN",
        "ALIX",
    )


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Jean", "Jean-Pierre", True),
        ("JEANPIERRE", "Jean-Pierre", True),
        ("Jean", "Jeanne", False),
        ("Louis", "LOUISE", False),
        ("SOLENE", "Solène", True),
    ],
)
def test_a_longer_first_name_may_be_another(
    one: str, other: str, *, alike: bool
) -> None:
    """A name that begins like another is not the same one: many change so."""
    assert same(one, other) is alike


def with_file(said: bytes) -> bytes:
    """Return a document with a file among its entries, and a paragraph."""
    media = (
        "<entry><observationMedia classCode='OBS' moodCode='EVN'><value"
        f" mediaType='text/html'>{said.decode()}</value></observationMedia></entry>"
    )
    return structured("<paragraph>P</paragraph>", media)


def test_a_file_among_the_entries_goes_by_itself() -> None:
    """The rest of the document stays; a file that does not say it stays too."""
    told = render(with_file(b"Vu Alix hier."), former=FORMER)
    assert told is not None
    assert b"observationMedia" not in told.body
    other = render(with_file(b"Vu hier."), former=FORMER)
    assert other is not None
    assert b"observationMedia" in other.body


@pytest.mark.parametrize(
    "body",
    [
        b"<nonXMLBody><text mediaType='text/plain'>Vu Alix.</text></nonXMLBody>",
        b"<nonXMLBody ID='Alix'><text mediaType='text/plain'>Vu.</text></nonXMLBody>",
        b"<nonXMLBody>Alix<text mediaType='text/plain'>Vu.</text></nonXMLBody>",
    ],
)
def test_a_body_that_is_one_file_is_not_shown(body: bytes) -> None:
    """Wherever in it the name stands."""
    source = unstructured("<text mediaType='text/plain'>Vu.</text>")
    begin, end = source.index(b"<nonXMLBody"), source.index(b"</nonXMLBody>")
    told = source[:begin] + body + source[end + len(b"</nonXMLBody>") :]
    assert render(source, former=FORMER) is not None
    assert render(told, former=FORMER) is None


def test_the_patient_who_informs_is_renamed() -> None:
    """By number; the informant stays."""
    source = structured("<paragraph>P</paragraph>")
    source = source.replace(b"<author>", b"<author><!-- who -->", 1)
    number = re.search(rb"<patientRole[^>]*>\s*(<id [^>]*/>)", source)
    assert number
    informant = (
        b"<informant><assignedEntity>" + number[1] + b"<assignedPerson><name>"
        b"<given>Alix</given><family>ORMEAU</family></name></assignedPerson>"
        b"</assignedEntity></informant><custodian>"
    )
    found = render(source.replace(b"<custodian>", informant, 1), former=FORMER)
    assert found is not None
    assert b"<informant>" in found.body
    assert b"Alix" not in found.body


def test_a_small_letter_stays_small() -> None:
    """A name is replaced in the case it was written in; a title keeps what is beside."""
    assert told("vu alix ormeau hier.") == "vu sasha ormeau hier."
    former = Former(("ALIX",))
    who = replace(WHO, family="", used_family="")
    found = render(
        structured("<paragraph>P</paragraph><paragraph>Alix dort.</paragraph>"),
        who=who,
        former=former,
    )
    assert found is not None
    assert b"dort" not in found.body
