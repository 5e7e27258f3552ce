"""What is not FHIR R4, named by its FHIRPath and never by its value."""

import pytest

from mappings.fhir.bindings import required
from mappings.fhir.shape import check
from mappings.submission import JsonObject
from tests.mappings.fhir.deposits import (
    changed,
    document_bundle,
    simplified,
    transaction,
)

WRONG: dict[str, tuple[str, object, str, str]] = {
    "unknown element": ("foo", 1, "DocumentReference.foo", "structure"),
    "__proto__": ("__proto__", {"a": 1}, "DocumentReference", "structure"),
    "missing status": ("status", None, "DocumentReference.status", "required"),
    "unknown status": ("status", "bogus", "DocumentReference.status", "code-invalid"),
    "unknown docStatus": (
        "docStatus",
        "x",
        "DocumentReference.docStatus",
        "code-invalid",
    ),
    "relation": (
        "relatesTo",
        [{"code": "likes", "target": {"display": "x"}}],
        "DocumentReference.relatesTo[0].code",
        "code-invalid",
    ),
    "date": ("date", "2026-13-45", "DocumentReference.date", "value"),
    "object where text": (
        "description",
        {"a": 1},
        "DocumentReference.description",
        "value",
    ),
    "text where array": ("content", "x", "DocumentReference.content", "value"),
    "null": (
        "subject",
        {"display": []},
        "DocumentReference.subject.display",
        "structure",
    ),
    "empty text": ("description", "", "DocumentReference.description", "structure"),
    "empty array": ("category", [], "DocumentReference.category", "structure"),
    "unknown contained": (
        "contained",
        [{"resourceType": "Nope"}],
        "DocumentReference.contained[0].resourceType",
        "structure",
    ),
    "contained is text": (
        "contained",
        ["x"],
        "DocumentReference.contained[0]",
        "structure",
    ),
    "gender of the contained patient": (
        "contained",
        [{"resourceType": "Patient", "gender": "x"}],
        "DocumentReference.contained[0].gender",
        "code-invalid",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_each_fault_has_its_place(name: str) -> None:
    """A wrong element is an error at its own FHIRPath."""
    path, value, expression, code = WRONG[name]
    found = check(changed(simplified(), path, value), "DocumentReference")
    assert (expression, code) in {(i.expression, i.code) for i in found}


@pytest.mark.parametrize("whole", [simplified(), transaction(), document_bundle()])
def test_what_is_right_has_no_issue(whole: JsonObject) -> None:
    """The requests of these tests are FHIR R4 through and through."""
    assert check(whole, str(whole["resourceType"])) == ()


@pytest.mark.parametrize(
    "kind", [None, 3, [], "Nope", "Resource", "Extension", "patient", "é"]
)
def test_what_is_no_resource_is_said_to_be_none(kind: object) -> None:
    """Any value of resourceType that is no concrete resource is an error, never a crash."""
    [found, *_] = [
        i for i in check({"resourceType": kind}, "R") if "resourceType" in i.expression
    ]
    assert found.severity == "error"


def test_a_fault_the_models_stumble_over_is_an_error_too() -> None:
    """Where the library itself fails, the resource is refused as a whole."""
    entry = {"response": {"status": "200", "outcome": {"resourceType": "Nope"}}}
    bundle = {"resourceType": "Bundle", "type": "batch-response", "entry": [entry]}
    assert [i.expression for i in check(bundle, "Bundle")] == ["Bundle"]


def test_resources_inside_a_bundle_are_checked_by_their_type() -> None:
    """An error deep in an entry is named from the Bundle."""
    wrong = changed(transaction(), "entry.1.resource.status", "bogus")
    assert [i.expression for i in check(wrong, "Bundle")] == [
        "Bundle.entry[1].resource.status"
    ]


def test_a_clinical_code_outside_its_value_set_is_a_warning() -> None:
    """What Paravent only carries may be imperfect; what it acts on may not."""
    observation = {
        "resourceType": "Observation",
        "status": "done",
        "code": {"text": "x"},
    }
    [found] = check(observation, "Observation")
    assert (found.severity, found.expression) == ("warning", "Observation.status")


def test_a_type_that_only_r4_has_is_taken_unchecked() -> None:
    """R4B dropped some types of 4.0.1: they pass with a warning."""
    [found] = check({"resourceType": "MedicinalProduct"}, "R")
    assert (found.severity, found.code) == ("warning", "not-supported")


def test_no_issue_repeats_a_value() -> None:
    """A refusal can be logged: nothing of the document is in it."""
    secret = "Alix ORMEAU"
    wrong = changed(simplified(), "status", secret) | {"date": secret, secret: secret}
    assert secret not in repr(check(wrong, "DocumentReference"))


def test_the_table_of_bindings_is_sound() -> None:
    """Each row names a path and at least two codes."""
    assert len(required()) > 25
    assert all("." in path and len(codes) > 1 for path, codes in required().items())


CROWDS: dict[str, JsonObject] = {
    "values": {"extension": [{"url": "u", "valueString": "a"}] * 10_001},
    "names": {f"a{number}": "b" for number in range(300)},
}


@pytest.mark.parametrize("name", CROWDS)
def test_a_crowd_is_not_given_to_the_models(name: str) -> None:
    """One error at the resource: the models would take seconds to find thousands."""
    basic: JsonObject = {"resourceType": "Basic", "code": {"text": "a"}}
    [issue] = check(basic | CROWDS[name], "Resource")
    assert (issue.code, issue.expression) == ("too-costly", "Resource")


def test_a_wrong_array_is_wrong_from_its_start() -> None:
    """The errors are those of its first items, and fifty at most of any others."""
    basic: JsonObject = {"resourceType": "Basic", "code": {"text": "a"}}
    assert len(check(basic | {"extension": [1] * 1000}, "Resource")) <= 20
    late = [{"url": "u", "valueString": "a"}] * 30 + [1] * 1000
    assert len(check(basic | {"extension": late}, "Resource")) == 50
