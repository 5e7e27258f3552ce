"""The README tells the truth: its transcript, its commands, its links."""

import json
import re
import sys
from pathlib import Path
from subprocess import PIPE, Popen

import pytest
import requests
from click.testing import CliRunner
from werkzeug.test import TestResponse

from gateway.cli import COMMANDS, main
from gateway.fhir.routes import ROUTES
from gateway.search.definitions import load
from tests.gateway.world import Software, seeded

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def run(*arguments: str, text: str = "") -> str:
    """Return what the command prints."""
    result = CliRunner().invoke(main, arguments, input=text, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Give a data folder that holds the demo world."""
    services = seeded(tmp_path)
    services.store.engine.dispose()
    return str(services.settings.data)


@pytest.fixture
def software(tmp_path: Path) -> Software:
    """Give a client of the demo world."""
    return Software(seeded(tmp_path))


def test_the_transcript_is_what_the_demo_prints(data: str) -> None:
    """`paravent demo` prints the table that the README shows, line by line."""
    shown = re.search(r"```text\n(.*?)\n```", README, re.DOTALL)
    assert shown is not None
    printed = run("demo", "--no-serve", "--data", data)
    assert shown[1].splitlines() == printed.splitlines()


def test_the_sentence_of_why_is_what_why_prints(data: str) -> None:
    """`paravent why` says what the first screen says."""
    said = run(
        "why", "dentist", "transition-consultation", "--lang", "en", "--data", data
    )
    assert said.strip() in README


def test_the_labelled_line_is_what_label_prints() -> None:
    """`paravent label --lines` prints what the README shows."""
    said = run("label", "--lines", text="Sérologie VIH négative\n")
    assert said.strip() in README


def test_the_consents_shown_are_taken_and_hide(tmp_path: Path) -> None:
    """The Consent of the README hides HIV from whom it names: everyone, or dentists."""
    body = re.search(
        r"-d '(\{\"resourceType\": \"Consent\".*?)'\n```", README, re.DOTALL
    )
    actor = re.search(r"```json\n(.*?)```", README, re.DOTALL)
    assert body is not None
    assert actor is not None
    software = Software(seeded(tmp_path))
    letter = software.id_of("hiv-consultation")
    consent = json.loads(body[1])
    narrow = consent | {"provision": consent["provision"] | json.loads(actor[1])}

    def told(reader: str) -> bool:
        path = f"/fhir/DocumentReference/{letter}"
        shown = software.ask(reader, path).get_json(force=True)
        if "content" not in shown:
            return False
        body = shown["content"][0]["attachment"]["url"]
        return "VIH" in software.ask(reader, f"/fhir/{body}").get_data(as_text=True)

    assert (told("dentist"), told("gp")) == (True, True)
    made = send(software, narrow)
    assert (told("dentist"), told("gp")) == (False, True)
    ended = {"json": narrow | {"status": "inactive", "id": made["id"]}}
    path = f"/fhir/Consent/{made['id']}"
    kind = "application/fhir+json"
    changed = software.ask("tristan", path, "PUT", content_type=kind, **ended)
    assert changed.status_code == 200
    assert told("dentist")
    send(software, consent)
    assert (told("dentist"), told("gp")) == (False, True)


def test_the_document_shown_is_taken(tmp_path: Path) -> None:
    """The DocumentReference of the README is deposited by the GP (ITI-105), once."""
    body = re.search(
        r"-d '(\{\"resourceType\": \"DocumentReference\".*?)'\n```", README, re.DOTALL
    )
    assert body is not None
    software = Software(seeded(tmp_path))
    path, kind = "/fhir/DocumentReference", "application/fhir+json"
    for status in (201, 200):
        made = software.ask("gp", path, "POST", data=body[1], content_type=kind)
        assert made.status_code == status, made.get_data(as_text=True)


def test_the_subscription_shown_is_taken_by_the_demo(software: Software) -> None:
    """As it stands, in the demo; another address is refused with what would do."""
    found = re.search(
        r"(\{\"resourceType\": \"Subscription\".*?)'\n```", README, re.DOTALL
    )
    assert found is not None
    body, kind = json.loads(found[1]), "application/fhir+json"

    def asked(**changed: object) -> TestResponse:
        sent = body | changed
        return software.ask(
            "gp", "/fhir/Subscription", "POST", json=sent, content_type=kind
        )

    assert asked().status_code == 201
    elsewhere = {**body["channel"], "endpoint": "https://elsewhere.example/in"}
    refused = asked(channel=elsewhere)
    assert refused.status_code == 422
    assert "webhooks.allowed" in refused.get_data(as_text=True)
    unnamed = asked(criteria="DocumentReference?patient={id}")
    assert unnamed.status_code == 400
    assert "Patient?identifier=" in unnamed.get_data(as_text=True)


def test_the_listener_shown_prints_what_comes() -> None:
    """As it stands, but for the port: any that is free."""
    found = re.search(r"python3 -c '\n(from http\.server.*?)'\n```", README, re.DOTALL)
    assert found is not None
    code = (
        found[1].replace("9009", "0").replace('"listening"', "server.server_address[1]")
    )
    with Popen([sys.executable, "-c", code], stdout=PIPE, text=True) as listener:
        assert listener.stdout is not None
        try:
            port = int(listener.stdout.readline())
            sent = requests.post(
                f"http://127.0.0.1:{port}/in", data='{"told": 1}', timeout=20
            )
            assert (sent.status_code, listener.stdout.readline()) == (
                200,
                '{"told": 1}\n',
            )
        finally:
            listener.terminate()


def send(software: Software, consent: dict[str, object]) -> dict[str, object]:
    """Send a Consent as Tristan, and return what was made of it."""
    answer = software.ask(
        "tristan",
        "/fhir/Consent",
        "POST",
        json=consent,
        content_type="application/fhir+json",
    )
    assert answer.status_code == 201, answer.get_data(as_text=True)
    made: dict[str, object] = answer.get_json(force=True)
    return made


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#]+)\)", README))))
def test_every_link_leads_somewhere(target: str) -> None:
    """A link of the README is a file or a folder of the project."""
    assert (ROOT / target).exists()


def test_every_route_is_named() -> None:
    """Each path is in the README: of what documents are made into, that of Condition."""
    for route in ROUTES:
        kind = "Condition" if route.resource in load() else route.resource
        kind = "{type}" if route.path.endswith("$validate") else kind
        path = route.path.replace("<resource_id>", "{id}").removesuffix("/_search")
        assert route.resource in README
        alike = path.replace(f"/{route.resource}", f"/{kind}", 1)
        assert path in README or alike in README


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_named(name: str) -> None:
    """Each command of `paravent` is in the README."""
    assert f"paravent {name}" in README
