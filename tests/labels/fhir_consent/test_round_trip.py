"""What is written of a directive reads back as what decides the same."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from labels.codes import Category, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect
from labels.fhir_consent.provision import Given
from labels.fhir_consent.read import read
from labels.fhir_consent.write import POLICY, Header, write
from labels.item import Item
from labels.policy import rule
from labels.policy.decide import decide
from labels.policy.question import Question
from tests.properties.worlds import DIRECTIVES, ITEMS, QUESTIONS

AT = datetime(2020, 1, 1, tzinfo=UTC)
HEADER = Header({"reference": "Patient/x"}, AT, "said here")
GIVEN = Given(
    AT,
    UTC,
    lambda reference: reference.removeprefix("X/"),
    lambda _item, _place: True,
    frozenset({POLICY}),
)
RULES = rule.load()

WELL_FORMED = DIRECTIVES.filter(
    lambda d: (
        d.audience.value != "99"
        and bool(d.items or d.places or d.categories or d.everything)
        and (
            d.dated.start is None or d.dated.end is None or d.dated.start < d.dated.end
        )
    )
).map(lambda d: replace(d, start=AT))


def again(*directives: Directive) -> tuple[Directive, ...]:
    """Return what is read of what is written."""
    return read(write(directives, HEADER, lambda item: f"X/{item}"), GIVEN).directives


@given(WELL_FORMED, QUESTIONS, ITEMS)
def test_one_directive_reads_back_as_what_decides_the_same(
    directive: Directive, question: Question, item: Item
) -> None:
    """Whoever asks about whatever item gets the same decision, for the same reasons."""
    before = replace(question, directives=(directive,))
    after = replace(question, directives=again(directive))
    assert decide(before, item, RULES) == decide(after, item, RULES)


@given(
    st.sampled_from(["items", "categories", "everything", "places", "episodes"]),
    DIRECTIVES,
)
def test_a_directive_of_one_kind_of_subject_reads_back_as_itself(
    kind: str, drawn: Directive
) -> None:
    """What the app writes, one thing at a time, is the same value after a round trip."""
    subjects = {
        "items": frozenset({"a"}),
        "places": frozenset({("a", "/b")}),
        "episodes": frozenset({"urn:visits|1"}),
        "categories": frozenset(Category),
        "everything": True,
    }
    bare = Directive(
        "", drawn.effect, drawn.audience, start=AT, purposes=drawn.purposes
    )
    assume(drawn.audience.value != "99")
    narrowed = kind in {"categories", "everything"}
    said = replace(
        bare,
        **{kind: subjects[kind]},  # type: ignore[arg-type]
        level=drawn.level if narrowed else None,
        authors=drawn.authors if narrowed else frozenset(),
        yields=drawn.yields and drawn.effect == "mask",
    )
    assert again(said) == (said,)


@given(
    st.sampled_from(Effect),
    st.booleans(),
    st.lists(WELL_FORMED, min_size=2, max_size=3),
    QUESTIONS,
    ITEMS,
)
def test_what_was_said_together_reads_back_as_what_decides_the_same(
    effect: Effect,
    yields: bool,  # noqa: FBT001 - drawn
    drawn: list[Directive],
    question: Question,
    item: Item,
) -> None:
    """Several of one effect are a root and provisions in it, each of its own audience."""
    together = [replace(each, effect=effect, yields=yields) for each in drawn]
    before = replace(question, directives=tuple(together))
    after = replace(question, directives=again(*together))
    assert decide(before, item, RULES) == decide(after, item, RULES)


def test_a_part_for_everyone_and_for_every_purpose_says_so_beside_a_narrower_root() -> (
    None
):
    """Silence would mean the root's actor and purposes, so they are written out."""
    doctor = Audience(AudienceKind.PERSON, "rpps|1")
    treating = frozenset({Purpose.TREAT})
    root = Directive(
        "", Effect.MASK, doctor, everything=True, purposes=treating, start=AT
    )
    other = Directive("", Effect.MASK, Audience(AudienceKind.EVERYONE), start=AT)
    found = again(root, replace(other, categories=frozenset({Category.HIV})))
    assert found[0] == root
    assert (found[1].audience, found[1].purposes) == (
        other.audience,
        frozenset(Purpose),
    )
