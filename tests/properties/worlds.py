"""Random items, clearances, questions and directives, small enough to collide often."""

from datetime import UTC, datetime
from typing import Any, TypeVar

from hypothesis import strategies as st

from labels.codes import Category, Confidentiality, Mark, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.item import LONG_AGO, Item
from labels.policy.clearance import Clearance, Denial, Permit
from labels.policy.matrix import Capacity
from labels.policy.question import LATEST, PRESETS, Question, Relation
from labels.policy.rule import Rule, Rules, Who

IDS = ["a", "b", "c", "d"]
TYPES = ["", "11488-4", "57833-6", "68599-0", "ATTEST-RESID", "51851-4"]
PEOPLE = ["", "rpps|1", "rpps|2", "ins|3"]
STRUCTURES = ["", "finess|1", "finess|2", "rpps|1"]
COLUMNS = [
    "",
    "medecin",
    "chirurgien-dentiste",
    "opticien",
    "role-encadrement",
    "unknown",
]


def some(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    """Draw a subset, the empty one included."""
    return st.frozensets(st.sampled_from(values), max_size=3)


LEVELS = st.sampled_from(Confidentiality)
CATEGORIES = st.frozensets(
    st.sampled_from(list(Category)[:4]), max_size=2
) | st.frozensets(st.sampled_from(Category), max_size=4)
MARKS = st.frozensets(st.sampled_from(Mark), max_size=2)
OWNERS = some([*PEOPLE[1:], *STRUCTURES[1:]])

DAYS = [datetime(2020, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
CAME = [datetime(2026, 1, day, tzinfo=UTC) for day in (27, 28, 31)]
PERIODS = st.builds(
    Period,
    st.none() | st.sampled_from(DAYS),
    st.none() | st.sampled_from([*DAYS, datetime(2020, 1, 2, 0, 0, 0, 1, UTC)]),
)
ITEMS = st.builds(
    Item,
    st.sampled_from(IDS),
    st.sampled_from(TYPES),
    LEVELS,
    CATEGORIES,
    MARKS,
    st.sampled_from(PEOPLE),
    st.sampled_from(STRUCTURES),
    dated=st.sampled_from(DAYS),
    told=CATEGORIES,
    unread=st.booleans(),
    announced=st.sampled_from(CAME),
)

T = TypeVar("T")


def seldom(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    """Draw None three times in four: a permit with six bounds would admit nothing."""
    return st.sampled_from([False, False, False, True]).flatmap(
        lambda stated: strategy if stated else st.none()
    )


PLACES = st.frozensets(
    st.tuples(st.sampled_from(IDS), st.sampled_from(["/a", "/a/b[2]"])), max_size=2
)

PERMITS = st.builds(
    Permit,
    rule=st.sampled_from(["p1", "p2"]),
    confidentiality_at_most=seldom(LEVELS).map(
        lambda level: Confidentiality.V if level is None else level
    ),
    categories_within=seldom(CATEGORIES | st.just(frozenset(Category))),
    types_within=seldom(some(TYPES)),
    items=seldom(some(IDS)),
    own_of=seldom(OWNERS),
    marks_within=seldom(MARKS),
    places=seldom(PLACES),
    authored_by=seldom(OWNERS),
    dated=seldom(PERIODS).map(lambda period: period or Period()),
    obligations=st.sampled_from([frozenset(), frozenset({"rendition"})]),
)

ONE_CONDITION = st.one_of(
    st.fixed_dictionaries({"categories": CATEGORIES}),
    st.fixed_dictionaries({"marks": MARKS}),
    st.fixed_dictionaries({"items": some(IDS)}),
    st.fixed_dictionaries({"categories": CATEGORIES, "marks": MARKS}),
    st.fixed_dictionaries({"places": PLACES}),
    st.just({}),
)


@st.composite
def _denials(draw: st.DrawFn) -> Denial:
    stated: dict[str, Any] = draw(ONE_CONDITION)
    rule = draw(st.sampled_from(["d1", "d2"]))
    own, items = draw(seldom(OWNERS)), draw(seldom(some(IDS)))
    places = draw(seldom(PLACES))
    return Denial(
        rule,
        **stated,
        except_own_of=own or frozenset(),
        except_items=items or frozenset(),
        except_places=places or frozenset(),
        confidentiality_from=draw(seldom(LEVELS)) or Confidentiality.U,
        authored_by=draw(seldom(OWNERS)),
        dated=draw(seldom(PERIODS)) or Period(),
        anywhere=draw(st.booleans()),
        announced_from=draw(seldom(st.sampled_from(CAME))) or LONG_AGO,
    )


DENIALS = _denials()

CLEARANCES = st.builds(
    Clearance,
    st.lists(st.just(Permit("p0")) | PERMITS, max_size=4).map(tuple),
    st.lists(DENIALS, max_size=2).map(tuple),
)

AUDIENCES = (
    st.sampled_from(
        [
            AudienceKind.EVERYONE,
            AudienceKind.PROFESSIONALS,
            AudienceKind.REPRESENTATIVES,
            AudienceKind.CARERS,
            AudienceKind.CARE_TEAM,
            AudienceKind.TREATING_DOCTOR,
        ]
    ).map(Audience)
    | st.builds(
        Audience,
        st.just(AudienceKind.PROFESSION),
        st.sampled_from(["10", "40", "28", "medecin", "99"]),
    )
    | st.builds(Audience, st.just(AudienceKind.PERSON), st.sampled_from(PEOPLE[1:]))
    | st.builds(
        Audience, st.just(AudienceKind.ORGANIZATION), st.sampled_from(STRUCTURES[1:])
    )
)

DIRECTIVES = st.builds(
    Directive,
    id=st.just("directive"),
    effect=st.sampled_from(Effect),
    audience=AUDIENCES,
    items=some(IDS),
    categories=CATEGORIES,
    everything=st.booleans(),
    start=st.none() | st.sampled_from(DAYS),
    places=PLACES,
    purposes=st.sampled_from([frozenset(), frozenset({Purpose.TREAT})]),
    authors=seldom(OWNERS).map(lambda owners: owners or frozenset()),
    dated=seldom(PERIODS).map(lambda period: period or Period()),
    level=seldom(LEVELS),
    yields=st.booleans(),
)

QUESTIONS = st.builds(
    Question,
    reader=st.sampled_from(PEOPLE),
    organization=st.sampled_from(STRUCTURES),
    profession=st.sampled_from(COLUMNS),
    relations=st.frozensets(st.sampled_from(Relation), max_size=2),
    purpose=st.sampled_from([Purpose.TREAT, Purpose.TREAT, *Purpose]),
    minor=st.booleans(),
    preset=st.sampled_from(PRESETS),
    directives=st.lists(DIRECTIVES, max_size=3).map(tuple),
    masks_open=st.booleans(),
    under_15=st.booleans(),
    capacity=st.sampled_from([Capacity.CARE, Capacity.CARE, *Capacity]),
    at=st.sampled_from([LATEST, datetime(2026, 2, 27, 23, 59, tzinfo=UTC)]),
    deceased=st.sampled_from([False, False, False, True]),
)

WHO = st.builds(
    Who,
    relations=st.frozensets(st.sampled_from(Relation), max_size=2),
    without=st.frozensets(st.sampled_from(Relation), max_size=1),
    professional=st.none() | st.booleans(),
    minor=st.none() | st.booleans(),
    under_15=st.none() | st.booleans(),
    masks_open=st.none() | st.booleans(),
    deceased=st.none() | st.booleans(),
    purposes=st.sampled_from([frozenset(), frozenset({Purpose.TREAT})]),
    presets=st.frozensets(st.sampled_from(PRESETS), max_size=2),
)


def rules_like(rules: Rules) -> st.SearchStrategy[Rules]:
    """Draw rules made of the real ones' items and effects, for readers drawn at random."""

    def drawn(pairs: list[tuple[Rule, Who]]) -> Rules:
        made = (
            Rule(r.id, r.permits, who, r.what, r.law, r.fr, r.en, r.obligations)
            for r, who in pairs
        )
        return Rules("drawn", tuple(made), rules.matrix)

    pair = st.tuples(st.sampled_from(rules.rules), WHO)
    return st.lists(pair, max_size=8).map(drawn)
