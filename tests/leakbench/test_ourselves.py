"""The benchmark against ourselves: a Paravent on the loopback, asked over HTTP."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.app import create_app
from gateway.commands.leakbench import told, twins
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import DemoIssuer
from gateway.services import Services
from leakbench.command import CLEAN, command
from tests.faults.server import free_port
from tests.leakbench.serving import PROFILES
from tests.web_server import listening

PROFILE = PROFILES / "paravent-demo.toml"


@dataclass(frozen=True, slots=True)
class Target:
    """Where it listens, and what the profile takes from the environment."""

    base: str
    environment: dict[str, str]
    services: Services
    issuer: DemoIssuer


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Serve a gateway with two empty records."""
    settings = settings_in(tmp_path_factory.mktemp("leakbench"), free_port())
    services, issuer = open_demo(settings)
    environment = told(services, issuer)
    with listening(create_app(services, "fhir"), port=settings.port):
        yield Target(f"{settings.base_url}/fhir", environment, services, issuer)
    services.store.engine.dispose()


def run(target: Target, file: Path) -> int:
    """Run the command as an operator does; return its exit code."""
    named = ["--target", target.base, "--profile", str(PROFILE), "--rate", "1000"]
    result = CliRunner(env={**os.environ, **target.environment}).invoke(
        command, [*named, "--json", str(file)], catch_exceptions=False
    )
    return result.exit_code


def test_we_leak_nothing(target: Target, tmp_path: Path) -> None:
    """Documents hidden as a whole and a paragraph hidden in one: no difference, no word."""
    file = tmp_path / "found.json"
    code = run(target, file)
    found = json.loads(file.read_text("utf-8"))
    assert found["findings"] == []
    assert code == CLEAN
    assert found["errors"] == 0
    assert found["pairs"] > 350
    answered = {each["name"] for each in found["families"] if each.get("answered")}
    assert answered >= {"read", "search", "value", "total", "page", "everything"}


def test_the_two_records_are_new_each_time(target: Target) -> None:
    """What a run before has deposited would stand beside: nothing is told twice."""
    again = told(target.services, target.issuer)
    assert again.keys() == target.environment.keys()
    both = {*again.items()} & {*target.environment.items()}
    assert both == set()
    assert again["LEAKBENCH_REAL"] != again["LEAKBENCH_TWIN"]


def test_without_a_demo_there_are_no_twins(tmp_path: Path) -> None:
    """The tokens are those of the demo's own issuer."""
    result = CliRunner().invoke(twins, ["--data", str(tmp_path)])
    assert result.exit_code == 1
    assert "there is no demo here" in result.output
