"""Items for the tests of exposure: from texts and codes, or drawn by hypothesis."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from labels.codes import Category, Confidentiality
from labels.detection.clues import Clue, Clues, Weight, clues
from labels.detection.rules import Condition, Inference
from labels.exposure import Exposure, exposure
from labels.told import Strength, Told


@dataclass(frozen=True)
class Code:
    """A coded value."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True)
class Place:
    """A place of a document."""

    text: str = ""
    codes: tuple[Code, ...] = ()
    place: str = "/a"
    opaque: bool = False


def record(documents: Mapping[str, Sequence[Place]], **ages: int) -> list[Told]:
    """Return what each document of a record tells; ages by document."""
    return [
        Told(name, clues(places), age=ages.get(name))
        for name, places in documents.items()
    ]


def texts(**documents: str) -> list[Told]:
    """Return a record of documents of one text each."""
    return record({name: [Place(text)] for name, text in documents.items()})


def all_seen(
    told: Sequence[Told],
    category: Category,
    sex: str = "",
    inference: tuple[Inference, ...] | None = None,
) -> Exposure:
    """Return the exposure to a reader who sees every item."""
    visible = frozenset(each.item for each in told)
    return exposure(told, visible, category, sex, inference)


def strengths(found: Exposure) -> dict[str, Strength]:
    """Return how strongly each item tells."""
    return {each.item: each.strength for each in found.revealing}


SOME = (Category.HIV, Category.STI, Category.ALCOHOL)
SIGNALS = ("s1", "s2", "s3", "s4")

_clue = st.builds(
    Clue,
    category=st.sampled_from(SOME),
    rule=st.sampled_from(["a/b/1", "a/b/2", "a/b/3"]),
    place=st.just("/a"),
    what=st.just("word"),
    weight=st.sampled_from([*Weight, Weight.COMPANY, Weight.COMPANY]),
    kind=st.sampled_from(["who", "drug", "laboratory"]),
)
_said = st.builds(
    Clues,
    clues=st.lists(_clue, max_size=2).map(tuple),
    signals=st.sets(st.sampled_from(SIGNALS), max_size=2).map(
        lambda names: tuple((name, name) for name in sorted(names))
    ),
    opaque=st.booleans(),
    sex=st.sampled_from(["", "M", "F"]),
)
_condition = st.one_of(
    st.builds(
        Condition,
        signals=st.frozensets(st.sampled_from(SIGNALS), min_size=1, max_size=2),
    ),
    st.builds(
        Condition,
        categories=st.frozensets(st.sampled_from(SOME), min_size=1, max_size=1),
    ),
    st.builds(Condition, sex=st.sampled_from(["M", "F"])),
    st.builds(Condition, younger=st.just(18)),
    st.builds(Condition, older=st.just(18)),
)


def records(least: int = 0, most: int = 7) -> st.SearchStrategy[list[Told]]:
    """Draw a record of items with distinct names."""
    told = st.tuples(
        _said,
        st.frozensets(st.sampled_from(SOME), max_size=1),
        st.sampled_from([None, 12, 30]),
    )
    return st.lists(told, min_size=least, max_size=most).map(
        lambda drawn: [Told(f"i{n}", *each) for n, each in enumerate(drawn)]
    )


@st.composite
def inferences(draw: st.DrawFn) -> tuple[Inference, ...]:
    """Draw a few rules with conditions and exceptions of every sort."""
    rules = []
    for number in range(draw(st.integers(0, 4))):
        when = tuple(draw(st.lists(_condition, min_size=1, max_size=2)))
        unless = tuple(draw(st.lists(_condition, max_size=1)))
        then = (draw(st.sampled_from(SOME)),)
        level: Confidentiality | None = None
        rules.append(Inference(f"r/{number}", when, unless, then, level, "paravent"))
    return tuple(rules)
