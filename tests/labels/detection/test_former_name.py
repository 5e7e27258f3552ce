"""A former first name in the header, and what is no such thing."""

import pytest

from labels.codes import Confidentiality
from labels.detection.former_name import KNOWN as KNOWN_RULE
from labels.detection.former_name import states_former
from labels.detection.service import Context, label
from tests.labels.detection.test_service import Place, by_place
from tests.spellings import SPELLINGS

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


@pytest.mark.parametrize("name", ["JO", "---"])
def test_what_is_hardly_a_name_is_not_sought(name: str) -> None:
    """Two letters, or none, would be found everywhere."""
    old = [Place(p.place, name if p.text == "JULIEN" else p.text) for p in fhir("old")]
    assert "/a" not in names(*old, Place("/a", "Jo --- dort"))


def test_without_a_recorded_sex_no_form_of_address_tells() -> None:
    """And a place that is no part of a name is none."""
    said = [Place("/a", "Madame Cléo DURAND"), Place("/b/givenness", "JULIEN")]
    assert not names(*fhir("official"), *said, sex="")
    assert known(Place("/b/givenness", "Amaury")) == {"/b/givenness"}


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


KNOWN = Context(sex="F", former=("Amaury",), family=("ORVANNEAU",))


def known(*places: Place) -> set[str]:
    """Return the places labelled when the record knows the former first name."""
    return set(by_place(label(places, KNOWN)))


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_name_the_record_knows_is_found_in_any_document(spelled: str) -> None:
    """Whatever the header says, and however the name is written."""
    said = [Place("/a", f"Vu ({spelled}) ce jour."), Place("/b", "Vu ce jour.")]
    assert known(*header("SOLÈNE", "SOLÈNE", "SOLÈNE"), *said) == {"/a"}


def test_what_the_record_knows_is_very_restricted() -> None:
    """Level V, with the rule that found it."""
    found = label([Place("/a", "Amaury")], KNOWN).document
    assert found.confidentiality == Confidentiality.V
    assert [each.rule for each in found.evidence] == [KNOWN_RULE]


def test_the_names_of_the_header_are_left_to_the_rendition() -> None:
    """Every rendition shows the names of the record there; the label is of the rest."""
    assert known(*header("AMAURY", "AMAURY", "SOLÈNE")) == set()
    assert states_former(header("AMAURY", "AMAURY", "SOLÈNE"), KNOWN)
    assert not states_former(header("SOLÈNE"), KNOWN)
    assert not states_former(header("AMAURY"), Context())


def relative(family: str) -> list[Place]:
    """Return the name of a person to contact, in a CDA header."""
    name = "/h:ClinicalDocument/h:informationRecipient/h:name"
    return [
        Place(f"{name}/h:given/text()[1]", "Amaury"),
        Place(f"{name}/h:family/text()[1]", family),
    ]


def test_somebody_else_has_another_family_name() -> None:
    """With the same one, or none, it may be the patient."""
    assert not known(*relative("SORBIER"))
    assert known(*relative("Orvanneau"))
    assert known(*relative("Orvanneau")[:1])


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("/contained/1/name/0/given/0", True),
        ("/entry/0/resource/contained/0/name/0/given/0", True),
        ("/h:ClinicalDocument/h:informant/h:patient/h:name/h:given", True),
        ("/name/0/given/0", False),
        ("/entry/3/resource/name/0/given/0", False),
    ],
)
def test_only_the_header_is_left_to_the_rendition(where: str, *, told: bool) -> None:
    """A contained person with that first name, and no other family, may be the patient."""
    assert bool(known(Place(where, "Amaury"))) is told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Monsieur Orvanneau dort", "Monsieur Orvanneau"),
        ("Un homme de 35 ans", "homme de 35 ans"),
        ("Sexe : M", "Sexe : M"),
        ("Patient de sexe masculin", "sexe masculin"),
        ("M. et Mme Orvanneau", ""),
        ("Madame Orvanneau, femme de 35 ans, sexe : F", ""),
        ("Adressée par Monsieur Sorbier", ""),
    ],
)
def test_the_former_sex_of_who_has_a_former_name(text: str, told: str) -> None:
    """The prose speaks of the patient as before; of nobody else is it taken."""
    found = label([Place("/a", text)], KNOWN).document.evidence
    assert [each.what for each in found] == ([told] if told else [])
    assert not label([Place("/a", text)], Context(sex="F")).places
    assert not label([Place("/a", text)], Context(former=("Amaury",))).places


def test_a_part_of_a_compound_former_name() -> None:
    """Of *Jean-Amaury*, who is *Solène* now, both parts are former."""
    said = [Place("/a", "Vu Amaury"), Place("/b", "Vu Jean"), Place("/c", "Vu Solène")]
    told = Place("/d", "Dysphorie de genre")
    found = names(*header("JEAN-AMAURY", "JEAN-AMAURY", "SOLÈNE"), told, *said)
    assert {"/a", "/b"} <= found
    assert "/c" not in found


def test_a_sentence_that_repeats_it_is_a_place() -> None:
    """The other sentences of a paragraph stay readable."""
    place = "/h:ClinicalDocument/h:structuredBody/h:section/h:text/h:paragraph"
    text = "Amaury va bien. Pas de fièvre. Revoir dans un mois."
    assert known(Place(place, text)) == {f"{place}#char=0,15"}


def test_a_word_and_a_carer_are_not_the_patient() -> None:
    """A first name that is a word has a capital; *Dr Claire Sorbier* is a doctor."""
    who = Context(former=("Claire",), family=("ORVANNEAU",))
    said = {
        "/a": "Urines claire et limpide",
        "/b": "Vu par le Dr Claire Sorbier",
        "/c": "Claire dort",
        "/d": "Dr Claire Orvanneau",
    }
    told = label([Place(*each) for each in said.items()], who)
    assert set(by_place(told)) == {"/c", "/d"}


def test_a_name_said_very_often_is_told_everywhere() -> None:
    """Beyond forty times the place is labelled whole."""
    assert known(Place("/a", "Amaury. " * 50)) == {"/a"}


def test_two_letters_are_found_beside_the_family_name_only() -> None:
    """*Jo* is in too many words' company."""
    who = Context(former=("Jo",), family=("ORVANNEAU",))
    told = [Place("/a", "Jo Orvanneau"), Place("/b", "Jo dort")]
    assert set(by_place(label(told, who))) == {"/a"}
    assert not label(told, Context(former=("Jo",))).places
