"""PN, AD and TEL to FHIR."""

import pytest

from mappings.cda import xml
from mappings.cda.to_fhir.names import address, human_name, telecom


def element(inside: str, attributes: str = "") -> xml.Element:
    """Return an element in the namespace of CDA."""
    return xml.parse(f'<x xmlns="urn:hl7-org:v3" {attributes}>{inside}</x>'.encode())


def test_an_address_is_a_street_line_then_the_rest() -> None:
    """Number and street are one line; what is no town or country is another."""
    found = address(
        element(
            "<houseNumber>12</houseNumber><streetName>rue X</streetName><unitID>B</unitID>"
            "<postalCode>33000</postalCode><city>BORDEAUX</city><country>FR</country>"
            '<useablePeriod><low value="2020"/></useablePeriod>',
            'use="H"',
        )
    )
    assert found == {
        "use": "home",
        "line": ["12 rue X", "B"],
        "postalCode": "33000",
        "city": "BORDEAUX",
        "country": "FR",
        "period": {"start": "2020"},
    }


def test_an_address_without_parts_is_its_text() -> None:
    """And an empty one is none."""
    assert address(element("3 rue Y, Lyon")) == {"text": "3 rue Y, Lyon"}
    assert address(element("", 'nullFlavor="MSK"')) is None


@pytest.mark.parametrize(
    ("value", "system", "said"),
    [
        ("tel:+33 1", "phone", "+33 1"),
        ("mailto:a@b.example", "email", "a@b.example"),
        ("a@b.example", "email", "a@b.example"),
        ("0102030405", "phone", "0102030405"),
        ("https://x.example/y", "url", "https://x.example/y"),
        ("fax:01", "fax", "01"),
        ("desk 3", "other", "desk 3"),
        ("pager:9", "other", "9"),
    ],
)
def test_a_telecom_has_the_system_of_its_scheme(
    value: str, system: str, said: str
) -> None:
    """Without scheme it is what it looks like."""
    assert telecom(element("", f'value="{value}"')) == {"system": system, "value": said}


@pytest.mark.parametrize("attributes", ["", 'value="tel:"', 'nullFlavor="NASK"'])
def test_an_empty_telecom_is_none(attributes: str) -> None:
    """A scheme with nothing behind it reaches nobody."""
    assert telecom(element("", attributes)) is None


def test_a_name_says_nothing_or_something() -> None:
    """No element and an empty one give no name."""
    assert human_name(None) is None
    assert human_name(element("")) is None
