"""What the rest gives away: the scenarios, and what holds for every record."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.closure import EXACT_AT_MOST, Closure
from labels.codes import Category
from labels.detection.clues import Clue, Clues, Weight
from labels.detection.rules import Condition, Inference
from labels.exposure import exposure
from labels.exposure_words import sentence
from labels.telling import OTHER_SEX
from labels.told import How, Strength, Told
from tests.labels.told import (
    SOME,
    Code,
    Place,
    all_seen,
    inferences,
    record,
    records,
    strengths,
    texts,
)

C, L, P = Strength.CERTAIN, Strength.LIKELY, Strength.POSSIBLE

SPECIALTY = "1.2.250.1.213.1.1.4.5"
INFECTIOLOGIST = Place(codes=(Code(SPECIALTY, "G15_10/SM58"),))

HIV = {
    "diagnosis": [Place("Infection par le VIH connue depuis 2019")],
    "prescription": [Place("BIKTARVY 50 mg/200 mg/25 mg, un comprimé par jour")],
    "results": [Place("Charge virale < 20 copies/mL")],
    "letter": [INFECTIOLOGIST, Place("Je revois ce patient, qui va bien.")],
    "ald": [Place("Prise en charge ALD exonérante")],
    "throat": [Place("Angine virale, repos.")],
}
REST = frozenset(HIV) - {"diagnosis"}


def test_a_hidden_diagnosis_is_told_by_four_others() -> None:
    """Hiding HIV leaves a drug, a result, a specialist and a line of cover that tell."""
    found = exposure(record(HIV), REST, Category.HIV)
    assert strengths(found) == {"prescription": C, "results": C, "letter": L, "ald": L}
    said = {
        each.item: [sentence(reason, "fr") for reason in each.reasons]
        for each in found.revealing
    }
    assert said["prescription"] == ["« BIKTARVY » le dit en clair [hiv/term/brands]."]
    assert "« Charge virale » le dit en clair [hiv/term/viral_load]." in said["results"]
    assert "« G15_10/SM58 »" in said["letter"][0]
    assert "à côté de 2 autres documents" in said["letter"][0]
    assert "reimbursement_admin/term/ald" in said["ald"][0]


def test_the_closure_hides_exactly_what_is_needed() -> None:
    """The drug and the result go, and one of the two that tell only together."""
    found = exposure(record(HIV), REST, Category.HIV)
    assert found.closure == Closure(("prescription", "results", "letter"))
    after = exposure(record(HIV), REST - set(found.closure.items), Category.HIV)
    assert strengths(after) == {"ald": P}
    assert after.closure == Closure()


def test_an_ald_number_tells_alone() -> None:
    """A line of cover with the number 7 needs no company."""
    found = all_seen(texts(ald="Prise en charge ALD 7"), Category.HIV)
    assert strengths(found) == {"ald": C}
    assert found.closure == Closure(("ald",))


def test_a_specialist_alone_is_only_possible() -> None:
    """Many people see an infectiologist: nothing has to be hidden."""
    found = all_seen(record({"letter": [INFECTIOLOGIST]}), Category.HIV)
    assert strengths(found) == {"letter": P}
    assert found.closure == Closure()


def test_letters_of_one_specialist_are_one_clue() -> None:
    """His specialty, his unit and his letter head say the same thing twice."""
    letters = {"one": [INFECTIOLOGIST], "two": [Place("Dr X, infectiologue")]}
    assert set(strengths(all_seen(record(letters), Category.HIV)).values()) == {P}


def test_two_kinds_in_one_document_tell() -> None:
    """A CD4 count in a letter of the infectiologist is more than either."""
    count = Place(codes=(Code("http://loinc.org", "24467-3"),))
    found = all_seen(record({"letter": [INFECTIOLOGIST, count]}), Category.HIV)
    assert strengths(found) == {"letter": L}
    assert "autres documents" not in sentence(found.revealing[0].reasons[0], "fr")


@pytest.mark.parametrize(
    ("sex", "expected"), [("M", {"patch": L}), ("F", {"patch": P}), ("", {"patch": P})]
)
def test_a_drug_tells_beside_the_recorded_sex(
    sex: str, expected: dict[str, Strength]
) -> None:
    """Oestradiol is a conclusion for a recorded man and company for anybody else."""
    found = all_seen(texts(patch="PROVAMES 1 mg"), Category.GENDER_IDENTITY, sex)
    assert strengths(found) == expected


def test_a_drug_and_another_tell_together() -> None:
    """Two prescriptions that are ordinary apart are a conclusion side by side."""
    told = texts(first="ANDROCUR 10 mg", second="PROVAMES 1 mg")
    found = all_seen(told, Category.GENDER_IDENTITY)
    assert strengths(found) == {"first": L, "second": L}
    assert found.revealing[0].reasons[0].others == ("second",)
    assert found.closure == Closure(("first",))


def test_an_act_and_another_tell_together() -> None:
    """Misoprostol is told by the mifepristone of another day."""
    told = texts(one="CYTOTEC 200", two="Misoprostol 400 µg et mifépristone")
    assert strengths(all_seen(told[:1], Category.ABORTION)) == {"one": P}
    assert strengths(all_seen(told, Category.ABORTION))["one"] >= L


def test_what_explains_must_be_seen() -> None:
    """A reader from whom the cancer is hidden concludes a substitution treatment."""
    told = record(
        {
            "drug": [Place(codes=(Code("ATC", "N07BC02"),))],
            "cancer": [Place(codes=(Code("CIM-10", "C61"),))],
        }
    )
    both = exposure(told, frozenset({"drug", "cancer"}), Category.DRUGS_OPIOIDS)
    alone = exposure(told, frozenset({"drug"}), Category.DRUGS_OPIOIDS)
    assert (strengths(both), strengths(alone)) == ({"drug": P}, {"drug": L})


@pytest.mark.parametrize(("age", "expected"), [(15, L), (40, P)])
def test_a_drug_tells_at_an_age(age: int, expected: Strength) -> None:
    """A GnRH analogue speaks at fifteen, on the day it was prescribed."""
    told = record(
        {"then": [Place("DECAPEPTYL 11,25 mg")], "now": [Place("Angine")]},
        then=age,
        now=15,
    )
    found = all_seen(told, Category.GENDER_IDENTITY)
    assert strengths(found) == {"then": expected}
    words = sentence(found.revealing[0].reasons[0], "en")
    assert ("beside your age" in words) == (expected is L)


def test_an_old_header_tells() -> None:
    """An ordinary document with the former sex in its header outs the person."""
    place = "/h:ClinicalDocument/h:patient/h:administrativeGenderCode/@code"
    old = Place("Angine", (Code("2.16.840.1.113883.5.1", "M"),), place)
    told = record({"old": [old], "new": [Place("Angine")]})
    found = all_seen(told, Category.GENDER_IDENTITY, "F")
    assert strengths(found) == {"old": L}
    assert found.revealing[0].reasons[0].rules == (OTHER_SEX,)
    assert found.closure == Closure(("old",))
    assert all_seen(told, Category.GENDER_IDENTITY, "M").revealing == ()
    assert all_seen(told, Category.GENDER_IDENTITY).revealing == ()
    assert all_seen(told, Category.HIV, "F").revealing == ()


def test_the_label_shown_tells() -> None:
    """A document whose label names the category tells, whatever its words."""
    told = [Told("a", shown=frozenset({Category.HIV}))]
    found = all_seen(told, Category.HIV)
    assert [each.how for each in found.revealing[0].reasons] == [How.LABEL]
    assert found.closure == Closure(("a",))


def test_what_is_only_noted_speaks_in_company() -> None:
    """A word of company alone is nothing; where the drug is seen it is a possibility."""
    told = texts(stay="Hôpital de jour", drug="BIKTARVY")
    assert all_seen(told[:1], Category.HIV).revealing == ()
    assert strengths(all_seen(told, Category.HIV)) == {"drug": C, "stay": P}


def test_what_is_ordinary_never_makes_company() -> None:
    """An antibiotic for acne and the dermatologist are possible, not likely."""
    told = record(
        {
            "drug": [Place(codes=(Code("ATC", "J01AA02"),))],
            "letter": [Place(codes=(Code(SPECIALTY, "G15_10/SM15"),))],
        }
    )
    assert set(strengths(all_seen(told, Category.STI)).values()) == {P}


def test_what_could_not_be_read_may_tell() -> None:
    """A scan is a possibility for every category, and alone it calls for nothing."""
    found = all_seen(record({"scan": [Place(opaque=True)]}), Category.VIOLENCE)
    assert strengths(found) == {"scan": P}
    assert found.closure == Closure()


def test_an_empty_record_and_an_innocent_one() -> None:
    """Nothing seen or nothing said: nothing reveals, nothing to hide."""
    told = texts(a="Entorse de la cheville", b="Otite moyenne aiguë")
    for found in (
        exposure([], frozenset(), Category.HIV),
        exposure(texts(a="VIH"), frozenset(), Category.HIV),
        all_seen(told, Category.HIV),
    ):
        assert (found.revealing, found.closure) == ((), Closure())


def test_a_chain_of_rules_rests_on_its_first_item() -> None:
    """A category concluded from another is told by what the other was concluded from."""
    rules = (
        _rule("one", Condition(signals=frozenset({"s"})), Category.STI),
        _rule("two", Condition(categories=frozenset({Category.STI})), Category.HIV),
    )
    told = [Told("a", Clues(signals=(("s", "word"),))), Told("b")]
    found = all_seen(told, Category.HIV, inference=rules)
    assert strengths(found) == {"a": L}
    assert found.closure == Closure(("a",))


def test_a_category_told_outright_is_a_premise() -> None:
    """An item that says one subject in clear can let another be concluded."""
    rules = (_rule("r", Condition(categories=frozenset({Category.STI})), Category.HIV),)
    clue = Clue(Category.STI, "sti/term/x", "/a", "syphilis", Weight.DIRECT)
    found = all_seen([Told("a", Clues((clue,)))], Category.HIV, inference=rules)
    assert strengths(found) == {"a": L}
    assert "this document" in sentence(found.revealing[0].reasons[0], "en")


def test_a_large_record_is_closed_greedily() -> None:
    """Beyond the exact size the set still suffices, is short, and says it is not exact."""
    number = EXACT_AT_MOST + 3
    documents = {f"l{n}": [INFECTIOLOGIST] for n in range(number)}
    documents["ald"] = [Place("Prise en charge ALD exonérante")]
    found = all_seen(record(documents), Category.HIV)
    assert found.closure == Closure(("ald",), exact=False)


def test_a_large_record_loses_the_rarer_of_two_drugs() -> None:
    """Many boxes of one drug and one of the other: the one is hidden."""
    number = EXACT_AT_MOST + 3
    drugs = {f"d{n}": "PROVAMES 1 mg" for n in range(number)} | {"other": "ANDROCUR"}
    found = all_seen(texts(**drugs), Category.GENDER_IDENTITY)
    assert found.closure == Closure(("other",), exact=False)


def _rule(name: str, when: Condition, then: Category) -> Inference:
    return Inference(f"x/inference/{name}", (when,), (), (then,), None, "paravent")


asked = {
    "told": records(),
    "rules": inferences(),
    "category": st.sampled_from([*SOME, Category.GENDER_IDENTITY]),
    "sex": st.sampled_from(["", "M", "F"]),
}


@given(**asked)
def test_after_the_closure_nothing_certain_or_likely_remains(
    told: list[Told], rules: tuple[Inference, ...], category: Category, sex: str
) -> None:
    """Whatever the record and the rules, hiding the closure leaves possibilities only."""
    found = all_seen(told, category, sex, rules)
    rest = [each for each in told if each.item not in found.closure.items]
    after = all_seen(rest, category, sex, rules)
    assert set(strengths(after).values()) <= {P}
    assert after.closure.items == ()


@given(**asked)
def test_no_smaller_set_would_do(
    told: list[Told], rules: tuple[Inference, ...], category: Category, sex: str
) -> None:
    """Every smaller set of items, of those no reason names too, leaves something likely."""
    closure = all_seen(told, category, sex, rules).closure
    assert closure.exact
    for size in range(len(closure.items)):
        for chosen in combinations(told, size):
            rest = [each for each in told if each not in chosen]
            assert any(all_seen(rest, category, sex, rules).closure.items)


@given(**asked | {"told": records(least=13, most=16)})
def test_a_greedy_closure_suffices_and_nothing_is_needless(
    told: list[Told], rules: tuple[Inference, ...], category: Category, sex: str
) -> None:
    """In a larger record too: nothing likely is left, and each item of it is needed."""
    hidden = set(all_seen(told, category, sex, rules).closure.items)
    for shown in [set[str](), *({each} for each in hidden)]:
        rest = [each for each in told if each.item not in hidden - shown]
        still = all_seen(rest, category, sex, rules).closure.items
        assert bool(still) == bool(shown)


@given(**asked)
def test_the_answer_depends_on_what_is_seen_alone(
    told: list[Told], rules: tuple[Inference, ...], category: Category, sex: str
) -> None:
    """The same question has the same answer; the order of the record changes no strength."""
    found = all_seen(told, category, sex, rules)
    assert all_seen(told, category, sex, rules) == found
    turned = all_seen(told[::-1], category, sex, rules)
    assert strengths(turned) == strengths(found)
    assert len(turned.closure.items) == len(found.closure.items)
    order = [each.strength for each in found.revealing]
    assert order == sorted(order, reverse=True)


@given(**asked)
def test_what_a_reader_does_not_see_changes_nothing(
    told: list[Told], rules: tuple[Inference, ...], category: Category, sex: str
) -> None:
    """The hidden items could as well not be in the record."""
    visible = frozenset(each.item for each in told[::2])
    found = exposure(told, visible, category, sex, rules)
    assert found == all_seen(told[::2], category, sex, rules)


@given(**asked)
def test_every_reason_has_its_sentence(
    told: list[Told], rules: tuple[Inference, ...], category: Category, sex: str
) -> None:
    """Each reason is a sentence in both languages that names its rules."""
    for revealing in all_seen(told, category, sex, rules).revealing:
        for reason in revealing.reasons:
            for lang in ("fr", "en"):
                said = sentence(reason, lang)
                assert said.endswith(".")
                assert all(rule in said for rule in reason.rules)
