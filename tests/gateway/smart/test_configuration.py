"""What the configuration says is so: every address answers, every capability is done."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata
from authlib.oauth2.rfc9207 import AuthorizationServerMetadata as Mixed
from click.testing import CliRunner
from werkzeug.test import Client as Http

from gateway.app import create_app
from gateway.cli import main
from gateway.fhir import smart
from gateway.smart import clients, scopes
from gateway.smart.clients import PATIENT, Registration, RegistrationError
from tests.gateway.smart.applications import CALLBACK, KEYS, Applications, jwks

Json = dict[str, Any]

CONFIGURATION = "/fhir/.well-known/smart-configuration"
METADATA = "/.well-known/oauth-authorization-server"
SET = {
    *("launch-standalone", "client-public"),
    *("context-standalone-patient", "permission-patient"),
}
"""The capability set Patient Access for Standalone Apps (SMART 2.2)."""


@pytest.fixture(scope="module")
def said(apps: Applications) -> Json:
    """Give the configuration."""
    answer = Http(create_app(apps.services)).get(CONFIGURATION)
    assert answer.status_code == 200
    found: Json = answer.get_json()
    return found


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/fhir+xml", "x/y"])
def test_it_is_json_for_everybody(apps: Applications, accept: str) -> None:
    """Whatever is accepted, and for scripts of any origin."""
    headers = {"Accept": accept, "Origin": "https://app.example"}
    answer = apps.http.get(CONFIGURATION, headers=headers)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_every_address_answers(apps: Applications, said: Json) -> None:
    """Absolute, ours, and served by one of the two applications."""
    http = Http(create_app(apps.services))
    addresses = {n: each for n, each in said.items() if n.endswith("_endpoint")}
    assert len(addresses) == 5
    for name, each in addresses.items():
        assert each.startswith(f"{apps.base}/")
        path = each.removeprefix(apps.base)
        page = name in ("authorization_endpoint", "management_endpoint")
        answer = http.open(path, method="GET" if page else "POST")
        assert answer.status_code != 404, name
        assert answer.status_code < 500, name


def test_what_it_must_say_it_says(said: Json) -> None:
    """What SMART 2.2 requires, and nothing of what is not done."""
    assert set(said["capabilities"]) >= SET
    assert "sso-openid-connect" not in said["capabilities"]
    assert "issuer" not in said
    assert "jwks_uri" not in said
    assert said["code_challenge_methods_supported"] == ["S256"]
    grants = {"authorization_code", "client_credentials"}
    assert set(said["grant_types_supported"]) == grants


def test_every_scope_it_names_can_be_had(apps: Applications, said: Json) -> None:
    """Registered, and permitting something or giving context."""
    named = said["scopes_supported"]
    own = tuple(each for each in named if not each.startswith("system/"))
    assert apps.register(scopes=own).scopes == own
    assert set(named) - set(own) == {"system/*.rs"}
    assert all(each in scopes.CONTEXT or scopes.parse(each) for each in named)


def test_others_find_the_metadata_well_formed(apps: Applications, said: Json) -> None:
    """Authlib's reading of RFC 8414 and RFC 9207; an issuer, as answers name it."""
    found = apps.http.get(METADATA).get_json()
    https = json.loads(json.dumps(found).replace("http://", "https://"))
    AuthorizationServerMetadata(https).validate(metadata_classes=[Mixed])
    assert found["issuer"] == apps.base
    assert found["authorization_response_iss_parameter_supported"] is True
    assert found["token_endpoint"] == said["token_endpoint"]


def test_the_statement_names_the_same_addresses(apps: Applications, said: Json) -> None:
    """/metadata has them as the extension that older clients read."""
    statement = apps.http.get("/fhir/metadata").get_json(force=True)
    security = statement["rest"][0]["security"]
    assert security["service"][0]["coding"][0]["code"] == "SMART-on-FHIR"
    uris = {e["url"]: e["valueUri"] for e in security["extension"][0]["extension"]}
    assert uris == {name: said[address] for address, name in smart.IN_STATEMENT.items()}


def test_what_needs_no_token_is_described(apps: Applications) -> None:
    """In /openapi.json, as open."""
    paths = apps.http.get("/openapi.json").get_json()["paths"]
    for each in smart.OPEN:
        assert paths[each.path][each.method.lower()]["security"] == []


def test_an_operator_registers_lists_and_ends(tmp_path: Path) -> None:
    """By the command; a wrong word is one line, and nothing is kept."""
    settings, keys = tmp_path / "paravent.toml", tmp_path / "keys.json"
    settings.write_text(f'data = "{tmp_path / "data"}"\n', "utf-8")
    keys.write_text(jwks(*KEYS.values()), "utf-8")

    def run(*words: str, code: int = 0) -> str:
        found = CliRunner().invoke(main, ["client", *words])
        assert found.exit_code == code, found.output
        return found.output.strip()

    at = ("--settings", str(settings))
    backend = ("--kind", "backend", "--name", "Lab", "--structure", "urn:x|1")
    made = run("add", *at, *backend, "--jwks", str(keys), "--scope", "system/*.rs")
    own: tuple[str, ...]
    own = ("--kind", "patient", "--name", "Diary", "--owner", "Diary SAS")
    run("add", *at, *own, "--scope", "patient/*.rs", code=1)
    own += ("--redirect-uri", CALLBACK)
    run("add", *at, *own, "--scope", "patient/*.rs")
    run("add", *at, *backend, "--scope", "system/*.rs", code=1)
    run("add", *at, *own, "--scope", "patient/*.rs", "--jwks", "missing", code=1)
    listed = run("list", *at).splitlines()
    assert len(listed) == 2
    assert listed[0] == f"{made} backend active system/*.rs Lab"
    assert run("revoke", *at, made) == "ended"
    run("revoke", *at, made, code=1)
    assert f"{made} backend ended" in run("list", *at)


def test_an_application_of_patients_has_an_address(apps: Applications) -> None:
    """And no structure; a public one needs no keys."""
    whole = Registration("N", PATIENT, ("patient/*.rs",), "", (CALLBACK,), "", "O")
    assert clients.register(apps.services, whole).kind == "public"
    for less in (
        replace(whole, redirect_uris=()),
        replace(whole, owner=""),
        replace(whole, structure="urn:x|1"),
        replace(whole, scopes=("system/*.rs",)),
        replace(whole, scopes=("launch/patient",)),
    ):
        with pytest.raises(RegistrationError):
            clients.register(apps.services, less)
