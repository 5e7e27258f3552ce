"""Three choices about a vital emergency, and the three Consents that say them."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Purpose
from labels.emergency import EmergencyChoices
from labels.fhir_consent import emergency
from labels.fhir_consent.element import ConsentError
from labels.fhir_consent.terms import ACT_REASON
from labels.fhir_consent.write import Header

Json = dict[str, Any]

HEADER = Header(
    {"reference": "Patient/1"}, datetime(2026, 11, 22, 9, tzinfo=UTC), "the app"
)
CHOICES = st.builds(
    lambda samu, others, masked: EmergencyChoices(
        samu, others, masked and (samu or others)
    ),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def test_without_a_word_both_are_let_in_and_masks_hold() -> None:
    """The law opens unless one opposed (L.1111-17), and lifts no mask."""
    chosen = EmergencyChoices()
    assert (chosen.samu, chosen.others, chosen.masked) == (True, True, False)


def test_masks_cannot_yield_to_nobody() -> None:
    """The third choice is nothing when both accesses are opposed."""
    with pytest.raises(ValueError, match="masked"):
        EmergencyChoices(samu=False, others=False, masked=True)


@pytest.mark.parametrize("purpose", Purpose)
def test_each_opposition_is_of_its_own_access(purpose: Purpose) -> None:
    """SAMU and bris de glace are opposed apart; no other purpose is an emergency."""
    samu = EmergencyChoices(others=False).lets_in(purpose)
    others = EmergencyChoices(samu=False).lets_in(purpose)
    assert samu is (purpose is Purpose.ETREAT)
    assert others is (purpose is Purpose.BTG)


@given(CHOICES, CHOICES)
def test_what_is_written_is_read(
    chosen: EmergencyChoices, before: EmergencyChoices
) -> None:
    """Whatever was chosen before, reading the three Consents gives what they say."""
    written = emergency.write(chosen, HEADER)
    after = before
    # Accesses first: who lets nobody in has no third choice to make.
    for each in written if chosen.masked else reversed(written):
        after = emergency.read(each, after)
    assert all(map(emergency.is_emergency, written))
    assert after == chosen


def consent(**changes: object) -> Json:
    """Return the Consent that opposes SAMU, after a change."""
    written = emergency.write(EmergencyChoices(samu=False), HEADER)[0]
    return written | changes


def test_several_purposes_may_be_stated_at_once() -> None:
    """One Consent that denies both accesses takes the third choice with them."""
    both = [{"system": ACT_REASON, "code": c} for c in ("ETREAT", "BTG")]
    said = consent(provision={"type": "deny", "purpose": both})
    after = emergency.read(said, EmergencyChoices(masked=True))
    assert after == EmergencyChoices(samu=False, others=False)


BAD: dict[str, tuple[Json, str]] = {
    "ended": (consent(status="inactive"), "Consent.status"),
    "for research": (
        consent(scope={"coding": [{"system": "urn:x", "code": "research"}]}),
        "Consent.scope",
    ),
    "until a date": (
        consent(provision={"type": "deny", "purpose": [], "period": {}}),
        "Consent.provision.period",
    ),
    "neither": (
        consent(provision={"type": "maybe", "purpose": [{}]}),
        "Consent.provision.type",
    ),
    "no purpose": (consent(provision={"type": "deny"}), "Consent.provision.purpose"),
    "treatment": (
        consent(
            provision={
                "type": "deny",
                "purpose": [{"system": ACT_REASON, "code": "TREAT"}],
            }
        ),
        "Consent.provision.purpose[0].code",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_not_understood_is_refused_by_its_place(case: str) -> None:
    """Nothing of such a Consent is followed."""
    resource, place = BAD[case]
    with pytest.raises(ConsentError) as refused:
        emergency.read(resource, EmergencyChoices())
    assert refused.value.expression == place


def test_masks_that_would_yield_to_nobody_are_refused() -> None:
    """MASKED is not permitted where both accesses are opposed."""
    masked = emergency.write(EmergencyChoices(masked=True), HEADER)[2]
    with pytest.raises(ConsentError, match="purpose"):
        emergency.read(masked, EmergencyChoices(samu=False, others=False))


@pytest.mark.parametrize(
    "resource", [{}, {"category": 1}, {"category": [{}]}, {"category": [{"coding": 1}]}]
)
def test_another_consent_is_none_of_these(resource: Json) -> None:
    """A Consent without that category, or one that is no Consent at all, is another's."""
    assert not emergency.is_emergency(resource)
