"""Nothing is lost in silence: what no mapper took is an issue with its place."""

import pytest

from mappings.cda import xml
from mappings.cda.to_fhir import gaps
from mappings.cda.to_fhir.carried import references, report_all
from mappings.cda.to_fhir.scope import Scope, scope_of
from mappings.submission import JsonObject
from tests.mappings.cda.documents import cda
from tests.mappings.cda.to_fhir.resources import issues


def lost(inside: str, resource: JsonObject) -> list[str]:
    """Return what is lost of an element of which ``resource`` alone was made."""
    root = xml.parse(
        f'<ClinicalDocument xmlns="urn:hl7-org:v3"><component><act>{inside}</act>'
        "</component></ClinicalDocument>".encode()
    )
    scope: Scope = scope_of(root)
    scope.add({"resourceType": "Basic", **resource}, root)
    scope.check(root[0][0], 0)
    report_all(scope)
    places = [issue.expression for issue in scope.issues]
    return [p.removeprefix("/h:ClinicalDocument/h:component/h:act") for p in places]


@pytest.mark.parametrize(
    ("inside", "resource"),
    [
        ('<code code="X1"/>', {"code": {"coding": [{"code": "X1"}]}}),
        ('<value value="5.0" unit="g"/>', {"valueQuantity": {"value": 5}}),
        ('<effectiveTime value="20250102"/>', {"date": "2025-01-02"}),
        ('<effectiveTime value="20250102101112+0100"/>', {"date": "2025-01-02"}),
        ('<id root="1.2" extension="E"/>', {"identifier": [{"value": "E"}]}),
        ('<telecom value="tel:01 02"/>', {"telecom": [{"value": "01 02"}]}),
        ("<name>Two\n words</name>", {"name": "Two words"}),
        ("<addr><houseNumber>1</houseNumber></addr>", {"line": ["1 rue X"]}),
        ('<text><reference value="#a"/></text>', {}),
        ('<value nullFlavor="UNK"/>', {}),
        ('<isCriterionInd value="true"/>', {}),
        ('<templateId root="1.2.3"/><statusCode code="completed"/>', {}),
        ('<code code="CONC"/>', {}),
        ('<code code="SEV"/><value code="H"/>', {"severity": {"code": "H"}}),
    ],
)
def test_what_is_there_is_not_lost(inside: str, resource: JsonObject) -> None:
    """Codes, numbers, times, identifiers and words are found as FHIR writes them."""
    assert lost(inside, resource) == []


@pytest.mark.parametrize(
    ("inside", "places"),
    [
        ('<code code="X1"/>', [""]),
        ('<code code="X1"/><value value="5"/>', [""]),
        ('<code code="K"/><value value="5"/>', ["/h:value"]),
        ('<code code="K"/><id root="1.2" extension="E"/>', ["/h:id"]),
        ('<code code="K"/><a><code code="Y"/><b>t</b></a>', ["/*[local-name()='a']"]),
        ('<code code="K"/><value value="never"/><c>K</c>', ["/h:value"]),
    ],
)
def test_what_is_not_there_is_told_once_for_its_largest_part(
    inside: str, places: list[str]
) -> None:
    """An element of which nothing is left is one issue, not one for each part."""
    expected = [p.replace("/*[local-name()='a']", "/h:a") for p in places]
    assert lost(inside, {"code": {"coding": [{"code": "K"}]}}) == expected


def test_what_a_mapper_told_is_not_told_again() -> None:
    """One loss is one issue, also when it was told of the element around it."""
    root = xml.parse(
        b'<ClinicalDocument xmlns="urn:hl7-org:v3"><component><act><code code="X"/>'
        b"</act></component></ClinicalDocument>"
    )
    scope = scope_of(root)
    scope.lost(root[0][0], "entry")
    scope.check(root[0][0], 0)
    report_all(scope)
    assert len(scope.issues) == 1


def test_the_header_is_looked_at_too() -> None:
    """A consent in the header has no place in the mapping: it is told, with its XPath."""
    consent = '<authorization><consent><code code="C1" codeSystem="1.2"/></consent></authorization>'
    found = issues(cda(context=consent))
    assert [one.expression for one in found] == ["/h:ClinicalDocument/h:authorization"]
    assert "C1" not in found[0].text


def test_the_documents_of_the_tests_lose_nothing() -> None:
    """Their header is carried over whole."""
    assert [one for one in issues(cda()) if "h:component" not in one.expression] == []


def test_an_unforeseen_gap_is_told_all_the_same() -> None:
    """A key that is no row of the table is its own sentence, in both languages."""
    found = gaps.issue("somethingNew", "/h:x")
    assert found.text == "somethingNew: not carried over"
    assert found.texte == "somethingNew : non repris"


def test_references_are_found_at_any_depth() -> None:
    """In lists and objects alike."""
    deep = {"a": [{"b": {"reference": "urn:1"}}, {"reference": "urn:2"}]}
    assert list(references([deep])) == ["urn:1", "urn:2"]
