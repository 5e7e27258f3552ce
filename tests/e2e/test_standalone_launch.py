"""An application of a patient, from its own page to the first document, in a real browser.

Three sites, as in life: the application and the provider on *localhost*, our pages on
127.0.0.1, so that no cookie of ours goes where a browser would not send it.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from gateway import linking
from gateway.demo.world.load import load
from gateway.repository import records
from gateway.services import Services
from gateway.smart import clients
from gateway.smart.clients import PATIENT, Client, Registration
from tests.e2e import chromium
from tests.e2e.chromium import Chromium
from tests.faults.server import Server, free_port, wait_for
from tests.gateway.world import seeded
from tests.oidc import provider
from tests.oidc.provider import SECRET, Running

SCOPES = ("launch/patient", "patient/DocumentReference.rs", "patient/Observation.rs")
VERIFIER = "e" * 64
PERSON = load().patients["solene"]


class Application(BaseHTTPRequestHandler):
    """The page of the application to which the browser comes back."""

    def do_GET(self) -> None:
        """Answer with a page that says so."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Diary</title><p>Back in the diary.")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def application() -> Iterator[str]:
    """Serve the application; its address."""
    server = HTTPServer(("127.0.0.1", 0), Application)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}/back"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def serving(services: Services, port: int, op: Running) -> Iterator[Server]:
    """Run ``paravent serve`` with a settings file that names the provider."""
    data = services.settings.data
    (data.parent / "secret").write_text(SECRET, "utf-8")
    path = data.parent / "paravent.toml"
    lines = [
        f"data = {json.dumps(str(data))}",
        f"port = {port}",
        "test_identities = true",
        "[[sign_in]]",
        'key = "france-connect"',
        'name = "FranceConnect"',
        f"issuer = {json.dumps(op.issuer)}",
        'client_id = "plain"',
        f"client_secret_file = {json.dumps(str(data.parent / 'secret'))}",
        'algorithms = ["RS256"]',
        'acr = "eidas2"',
    ]
    path.write_text("\n".join(lines), "utf-8")
    command = [sys.executable, "-m", "gateway.cli", "serve", "--settings", str(path)]
    with (data.parent / "server.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, text=True)
        try:
            wait_for(process, f"http://127.0.0.1:{port}")
            yield Server(process, f"http://127.0.0.1:{port}")
        finally:
            process.kill()
            process.wait()


def prepared(services: Services, callback: str) -> tuple[Client, str]:
    """Return the registered application, and a code on paper for the person's record."""
    said = Registration(
        "Diary", PATIENT, SCOPES, redirect_uris=(callback,), owner="Diary SAS"
    )
    client = clients.register(services, said)
    store = services.store
    with store.unit() as connection:
        found = records.by_identifiers(connection, store.keys, PERSON.identifier)
        code = linking.make(connection, services, found).spaced
    store.engine.dispose()
    return client, code


def launch(base: str, client: Client, callback: str) -> str:
    """Return the address to which the application sends its user."""
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": callback,
        "scope": " ".join(SCOPES),
        "state": "of-the-diary",
        "aud": f"{base}/fhir",
        "code_challenge": create_s256_code_challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    return f"{base}/authorize?{urlencode(asked)}"


def lets_in(browser: Chromium, base: str, op: Running, code: str) -> None:
    """Sign in at the provider, link the record, untick one thing."""
    assert "Diary" in browser.text
    browser.press('a[href^="/entree/chez"]', f"{op.issuer}/interaction/")
    browser.press('button[value="fc-solene"]', f"{base}/rattachement")
    browser.write("#code", code)
    browser.press("#choice button", f"{base}/autorisation")
    assert "masked for others" in browser.text
    browser.told(f"document.querySelector('[value=\"{SCOPES[2]}\"]').click()")


def test_the_whole_launch_in_a_real_browser(tmp_path: Path) -> None:
    """Asked, signed in at the provider, linked, answered: the diary reads what it was given."""
    services, port = seeded(tmp_path), free_port()
    base = f"http://127.0.0.1:{port}"
    with (
        application() as callback,
        provider.running(base, "localhost") as op,
        chromium.running(tmp_path) as browser,
    ):
        client, code = prepared(services, callback)
        with serving(services, port, op):
            browser.open(launch(base, client, callback), f"{base}/autorisation")
            lets_in(browser, base, op, code)
            browser.press('[name="answer"][value="yes"]', callback)
            came_back = dict(parse_qsl(urlsplit(browser.address).query))
            assert came_back["state"] == "of-the-diary"
            assert came_back["iss"] == base
            reads(base, client, callback, came_back["code"])
            browser.open(f"{base}/applications", f"{base}/applications")
            assert "Diary" in browser.text
            browser.press("main form button", f"{base}/applications")
            assert "Diary" not in browser.text


def reads(base: str, client: Client, callback: str, code: str) -> None:
    """Redeem the code as the application, and read what was left ticked."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client.id,
        "redirect_uri": callback,
        "code_verifier": VERIFIER,
    }
    tokens = requests.post(f"{base}/token", data=form, timeout=30).json()
    bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
    asked = {"patient": tokens["patient"]}

    def search(kind: str) -> requests.Response:
        return requests.get(
            f"{base}/fhir/{kind}", params=asked, headers=bearer, timeout=30
        )

    assert search("DocumentReference").json()["total"] == 7
    assert search("Observation").status_code == 403
