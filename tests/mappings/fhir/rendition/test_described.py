"""What describes a rendition tells no former identity."""

from typing import Any

import pytest

from mappings.fhir.rendition import canonical
from mappings.fhir.rendition.described import described
from mappings.submission import Traits

Json = dict[str, Any]
WHO = Traits(
    (),
    family="ORVANNEAU",
    given=("SOLENE",),
    used_given="Solène",
    former_given=("AMAURY",),
    gender="female",
)


@pytest.mark.parametrize(
    "told",
    [
        {"context": {"event": [{"text": "Bilan de Amaury ORVANNEAU"}]}},
        {"author": [{"display": "Amaury ORVANNEAU"}]},
        {"context": {"encounter": [{"reference": "Encounter/amauryorvanneau"}]}},
        {
            "contained": [
                {"resourceType": "RelatedPerson", "name": [{"given": ["Amaury"]}]}
            ]
        },
        {"description": "scanAmaury.pdf"},
        {"identifier": [{"system": "urn:x", "value": "AMAURY-2019"}]},
    ],
)
def test_a_former_name_is_replaced_or_left_out(told: Json) -> None:
    """In texts, names, links and numbers; what else is described stays."""
    found = described({"status": "current", **told}, WHO)
    assert "amaury" not in str(found).lower()
    assert found["status"] == "current"


def test_a_carer_of_that_name_keeps_it() -> None:
    """Another family name is another person."""
    carer = {
        "resourceType": "Practitioner",
        "name": [{"family": "DUPONT", "given": ["Amaury"]}],
    }
    assert described({"contained": [carer]}, WHO) == {"contained": [carer]}


def test_nothing_changes_for_who_has_no_former_name() -> None:
    """The metadata are the very same."""
    told = {"description": "Bilan de Amaury"}
    assert described(told, Traits((), given=("AMAURY",))) is told


def test_where_a_carer_is_reached_is_in_no_rendition() -> None:
    """Nobody labels it; an organisation keeps its own."""
    reached = {"telecom": [{"value": "a@centre.example"}], "active": True}
    carer = {"resourceType": "Practitioner", **reached}
    place = {"resourceType": "Organization", **reached}
    assert "telecom" not in canonical.resource(carer, {})
    assert canonical.resource(place, {}) == place
