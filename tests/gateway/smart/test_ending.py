"""What an application was let in to ends for good, and who did what is told truly."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from gateway import linking
from gateway.audit import trail
from gateway.contest import cases
from gateway.contest.case import Case, State, Step
from gateway.identity.principal import Principal
from gateway.lifecycle import turning
from gateway.lifecycle.turning import OPERATOR
from gateway.linking import SignedIn
from gateway.oidc.provider import Provider
from gateway.repository import records
from gateway.smart import authorising, clients, grants
from gateway.smart.authorising import Back
from labels.codes import Purpose
from mappings.mapped import Refused as Forbidden
from mappings.submission import Identifier, Traits
from tests.gateway.smart.applications import Applications, brought, person
from tests.gateway.world import Software

REFUSED = {"error": "invalid_grant"}
PROVIDER = "https://provider.example"


def known(software: Software, key: str) -> Identifier:
    """Return the identifier of a person of the world."""
    return software.world.patients[key].identifier


def ended(apps: Applications, held: dict[str, str]) -> bool:
    """Whether neither token of an answer is good any more."""
    renewed = apps.refresh(apps.public, held["refresh_token"])
    asked = apps.ask(held["access_token"], f"/fhir/Patient/{held['patient']}")
    return (renewed.get_json(), asked.status_code) == (REFUSED, 401)


def events(
    apps: Applications, identifier: Identifier
) -> list[tuple[str, str, list[str]]]:
    """Return the reason, the outcome and the agents' ids of what a record's trail says."""
    store = apps.services.store
    with store.unit() as connection:
        record = records.by_identifiers(connection, store.keys, identifier)
        found = trail.of_record(connection, record)
    return [
        (
            each["outcomeDesc"],
            each["outcome"],
            [agent["who"]["identifier"]["value"] for agent in each["agent"]],
        )
        for each in found
    ]


def contested(apps: Applications, identifier: Identifier) -> None:
    """Open a case in a record, which keeps it from being erased at once."""
    keys = apps.services.store.keys
    first = Step(State.OPENED, apps.now, str(identifier), "Why?")
    with apps.services.store.unit() as connection:
        record = records.by_identifiers(connection, keys, identifier)
        case = Case("0" * 32, "urn:test|1", "urn:test|2", (first,))
        cases.open_case(connection, keys, record, case)


@pytest.mark.parametrize(
    ("key", "act"),
    [
        ("solene", turning.oppose),
        ("tristan", turning.close),
        ("octave", turning.erase),
    ],
    ids=["oppose", "close", "wait-for-erasure"],
)
def test_opening_again_lets_no_application_in(
    apps: Applications, software: Software, key: str, act: turning.Turned
) -> None:
    """Closed, opposed, waiting to be erased: every grant ends, and none comes back."""
    services, who = apps.services, known(software, key)
    found = apps.launched(apps.public, person(software, key))
    if act is turning.erase:
        contested(apps, who)
    act(services, who, OPERATOR)
    if act is turning.oppose:
        turning.withdraw(services, who, OPERATOR)
    turning.reopen(services, who, OPERATOR)
    assert ended(apps, found)
    assert grants.grants_of(services, person(software, key)) == []
    told = [agents[0] for what, _, agents in events(apps, who) if what == grants.ENDED]
    assert told == ["operator"]


def test_nobody_is_let_in_after_a_death(apps: Applications, software: Software) -> None:
    """The grants end with the person; that the death was noted wrongly revives none."""
    services, who = apps.services, known(software, "corentine")
    found = apps.launched(apps.public, person(software, "corentine"))
    turning.decease(services, who, date(2026, 11, 20), OPERATOR)
    assert ended(apps, found)
    asked = apps.asked(apps.public)
    with pytest.raises(Forbidden):
        authorising.granted(
            services, asked, person(software, "corentine"), asked.scopes
        )
    turning.decease(services, who, None, OPERATOR)
    assert ended(apps, found)


def test_unlinking_ends_what_the_sign_in_let_in(
    apps: Applications, software: Software
) -> None:
    """And not what the person let in by another sign-in."""
    services, who = apps.services, person(software, "melisande")
    traits = software.world.patients["melisande"].traits
    given = Traits((), traits.family, traits.given, birth_date=traits.birth_date)
    with services.store.unit() as connection:
        keys = services.store.keys
        record = records.by_identifiers(connection, keys, who.patient[0])
        code = linking.make(connection, services, record).spaced
    signed = SignedIn(PROVIDER, "somebody", given)
    own = linking.link(services, signed, code)
    assert own is not None
    stranger = Principal(
        str(own.identifier),
        patient=(own.identifier,),
        purpose=Purpose.PATRQT,
        issuer=PROVIDER,
    )
    theirs = apps.launched(apps.public, stranger)
    mine = apps.launched(apps.public, who)
    with services.store.unit() as connection:
        assert linking.unlink(connection, record, OPERATOR, apps.now) == 1
    assert ended(apps, theirs)
    assert not ended(apps, mine)
    provider = Provider("one", "One", PROVIDER, "x")
    settings = replace(services.settings, sign_in=(provider,))
    asked = apps.asked(apps.public)
    with pytest.raises(Forbidden):  # their pages may still be open
        authorising.granted(
            replace(services, settings=settings), asked, stranger, asked.scopes
        )


def test_an_application_that_was_revoked_is_not_listed(
    apps: Applications, software: Software
) -> None:
    """It can ask for nothing more, so nobody is told that it has access."""
    who, app = person(software, "melisande"), apps.register()
    before = grants.grants_of(apps.services, who)
    apps.launched(app, who)
    assert len(grants.grants_of(apps.services, who)) == len(before) + 1
    clients.end(apps.services, app.id)
    assert grants.grants_of(apps.services, who) == before


def misused(apps: Applications, code: str) -> None:
    """Send a code with a verifier that is not its own."""
    apps.redeem(apps.public, code, code_verifier="x" * 43)


def replayed(apps: Applications, code: str) -> None:
    """Send a code twice."""
    for _ in range(2):
        apps.redeem(apps.public, code)


@pytest.mark.parametrize(
    ("steal", "reason"), [(misused, grants.MISUSED), (replayed, grants.REPLAYED)]
)
def test_a_stolen_code_is_no_act_of_the_person(
    apps: Applications,
    software: Software,
    steal: Callable[[Applications, str], None],
    reason: str,
) -> None:
    """The trail says what was tried, that it failed, and names the application alone."""
    who = person(software, "melisande")
    steal(apps, apps.let_in(apps.public, who)["code"])
    app = apps.public.id
    assert (reason, "4", [app, app]) in events(apps, who.patient[0])


FREE = "patient/Observation.rs?status=only%20your%20weight,final"
LABORATORY = "patient/Observation.rs?category=laboratory"
SINCE = "patient/Observation.rs?date=ge2024"


def test_an_application_writes_nothing_on_the_page(apps: Applications) -> None:
    """Its filters are those the operator registered, and dates; others permit nothing."""
    wide = apps.register(scopes=("patient/*.rs", LABORATORY))
    asked = apps.asked(wide, scope=f"{FREE} {LABORATORY} {SINCE} patient/List.s")
    assert asked.scopes == (LABORATORY, SINCE, "patient/List.s")
    pairs = apps.request(wide, scope=FREE).items()
    found = authorising.requested(apps.services, pairs)
    assert isinstance(found, Back)
    assert brought(found.address)["error"] == "invalid_scope"
