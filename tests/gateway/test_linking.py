"""Whose record a sign-in opens: the code on paper, the guard of the traits, the limits (WEB-04)."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner
from sqlalchemy import Connection, text

from gateway import linking
from gateway.audit import trail
from gateway.cli import main
from gateway.clock import FixedClock
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.world.load import load
from gateway.lifecycle import turning
from gateway.linking import LinkCode, SignedIn
from gateway.repository import identifiers, records
from gateway.repository.records import MERGED, Record
from gateway.services import Services
from mappings.mapped import Refused
from mappings.submission import Traits
from tests.gateway.world import seeded

ISSUER = "https://provider.example"
WORLD = load()


@pytest.fixture
def services(tmp_path: Path) -> Services:
    """Give a world of its own, in which the clock stands still."""
    found = seeded(tmp_path)
    return replace(found, clock=FixedClock(found.clock.now()))


def later(services: Services, by: timedelta) -> None:
    """Let time pass."""
    assert isinstance(services.clock, FixedClock)
    services.clock.instant += by


def signed_in(key: str, subject: str = "", **other: str) -> SignedIn:
    """Return a person of the demo as a provider knows them."""
    found = WORLD.patients[key].traits
    traits = Traits((), found.family, found.given, birth_date=found.birth_date)
    return SignedIn(ISSUER, subject or key, replace(traits, **other))  # type: ignore[arg-type]


def in_record(services: Services, key: str, do: Callable[..., object]) -> object:
    """Do something with the record of a person."""
    store, named = services.store, WORLD.patients[key].identifier
    with store.unit() as connection:
        return do(connection, records.by_identifiers(connection, store.keys, named))


def code_for(services: Services, key: str, lasts: timedelta = linking.LASTS) -> str:
    """Return a new code for a record."""

    def make(connection: object, record: Record) -> LinkCode:
        return linking.make(connection, services, record, lasts)  # type: ignore[arg-type]

    made = in_record(services, key, make)
    assert isinstance(made, LinkCode)
    return made.spaced


def acts(services: Services, key: str) -> list[tuple[str, str]]:
    """Return what the trail of a record says was done, with its outcome."""
    events = in_record(services, key, trail.of_record)
    assert isinstance(events, list)
    return [(each["outcomeDesc"], each["outcome"]) for each in events]


def test_a_code_links_once(services: Services) -> None:
    """The right person with the code gets the record; the code is then worth nothing."""
    code = code_for(services, "solene")
    signed = signed_in("solene")
    assert linking.own(services, signed) is None
    found = linking.link(services, signed, code)
    assert found is not None
    assert found.identifier == WORLD.patients["solene"].identifier
    assert linking.own(services, signed) == found
    assert linking.link(services, signed_in("solene", "another account"), code) is None
    assert ("sign-in-linked", "0") in acts(services, "solene")


@pytest.mark.parametrize(
    "other",
    [
        {"birth_date": "1991-04-24"},
        {"birth_date": ""},
        {"birth_date": "1991-04"},
        {"birth_date": "1991"},
        {"birth_date": "19"},
        {"birth_date": "1991-04-2"},
        {"family": "DUPONT"},
        {"family": ""},
        {"family": "-"},
        {"family": "-", "used_family": "ORVANNEAU"},
    ],
)
def test_traits_that_do_not_fit_link_nothing(
    services: Services, other: dict[str, str]
) -> None:
    """A letter in the wrong hands opens nothing, and the record's trail says it was tried."""
    code = code_for(services, "solene")
    assert linking.link(services, signed_in("solene", **other), code) is None
    assert ("sign-in-linked", "4") in acts(services, "solene")
    held = in_record(services, "solene", trail.of_record)
    assert ISSUER in repr(held)
    assert linking.link(services, signed_in("solene"), code) is not None


def known_as(services: Services, key: str, **other: str) -> None:
    """Have the record of a person know them by other traits."""

    def change(connection: Connection, record: Record) -> None:
        identity = replace(record.identity, **other)  # type: ignore[arg-type]
        records.keep(connection, replace(record, identity=identity))

    in_record(services, key, change)


@pytest.mark.parametrize(
    ("known", "said", "fits"),
    [
        ("1991", "1991", True),
        ("1991-04", "1991-04", True),
        ("1991", "1991-04-23", True),
        ("1991", "1992-04-23", False),
        ("1991-04", "1991", False),
        ("1991", "1991-04", False),
        ("19", "1991-04-23", False),
        ("", "1991-04-23", False),
    ],
)
def test_a_partial_birth_date_fits_where_the_record_has_the_same(
    services: Services, known: str, said: str, *, fits: bool
) -> None:
    """Who was born on a day nobody knows can be linked; a part is never taken for all."""
    known_as(services, "solene", birth_date=known)
    code = code_for(services, "solene")
    found = linking.link(services, signed_in("solene", birth_date=said), code)
    assert (found is not None) is fits


def test_a_record_without_a_family_name_is_linked_to_nobody(services: Services) -> None:
    """What the record does not know contradicts nobody: then nobody fits."""
    known_as(services, "solene", family="-", used_family="")
    code = code_for(services, "solene")
    assert linking.link(services, signed_in("solene"), code) is None


def test_a_new_first_name_is_no_contradiction(services: Services) -> None:
    """A provider that still has a former first name lets the person in all the same."""
    code = code_for(services, "solene")
    signed = signed_in("solene", given=("AMAURY",))  # type: ignore[arg-type]
    assert linking.link(services, signed, code) is not None


def test_a_code_ends_and_a_new_one_replaces_it(services: Services) -> None:
    """After its time a code is worth nothing, and so is one before the last."""
    first = code_for(services, "solene")
    second = code_for(services, "solene", timedelta(days=2))
    assert linking.link(services, signed_in("solene"), first) is None
    later(services, timedelta(days=2))
    assert linking.link(services, signed_in("solene"), second) is None


def test_guessing_is_stopped(services: Services) -> None:
    """After ten codes of one person none is looked at any more, for an hour."""
    code = code_for(services, "solene")
    for _ in range(linking.BY_PERSON.most):
        assert linking.link(services, signed_in("solene"), "2222-2222-2222") is None
    with pytest.raises(Refused) as refused:
        linking.link(services, signed_in("solene"), code)
    assert refused.value.status == 429
    later(services, timedelta(hours=1))
    assert linking.link(services, signed_in("solene"), code) is not None


def test_a_letter_tried_by_others_opens_nothing_more(services: Services) -> None:
    """Five right codes with wrong traits, whoever tries: the code waits until tomorrow."""
    code = code_for(services, "solene")
    for number in range(linking.ON_RECORD.most):
        other = signed_in("tristan", f"account {number}")
        assert linking.link(services, other, code) is None
    assert linking.link(services, signed_in("solene"), code) is None


def test_a_second_link_leaves_the_first_record(services: Services) -> None:
    """One sign-in opens one record: the last it was linked to."""
    signed = signed_in("solene")
    linking.link(services, signed, code_for(services, "solene"))
    again = linking.link(services, signed, code_for(services, "solene"))
    assert again is not None
    assert linking.own(services, signed) == again


def test_a_closed_record_is_still_one_s_own(services: Services) -> None:
    """Who closed the record signs in to open it again; an erased one is nobody's."""
    signed, who = signed_in("solene"), turning.OPERATOR
    found = linking.link(services, signed, code_for(services, "solene"))
    assert found is not None
    turning.close(services, found.identifier, who)
    assert linking.own(services, signed) == found
    turning.erase(services, found.identifier, who)
    assert linking.own(services, signed) is None


def test_a_code_tried_at_once_links_once(database_url: str, tmp_path: Path) -> None:
    """Of six accounts of the same person that try a code at once, one is linked."""
    settings = settings_in(tmp_path / "data", database_url=database_url)
    opened, _ = open_demo(settings)
    traits = WORLD.patients["solene"].traits
    with opened.store.unit() as connection:
        records.open_record(connection, opened.store.keys, traits, "discreet")
    code = code_for(opened, "solene")
    accounts = [signed_in("solene", f"account {number}") for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda each: linking.link(opened, each, code), accounts))
    linked = [each for each in accounts if linking.own(opened, each) is not None]
    opened.store.engine.dispose()
    assert sum(each is not None for each in found) == len(linked) == 1


@pytest.mark.postgresql
def test_two_codes_tried_at_once_link_one_record(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sign-in with the codes of two records: one links, the other is told no."""
    settings = settings_in(tmp_path / "data", database_url=postgresql_url)
    opened, _ = open_demo(settings)
    keys, codes, signed = opened.store.keys, [], signed_in("solene")
    for key in ("solene", "tristan"):
        traits = replace(
            WORLD.patients["solene"].traits,
            identifiers=WORLD.patients[key].traits.identifiers,
        )
        with opened.store.unit() as connection:
            records.open_record(connection, keys, traits, "discreet")
        codes.append(code_for(opened, key))
    drop, together = identifiers.drop, Barrier(2)

    def dropped(connection: Connection, *tokens: str) -> None:
        drop(connection, *tokens)
        if tokens == (identifiers.token(keys, signed.identifier),):
            together.wait(timeout=30)  # both are here before either leads anywhere

    monkeypatch.setattr(identifiers, "drop", dropped)
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda code: linking.link(opened, signed, code), codes))
    monkeypatch.undo()
    own = linking.own(opened, signed)
    left = codes[found.index(None)]
    other = linking.link(opened, signed_in("solene", "another account"), left)
    opened.store.engine.dispose()
    assert sorted(each is not None for each in found) == [False, True]
    assert own in found
    assert other is not None  # the code that was told no was not spent


def test_a_record_that_is_merged_meanwhile_is_linked_to_nobody(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code finds its record before it is held: a merge in between takes it away."""
    code, lock = code_for(services, "solene"), records.lock

    def merged(connection: Connection, found: Record) -> None:
        records.keep(connection, replace(found, state=MERGED))
        lock(connection, found)

    monkeypatch.setattr(records, "lock", merged)
    signed, keys = signed_in("solene"), services.store.keys
    assert linking.link(services, signed, code) is None
    with services.store.unit() as connection:
        assert records.held_for(connection, keys, signed.identifier) is None


def test_the_database_holds_no_code_and_no_subject(services: Services) -> None:
    """What is kept is keyed or sealed: neither the code nor the provider's word is there."""
    code = code_for(services, "solene").replace("-", "")
    linking.link(services, signed_in("solene", "a-very-particular-subject"), code)
    pending = code_for(services, "tristan").replace("-", "")
    with services.store.unit() as connection:
        rows = [
            row
            for table in ("entry", "identifier_index", "audit_event")
            for row in connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    held = repr(rows)
    assert not any(each in held for each in (code, pending, "particular-subject"))


def test_an_operator_makes_a_code_and_unlinks(
    services: Services, tmp_path: Path
) -> None:
    """``record link-code`` prints a code once; ``record unlink`` ends every link."""
    settings = tmp_path / "paravent.toml"
    data = services.settings.data
    settings.write_text(f"data = {json.dumps(str(data))}\ntest_identities = true\n")
    named = str(WORLD.patients["solene"].identifier)
    common = ["--settings", str(settings), "--identifier", named]
    run = CliRunner().invoke
    printed = run(main, ["record", "link-code", *common, "--days", "3"])
    assert printed.exit_code == 0, printed.output
    code = printed.output.split()[0]
    signed = signed_in("solene")
    assert linking.link(services, signed, code) is not None
    assert run(main, ["record", "unlink", *common]).output == "1 sign-ins unlinked\n"
    assert linking.own(services, signed) is None
    done = {what for what, _ in acts(services, "solene")}
    assert {"link-code-made", "sign-ins-unlinked"} <= done
