"""The labelling service on whole documents."""

from cProfile import Profile
from dataclasses import dataclass
from pstats import Stats

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.codes import Category, Confidentiality, Mark
from labels.detection.load import rule_set
from labels.detection.service import RULES_VERSION, Context, Labels, label
from labels.label import high_water_mark


@dataclass(frozen=True)
class Code:
    """A coded value."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True)
class Place:
    """A place of a document."""

    place: str
    text: str = ""
    codes: tuple[Code, ...] = ()
    opaque: bool = False


def categories(found: Labels) -> set[str]:
    """Return the categories of the document."""
    return {str(category) for category in found.document.categories}


def by_place(found: Labels) -> dict[str, set[str]]:
    """Return the categories of each place that has a label."""
    return {p: {str(c) for c in label.categories} for p, label in found.places}


def test_each_place_has_its_own_label() -> None:
    """A sensitive row does not label its neighbours."""
    found = label(
        [Place("a", "VIH négatif"), Place("b", "Glycémie"), Place("c", "RPR")]
    )
    assert by_place(found) == {"a": {"hiv"}, "c": {"sti"}}
    assert categories(found) == {"hiv", "sti"}


def test_an_ordinary_document_is_normal() -> None:
    """Nothing found: level N and no place."""
    normal = high_water_mark()
    assert label([Place("a", "Otite moyenne aiguë")]) == Labels((), normal, normal)


def test_what_only_who_knows_the_person_finds_is_told_apart() -> None:
    """A former first name labels the document; what the document says by itself is left."""
    known = Context(sex="F", former=("amaury",))
    for text in ("Vu Amaury ce jour.", "Un homme de 35 ans."):
        found = label([Place("a", text), Place("b", "Tabac : 10 PA")], known)
        without = label([Place("a", text), Place("b", "Tabac : 10 PA")], Context("F"))
        assert Category.GENDER_IDENTITY in found.document.categories
        assert found.said == without.document == without.said


@given(
    st.lists(st.sampled_from(("VIH positif", "Amaury", "née Amaury", "ado de 15 ans")))
)
def test_what_is_said_is_never_more_than_what_is_found(texts: list[str]) -> None:
    """And all of it for who has no former name."""
    places = [Place(str(n), text) for n, text in enumerate(texts)]
    found = label(places, Context(sex="F", former=("amaury",)))
    assert found.said == label(places, Context(sex="F")).document
    assert found.said.categories <= found.document.categories
    assert found.said.confidentiality <= found.document.confidentiality


def test_displays_are_read_as_text() -> None:
    """The words beside a code of an unknown system are words all the same."""
    code = Code("urn:oid:1.2.3", "X1", "BIKTARVY 50 mg")
    assert categories(label([Place("a", codes=(code,))])) == {"hiv"}


def test_what_cannot_be_read_is_opaque_and_restricted() -> None:
    """An image-only PDF is marked and restricted, without a category."""
    found = label([Place("a", opaque=True), Place("b", "otite")])
    assert found.document.marks == {Mark.OPAQUE}
    assert found.document.confidentiality == Confidentiality.R
    assert [place for place, _ in found.places] == ["a"]


@pytest.mark.parametrize(
    ("text", "age", "level"),
    [
        ("Contraception par LEELOO", 30, Confidentiality.N),
        ("Contraception par LEELOO", 15, Confidentiality.R),
        ("Contraception par LEELOO", None, Confidentiality.N),
        ("IVG en 2019", 30, Confidentiality.V),
        ("Interruption médicale de grossesse", 30, Confidentiality.R),
        ("Deux verres de vin par jour", 50, Confidentiality.N),
        ("Alcoolisme chronique", 50, Confidentiality.R),
        ("Ancien prénom : Paul", 50, Confidentiality.V),
        ("FIV en cours", 30, Confidentiality.R),
    ],
)
def test_level(text: str, age: int | None, level: Confidentiality) -> None:
    """The level is the rule's own or the category's, and higher for a minor."""
    assert label([Place("a", text)], Context(age=age)).document.confidentiality == level


def test_a_combination_labels_the_places_it_was_seen_at() -> None:
    """Estradiol and the recorded sex: the drug line is labelled, not its neighbour."""
    places = [Place("a", "OESTRODOSE gel"), Place("b", "METFORMINE 1000 mg")]
    assert by_place(label(places, Context(sex="M"))) == {"a": {"gender_identity"}}
    assert not label(places, Context(sex="F")).places


def test_what_only_accompanies_joins_a_category_told_elsewhere() -> None:
    """Hormone levels belong to a transition the document tells; alone they are ordinary."""
    level = Place("b", "Estradiol 402 pmol/L")
    told = [Place("a", "Dysphorie de genre"), level]
    assert by_place(label(told))["b"] == {"gender_identity"}
    assert not label([level]).places


@pytest.mark.parametrize(
    ("said", "specialty", "tells"),
    [
        ("Interruption volontaire de grossesse", "G15_50", set()),
        ("Contraception orale", "G15_50", set()),
        ("Dysphorie de genre", "G15_10/SM12", {"gender_identity"}),
        ("VIH", "G15_10/SM58", {"hiv"}),
    ],
)
def test_an_ordinary_profession_stays_whatever_stands_beside_it(
    said: str, specialty: str, tells: set[str]
) -> None:
    """A midwife left without her profession would tell of a fact; a specialty joins it."""
    who = Place("b", codes=(Code("JDV_J01", specialty),))
    found = by_place(label([Place("a", said), who]))
    assert (bool(found["a"]), found.get("b", set())) == (True, tells)


def test_a_diagnosis_elsewhere_in_the_document_explains_a_drug() -> None:
    """Methadone beside a cancer code is for pain."""
    methadone = Place("a", codes=(Code("ATC", "N07BC02", "méthadone"),))
    cancer = Place("b", codes=(Code("CIM-10", "C34.9"),))
    assert categories(label([methadone])) == {"drugs_opioids"}
    assert categories(label([methadone, cancer])) == set()


def test_known_medications_count_but_are_no_place_of_the_document() -> None:
    """A record's other drugs complete a combination; only this document is labelled."""
    androcur = Place("a", codes=(Code("ATC", "G03HA01", "cyprotérone"),))
    known = Context(sex="M", medications=frozenset({"G03CA03"}))
    assert by_place(label([androcur], known)) == {"a": {"gender_identity"}}
    assert not label([Place("a", "Otite")], known).places


def test_places_said_twice_are_joined() -> None:
    """Two contents of one place give one label."""
    found = label([Place("a", "VIH"), Place("a", "Syphilis")])
    assert by_place(found) == {"a": {"hiv", "sti"}}


def test_the_version_is_that_of_the_rules() -> None:
    """A stored label can name the rules that made it."""
    assert rule_set().version == RULES_VERSION


SENTENCES = [
    "Sérologie VIH négative",
    "pas de toxicomanie",
    "IVG en 2019",
    "TRUVADA",
    "Tivicay",
    "Alcool : 0",
    "Estradiol gel",
    "enceinte de 12 SA",
    "CSAPA",
    "hépatite B",
    "otite",
    "BRCA1 muté",
    "méthadone",
    "C34.9",
    "sildénafil, HTAP",
]
PLACES = st.lists(st.sampled_from(SENTENCES), max_size=6).map(
    lambda texts: [Place(str(i), text) for i, text in enumerate(texts)]
)


def told_directly(found: Labels) -> set[tuple[str, str]]:
    """Return place and rule of what a code or a term said by itself."""
    return {
        (evidence.place, evidence.rule)
        for _, one in found.places
        for evidence in one.evidence
        if "/inference/" not in evidence.rule
    }


@given(PLACES, PLACES)
def test_adding_content_takes_nothing_away(
    first: list[Place], more: list[Place]
) -> None:
    """What codes and terms say stays said; only an inference may be explained away."""
    added = [Place(f"more-{p.place}", p.text) for p in more]
    direct = {e for e in told_directly(label(first)) if "/term/" in e[1]}
    assert direct <= told_directly(label(first + added))


@given(PLACES)
def test_the_document_is_the_high_water_mark_of_its_places(places: list[Place]) -> None:
    """The document is never less than any of its places, nor more than their join."""
    found = label(places)
    assert found.document == high_water_mark(*(one for _, one in found.places))


@given(PLACES)
def test_the_order_of_places_does_not_matter(places: list[Place]) -> None:
    """Reading a document backwards finds the same."""
    assert by_place(label(places)) == by_place(label(places[::-1]))


@given(st.text(), st.text(), st.text(max_size=30))
def test_any_text_can_be_read(text: str, system: str, code: str) -> None:
    """No text, system or code makes the service fail."""
    found = label([Place("a", text, (Code(system, code, text[::-1]),))])
    assert found.document.confidentiality >= Confidentiality.N


@settings(max_examples=25)
@given(st.sampled_from(sorted(Category)), st.data())
def test_terms_survive_any_surroundings(
    category: Category, data: st.DataObject
) -> None:
    """A kept term is found whatever stands around it in other sentences."""
    term = {"hiv": "VIH", "sti": "syphilis", "abortion": "mifépristone"}.get(category)
    if term is None:
        return
    around = data.draw(st.text(alphabet=st.characters(exclude_categories=["L", "N"])))
    text = f"{around}\n. {term} .\n{around}"
    if "☐" not in text and "□" not in text:
        assert category in label([Place("a", text)]).document.categories


HOSTILE = [
    "a",
    "vih ",
    "pas de tabac ",
    "tca ",
    "misoprostol ",
    "(",
    "- ",
    "v i h ",
    "é",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_the_work_grows_with_the_text_and_no_faster(unit: str) -> None:
    """Four times the text takes about four times the steps: a square would take sixteen.

    Steps are calls, counted, not timed; what a single call may cost is bounded because no
    term repeats without bound (see test_pattern.py).
    """

    def steps(size: int) -> int:
        profile = Profile()
        profile.runcall(label, [Place("a", unit * (size // len(unit)))])
        return int(Stats(profile).total_calls)  # type: ignore[attr-defined]

    steps(1_000)
    assert steps(40_000) < 6 * steps(10_000) + 1_000
