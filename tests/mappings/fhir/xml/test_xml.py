"""FHIR XML says what FHIR JSON says, and nothing is understood that is not FHIR."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.parse import dump, parse_json
from mappings.fhir.xml.read import read
from mappings.fhir.xml.write import written
from mappings.mapped import Refused

Json = dict[str, Any]

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "a",
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>é <b>x</b> &amp; y</p></div>',
    },
    "contained": [{"resourceType": "Organization", "id": "o", "name": "<x>"}],
    "extension": [{"url": "urn:u", "valueBoolean": False}],
    "active": True,
    "_active": {"id": "z"},
    "name": [
        {
            "given": ["A", None, "C"],
            "_given": [
                None,
                {"extension": [{"url": "urn:q", "valueString": "s"}]},
                None,
            ],
        }
    ],
    "multipleBirthInteger": 2,
    "contact": [{"id": "c1", "name": {"text": "t"}}],
}
FHIR = 'xmlns="http://hl7.org/fhir"'


def test_all_that_json_can_say_comes_back() -> None:
    """Ids, extensions of primitives, holes in arrays, narrative and contained resources."""
    assert read(written(PATIENT)) == PATIENT


def test_a_decimal_keeps_the_digits_it_was_written_with() -> None:
    """Precision is part of a value: 1.50 is not 1.5, in either form."""
    said = b'{"resourceType":"Observation","valueQuantity":{"value":1.50}}'
    assert b'value="1.50"' in written(parse_json(said))
    assert dump(read(written(parse_json(said)))) == said


def test_elements_stand_in_the_order_of_the_standard() -> None:
    """JSON has no order; XML has the one of the type's definition."""
    xml = written({"resourceType": "Patient", "gender": "female", "active": True})
    assert xml.index(b"<active") < xml.index(b"<gender")


def test_a_narrative_that_is_no_xhtml_is_written_as_text() -> None:
    """Nothing that is kept can break an answer."""
    broken = PATIENT | {"text": {"status": "generated", "div": "<div><p>a</div>"}}
    assert b"&lt;p&gt;a" in written(broken)


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1)
)
def test_any_text_survives(text: str) -> None:
    """What a person wrote is never read as markup."""
    resource = {"resourceType": "Patient", "name": [{"text": text}]}
    assert read(written(resource)) == resource


REFUSED = {
    "a doctype": f"<!DOCTYPE a [<!ENTITY b 'c'>]><Patient {FHIR}><id value='&b;'/></Patient>",
    "no namespace": "<Patient><id value='a'/></Patient>",
    "another namespace": f"<Patient {FHIR}><id xmlns='urn:x' value='a'/></Patient>",
    "no resource": f"<Nothing {FHIR}/>",
    "an abstract type": f"<DomainResource {FHIR}/>",
    "an unknown element": f"<Patient {FHIR}><colour value='a'/></Patient>",
    "an unknown attribute": f"<Patient {FHIR}><id value='a' other='b'/></Patient>",
    "given twice": f"<Patient {FHIR}><active value='true'/><active value='false'/></Patient>",
    "text beside": f"<Patient {FHIR}>hidden<active value='true'/></Patient>",
    "text in a value": f"<Patient {FHIR}><active value='true'>x</active></Patient>",
    "no boolean": f"<Patient {FHIR}><active value='oui'/></Patient>",
    "no number": f"<Patient {FHIR}><multipleBirthInteger value='1e3'/></Patient>",
    "no value": f"<Patient {FHIR}><active/></Patient>",
    "not XML": "{}",
    "two contained": f"<Patient {FHIR}><contained><Group/><Group/></contained></Patient>",
}


@pytest.mark.parametrize("body", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_fhir_is_refused(body: str) -> None:
    """A 4xx with a place; an element not understood would be one not labelled."""
    with pytest.raises(Refused) as caught:
        read(body.encode())
    assert caught.value.status in (400, 413)
    assert caught.value.issues[0].expression


def test_a_refusal_repeats_no_value() -> None:
    """Neither message nor place quotes what stood there."""
    with pytest.raises(Refused) as caught:
        read(f"<Patient {FHIR}><active value='secret-word'/></Patient>".encode())
    assert "secret" not in json.dumps([str(each) for each in caught.value.issues])


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Never another exception, whatever is sent."""
    with contextlib.suppress(Refused):
        read(data)


@given(st.integers(0, 10_000), st.binary(max_size=4))
def test_a_damaged_resource_is_read_or_refused(at: int, put: bytes) -> None:
    """A byte changed anywhere leaves FHIR or a refusal."""
    whole = written(PATIENT)
    at %= len(whole)
    with contextlib.suppress(Refused):
        found = read(whole[:at] + put + whole[at + 1 :])
        assert found["resourceType"]
