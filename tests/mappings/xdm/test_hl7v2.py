"""HL7 v2 data types as senders write them, whole or broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.submission import Identifier
from mappings.xdm import hl7v2
from mappings.xdm.hl7v2 import RFC3986

NIR = "1.2.250.1.213.1.4.10"
OTHER = f"7^^^&{NIR}&ISO"
WRITTEN = st.text(alphabet=st.sampled_from("aA1.^&~|\\TSé-+"), max_size=40)


@pytest.mark.parametrize(
    ("written", "system", "value"),
    [
        ("1.2.3", RFC3986, "urn:oid:1.2.3"),
        ("urn:oid:1.2.3", RFC3986, "urn:oid:1.2.3"),
        ("1.2.3^A7", "urn:oid:1.2.3", "A7"),
        (
            "urn:uuid:6F6F3C9E-2C1F-4D5E-9A39-0C5B1F1D8A01",
            RFC3986,
            "urn:uuid:6f6f3c9e-2c1f-4d5e-9a39-0c5b1f1d8a01",
        ),
    ],
)
def test_a_unique_id_has_the_forms_of_a_cda(
    written: str, system: str, value: str
) -> None:
    """An OID, a UUID, or a root with its extension."""
    assert hl7v2.unique_identifier(written) == Identifier(system, value)


@pytest.mark.parametrize("written", ["", "name", "^7", "1..2"])
def test_what_is_no_unique_id_is_none(written: str) -> None:
    """A word identifies nothing everywhere."""
    assert hl7v2.unique_identifier(written) is None


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026", "2026"),
        ("20260914", "2026-09-14"),
        ("2026091406", "2026-09-14"),
        ("202609140645", "2026-09-14T06:45:00+00:00"),
        ("20260914064500", "2026-09-14T06:45:00+00:00"),
        ("20260914064500+0200", "2026-09-14T06:45:00+02:00"),
        ("20261399", ""),
        ("yesterday", ""),
        ("", ""),
    ],
)
def test_a_time_is_in_utc(written: str, expected: str) -> None:
    """XDS writes UTC without saying so; a wrong date is none."""
    assert hl7v2.date_time(written) == expected


def test_names_of_a_patient_are_told_apart() -> None:
    """The birth name is official, the displayed one is in use, another is neither."""
    said = (
        "PID-5|NÉE^ANNE^MARIE LOUISE^^^^L~USAGE^ANNE^^^^^D~SCÈNE^A^^^^^S",
        f"PID-3|{OTHER}~",
    )
    found = hl7v2.patient(said, (Identifier(f"urn:oid:{NIR}", "7"),))
    assert found["name"] == [
        {"use": "official", "family": "NÉE", "given": ["ANNE", "MARIE", "LOUISE"]},
        {"use": "usual", "family": "USAGE", "given": ["ANNE"]},
    ]
    assert found["identifier"] == [{"system": f"urn:oid:{NIR}", "value": "7"}]


def test_escapes_are_read() -> None:
    """Letters that separate are written otherwise when they are meant."""
    name = hl7v2.organization(r"Soins \T\ Cie \S\ \R\ \F\ \E\^^^^^^^^^1.2.3")
    assert name == {
        "name": "Soins & Cie ^ ~ | \\",
        "identifier": [{"system": RFC3986, "value": "urn:oid:1.2.3"}],
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("^^Internet^a@b.example", {"system": "email", "value": "a@b.example"}),
        ("^^^^^^0102", {"system": "phone", "value": "0102"}),
        ("0102", {"system": "phone", "value": "0102"}),
        ("^^", None),
    ],
)
def test_a_telecom_is_mail_or_telephone(
    written: str, expected: dict[str, str] | None
) -> None:
    """The address of mail goes first."""
    assert hl7v2.telecom(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", None),
        ("^Médecin", {"text": "Médecin"}),
        ("Médecin", {"text": "Médecin"}),
        ("7^Médecin", {"text": "Médecin"}),
        (
            "7^^^&1.2.3&ISO",
            {"coding": [{"system": "urn:oid:1.2.3", "code": "7"}]},
        ),
    ],
)
def test_a_specialty_is_a_code_or_a_text(
    written: str, expected: dict[str, object] | None
) -> None:
    """A code counts with its system only; else it is a word."""
    assert hl7v2.concept(written) == expected


@given(WRITTEN)
def test_every_reader_is_total(written: str) -> None:
    """Whatever was written, there is an answer, and never an identifier without a value."""
    for said in (
        hl7v2.person(written),
        hl7v2.organization(written),
        hl7v2.device(written),
        hl7v2.patient((f"PID-5|{written}", f"PID-7|{written}"), ()),
    ):
        assert all(each["value"] for each in said.get("identifier", []))
    hl7v2.telecom(written)
    hl7v2.concept(written)
    hl7v2.entry_uuid(written)
    assert isinstance(hl7v2.date_time(written), str)
