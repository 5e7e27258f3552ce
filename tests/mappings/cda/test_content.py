"""The places of a CDA document: codes, texts, files, and their names."""

import base64
import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mappings import pdf
from mappings.cda.content import contents
from mappings.cda.document import NAMESPACES, clinical_document
from mappings.content import Code, Content
from tests.mappings.cda.documents import cda, narrative, unstructured
from tests.mappings.pdf.pages import pdf as made
from tests.mappings.pdf.pages import shown
from tests.shared_material import shared

SECTION = "/h:ClinicalDocument/h:component/h:structuredBody/h:component/h:section"
BODY = "/h:ClinicalDocument/h:component/h:nonXMLBody/h:text"
ICD10 = "http://hl7.org/fhir/sid/icd-10"


def found(data: bytes) -> tuple[Content, ...]:
    """Return the places of a document, PDFs unread."""
    return contents(clinical_document(data), pdf.unread)


def texts(text: str, entries: str = "") -> dict[str, str]:
    """Return the texts of a section with this narrative, by place within it."""
    return {
        one.place.removeprefix(SECTION): one.text
        for one in found(narrative(text, entries))
        if one.place.startswith(SECTION) and one.text
    }


def test_a_document_speaks_from_header_to_entry() -> None:
    """Title, header codes, narrative and entries are places; addresses and staff are not."""
    everything = found(cda())
    said = {one.text for one in everything}
    codes = {code.code for one in everything for code in one.codes}
    assert {
        "Consultation de suivi",
        "Problèmes",
        "Entorse de la cheville",
        "2024",
    } <= said
    assert {"Cabinet des Tilleuls", "Maison de santé"} <= said
    assert {"11488-4", "G15_10/SM26", "SA07", "YYYY001", "S93.4", "F"} <= codes
    for silent in (
        "BORDEAUX",
        "SORBIER",
        "Paule",
        "ORMEAU",
        "TREMBLE",
        "tel:0100000000",
    ):
        assert silent not in said


def test_the_structure_a_document_is_sent_to_is_a_place() -> None:
    """The name of the recipient's structure can tell; the recipient's own name is not kept."""
    recipient = (
        "<informationRecipient><intendedRecipient>"
        "<informationRecipient><name>Dr Roseau</name></informationRecipient>"
        "<receivedOrganization><name>Centre de soins</name></receivedOrganization>"
        "</intendedRecipient></informationRecipient>"
    )
    said = {one.text for one in found(cda(context=recipient))}
    assert "Centre de soins" in said
    assert "Dr Roseau" not in said


def test_given_names_of_the_patient_are_places() -> None:
    """A former first name tells; each given name has its place."""
    name = "/h:ClinicalDocument/h:recordTarget/h:patientRole/h:patient/h:name"
    names = {one.place: one.text for one in found(cda()) if one.place.startswith(name)}
    assert names == {
        f"{name}/h:given[1]/text()[1]": "ALIX MARIE",
        f"{name}/h:given[2]/text()[1]": "ALIX",
        f"{name}/h:given[3]/text()[1]": "SASHA",
    }


def test_a_code_is_named_by_its_attribute() -> None:
    """The place is ``/@code``; the system is canonical; the display comes along."""
    (code,) = [
        one for one in found(cda()) if one.codes and one.codes[0].code == "S93.4"
    ]
    assert code.place == f"{SECTION}/h:entry/h:observation/h:code/@code"
    assert code.codes == (Code(ICD10, "S93.4", "Entorse"),)


@pytest.mark.parametrize(
    ("attributes", "codes"),
    [
        ('code="B24" codeSystemName="CIM-10"', (Code(ICD10, "B24"),)),
        ('code="B24" codeSystem="1.2.3"', (Code("urn:oid:1.2.3", "B24"),)),
        ('code="B24"', (Code("", "B24"),)),
        (
            'code="1-1" codeSystem="2.16.840.1.113883.5.6" codeSystemName="LOINC"',
            (
                Code("http://terminology.hl7.org/CodeSystem/v3-ActClass", "1-1"),
                Code("http://loinc.org", "1-1"),
            ),
        ),
    ],
)
def test_a_code_counts_under_each_system_it_may_mean(
    attributes: str, codes: tuple[Code, ...]
) -> None:
    """A wrong OID beside the right name is common: neither reading is lost."""
    entry = f"<entry><observation><value {attributes}/></observation></entry>"
    (place,) = [one for one in found(narrative("", entry)) if "h:value" in one.place]
    assert place.codes == codes


def test_translations_and_qualifiers_are_codes_too() -> None:
    """Each coded part of a CD has its own place."""
    entry = (
        '<entry><observation><value nullFlavor="OTH" displayName="Autre">'
        '<translation code="A" codeSystem="1.2"/><qualifier><name code="B"/><value code="C"/>'
        "</qualifier></value></observation></entry>"
    )
    places = [one.place.removeprefix(SECTION) for one in found(narrative("", entry))]
    value = "/h:entry/h:observation/h:value"
    assert f"{value}/@displayName" in places
    assert f"{value}/h:translation/@code" in places
    assert f"{value}/h:qualifier/h:name/@code" in places
    assert f"{value}/h:qualifier/h:value/@code" in places


def test_a_block_of_one_text_is_named_by_that_text() -> None:
    """The text node is the place, however deep the inline element."""
    assert texts("<paragraph>un <!-- x --></paragraph>") == {
        "/h:text/h:paragraph/text()[1]": "un"
    }
    assert texts('<list><item><content ID="a">deux</content></item></list>') == {
        "/h:text/h:list/h:item/h:content/text()[1]": "deux"
    }


def test_words_split_over_inline_elements_stay_together() -> None:
    """A block of several texts is read whole and named by its element."""
    assert texts(
        "<paragraph>Séro<content>logie</content> <sub>V</sub>IH</paragraph>"
    ) == {"/h:text/h:paragraph": "Sérologie VIH"}


def test_a_comment_parts_a_text_in_two_but_not_the_words() -> None:
    """XPath counts text nodes around comments; the reader sees one text."""
    assert texts("<paragraph>Sé<!-- x -->ro</paragraph>") == {
        "/h:text/h:paragraph": "Séro"
    }


def test_comments_and_instructions_say_nothing() -> None:
    """Templates are full of them, and whoever writes one shows it to nobody."""
    said = texts("<paragraph><!-- un mot -->un autre<?p q?></paragraph>")
    assert "un mot" not in " ".join(said.values())


def test_cells_and_lines_stay_apart() -> None:
    """A cell, an item and a line are units; white space is the browser's."""
    assert texts(
        "<table><tbody><tr><td>a\n  b</td><td>c<br/>d</td></tr></tbody></table>"
    ) == {
        "/h:text/h:table/h:tbody/h:tr/h:td[1]/text()[1]": "a b",
        "/h:text/h:table/h:tbody/h:tr/h:td[2]": "c\nd",
    }


def test_loose_text_around_blocks_is_read() -> None:
    """Text beside a list belongs to the element around, a line before and after."""
    assert texts("avant<list><item>dedans</item></list>après") == {
        "/h:text/h:list/h:item/text()[1]": "dedans",
        "/h:text": "avant\naprès",
    }


def test_attributes_that_are_shown_are_read() -> None:
    """A table summary, an abbreviation, the title of a link."""
    said = texts(
        '<table summary="un"><thead><tr><th abbr="deux"/></tr></thead></table>'
    )
    assert set(said.values()) == {"un", "deux"}


@pytest.mark.parametrize("reference", ["#p1", "p1"])
def test_a_reference_says_what_it_points_to(reference: str) -> None:
    """With or without ``#``: the entry speaks with the words of its cell."""
    entry = f'<entry><act><text><reference value="{reference}"/></text></act></entry>'
    said = texts(
        '<paragraph ID="p1">mots <content>de la cellule</content></paragraph>', entry
    )
    assert said["/h:entry/h:act/h:text/h:reference/@value"] == "mots de la cellule"


@pytest.mark.parametrize("target", ["#nowhere", "#long"])
def test_a_reference_to_nothing_or_to_everything_says_nothing(target: str) -> None:
    """A dangling reference, or one to a whole section, gives the entry no words."""
    entry = f'<entry><act><text><reference value="{target}"/></text></act></entry>'
    said = texts(f'<paragraph ID="long">{"mot " * 200}</paragraph>', entry)
    assert "/h:entry/h:act/h:text/h:reference/@value" not in said


def test_original_text_and_string_values_are_read() -> None:
    """What was said in place of a code, or as a result."""
    entry = (
        "<entry><observation><code nullFlavor='OTH'><originalText>dit</originalText></code>"
        '<value xsi:type="ST">valeur</value></observation></entry>'
    )
    assert set(texts("", entry).values()) == {"dit", "valeur"}


def encoded(data: bytes) -> str:
    """Return data in base 64, folded as senders do."""
    return re.sub(r"(.{60})", r"\1\n  ", base64.b64encode(data).decode())


def test_a_pdf_is_read_page_by_page() -> None:
    """Each page is a place of the element that holds the file."""
    data = encoded(made(shown("Une"), shown("Deux")))
    document = clinical_document(
        unstructured(
            f'<text mediaType="application/pdf" representation="B64">{data}</text>'
        )
    )
    pages = [one for one in contents(document, pdf.read) if one.place.startswith(BODY)]
    assert pages == [
        Content(f"{BODY}#page=1", text="Une"),
        Content(f"{BODY}#page=2", text="Deux"),
    ]


def test_a_forgotten_representation_is_forgiven() -> None:
    """A PDF declared without ``representation`` is still base 64."""
    data = encoded(made(shown("Une")))
    document = clinical_document(
        unstructured(f'<text mediaType="application/pdf">{data}</text>')
    )
    assert Content(f"{BODY}#page=1", text="Une") in contents(document, pdf.read)


@pytest.mark.parametrize(
    "body",
    [
        '<text mediaType="application/pdf" representation="B64">JVBERi0xLjQK</text>',
        '<text mediaType="application/pdf" representation="B64">p$s b64</text>',
        '<text mediaType="application/pdf" representation="B64">abc</text>',
        '<text mediaType="image/jpeg" representation="B64">AAAA</text>',
        '<text mediaType="text/plain" representation="B64" compression="DF">AAAA</text>',
        '<text mediaType="application/dicom"><reference value="http://x/wado"/></text>',
        '<text><reference value="cr.pdf"/></text>',
    ],
)
def test_a_file_that_cannot_be_read_is_opaque(body: str) -> None:
    """Broken, compressed, an image, or elsewhere: one opaque place, never silence."""
    assert Content(BODY, opaque=True) in found(unstructured(body))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<text>Bonjour\nVIH</text>", "Bonjour\nVIH"),
        (
            f'<text representation="B64">{encoded("Bonjour é".encode())}</text>',
            "Bonjour é",
        ),
        (
            '<text mediaType="text/html"><![CDATA[<p>un</p><p>deux</p>]]></text>',
            "un\ndeux",
        ),
        (r'<text mediaType="text/rtf">{\rtf1 S\u233?ro}</text>', "Séro"),
    ],
)
def test_text_bodies_are_read(body: str, text: str) -> None:
    """Plain text, HTML and RTF, in the clear or in base 64."""
    assert Content(BODY, text=text) in found(unstructured(body))


def test_an_empty_body_has_no_place() -> None:
    """There is nothing to read in nothing."""
    assert not [
        one for one in found(unstructured("<text/>")) if one.place.startswith(BODY)
    ]


def test_a_picture_in_an_entry_is_opaque() -> None:
    """An image in an observationMedia: nobody has read it."""
    media = '<value mediaType="image/png" representation="B64">iVBORw0KGgo=</value>'
    entry = f"<entry><observationMedia>{media}</observationMedia></entry>"
    assert Content(
        f"{SECTION}/h:entry/h:observationMedia/h:value", opaque=True
    ) in found(narrative("", entry))


def test_a_link_to_another_document_is_no_part_of_this_one() -> None:
    """Links to an externalDocument or to WADO are not files of the document."""
    link = '<text mediaType="application/pdf"><reference value="autre.pdf"/></text>'
    entry = (
        "<entry><act><reference><externalDocument>"
        f"{link}</externalDocument></reference></act></entry>"
    )
    assert not [one for one in found(narrative("", entry)) if one.opaque]


def test_a_document_inside_a_document_is_read() -> None:
    """A CDA carried as a file speaks at ``place#its own place``."""
    data = encoded(narrative("<paragraph>dedans</paragraph>"))
    body = f'<text mediaType="text/xml" representation="B64">{data}</text>'
    inner = f"{BODY}#{SECTION}/h:text/h:paragraph/text()[1]"
    assert Content(inner, text="dedans") in found(unstructured(body))


WORDS = st.text(
    st.characters(  # U+FFFE and U+FFFF are no characters of XML
        codec="utf-8",
        exclude_categories=["Cc", "Cs"],
        exclude_characters="\ufffe\uffff",
    ),
    max_size=12,
)


@given(st.lists(st.tuples(st.sampled_from(["p", "i", "t"]), WORDS), max_size=12))
def test_no_word_of_a_narrative_is_lost(pieces: list[tuple[str, str]]) -> None:
    """Whatever the mix of blocks and inline elements, every word is in some place."""
    names = {"p": "paragraph", "i": "content"}
    root = etree.Element("text")
    for kind, word in pieces:
        if kind in names:
            etree.SubElement(root, names[kind]).text = word
        elif len(root):
            root[-1].tail = (root[-1].tail or "") + word
        else:
            root.text = (root.text or "") + word
    said = "".join(texts(etree.tostring(root, encoding="unicode")[6:-7]).values())
    whole = "".join(word for _, word in pieces)
    assert sorted("".join(said.split())) == sorted("".join(whole.split()))


@pytest.mark.corpus
def test_every_readable_spot_of_the_truth_is_in_a_place() -> None:
    """Each sensitive spot of the authored documents is within a text or code we give."""
    missed = []
    compared = 0
    for truth in sorted(shared("samples", "authored").glob("*.truth.yaml")):
        facts = yaml.safe_load(truth.read_text("utf-8"))
        if not str(facts["file"]).endswith(".xml"):
            continue
        data = truth.with_name(facts["file"]).read_bytes()
        places = contents(clinical_document(data), pdf.read)
        said = " ".join(
            " ".join([one.text, *(f"{code.code} {code.display}" for code in one.codes)])
            for one in places
        )
        folded = "".join(said.split())
        for spot in facts["spots"]:
            path = spot.get("xpath", "")
            if (
                path.endswith("/@value")
                or spot.get("pdf", {}).get("text_layer") is False
            ):
                continue  # a bare number, or pixels
            compared += 1
            if "".join(str(spot["text"]).split()) not in folded:
                missed.append((facts["file"], spot["place"]))
    assert compared > 200
    assert missed == []


@pytest.mark.corpus
def test_places_of_real_documents_can_be_found_again() -> None:
    """The place of each text and code, evaluated as XPath, leads back to it."""
    path = shared("samples", "authored", "01-vsm-vih.xml")
    document = clinical_document(path.read_bytes())
    tree = etree.ElementTree(document.root)
    for one in contents(document, pdf.unread):
        found_again = tree.xpath(one.place.partition("#")[0], namespaces=NAMESPACES)
        assert isinstance(found_again, list)
        assert len(found_again) == 1
