"""The CDA that is made of FHIR: valid order, narrative, what is told as lost."""

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda.document import HL7, clinical_document
from mappings.cda.submission import read
from mappings.fhir.parse import parse_json
from mappings.fhir.to_cda import carried, to_cda
from mappings.fhir.to_cda.demanded import rows as demanded
from mappings.fhir.to_cda.entries import MAPPERS
from mappings.mapped import Refused
from mappings.pdf import unread
from mappings.submission import JsonObject
from tests.mappings.fhir.rendition.documents import document
from tests.mappings.fhir.to_cda.resources import ALONE, PANEL, REPORT, document_of
from tests.shared_material import REPOSITORY, SHARED

H = f"{{{HL7}}}"
HEADER = (
    "realmCode typeId templateId id code title effectiveTime confidentialityCode"
    " languageCode setId versionNumber recordTarget author custodian legalAuthenticator"
    " authenticator documentationOf relatedDocument componentOf component"
).split()
STATEMENT = (
    "templateId id code text statusCode effectiveTime repeatNumber value interpretationCode"
    " routeCode methodCode approachSiteCode targetSiteCode doseQuantity rateQuantity"
    " maxDoseQuantity quantity expectedUseTime consumable performer author informant"
    " participant entryRelationship component precondition referenceRange"
).split()
"""Elements of the statements of CDA R2 that are written here, in the order of the schema."""
SECTION = "code title text entry component".split()
DOCUMENTS = [document(), document_of(*ALONE, REPORT, PANEL), document_of()]


def ordered(names: list[str], order: list[str]) -> bool:
    """Tell whether elements stand in the order of the schema, none unknown."""
    return [order.index(name) for name in names] == sorted(map(order.index, names))


def local(element: Any) -> list[str]:  # noqa: ANN401 - an element of a tree
    """Return the names of the children."""
    return [str(child.tag).rpartition("}")[2] for child in element]


def faults(body: bytes) -> list[str]:
    """Return which elements of a CDA are out of order."""
    root = clinical_document(body).root
    wrong = [] if ordered(local(root), HEADER) else ["header"]
    kinds = (
        "act",
        "observation",
        "organizer",
        "procedure",
        "substanceAdministration",
        "supply",
    )
    for kind in kinds:
        for element in root.iter(f"{H}{kind}"):
            wrong += [] if ordered(local(element), STATEMENT) else [kind]
    for element in root.iter(f"{H}section"):
        wrong += [] if ordered(local(element), SECTION) else ["section"]
        wrong += [] if "text" in local(element) else ["section without text"]
    return wrong


@pytest.mark.parametrize("bundle", DOCUMENTS, ids=["document", "all", "bare"])
def test_elements_stand_in_the_order_of_the_schema(bundle: JsonObject) -> None:
    """Header, sections and statements; each section has its narrative."""
    assert faults(to_cda(bundle).value) == []


@pytest.mark.parametrize("bundle", DOCUMENTS, ids=["document", "all", "bare"])
def test_our_own_reader_takes_it(bundle: JsonObject) -> None:
    """What is made could be deposited: one patient, one author, a type."""
    found = read(to_cda(bundle).value, unread).value
    assert found.patient.family == "ORMEAU"
    assert found.documents[0].reference["type"]["coding"][0]["code"] == "11488-4"


def test_the_narrative_is_that_of_the_section() -> None:
    """Paragraphs, lists, tables with their spans, bold: words and structure stay."""
    body = to_cda(document()).value.decode()
    assert (
        "<paragraph>Bon état général. Pas de fièvre. Revoir dans un mois.</paragraph>"
        in body
    )
    assert '<item>Marche <content styleCode="Bold">quotidienne</content></item>' in body
    assert '<td rowspan="2">Sang</td>' in body
    assert "<caption>Bilan</caption>" in body


def test_entries_without_narrative_are_told_in_words() -> None:
    """A person reads the text of a CDA: it lists what the statements are about."""
    bundle = document()
    del bundle["entry"][0]["resource"]["section"][0]["text"]
    body = to_cda(bundle).value.decode()
    assert (
        "<list><item>Hypertension artérielle</item><item>Asthme</item></list>" in body
    )


def test_a_resource_without_statement_is_told_and_reported() -> None:
    """A type that CDA has no statement for here: words in the narrative, and an issue."""
    goal = {"resourceType": "Goal", "description": {"text": "Marcher une heure"}}
    found = to_cda(document_of(goal))
    assert "<item>Marcher une heure</item>" in found.value.decode()
    assert "Bundle.entry[5].resource" in {one.expression for one in found.issues}


def test_a_field_that_cda_does_not_hold_is_an_issue() -> None:
    """The issue names the element, and repeats nothing of it."""
    bundle = document_of(ALONE[0] | {"stage": [{"summary": {"text": "secret"}}]})
    issues = to_cda(bundle).issues
    assert "Bundle.entry[5].resource.stage" in {one.expression for one in issues}
    assert not any("secret" in f"{one}" for one in issues)


def test_a_resource_in_no_section_is_an_issue() -> None:
    """Nothing is silently left out."""
    issues = to_cda(document_of()).issues
    assert "Bundle.entry[5].resource" in {one.expression for one in issues}


def test_resources_without_composition_get_sections() -> None:
    """A collection becomes a document with a section for each kind."""
    bundle = document() | {"type": "collection"}
    bundle["entry"] = bundle["entry"][1:]
    body = to_cda(bundle).value.decode()
    titles = re.findall("<title>(.*?)</title>", body)
    assert titles == ["Synthèse", "Problèmes", "Traitements", "Résultats"]
    assert faults(body.encode()) == []


def test_a_file_becomes_a_document_of_level_one() -> None:
    """A submission of one file: nonXMLBody with its bytes."""
    attachment = {"contentType": "application/pdf", "data": "JVBERi0="}
    reference = {
        "resourceType": "DocumentReference",
        "content": [{"attachment": attachment}],
    }
    body = to_cda({"resourceType": "Bundle", "entry": [{"resource": reference}]}).value
    assert (
        b'<text mediaType="application/pdf" representation="B64">JVBERi0=</text>'
        in body
    )


def test_what_ci_sis_demands_and_nobody_said_is_told() -> None:
    """A header is never completed by invention."""
    expressions = {one.expression for one in to_cda(document()).issues}
    assert {
        "Composition.attester",
        "Location.type",
        "PractitionerRole.specialty",
    } <= expressions
    assert "Composition.attester" not in {
        o.expression for o in to_cda(document_of()).issues
    }
    assert len(demanded()) == 8


def test_only_a_bundle_becomes_a_document() -> None:
    """One resource alone is refused, with its place."""
    with pytest.raises(Refused):
        to_cda({"resourceType": "Patient"})


def test_the_gap_table_is_in_the_readme() -> None:
    """Each row of ``carried.csv`` stands in the README, and no other."""
    readme = (REPOSITORY / "mappings/fhir/to_cda/README.md").read_text("utf-8")
    listed = re.findall(r"^\| (\w+) \| (\w+) \| (.*) \|$", readme, re.MULTILINE)
    table = [(row["type"], row["element"], row["loses"]) for row in carried.rows()]
    assert [(k, e, lost.strip()) for k, e, lost in listed[1:]] == table
    assert {kind for kind, _, _ in table} == {*MAPPERS, "Composition", "Patient"}


@given(st.data())
def test_no_bundle_raises(data: st.DataObject) -> None:
    """Odd values in odd places degrade: the answer is always a document."""
    bundle = copy.deepcopy(data.draw(st.sampled_from(DOCUMENTS)))
    for _ in range(data.draw(st.integers(1, 6))):
        _spoil(bundle, data)
    assert clinical_document(to_cda(bundle).value).root is not None


ODD: tuple[Any, ...] = (
    "",
    "\x00\ufffe",
    "<x>",
    0,
    -1,
    True,
    None,
    [],
    {},
    [None],
    [{}],
    {"coding": "x"},
    "2026-13",
)


def _spoil(bundle: JsonObject, data: st.DataObject) -> None:
    """Replace, rename or remove one element somewhere."""
    owner: Any = bundle
    while True:
        keys = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
        key = data.draw(st.sampled_from(keys))
        inner = owner[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 5)):
            owner = inner
            continue
        if key != "resourceType" or owner is not bundle:
            owner[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        return


@pytest.mark.corpus
@pytest.mark.skipif(
    not SHARED.exists(), reason="../shared is not beside this repository"
)
def test_every_shared_bundle_becomes_a_document() -> None:
    """All Bundles of the samples, long records included."""
    paths = [*Path(SHARED / "samples").glob("*/*.json")]
    bundles = [parse_json(path.read_bytes()) for path in sorted(paths)]
    bundles = [one for one in bundles if one.get("resourceType") == "Bundle"]
    assert len(bundles) > 30
    for bundle in bundles:
        assert faults(to_cda(bundle).value) == []
