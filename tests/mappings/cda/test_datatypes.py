"""HL7 v3 data types as FHIR data types."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mappings.cda import datatypes, xml
from mappings.submission import Identifier


def element(inner: str) -> etree._Element:
    """Return the first child of an HL7 element with ``inner`` in it."""
    return xml.parse(f'<a xmlns="urn:hl7-org:v3">{inner}</a>'.encode())[0]


@pytest.mark.parametrize(
    ("given_id", "expected"),
    [
        ('<id root="1.2.3" extension="x"/>', Identifier("urn:oid:1.2.3", "x")),
        ('<id root="1.2.3"/>', Identifier("urn:ietf:rfc:3986", "urn:oid:1.2.3")),
        (
            '<id root="90E1C8EC-F951-4B26-A305-A34848818DD6"/>',
            Identifier(
                "urn:ietf:rfc:3986", "urn:uuid:90e1c8ec-f951-4b26-a305-a34848818dd6"
            ),
        ),
        (
            '<id root="ClinicIdentifier" extension="7"/>',
            Identifier("ClinicIdentifier", "7"),
        ),
        ('<id root="ClinicIdentifier"/>', None),
        ('<id nullFlavor="UNK"/>', None),
        ('<id root="1.2..3" extension="x"/>', None),
        ('<id extension="x"/>', None),
    ],
)
def test_identifiers(given_id: str, expected: Identifier | None) -> None:
    """II becomes a system and a value; what is no identifier becomes nothing."""
    assert datatypes.identifier(element(given_id)) == expected


@pytest.mark.parametrize("extension", ["", "UNK", "unk", "NI", "NULL", " "])
def test_a_person_is_never_a_domain(extension: str) -> None:
    """A patient numbered UNK is not a patient: he would be all the unknown ones."""
    given_id = element(f'<id root="2.16.840.1.113883.4.1" extension="{extension}"/>')
    assert datatypes.person_identifier(given_id) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025", "2025"),
        ("202503", "2025-03"),
        ("20250318", "2025-03-18"),
        ("20250318101500+0100", "2025-03-18T10:15:00+01:00"),
        ("202503181015-0500", "2025-03-18T10:15:00-05:00"),
        ("20250318101500.123+0000", "2025-03-18T10:15:00.123+00:00"),
        ("20250318101500", "2025-03-18"),
        ("20250230", ""),
        ("20250318250000+0100", ""),
        ("20250318101500+9900", ""),
        ("0000", ""),
        ("hier", ""),
        ("", ""),
        ("20250318٠٠", ""),
    ],
)
def test_times_keep_their_precision(value: str, expected: str) -> None:
    """TS becomes a dateTime as precise as FHIR can say it, or nothing."""
    assert datatypes.date_time(value) == expected


@given(
    st.text(max_size=30)
    | st.from_regex(r"\d{4,14}([.]\d{1,4})?([+-]\d{4})?", fullmatch=True)
)
def test_any_time_is_a_fhir_date_time_or_nothing(value: str) -> None:
    """Total: what is answered can be read back as a date."""
    answer = datatypes.date_time(value)
    if "T" in answer:
        assert dt.datetime.fromisoformat(answer).tzinfo is not None
    elif answer:
        assert dt.date.fromisoformat((answer + "-01-01")[:10]).year > 0


def test_a_concept_has_its_translations_and_its_words() -> None:
    """CD becomes all its codings, canonical systems, and the original text."""
    found = datatypes.concept(
        element(
            '<code code="B24" codeSystem="2.16.840.1.113883.6.3" displayName="x">'
            "<originalText>mots du\n médecin</originalText>"
            '<translation code="1" codeSystem="1.2.3.4"/></code>'
        )
    )
    assert found == {
        "coding": [
            {"system": "http://hl7.org/fhir/sid/icd-10", "code": "B24", "display": "x"},
            {"system": "urn:oid:1.2.3.4", "code": "1"},
        ],
        "text": "mots du médecin",
    }


def test_a_null_concept_is_nothing() -> None:
    """A nullFlavor without translation or words gives no concept."""
    assert datatypes.concept(element('<code nullFlavor="UNK"/>')) is None
    assert datatypes.concept(None) is None


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (
            '<low value="20250318"/><high value="20250319"/>',
            {"start": "2025-03-18", "end": "2025-03-19"},
        ),
        ('<low nullFlavor="UNK"/><high value="20250319"/>', {"end": "2025-03-19"}),
        ("", None),
    ],
)
def test_intervals_become_periods(inner: str, expected: dict[str, str] | None) -> None:
    """IVL_TS becomes a Period with the ends that are known."""
    assert (
        datatypes.period(element(f"<effectiveTime>{inner}</effectiveTime>")) == expected
    )


def test_a_lone_time_starts_the_period() -> None:
    """A serviceEvent with one time began then."""
    assert datatypes.period(element('<effectiveTime value="2025"/>')) == {
        "start": "2025"
    }
