"""ITI-65: a document that replaces another, and the PATCH that goes with it."""

import pytest

from mappings.submission import JsonObject
from tests.mappings.fhir.deposits import changed, entry, transaction, with_entry
from tests.mappings.fhir.reading import places, read, refusal, warned

OLD = "DocumentReference/old"


def patch(
    value: str = "superseded", to: str = OLD, path: str = "DocumentReference.status"
) -> JsonObject:
    """Build the PATCH entry of a replaced document."""
    parts = [
        {"name": "type", "valueCode": "replace"},
        {"name": "path", "valueString": path},
        {"name": "value", "valueCode": value},
    ]
    parameters = {
        "resourceType": "Parameters",
        "parameter": [{"name": "operation", "part": parts}],
    }
    return entry(parameters, "urn:uuid:patch", "PATCH", to)


def replacing(target: JsonObject) -> JsonObject:
    """Build a request whose document replaces ``target``."""
    links = [{"code": "replaces", "target": target}]
    return changed(transaction(), "entry.1.resource.relatesTo", links)


@pytest.mark.parametrize(
    ("target", "to", "name"),
    [
        ({"reference": OLD}, OLD, OLD),
        (
            {"identifier": {"system": "urn:s", "value": "v"}},
            "DocumentReference?identifier=urn:s|v",
            "urn:s|v",
        ),
        ({"reference": OLD, "identifier": {"system": "urn:s", "value": "v"}}, OLD, OLD),
    ],
)
def test_a_replacement_names_what_it_replaces(
    target: JsonObject, to: str, name: str
) -> None:
    """RelatesTo and PATCH agree, by reference or by identifier."""
    found = read(with_entry(patch(to=to), replacing(target)))
    assert found.issues == ()
    assert found.value.documents[0].replaces == name
    assert found.value.entries[-1] == "Parameters"


def test_a_replacement_without_its_patch_is_a_warning() -> None:
    """What relatesTo says is enough."""
    found = read(replacing({"reference": OLD}))
    assert warned(found) == ["Bundle.entry[1].resource"]
    assert found.value.documents[0].replaces == OLD


@pytest.mark.parametrize(
    ("whole", "place"),
    [
        (with_entry(patch()), "Bundle.entry[3]"),
        (
            with_entry(patch(to="DocumentReference/x"), replacing({"reference": OLD})),
            "Bundle.entry[3]",
        ),
        (
            with_entry(patch("current"), replacing({"reference": OLD})),
            "Bundle.entry[3]",
        ),
        (
            with_entry(
                patch(path="DocumentReference.securityLabel"),
                replacing({"reference": OLD}),
            ),
            "Bundle.entry[3]",
        ),
        (
            with_entry(
                changed(patch(), "resource.parameter.0.name", "other"),
                replacing({"reference": OLD}),
            ),
            "Bundle.entry[3]",
        ),
        (
            replacing({"display": "l'ancien"}),
            "Bundle.entry[1].resource.relatesTo[0].target",
        ),
    ],
)
def test_a_patch_does_nothing_but_supersede_what_is_replaced(
    whole: JsonObject, place: str
) -> None:
    """A patch of another document or element, or a target without a name, is refused."""
    assert places(refusal(whole)) == [place]
