"""The benchmark finds every leak that is put in a server, and none where there is none."""

from dataclasses import replace
from random import Random

import pytest

from leakbench.bench import Bench
from leakbench.findings import Outcome
from leakbench.leaky.leaks import LEAKS, NAMES, Leak
from leakbench.leaky.store import Store
from leakbench.probes.every import FAMILIES
from leakbench.profile import Planned
from leakbench.seeding import CannotConcludeError
from tests.leakbench.serving import InProcess, leaky_profile


def chance() -> Random:
    """Return what draws the same words in every run."""
    return Random(7)  # noqa: S311 - words, no secrets


def run(*leaks: str, families: tuple[str, ...] = ()) -> Outcome:
    """Return what the benchmark finds in a leaky server; in all families unless named."""
    asked = tuple(e for e in FAMILIES if not families or e.name in families)
    transport = InProcess.leaky(*leaks)
    return Bench(leaky_profile(), transport, chance()).run(asked)


def test_a_server_without_leaks_is_clean() -> None:
    """Every family is asked, most are answered, nothing differs and no word is shown."""
    outcome = run()
    assert outcome.findings == []
    assert outcome.pairs > 350
    assert {name for name, each in outcome.tallies.items() if each.probes == 0} == set()
    assert sum(each.answered for each in outcome.tallies.values()) > 150
    assert outcome.errors == 0


@pytest.mark.parametrize("leak", LEAKS, ids=lambda each: each.name)
def test_every_leak_is_found_by_its_family(leak: Leak) -> None:
    """One leak alone, and only the probes that descend from the same failure."""
    assert run(leak.name, families=(leak.family,)).leaks == (leak.family,)


def test_all_leaks_together_are_found_in_every_family_that_has_one() -> None:
    """Nor does one leak hide another: all are told."""
    found = set(run(*(NAMES - {"page-cached-for-all", "batch-forgets"})).leaks)
    assert found >= {leak.family for leak in LEAKS} - {"cache", "condition", "page"}


def test_there_are_enough_leaks_each_with_its_descent() -> None:
    """At least twenty, of different names, in families that there are."""
    assert len(LEAKS) == len(NAMES) >= 20
    assert {leak.family for leak in LEAKS} <= {each.name for each in FAMILIES}
    assert all(leak.descent for leak in LEAKS)


def test_a_leak_that_there_is_not_is_refused() -> None:
    """A misspelt leak would be a server that is clean by mistake."""
    with pytest.raises(ValueError, match="no-such-leak"):
        Store(frozenset({"no-such-leak"}))


def test_what_is_not_hidden_is_found() -> None:
    """A profile that believes something hidden is told that it is not."""
    profile = leaky_profile()
    shown = tuple(_shown(each) for each in profile.items)
    bench = Bench(replace(profile, items=shown), InProcess.leaky(), chance())
    read = tuple(each for each in FAMILIES if each.name == "read")
    assert bench.run(read).leaks == ("read",)


def _shown(planned: Planned) -> Planned:
    return replace(planned, values={**planned.values, "level": "N"})


def test_who_sees_nothing_proves_nothing() -> None:
    """When the restricted reader is not shown what is visible, nothing is concluded."""
    profile = leaky_profile()
    hidden = tuple(
        replace(each, values={**each.values, "level": "R"}) for each in profile.items
    )
    bench = Bench(replace(profile, items=hidden), InProcess.leaky(), chance())
    with pytest.raises(CannotConcludeError, match="who sees nothing"):
        bench.run()


def test_a_full_reader_who_does_not_see_all_proves_nothing() -> None:
    """The positive control: what nobody sees may as well not be there."""
    profile = leaky_profile()
    blind = {**profile.tokens, "full": "restricted"}
    bench = Bench(replace(profile, tokens=blind), InProcess.leaky(), chance())
    with pytest.raises(CannotConcludeError, match="the full reader gets 404"):
        bench.run()


def test_nothing_hidden_is_nothing_to_find() -> None:
    """Two records that are alike are no ground."""
    profile = leaky_profile()
    seen = tuple(each for each in profile.items if not each.hidden)
    bench = Bench(replace(profile, items=seen), InProcess.leaky(), chance())
    with pytest.raises(CannotConcludeError, match="an item that is hidden"):
        bench.run()
