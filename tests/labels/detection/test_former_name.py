"""A former first name in the header, and what is no such thing."""

import pytest

from labels.codes import Confidentiality
from labels.detection.service import Context, label
from tests.labels.detection.test_service import Place, by_place

WHO = "/h:ClinicalDocument/h:recordTarget/h:patientRole/h:patient"
NAME = f"{WHO}/h:name"
PATIENT = "/entry/0/resource"


def header(*given: str) -> list[Place]:
    """Return the given names of a CDA header and a sentence after them."""
    return [
        Place(f"{NAME}/h:given[{n}]/text()[1]", text) for n, text in enumerate(given, 1)
    ] + [Place(f"{WHO}/h:administrativeGenderCode/@code", "M")]


def names(*places: Place, sex: str = "M") -> set[str]:
    """Return the labelled places by their last parts."""
    found = by_place(label(places, Context(sex=sex)))
    return {place.removeprefix(f"{WHO}/").removeprefix(PATIENT) for place in found}


def test_a_former_name_is_labelled_wherever_it_stands() -> None:
    """Addressed as a woman, recorded as a man, another first name: all of it tells."""
    said = [
        Place("/a", "Madame Louise DURAND se plaint du genou"),
        Place("/b", "Matthieu à l'école"),
    ]
    found = names(*header("MATTHIEU RÉMI", "MATTHIEU", "LOUISE"), *said)
    assert found == {
        "h:name/h:given[1]/text()[1]",
        "h:name/h:given[2]/text()[1]",
        "h:administrativeGenderCode/@code",
        "/b",
    }


def test_it_is_very_restricted() -> None:
    """The former name is V, whatever else the document is."""
    told = [*header("PAUL", "PAUL", "LOUISE"), Place("/a", "Dysphorie de genre")]
    document = label(told, Context(sex="M")).document
    assert document.confidentiality == Confidentiality.V


@pytest.mark.parametrize(
    "given",
    [
        ("JEAN PIERRE", "JEAN", "PIERRE"),
        ("MARIE-LOUISE", "MARIE-LOUISE", "MARIE-LOUISE"),
        ("DOMINIQUE",),
        ("Eve", "Marie", "Anne"),
        ("MATTHIEU RÉMI", "MATTHIEU", "LOUIS"),
    ],
)
def test_another_first_name_alone_is_nothing(given: tuple[str, ...]) -> None:
    """A second, compound or preferred first name is no transition."""
    assert not names(*header(*given), Place("/a", "Monsieur Louis DURAND"))


def fhir(use: str) -> list[Place]:
    """Return the names of a FHIR patient: an official or old one, and the usual one."""
    return [
        Place(f"{PATIENT}/name/0/use", use),
        Place(f"{PATIENT}/name/0/given/0", "JULIEN"),
        Place(f"{PATIENT}/name/1/use", "usual"),
        Place(f"{PATIENT}/name/1/given/0", "CLÉO"),
        Place(f"{PATIENT}/gender", "male"),
    ]


def test_an_old_first_name_of_a_patient_resource() -> None:
    """What FHIR itself calls an old name needs nothing more."""
    assert names(*fhir("old"), sex="") == {"/name/0/given/0", "/gender"}


def test_an_official_first_name_needs_a_transition() -> None:
    """The official name is former only where the document tells so."""
    assert not names(*fhir("official"))
    told = Place("/z", "Dysphorie de genre")
    assert names(*fhir("official"), told) == {"/name/0/given/0", "/gender", "/z"}


def test_the_names_of_a_relative_are_not_the_patients() -> None:
    """A RelatedPerson has a relationship; their old name is not the patient's."""
    related = Place(f"{PATIENT}/relationship/0/text", "mère")
    assert not names(*fhir("old"), related)


def test_an_old_family_name_is_nothing() -> None:
    """The first name stayed the same."""
    same = [
        Place(p.place, "CLÉO" if "given" in p.place else p.text) for p in fhir("old")
    ]
    assert not names(*same)
