"""Whom a decision of the patient speaks of, and when."""

from datetime import UTC, datetime, timedelta

import pytest

from labels.codes import Confidentiality
from labels.consent import (
    Audience,
    AudienceKind,
    Directive,
    Effect,
    Period,
    in_force,
    speaks_of,
)
from labels.policy.question import Question, Relation

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
K = AudienceKind


def _mask(kind: AudienceKind, value: str = "") -> Directive:
    return Directive("d", Effect.MASK, Audience(kind, value), everything=True)


DENTIST = Question("rpps|1", "finess|1", "chirurgien-dentiste")
BIOLOGIST = Question("rpps|2", "finess|2", "pharmacien-biologiste")
AIDE = Question("rpps|3", "finess|2")
MOTHER = Question("ins|4", relations=frozenset({Relation.REPRESENTATIVE}))
CARER = Question("ins|5", relations=frozenset({Relation.CARER}))
SELF = Question("ins|6", relations=frozenset({Relation.SELF}))


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        (Audience(K.EVERYONE), [DENTIST, BIOLOGIST, AIDE, MOTHER, CARER]),
        (Audience(K.PROFESSIONALS), [DENTIST, BIOLOGIST, AIDE]),
        (Audience(K.PROFESSION, "40"), [DENTIST]),
        (Audience(K.PROFESSION, "chirurgien-dentiste"), [DENTIST]),
        (Audience(K.PROFESSION, "21"), [BIOLOGIST]),
        (Audience(K.PROFESSION, "35"), []),
        (Audience(K.PERSON, "rpps|1"), [DENTIST]),
        (Audience(K.PERSON, "ins|6"), []),
        (Audience(K.ORGANIZATION, "finess|2"), [BIOLOGIST, AIDE]),
        (Audience(K.REPRESENTATIVES), [MOTHER]),
    ],
    ids=str,
)
def test_speaks_of(audience: Audience, readers: list[Question]) -> None:
    """An audience is exactly the readers it says, and never the patient."""
    mask = Directive("d", Effect.MASK, audience)
    everybody = [DENTIST, BIOLOGIST, AIDE, MOTHER, CARER, SELF]
    assert readers == [each for each in everybody if speaks_of(mask, each)]


def test_in_force() -> None:
    """A period includes its start and not its end; an open side has no limit."""
    audience = Audience(K.EVERYONE)
    ever = Directive("ever", Effect.SHOW, audience)
    now = Directive("now", Effect.SHOW, audience, start=NOON, end=NOON + HOUR)
    ended = Directive("ended", Effect.SHOW, audience, end=NOON)
    later = Directive("later", Effect.SHOW, audience, start=NOON + HOUR)
    assert in_force([ended, ever, later, now], NOON) == (ever, now)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (K.PERSON, ""),
        (K.ORGANIZATION, ""),
        (K.PROFESSION, ""),
        (K.EVERYONE, "40"),
        (K.REPRESENTATIVES, "ins|4"),
    ],
)
def test_an_audience_says_what_it_needs_to(kind: AudienceKind, value: str) -> None:
    """A name is there exactly when the kind of audience asks for one."""
    with pytest.raises(ValueError, match="audience"):
        Audience(kind, value)


def test_a_date_without_a_time_zone_is_refused_before_any_decision() -> None:
    """What could not be compared later is refused when the directive is made."""
    local = NOON.replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        Directive("d", Effect.SHOW, Audience(K.EVERYONE), end=local)


def test_an_unknown_effect_is_refused() -> None:
    """There is no third effect that would silently do nothing."""
    with pytest.raises(ValueError, match="hide"):
        Directive("d", "hide", Audience(K.EVERYONE))  # type: ignore[arg-type]


def test_a_mask_for_everyone_hides_nothing_from_the_patient() -> None:
    """The patient is in no audience."""
    assert not speaks_of(_mask(K.EVERYONE), SELF)


@pytest.mark.parametrize("bound", ["start", "end"])
def test_a_period_without_a_time_zone_is_refused(bound: str) -> None:
    """Either bound must be comparable with any instant."""
    with pytest.raises(ValueError, match="time zone"):
        Period(**{bound: NOON.replace(tzinfo=None)})
    with pytest.raises(ValueError, match="time zone"):
        Directive(
            "d",
            Effect.SHOW,
            Audience(K.EVERYONE),
            **{bound: NOON.replace(tzinfo=None)},  # type: ignore[arg-type]
        )


@pytest.mark.parametrize(
    ("period", "inside"),
    [
        (Period(), True),
        (Period(NOON, NOON + HOUR), True),
        (Period(NOON - HOUR, NOON), False),
        (Period(NOON + HOUR), False),
        (Period(None, NOON + HOUR), True),
    ],
)
def test_a_period_begins_and_ends(period: Period, *, inside: bool) -> None:
    """Its start is in it, its end is not."""
    assert period.holds(NOON) is inside


@pytest.mark.parametrize(
    ("by", "narrowed"),
    [
        ({}, False),
        ({"authors": frozenset({"rpps|1"})}, True),
        ({"dated": Period(NOON)}, True),
        ({"level": Confidentiality.U}, True),
        ({"items": frozenset({"a"}), "everything": True}, False),
    ],
)
def test_what_narrows_a_directive(by: dict[str, object], *, narrowed: bool) -> None:
    """Authors, dates or a level do, each by itself."""
    said = Directive("d", Effect.SHOW, Audience(K.EVERYONE), **by)  # type: ignore[arg-type]
    assert said.narrowed is narrowed
