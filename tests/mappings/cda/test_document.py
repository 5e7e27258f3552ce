"""Where the ClinicalDocument is found, and how a place in it is named."""

import re
from typing import TYPE_CHECKING, cast

import pytest
import yaml
from lxml import etree

from mappings.cda.document import HL7, NAMESPACES, clinical_document, place, step
from mappings.mapped import Refused
from tests.mappings.cda.documents import cda
from tests.shared_material import shared

if TYPE_CHECKING:
    from mappings.cda.xml import Element

BARE = cda().decode().partition("?>")[2]


def refusal(data: bytes) -> Refused:
    """Return why ``data`` is refused as a CDA document."""
    with pytest.raises(Refused) as refused:
        clinical_document(data)
    return refused.value


def test_the_root_may_be_the_document() -> None:
    """The plain case: the root element is the ClinicalDocument."""
    assert clinical_document(cda()).root.tag == f"{{{HL7}}}ClinicalDocument"


@pytest.mark.parametrize(
    "wrapper",
    [
        (
            '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
            '<d:Contenu xmlns:d="urn:asip-sante:ci-sis">{}</d:Contenu>'
            '<xsl:template match="/"><xsl:value-of select="document(\'file:///etc/hostname\')"/>'
            "</xsl:template></xsl:stylesheet>"
        ),
        "<FactModel><payload>{}</payload></FactModel>",
    ],
)
def test_a_wrapped_document_is_cut_out(wrapper: str) -> None:
    """In a stylesheet or a FactModel the document is found, and the wrapper is gone."""
    root = clinical_document(wrapper.format(BARE).encode()).root
    assert root.getparent() is None
    assert place(root) == "/h:ClinicalDocument"


def test_a_document_without_namespace_gets_it() -> None:
    """A forgotten namespace is given back: every place is the same as with it."""
    bare = cda().replace(b' xmlns="urn:hl7-org:v3"', b"")
    root = clinical_document(bare).root
    same = clinical_document(cda()).root
    assert [place(one) for one in root.iter()] == [place(one) for one in same.iter()]


def test_prefixed_documents_have_the_same_places() -> None:
    """The prefix a sender chose does not show in a place."""
    prefixed = re.sub(r"<(/?)(\w)", r"<\1c:\2", BARE).replace("xmlns=", "xmlns:c=")
    root = clinical_document(prefixed.encode()).root
    same = clinical_document(cda()).root
    assert [place(one) for one in root.iter()] == [place(one) for one in same.iter()]


@pytest.mark.parametrize(
    ("data", "expression", "text"),
    [
        (b"<Bundle/>", "/", "no ClinicalDocument"),
        (b'<ClinicalDocument xmlns="urn:x"/>', "/ClinicalDocument", "namespace"),
        (
            b"<a><ClinicalDocument/><ClinicalDocument/></a>",
            "//ClinicalDocument",
            "several",
        ),
    ],
)
def test_what_is_no_single_document_is_refused(
    data: bytes, expression: str, text: str
) -> None:
    """No document, a wrong namespace, several documents: each has its own reason."""
    refused = refusal(data)
    assert refused.status == 400
    assert refused.issues[0].expression == expression
    assert text in refused.issues[0].text


def test_places_name_each_element_once() -> None:
    """Evaluating the place of any element gives back that element and no other."""
    root = clinical_document(cda()).root
    for element in root.iter():
        assert etree.ElementTree(root).xpath(place(element), namespaces=NAMESPACES) == [
            element
        ]


def test_an_index_is_given_only_among_namesakes() -> None:
    """An only child of its name has no index; comments do not count."""
    root = clinical_document(cda()).root
    family = root.findall(".//{*}family")[1]
    assert place(family).endswith("/h:patient/h:name/h:family[2]")
    assert place(family).startswith("/h:ClinicalDocument/h:recordTarget/h:patientRole/")


def test_an_unknown_namespace_is_named_by_local_name() -> None:
    """An element of a foreign namespace still has a place that XPath understands."""
    assert step("{urn:other}thing") == "*[local-name()='thing']"
    assert step("{urn:hl7-org:sdtc}raceCode") == "sdtc:raceCode"


@pytest.mark.corpus
def test_places_equal_those_of_the_authored_truth() -> None:
    """Every XPath the truth files name is the place we give the element it points to."""
    compared = 0
    for truth in sorted(shared("samples", "authored").glob("*.truth.yaml")):
        facts = yaml.safe_load(truth.read_text("utf-8"))
        if not str(facts["file"]).endswith(".xml"):
            continue
        root = clinical_document(truth.with_name(facts["file"]).read_bytes()).root
        for spot in facts["spots"]:
            path = spot.get("xpath") or spot["pdf"]["xpath"]
            owner = re.sub(r"/(@[\w:]+|text\(\)\[\d+\])$", "", path)
            (element,) = cast(
                "list[Element]",
                etree.ElementTree(root).xpath(owner, namespaces=NAMESPACES),
            )
            assert place(element) == owner
            compared += 1
    assert compared > 200
