"""Texts are screened together before they are read one by one: nothing may be lost."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Category
from labels.detection.fold import fold, fold_together
from labels.detection.reader import detector
from labels.detection.service import EVIDENCE_AT_MOST, label

_TERMS = detector().terms
_PIECES = st.sampled_from(
    "VIH hépatite B charge virale toxicomanie hiver Sérologie l'IVG œdème cœur ½ "
    "\u200b V\u0456H dépression respiratoire pas de non : - . \n ; tabac 3 PA trans".split(
        " "
    )
)
_TEXTS = st.lists(
    st.lists(_PIECES | st.text(max_size=3), max_size=6).map(" ".join)
    | st.text(max_size=20),
    max_size=8,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A place with words or a code, in a statement that may be negated."""

    place: str
    text: str = ""
    codes: tuple["Coded", ...] = ()
    opaque: bool = False
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Coded:
    """A coded value."""

    system: str
    code: str
    display: str = ""


@given(_TEXTS)
def test_a_text_that_is_screened_out_has_no_match(texts: list[str]) -> None:
    """Reading many texts as one finds every text in which a term stands."""
    speaking = _TERMS.speaking(texts)
    for text in set(texts) - speaking.keys():
        assert not list(_TERMS.matches(fold(text), minor=False))
    for text, starts in speaking.items():
        again = list(_TERMS.matches(fold(text), minor=False, starts=starts))
        assert again == list(_TERMS.matches(fold(text), minor=False))


@given(_TEXTS)
def test_texts_folded_together_are_the_texts_folded_alone(texts: list[str]) -> None:
    """Where each begins is known, and what stands there is what it folds to."""
    together = fold_together(texts)
    if together is None:
        assert any(fold_together([text]) is None for text in texts)
        return
    whole, starts = together
    for text, start in zip(texts, starts, strict=False):
        assert whole[start : start + len(text)] == fold(text).text


@given(_TEXTS)
def test_a_place_is_labelled_the_same_in_any_company_that_tells_nothing(
    texts: list[str],
) -> None:
    """What stands in ordinary text elsewhere does not change what a place says."""
    alone = label([Said(f"/p{n}", text) for n, text in enumerate(texts)])
    ordinary = [Said(f"/q{n}", "Marche quotidienne.") for n in range(3)]
    among = [Said(f"/p{n}", text) for n, text in enumerate(texts)]
    assert label([*ordinary, *among, *ordinary]).document == alone.document


def test_a_term_said_without_end_is_believed_and_bounded() -> None:
    """A million findings of one term are a few matches, and the whole place is told."""
    found = list(_TERMS.matches(fold("infection VIH " * 5000), minor=False))
    assert len(found) < 200
    assert any(match.everywhere for match in found)


def test_what_is_excluded_a_thousand_times_is_believed() -> None:
    """No honest text says it so often; a hostile one may hide a true one behind it."""
    text = "dépression respiratoire. " * 1100
    assert Category.PSYCHIATRY in label([Said("/p", text)]).document.categories
    assert not label([Said("/p", text[:2500])]).document.categories


def test_the_evidence_of_a_document_is_bounded_and_says_so() -> None:
    """Beyond a number, one evidence without a place stands for all others of its rule."""
    places = [Said(f"/p{number}", "VIH positif") for number in range(200)]
    found = label(places)
    rules = [evidence.rule for evidence in found.document.evidence]
    assert {rules.count(rule) for rule in rules} == {EVIDENCE_AT_MOST + 1}
    assert found.document.evidence[-1].place == found.document.evidence[-1].what == ""
    assert len(found.places) == 200


ICD10, ATC = "urn:oid:2.16.840.1.113883.6.3", "urn:oid:2.16.840.1.113883.6.73"


def test_a_negated_statement_denies_a_condition() -> None:
    """``negationInd``: neither the code nor its words say the disease."""
    told = Said("/h:value/@code", codes=(Coded(ICD10, "F10.2", "Alcoolisme"),))
    denied = Said(told.place, codes=told.codes, negated=True)
    assert Category.ALCOHOL in label([told]).document.categories
    assert not label([denied]).document.categories


def test_a_negated_treatment_stays() -> None:
    """That a treatment was not given tells that it was thought of."""
    given_not = Said("/h:code/@code", codes=(Coded(ATC, "J05AR20"),), negated=True)
    assert Category.HIV in label([given_not]).document.categories
