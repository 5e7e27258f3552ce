"""A Consent is read as it is meant, or refused by the place of what is not understood."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from labels.codes import Category, Confidentiality, Purpose
from labels.consent import Audience, AudienceKind, Directive, Effect, Period
from labels.fhir_consent import terms
from labels.fhir_consent.element import ConsentError
from labels.fhir_consent.provision import Given
from labels.fhir_consent.read import AFTER, read
from labels.fhir_consent.write import POLICY, Header, write

Json = dict[str, Any]

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
PARIS = timezone(timedelta(hours=1))
ITEMS = {"DocumentReference/1": "a", "DocumentReference/2": "b"}
GIVEN = Given(
    AT, PARIS, ITEMS.get, lambda _item, place: place == "/p", frozenset({POLICY})
)
HEADER = Header({"reference": "Patient/x"}, AT, "said here")
EVERYONE = Audience(AudienceKind.EVERYONE)
WHOLE = write((Directive("", Effect.MASK, EVERYONE, everything=True),), HEADER, str)
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
LEVELS = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
DOCTOR = Audience(AudienceKind.PERSON, "urn:x|1")


def label(*codes: str) -> list[Json]:
    """Return security labels: N, R, V are levels, all else are subjects."""
    return [
        {
            "system": LEVELS if code in Confidentiality.__members__ else ACT_CODE,
            "code": code,
        }
        for code in codes
    ]


def purpose(*codes: str) -> list[Json]:
    """Return purposes of use."""
    return [{"system": terms.ACT_REASON, "code": code} for code in codes]


def actor(audience: Audience = DOCTOR) -> list[Json]:
    """Return the actors of a provision."""
    return [terms.actor(audience)]


def data(name: str = "1", **more: object) -> list[Json]:
    """Return the data of a provision: one document."""
    reference = {"reference": f"DocumentReference/{name}"}
    return [{"meaning": "instance", "reference": reference, **more}]


def said(provision: Json, **header: object) -> tuple[Directive, ...]:
    """Return the directives of a Consent with this provision."""
    return read(WHOLE | {"provision": provision} | header, GIVEN).directives


def refused(provision: Json, **header: object) -> str:
    """Return the place at which a Consent is refused."""
    with pytest.raises(ConsentError) as caught:
        said(provision, **header)
    assert str(caught.value) == caught.value.expression
    return caught.value.expression


SHOW = Directive("", Effect.SHOW, EVERYONE, start=AT)
MASK = Directive("", Effect.MASK, EVERYONE, start=AT)


@pytest.mark.parametrize(
    ("provision", "directives"),
    [
        ({"type": "deny"}, [replace(MASK, everything=True)]),
        (
            {"type": "permit", "actor": [*actor(), *actor(EVERYONE)]},
            [
                replace(SHOW, everything=True, audience=DOCTOR),
                replace(SHOW, everything=True),
            ],
        ),
        (
            {"type": "permit", "purpose": purpose("TREAT", "BTG")},
            [
                replace(
                    SHOW,
                    everything=True,
                    purposes=frozenset({Purpose.TREAT, Purpose.BTG}),
                )
            ],
        ),
        (
            {"type": "deny", "securityLabel": label("R", "V")},
            [replace(MASK, everything=True, level=Confidentiality.R)],
        ),
        (
            {"type": "permit", "securityLabel": label("R", "N")},
            [replace(SHOW, everything=True, level=Confidentiality.R)],
        ),
        (
            {"type": "permit", "securityLabel": label("N", "HIV")},
            [
                replace(SHOW, categories=frozenset({Category.HIV})),
                replace(SHOW, everything=True, level=Confidentiality.N),
            ],
        ),
        (
            {"type": "permit", "securityLabel": label("PSY")},
            [replace(SHOW, categories=frozenset({Category.PSYCHIATRY}))],
        ),
        (
            {"type": "deny", "securityLabel": label("PSY")},
            [
                replace(
                    MASK,
                    categories=frozenset(
                        {Category.PSYCHIATRY, Category.SUICIDE_SELFHARM}
                    ),
                )
            ],
        ),
        (
            {"type": "deny", "securityLabel": label("ETH")},
            [
                replace(
                    MASK,
                    categories=frozenset({Category.ALCOHOL, Category.DRUGS_OPIOIDS}),
                )
            ],
        ),
        (
            {"type": "deny", "data": [*data(), *data("2")]},
            [replace(MASK, items=frozenset({"a", "b"}))],
        ),
        (
            {
                "type": "deny",
                "data": data(
                    extension=[
                        {"url": "urn:paravent:consent-place", "valueString": "/p"}
                    ]
                ),
            },
            [replace(MASK, places=frozenset({("a", "/p")}))],
        ),
        (
            {
                "type": "deny",
                "data": [
                    *data(),
                    {
                        "meaning": "authoredby",
                        "reference": terms.logical("", "urn:x|1"),
                    },
                ],
            },
            [
                replace(MASK, items=frozenset({"a"})),
                replace(MASK, everything=True, authors=frozenset({"urn:x|1"})),
            ],
        ),
        (
            {
                "type": "deny",
                "data": [
                    {"meaning": "related", "reference": terms.logical("", "urn:v|7")}
                ],
            },
            [replace(MASK, episodes=frozenset({"urn:v|7"}))],
        ),
        (
            {"type": "permit", "period": {"start": "2020-01-01", "end": "2026-12"}},
            [replace(SHOW, everything=True, end=datetime(2027, 1, 1, tzinfo=PARIS))],
        ),
        (
            {"type": "permit", "period": {"start": "2027-01-01T08:00:00Z"}},
            [replace(SHOW, everything=True, start=datetime(2027, 1, 1, 8, tzinfo=UTC))],
        ),
        (
            {"type": "deny", "dataPeriod": {"start": "2020", "end": "2021-06-15"}},
            [
                replace(
                    MASK,
                    everything=True,
                    dated=Period(
                        datetime(2020, 1, 1, tzinfo=PARIS),
                        datetime(2021, 6, 16, tzinfo=PARIS),
                    ),
                )
            ],
        ),
    ],
)
def test_a_provision_is_the_directives_it_means(
    provision: Json, directives: list[Directive]
) -> None:
    """All elements must hold, and of one element any value."""
    assert said(provision) == tuple(directives)


@pytest.mark.parametrize("root", ["permit", "deny"])
def test_an_exception_is_of_whom_and_for_what_the_root_is(root: str) -> None:
    """Where it names nobody and no purpose; and it is said just after the root."""
    other = {"permit": "deny", "deny": "permit"}[root]
    whole, exception = said(
        {
            "type": root,
            "actor": actor(),
            "purpose": purpose("TREAT"),
            "securityLabel": label("HIV"),
            "provision": [{"type": other, "securityLabel": label("HIV")}],
        }
    )
    assert (exception.audience, exception.purposes) == (whole.audience, whole.purposes)
    assert (whole.start, exception.start) == (AT, AT + AFTER)
    assert whole.effect is not exception.effect


def test_what_is_shown_in_a_mask_is_no_more_than_it_hid() -> None:
    """A permission inside a mask keeps the authors and the dates of the mask."""
    whole, exception = said(
        {
            "type": "deny",
            "dataPeriod": {"start": "2020"},
            "data": [
                {"meaning": "authoredby", "reference": terms.logical("", "urn:x|1")}
            ],
            "provision": [{"type": "permit", "actor": actor()}],
        }
    )
    assert (exception.authors, exception.dated) == (whole.authors, whole.dated)


def test_a_bare_exception_for_emergencies_makes_the_mask_yield() -> None:
    """Purposes BTG and ETREAT and nothing else: *except in a vital emergency*."""
    (mask,) = said(
        {
            "type": "deny",
            "securityLabel": label("HIV"),
            "provision": [{"type": "permit", "purpose": purpose("BTG", "ETREAT")}],
        }
    )
    assert mask.yields


def test_an_exception_lasts_no_longer_than_its_root() -> None:
    """The period of an exception is inside that of the whole."""
    _, exception = said(
        {
            "type": "deny",
            "period": {"end": "2027-01-01T00:00:00Z"},
            "provision": [
                {"type": "permit", "actor": actor(), "period": {"end": "2030"}}
            ],
        }
    )
    assert exception.end == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("root", "exception"),
    [
        ({"type": "deny"}, {"type": "permit", "securityLabel": label("HIV")}),
        ({"type": "deny"}, {"type": "permit", "dataPeriod": {"start": "2020"}}),
        (
            {"type": "deny", "securityLabel": label("HIV")},
            {"type": "permit"},
        ),
        (
            {"type": "deny", "data": data()},
            {"type": "permit"},
        ),
        (
            {"type": "permit", "actor": actor()},
            {"type": "deny", "actor": actor(EVERYONE)},
        ),
        (
            {"type": "permit", "data": data()},
            {"type": "deny", "securityLabel": label("HIV")},
        ),
        (
            {"type": "deny"},
            {
                "type": "permit",
                "data": data(
                    extension=[
                        {"url": "urn:paravent:consent-place", "valueString": "/p"}
                    ]
                ),
            },
        ),
    ],
)
def test_an_exception_that_would_not_hold_is_refused(
    root: Json, exception: Json
) -> None:
    """What our precedence would decide otherwise than the Consent says is not taken."""
    assert (
        refused(root | {"provision": [exception]}) == "Consent.provision.provision[0]"
    )


@pytest.mark.parametrize(
    ("root", "exception"),
    [
        ({"type": "deny"}, {"type": "permit", "data": data()}),
        ({"type": "deny"}, {"type": "permit", "purpose": purpose("BTG")}),
        ({"type": "deny"}, {"type": "permit", "actor": actor()}),
        ({"type": "permit"}, {"type": "deny", "securityLabel": label("HIV")}),
        (
            {"type": "permit", "data": [*data(), *data("2")]},
            {"type": "deny", "data": data()},
        ),
        (
            {"type": "deny", "data": [*data(), *data("2")]},
            {"type": "permit", "data": data()},
        ),
        (
            {"type": "deny", "securityLabel": label("HIV")},
            {"type": "permit", "data": data()},
        ),
        (
            {"type": "deny", "actor": actor()},
            {
                "type": "permit",
                "actor": actor(Audience(AudienceKind.PERSON, "urn:x|2")),
            },
        ),
    ],
)
def test_an_exception_that_holds_is_taken(root: Json, exception: Json) -> None:
    """One directive of the root, one of the exception."""
    assert len(said(root | {"provision": [exception]})) == 2


@pytest.mark.parametrize(
    ("provision", "place"),
    [
        ({}, ""),
        ({"type": "x"}, ".type"),
        ({"type": 7}, ".type"),
        ({"type": "deny", "class": [{}]}, ".class"),
        ({"type": "deny", "a b": 1}, ""),
        ({"type": "deny", "actor": []}, ".actor"),
        ({"type": "deny", "actor": [7]}, ".actor[0]"),
        (
            {"type": "deny", "actor": [{"reference": {"type": "Group"}}]},
            ".actor[0].role",
        ),
        (
            {
                "type": "deny",
                "actor": [actor()[0] | {"role": {"coding": [{"code": "X"}]}}],
            },
            ".actor[0].role",
        ),
        (
            {
                "type": "deny",
                "actor": [actor()[0] | {"reference": {"reference": "Group/1"}}],
            },
            ".actor[0].reference.type",
        ),
        (
            {
                "type": "deny",
                "actor": [
                    actor()[0] | {"reference": terms.logical("Device", "urn:x|1")}
                ],
            },
            ".actor[0].reference",
        ),
        (
            {
                "type": "deny",
                "actor": [
                    actor()[0]
                    | {"reference": terms.logical("Group", f"{terms.PROFESSION}|99")}
                ],
            },
            ".actor[0].reference",
        ),
        (
            {
                "type": "deny",
                "actor": [
                    actor()[0]
                    | {
                        "reference": {
                            "type": "Practitioner",
                            "identifier": {"system": "a|b", "value": "1"},
                        }
                    }
                ],
            },
            ".actor[0].reference.identifier.system",
        ),
        ({"type": "deny", "purpose": purpose("HRESCH")}, ".purpose[0]"),
        ({"type": "deny", "securityLabel": label("XX")}, ".securityLabel[0]"),
        ({"type": "permit", "securityLabel": label("DIA")}, ".securityLabel[0]"),
        ({"type": "deny", "period": {"start": "soon"}}, ".period.start"),
        ({"type": "deny", "period": {"start": "2026-02-30"}}, ".period.start"),
        ({"type": "deny", "period": {"start": "2026-01-01T00:00:00"}}, ".period.start"),
        ({"type": "deny", "period": {"end": "9999"}}, ".period.end"),
        ({"type": "deny", "period": {"start": "2026", "end": "2025"}}, ".period.end"),
        ({"type": "deny", "data": data("3")}, ".data[0].reference.reference"),
        (
            {"type": "deny", "data": [data()[0] | {"meaning": "dependents"}]},
            ".data[0].meaning",
        ),
        (
            {
                "type": "deny",
                "data": data(
                    extension=[
                        {"url": "urn:paravent:consent-place", "valueString": "/q"}
                    ]
                ),
            },
            ".data[0].extension",
        ),
        (
            {
                "type": "deny",
                "data": data(extension=[{"url": "u", "valueString": "/p"}]),
            },
            ".data[0].extension[0].url",
        ),
        ({"type": "deny", "data": data(), "securityLabel": label("HIV")}, ".data"),
        (
            {
                "type": "deny",
                "extension": [{"url": "urn:paravent:consent-level", "valueCode": "R"}],
            },
            ".extension",
        ),
        (
            {
                "type": "deny",
                "extension": [{"url": "urn:paravent:consent-level", "valueCode": "X"}],
            },
            ".extension",
        ),
        (
            {
                "type": "deny",
                "provision": [{"type": "permit", "provision": [{"type": "deny"}]}],
            },
            ".provision[0].provision",
        ),
        (
            {
                "type": "permit",
                "provision": [{"type": "permit", "purpose": purpose("BTG", "ETREAT")}],
            },
            ".provision",
        ),
        ({"type": "deny", "actor": actor() * 61}, ""),
    ],
)
def test_what_is_not_understood_is_refused_by_its_place(
    provision: Json, place: str
) -> None:
    """The FHIRPath of the element, and never a directive."""
    expected = "Consent.provision" + place
    assert refused(provision) == expected


@pytest.mark.parametrize(
    ("header", "place"),
    [
        ({"status": "x"}, "Consent.status"),
        ({"scope": {"coding": [{"system": "a", "code": "b"}]}}, "Consent.scope"),
        ({"category": []}, "Consent.category"),
        ({"performer": None}, "Consent.performer"),
        ({"organization": [""]}, "Consent.organization[0]"),
        ({"dateTime": ""}, "Consent.dateTime"),
        ({"sourceReference": {"reference": "x"}}, "Consent.source"),
        ({"policy": [{"uri": "urn:x"}]}, "Consent.policy[0].uri"),
        ({"policy": [{"uri": POLICY}, {"uri": POLICY}]}, "Consent.policy[0].uri"),
        ({"policy": [{"authority": "x"}]}, "Consent.policy[0].authority"),
        ({"policyRule": {"text": "x"}}, "Consent.policyRule"),
        ({"verification": []}, "Consent.verification"),
        ({"modifierExtension": []}, "Consent.modifierExtension"),
        ({"patient": "x"}, "Consent.patient"),
    ],
)
def test_a_header_that_is_not_of_the_profile_is_refused(
    header: Json, place: str
) -> None:
    """The foundation of PCF: what it asks is there, what it forbids is not."""
    assert refused({"type": "deny"}, **header) == place


def test_a_status_other_than_active_is_read_all_the_same() -> None:
    """What it says is checked; whether it holds is its status."""
    found = read(WHOLE | {"status": "draft"}, GIVEN)
    assert (found.status, len(found.directives)) == ("draft", 1)


def test_a_directive_that_names_nothing_cannot_be_written() -> None:
    """Nobody can say *mask nothing*."""
    with pytest.raises(ValueError, match="unpack"):
        write((Directive("", Effect.MASK, EVERYONE),), HEADER, str)


def test_each_subject_is_written_by_a_code_that_means_just_that() -> None:
    """HL7's where one does, else our own; never a code that others share."""
    for effect in Effect:
        for category in Category:
            coding = terms.category_coding(category, effect)
            found = said(
                {
                    "type": "permit" if effect is Effect.SHOW else "deny",
                    "securityLabel": [coding],
                }
            )
            assert found[0].categories == {category}
    assert terms.category_coding(Category.HIV, Effect.MASK)["code"] == "HIV"
    assert terms.category_coding(Category.SEXUALITY, Effect.MASK)["code"] == "sexuality"
