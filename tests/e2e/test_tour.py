"""The seven scenes are played as the command plays them; a claim that fails is told."""

from itertools import cycle
from pathlib import Path
from shutil import copytree

import click
import pytest
from click.testing import CliRunner

from gateway.cli import main
from gateway.commands import tour
from gateway.commands.outbox import handlers
from gateway.demo.tour import asking
from gateway.demo.tour.programme import SCENES, Scene, play
from gateway.demo.tour.stage import Stage, prepare
from gateway.demo.tour.telling import ClaimError, Said, Tale

SPOKEN = list(zip(SCENES, cycle(("fr", "en")), strict=False))
"""One scene in French, the next in English."""
README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the world of the demo, seeded once, at rest."""
    return prepare(tmp_path_factory.mktemp("tour") / "world")


@pytest.mark.parametrize(("name", "lang"), SPOKEN)
def test_a_scene_holds(name: str, lang: str, prepared: Path, tmp_path: Path) -> None:
    """Every claim of the scene holds, in a world of its own; no address tells who."""
    told: list[str] = []
    tale = Tale(lang, told.append)
    play(SCENES[name], prepared, tmp_path / "world", tale, handlers)
    assert tale.claims >= 5
    assert len(told) > tale.claims
    assert not [line for line in told if "urn:oid:" in line]


def wrong(tale: Tale, _stage: Stage) -> None:
    """Tell a scene that ends badly."""
    tale.given("une promesse", "a promise")
    tale.then("elle est tenue", "it is kept", holds=False)


def test_a_claim_that_fails_stops_the_tour(prepared: Path, tmp_path: Path) -> None:
    """The exit code is 1 and the claim is named, in the language of the tour."""
    scene = Scene(Said("Faux", "Wrong"), wrong)
    with pytest.raises(click.ClickException) as failed:
        tour.told("wrong", scene, prepared, tmp_path / "world", "en")
    assert failed.value.exit_code == 1
    assert failed.value.message == "wrong: does not hold: it is kept"


def test_a_claim_is_told_only_when_it_holds() -> None:
    """What does not hold is raised, not told."""
    told: list[str] = []
    tale = Tale("fr", told.append)
    tale.when("on demande", "somebody asks")
    with pytest.raises(ClaimError, match="répond"):
        tale.then("on répond", "somebody answers", holds=None)
    assert (len(told), tale.claims) == (1, 0)


def test_the_command_tells_a_scene() -> None:
    """`paravent tour card --lang en` ends well and says how much was checked."""
    done = CliRunner().invoke(main, ["tour", "card", "--lang", "en"])
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.output.startswith(SCENES["card"].title.en)
    assert "claims checked" in done.output
    assert " Then  " in done.output


def test_the_titles_stand_in_the_readme() -> None:
    """Who reads the first page finds every scene, by its name and its title."""
    readme = README.read_text("utf-8")
    listed = CliRunner().invoke(main, ["tour", "--list", "--lang", "en"]).output
    assert len(listed.splitlines()) == len(SCENES) == 7
    for name, scene in SCENES.items():
        assert f"`{name}`" in readme
        assert scene.title.en in readme


def test_all_that_somebody_receives_is_opened(prepared: Path, tmp_path: Path) -> None:
    """Each document's bytes, derived resources and $everything are in what is looked at."""
    world = tmp_path / "world"
    copytree(prepared, world)
    told: list[str] = []
    stage = Stage(world, Tale("fr", told.append), handlers)
    try:
        text = asking.received(stage, "gp", "tristan")
    finally:
        stage.close()
    assert asking.tells(text, "biktarvy")
    for asked in ("/fhir/Binary/", "/fhir/Condition?", "$everything"):
        assert [line for line in told if asked in line]
    assert all(" : " in line for line in told)
