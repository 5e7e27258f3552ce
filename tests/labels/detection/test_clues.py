"""Everything a document says, however weakly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Category
from labels.detection.clues import Clue, Weight, clues
from labels.detection.company import company, read_company
from labels.detection.load import rule_set
from labels.detection.rules import RuleFileError
from labels.detection.yaml_file import read_data
from tests.labels.told import Code, Place


def weights(*places: Place, category: Category) -> dict[str, Weight]:
    """Return the weight of each rule that points to the category."""
    found = clues(places).clues
    return {each.rule: each.weight for each in found if each.category == category}


def test_each_strength_has_its_weight() -> None:
    """Direct, in company, ordinary and noted are told apart, by code and by word."""
    codes = tuple(Code("ATC", code) for code in ("J05AR20", "J05AF07"))
    codes += (Code("CIM-10", "B97.3"),)
    found = weights(Place("suivi en hôpital de jour", codes), category=Category.HIV)
    assert found["hiv/atc/J05AR20"] is Weight.DIRECT
    assert found["hiv/atc/J05AF07"] is Weight.COMPANY
    assert found["hiv/icd10/B97.3"] is Weight.NOTED
    assert found["hiv/context/companions"] is Weight.NOTED
    dual = weights(Place(codes=(Code("ATC", "J01AA02"),)), category=Category.STI)
    assert set(dual.values()) == {Weight.ORDINARY}


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        (Place("Dr X, infectiologue"), "who"),
        (Place("moins de 20 copies/mL"), "laboratory"),
        (Place(codes=(Code("http://loinc.org", "24467-3"),)), "laboratory"),
        (Place(codes=(Code("JDV-J01", "G15_10/SM58"),)), "who"),
        (Place("ALD exonérante"), "coverage"),
    ],
)
def test_company_is_of_a_kind(place: Place, kind: str) -> None:
    """What accompanies HIV is a person, a result or a line of cover."""
    found = clues([place]).clues
    mine = [each for each in found if each.category is Category.HIV]
    assert {(each.weight, each.kind) for each in mine} == {(Weight.COMPANY, kind)}


def test_a_rule_is_kept_once_a_kind_with_its_first_place() -> None:
    """Two places that say the same are one clue, of the first."""
    places = [Place("infectiologue", place=at) for at in ("/a", "/b")]
    places.append(Place("copies/mL", place="/c"))
    mine = [c for c in clues(places).clues if c.category is Category.HIV]
    assert [(each.place, each.kind) for each in mine] == [
        ("/a", "who"),
        ("/c", "laboratory"),
    ]


def test_signals_and_what_cannot_be_read_are_kept() -> None:
    """The facts for inference come with their words; an image is opaque."""
    found = clues([Place("PROVAMES 1 mg"), Place(opaque=True)])
    assert ("estrogen_drug", "PROVAMES") in found.signals
    assert found.opaque
    assert not clues([Place("Otite")]).opaque


@pytest.mark.parametrize(
    ("place", "code", "expected"),
    [
        ("/d/h:patient/h:administrativeGenderCode/@code", "F", "F"),
        ("/d/h:patient/h:administrativeGenderCode/@code", "UN", ""),
        ("/d/h:guardian/h:administrativeGenderCode/@code", "F", ""),
    ],
)
def test_the_sex_of_the_header_is_the_patient_s(
    place: str, code: str, expected: str
) -> None:
    """Nobody else's sex counts, nor one that is not known."""
    assert clues([Place("", (Code("x", code),), place)]).sex == expected


def test_a_denial_of_a_minor_s_contraception_is_kept() -> None:
    """Below eighteen what is denied may tell all the same."""
    text = [Place("Pas de rapports sexuels")]
    adult, minor = clues(text), clues(text, minor=True)
    assert set(adult.clues) <= set(minor.clues)


@given(text=st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    """No text makes reading fail."""
    found = clues([Place(text)])
    assert all(isinstance(each, Clue) for each in found.clues)


def test_every_rule_that_company_names_exists() -> None:
    """A rule renamed elsewhere does not silently lose its place in company.yaml."""
    rules = rule_set()
    known = {each.rule for each in rules.codes} | {each.rule for each in rules.groups}
    known |= {f"{c}/signal/{s.name}" for s in rules.signals.values() for c in s.joins}
    named = company().ordinary | company().coverage.rules
    assert named - known == set()


def test_a_rule_of_no_kind_has_none() -> None:
    """An unknown signal, or a word that is not listed, has no kind."""
    assert company().kind("hiv/signal/unheard_of", "x") == ""
    assert company().kind("hiv/context/companions", "hôpital de jour") == ""


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"extra": {}}, "file"),
        ({"kinds": []}, "kinds"),
        ({"kinds": {"who": "specialty"}}, "kinds"),
        ({"kinds": {"who": ["no_such_system"]}}, "kinds"),
        ({"words": {"no_such_kind": ["x"]}}, "words"),
        ({"words": {"who": ["(abc"]}}, "words.who"),
        ({"coverage": {"rules": []}}, "coverage"),
        ({"coverage": {"rules": [], "categories": ["x"]}}, "coverage.categories"),
        ({"ordinary": "sti/atc/J01AA02"}, "ordinary"),
    ],
)
def test_a_wrong_file_is_refused(change: dict[str, object], place: str) -> None:
    """The first fault is named with its place."""
    with pytest.raises(RuleFileError) as refused:
        read_company(read_data("company.yaml") | change)
    assert refused.value.place == place
