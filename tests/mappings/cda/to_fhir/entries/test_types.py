"""HL7 v3 data types to FHIR: codes, numbers, units, times, values."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.cda.document import clinical_document
from mappings.cda.to_fhir import clinical_types, quantities, units
from mappings.cda.to_fhir.scope import Scope, scope_of
from mappings.cda.xml import Element
from mappings.fhir.parse import dump
from tests.mappings.cda.to_fhir.entries import clinical

UCUM = {"system": "http://unitsofmeasure.org"}


def _element(xml: str) -> tuple[Element, Scope]:
    """Return one element in a document whose narrative says *mots* at ``a``."""
    text = '<text><content ID="a">mots</content></text>'
    section = f"<section>{text}<entry>{xml}</entry></section>"
    root = clinical_document(clinical.document(section)).root
    (entry,) = root.iter("{urn:hl7-org:v3}entry")
    return entry[0], scope_of(root)


def _concept(attributes: str, body: str = "") -> Any:  # noqa: ANN401 - JSON
    return clinical_types.concept(*_element(f"<value {attributes}>{body}</value>"))


def _value(attributes: str, body: str = "") -> Any:  # noqa: ANN401 - JSON
    return clinical_types.value(*_element(f"<value {attributes}>{body}</value>"))


def test_a_code_keeps_its_version_and_every_translation_once() -> None:
    """Each coding stands once, in the order of the document."""
    loinc = 'codeSystem="2.16.840.1.113883.6.1"'
    body = f'<translation code="b" {loinc}/><translation code="a" {loinc}/>'
    found = _concept(f'code="a" {loinc}', body)
    assert [one["code"] for one in found["coding"]] == ["a", "b"]
    versioned = _concept('code="a" codeSystemVersion="2" codeSystem="2.999"')
    assert versioned["coding"][0]["version"] == "2"


def test_a_code_without_code_is_its_words() -> None:
    """A nullFlavor with an original text, or a display alone, is text."""
    words = '<originalText><reference value="#a"/></originalText>'
    assert _concept('nullFlavor="UNK"', words) == {"text": "mots"}
    assert _concept('displayName=" deux  mots "') == {"text": "deux mots"}
    assert _concept('nullFlavor="UNK"') is None


def test_a_dangling_reference_gives_no_text() -> None:
    """A reference to nothing leaves the code alone."""
    words = '<originalText><reference value="#zzz"/></originalText>'
    assert "text" not in _concept('code="a"', words)


def test_a_whole_section_is_no_text_of_a_code() -> None:
    """An original text that is very long says nothing precise of a code."""
    words = f"<originalText>{'mot ' * 200}</originalText>"
    assert "text" not in _concept('code="a"', words)
    assert "text" in _concept('nullFlavor="UNK"', words)


def test_a_system_is_named_or_left_out() -> None:
    """A plain name is a system too; what is no URI at all is none."""
    named = _concept('code="a" codeSystemName="CIM-10"')
    assert named["coding"][0]["system"] == "http://hl7.org/fhir/sid/icd-10"
    assert "system" not in _concept('code="a" codeSystem="local codes"')["coding"][0]


def test_a_qualifier_is_never_dropped_in_silence() -> None:
    """*Probable* stands in the words of the code that it qualifies."""
    body = '<qualifier><value code="x" displayName="Probable"/></qualifier>'
    assert _concept('code="a" displayName="Infection"', body)["text"] == (
        "Infection (Probable)"
    )


def test_a_side_is_a_snomed_expression() -> None:
    """A SNOMED CT site with its side is a postcoordinated code."""
    snomed = 'codeSystem="2.16.840.1.113883.6.96"'
    body = f'<qualifier><value code="7771000" {snomed}/></qualifier>'
    found = _concept(f'code="81745001" {snomed}', body)
    assert found["coding"][1]["code"] == "81745001:272741003=7771000"


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('xsi:type="INT" value="007"', {"valueInteger": 7}),
        ('xsi:type="INT" value="7,5"', {"valueQuantity": {"value": Decimal("7.5")}}),
        (
            'xsi:type="INT" value="99999999999"',
            {"valueQuantity": {"value": 99999999999}},
        ),
        ('xsi:type="BL" value="true"', {"valueBoolean": True}),
        ('xsi:type="BL" nullFlavor="UNK"', {}),
        ('xsi:type="ns0:ST"', {}),
        ('xsi:type="ED" mediaType="text/plain"', {}),
        ('xsi:type="II" root="2.999" extension="x1"', {"valueString": "x1"}),
        ('code="a"', {"valueCodeableConcept": {"coding": [{"code": "a"}]}}),
        ('value="3"', {"valueQuantity": {"value": 3}}),
        ('xsi:type="TS" value="20240131"', {"valueDateTime": "2024-01-31"}),
        ('xsi:type="TS" value="20240231"', {}),
    ],
)
def test_a_value_keeps_its_type(attributes: str, expected: Any) -> None:  # noqa: ANN401
    """Each type of value goes to the choice of FHIR that means the same."""
    assert _value(attributes) == expected


def test_bytes_are_no_string() -> None:
    """A file in a value is not told as text."""
    assert _value('xsi:type="ED" representation="B64"', "AAAA") == {}


def test_a_time_without_zone_is_a_day_and_is_told() -> None:
    """The hour is lost, not guessed."""
    element, scope = _element('<effectiveTime value="202401011030"/>')
    assert clinical_types.when(element, scope, "x") == {"xDateTime": "2024-01-01"}
    assert [one.code for one in scope.issues] == ["incomplete"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<low value="2020"/>', {"xPeriod": {"start": "2020"}}),
        ('<high value="202002"/>', {"xPeriod": {"end": "2020-02"}}),
        ('<low value="2020"/><high value="2020"/>', {"xDateTime": "2020"}),
        ('<center value="20200202"/>', {"xDateTime": "2020-02-02"}),
        ('<low nullFlavor="UNK"/>', {}),
    ],
)
def test_an_interval_keeps_the_precision_of_its_ends(
    body: str,
    expected: Any,  # noqa: ANN401
) -> None:
    """A year stays a year, an end that is unknown is left out."""
    element, scope = _element(f"<effectiveTime>{body}</effectiveTime>")
    assert clinical_types.when(element, scope, "x") == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_number_is_as_precise_as_it_was_written(number: Decimal) -> None:
    """Digits after the point are kept, zeros included."""
    written = f"{number:f}"
    if len(written.partition(".")[0]) < 18:
        found = quantities.number(written)
        assert found == number
        assert dump({"n": found}) == f'{{"n":{written}}}'.encode()


@given(st.text(max_size=20))
def test_any_text_is_a_number_or_none(text: str) -> None:
    """Reading a number is total, and what it gives is JSON."""
    found = quantities.number(text)
    assert found is None or dump({"n": found})


@given(st.text(min_size=1, max_size=20))
def test_a_unit_is_never_lost(written: str) -> None:
    """A unit is a code of a system, or kept as it was written."""
    found = units.unit(written)
    assert found.get("unit") == written or {"system", "code"} <= found.keys()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("mmHg", "mm[Hg]"),
        ("mm[Hg]", "mm[Hg]"),
        ("K/uL", "10*3/uL"),
        ("pH", "[pH]"),
        ("gélules", "{capsule}"),
        ("µg/l", "ug/L"),
        ("UI/L", "[IU]/L"),
        ("10*9/L", "10*9/L"),
        ("mL/min/{1.73_m2}", "mL/min/{1.73_m2}"),
        ("semaines", "wk"),
        ("{score}", "{score}"),
        ("mesure locale", ""),
        ("kg m", ""),
    ],
)
def test_usual_spellings_become_ucum(written: str, code: str) -> None:
    """French and odd spellings of a unit have the UCUM code they mean."""
    assert units.unit(written).get("code", "") == code


def test_no_spelling_leads_to_a_unit_that_is_not_ucum() -> None:
    """Every target of the tables of spellings is in the grammar of UCUM."""
    for table in ("unit-spelling", "unit-misread"):
        for row in clinical.rows(table):
            assert units.is_ucum(row["target"]), row["code"]


def test_a_count_has_the_unit_one() -> None:
    """The unit ``1`` is UCUM's unity, an EDQM number is a package."""
    assert units.unit("1") == UCUM | {"code": "1"}
    assert units.unit("30009000")["system"] == "urn:oid:0.4.0.127.0.16.1.1.2.1"
    assert units.unit("") == {}
