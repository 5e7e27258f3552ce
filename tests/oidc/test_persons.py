"""From the claims of a provider to a person."""

from typing import Any

import pytest

from gateway.oidc import persons
from gateway.oidc.provider import Provider
from gateway.oidc.signing_in import Known
from mappings import ins

DOMAINS = frozenset({ins.NIR})


def known(
    *,
    vouches: bool = False,
    names: bool = False,
    **claims: Any,  # noqa: ANN401
) -> Known:
    """Return whom a provider knows by these claims."""
    provider = Provider(
        *("p", "P", "https://p.example", "us"),
        vouches_for_ins=vouches,
        gives_name_in_use=names,
    )
    return Known(provider, "sub", "eidas2", claims, "id")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1980-02-29", "1980-02-29"),
        ("1980-02-00", "1980-02"),
        ("1980-00-00", "1980"),
        (19800229, ""),
    ],
)
def test_a_date_is_as_precise_as_it_is_known(written: object, read: str) -> None:
    """FranceConnect writes 00 for a day or a month of birth that nobody knows."""
    assert persons.traits(known(birthdate=written)).birth_date == read


def test_names_are_those_of_the_pivot_identity() -> None:
    """Birth name, all first names, the name in use; what is not a text is not there."""
    claims: dict[str, Any] = {"given_name": "Angela Claire", "family_name": "DUBOIS"}
    franceconnect = known(**claims, preferred_username="LE", names=True)
    found = persons.traits(franceconnect)
    assert found.given == ("Angela", "Claire")
    assert (found.family, found.used_family) == ("DUBOIS", "LE")
    assert persons.name(franceconnect) == "Angela LE"
    assert persons.traits(known(family_name=["DUBOIS"])).family == ""


def test_a_login_that_people_choose_is_no_name() -> None:
    """``preferred_username`` is the name in use only of who says so in the settings."""
    someone = known(
        given_name="Angela", family_name="DUBOIS", preferred_username="ORVANNEAU"
    )
    assert persons.traits(someone).used_family == ""
    assert persons.name(someone) == "Angela DUBOIS"


def test_an_ins_is_read_of_who_is_trusted_and_of_systems_we_take() -> None:
    """Not of another provider, not a test INS, not a professional's number, not half."""
    own = {"system": ins.NIR, "value": "1"}
    assert persons.vouched(known(vouches=True, ins=own), DOMAINS) is not None
    assert persons.vouched(known(ins=own), DOMAINS) is None
    for wrong in (
        {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "1"},
        {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "1"},
        {"system": ins.NIR},
        {"system": ins.NIR, "value": 1},
        "1",
        None,
    ):
        assert persons.vouched(known(vouches=True, ins=wrong), DOMAINS) is None
    domains = DOMAINS | {"urn:oid:1.2.250.1.71.4.2.1"}
    doctor = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "1"}
    assert persons.vouched(known(vouches=True, ins=doctor), domains) is None
