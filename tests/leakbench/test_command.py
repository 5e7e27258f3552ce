"""The command: what it refuses to ask, what it prints, how it ends."""

import json
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from leakbench import report
from leakbench.command import CANNOT_CONCLUDE, CLEAN, LEAKS, command
from leakbench.findings import Outcome
from leakbench.leaky.__main__ import main, with_people
from leakbench.leaky.leaks import NAMES
from leakbench.leaky.server import Server
from leakbench.probes.every import FAMILIES
from tests.leakbench.serving import PROFILES, served

PROFILE = str(PROFILES / "leaky.toml")


def run(*arguments: str) -> Result:
    """Return what the command did with the profile of the leaky server."""
    return CliRunner().invoke(
        command, ["--profile", PROFILE, *arguments], catch_exceptions=False
    )


def test_leaks_are_told_with_both_requests_and_without_tokens(tmp_path: Path) -> None:
    """Over HTTP: exit code 1, each finding to be repeated by hand, also in the file."""
    file = tmp_path / "found.json"
    with served(with_people(frozenset({"total-of-all"}))) as base:
        asked = ("--target", base, "--family", "total", "--seed", "1")
        result = run(*asked, "--json", str(file))
    assert result.exit_code == LEAKS
    assert "LEAK total: body" in result.stdout
    assert '"total":4' in result.stdout
    found = json.loads(file.read_text("utf-8"))
    first = found["findings"][0]
    assert first["real"]["request"]["path"].startswith("Observation?patient=")
    assert first["twin"]["request"]["path"] != first["real"]["request"]["path"]
    assert "Authorization" not in result.stdout + file.read_text("utf-8")
    assert "HAPI #1507" in result.stdout


def test_a_clean_server_ends_with_0() -> None:
    """And says how many pairs of answers were compared, and how many were no refusals."""
    with served(with_people(frozenset())) as base:
        result = run("--target", base, "--family", "total", "--read-only")
    assert result.exit_code == CLEAN
    last = result.stdout.splitlines()[-1]
    assert last == "0 leaks in 12 compared pairs, 12 of them answered"


def test_families_without_an_answer_are_in_the_last_line() -> None:
    """What was refused alike everywhere, or left out, was not found to be tight."""
    outcome = Outcome(FAMILIES[:3])
    outcome.tally(FAMILIES[0]).pairs, outcome.tally(FAMILIES[0]).answered = 5, 4
    outcome.tally(FAMILIES[1]).pairs = 7
    silent = f"{FAMILIES[1].name}, {FAMILIES[2].name}"
    assert report.verdict(outcome) == (
        f"0 leaks in 12 compared pairs, 4 of them answered; nothing answered in {silent}"
    )


def test_a_server_that_is_not_this_machine_has_to_be_allowed() -> None:
    """Not even a dry run is printed, and no request is sent."""
    result = run("--target", "http://example.org/fhir", "--dry-run")
    assert result.exit_code == CANNOT_CONCLUDE
    assert "--i-may-test-this-server" in result.stderr
    allowed = run(
        "--target", "http://example.org/fhir", "--dry-run", "--i-may-test-this-server"
    )
    assert allowed.exit_code == CLEAN


@pytest.mark.parametrize(
    "target", ["ftp://127.0.0.1/fhir", "127.0.0.1", "http://127.0.0.1.example.org/"]
)
def test_an_address_that_looks_like_this_machine_is_not(target: str) -> None:
    """Only http(s) to a loopback address or localhost."""
    assert run("--target", target).exit_code == CANNOT_CONCLUDE


@pytest.mark.parametrize(
    "target",
    [
        "http://me:sesame@127.0.0.1:1/fhir",
        "http://sesame@127.0.0.1:1/fhir",
        "http://127.0.0.1:1/fhir?key=sesame",
        "http://[sesame/fhir",
    ],
)
def test_a_password_in_the_target_is_refused_and_not_printed(target: str) -> None:
    """A target is printed and written to the file: what opens it belongs in the profile."""
    result = run("--target", target, "--dry-run")
    assert result.exit_code == CANNOT_CONCLUDE
    assert "sesame" not in result.output


def numbered(server: Server) -> Callable[..., list[bytes]]:
    """Return a server whose every body of JSON holds another number."""
    numbers = count(1000)

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        def begin(status: str, headers: list[tuple[str, str]]) -> object:
            return start(status, [e for e in headers if e[0] != "Content-Length"])

        body = b"".join(server(environ, begin))
        return [body.replace(b"{", b'{"took":%d,' % next(numbers), 1)]

    return answer


def test_a_run_that_drowns_in_noise_ends_with_2() -> None:
    """Nothing found in what could not be compared is no clean bill."""
    with served(numbered(with_people(frozenset()))) as base:
        result = run("--target", base, "--family", "patient")
    assert result.exit_code == CANNOT_CONCLUDE
    assert "lost to noise" in result.stdout.splitlines()[-1]


def test_a_dry_run_sends_nothing() -> None:
    """It prints the deposits and the families, with nobody listening there."""
    result = run("--target", "http://localhost:1/fhir", "--dry-run")
    assert result.exit_code == CLEAN
    assert "POST Observation" in result.stdout
    for family in FAMILIES:
        assert family.descent in result.stdout


def test_nobody_there_is_no_clean_bill() -> None:
    """Exit code 2: a server that does not answer has not been tested."""
    result = run("--target", "http://127.0.0.1:1/fhir")
    assert result.exit_code == CANNOT_CONCLUDE
    assert result.stderr.startswith("cannot conclude: ConnectionError")


def test_the_leaky_server_lists_its_leaks() -> None:
    """Each with the family that has to find it; another name is refused."""
    listed = CliRunner().invoke(main, ["--list"]).stdout
    assert {line.split()[0] for line in listed.splitlines()} == NAMES
    assert CliRunner().invoke(main, ["--leak", "none-such"]).exit_code == 1
