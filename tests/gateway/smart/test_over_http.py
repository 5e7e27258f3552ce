"""Over real HTTP, by somebody else's client (Authlib): both ways to a token, and its end."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

from gateway.app import create_app
from gateway.commands.serve import options
from gateway.smart import authorising
from tests.gateway.smart.applications import (
    CALLBACK,
    KEYS,
    VERIFIER,
    Applications,
    brought,
    person,
)
from tests.gateway.world import Software, seeded
from tests.web_server import listening

ALGORITHM = "ES384"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Applications]:
    """Serve the demo world as ``paravent serve`` does; give its applications."""
    services = seeded(tmp_path_factory.mktemp("served"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    settings = replace(services.settings, base_url=base, port=port)
    services = replace(services, settings=settings)
    named = options(settings) | {"threads": 2}
    with listening(create_app(services), **named):
        yield Applications(services)


@pytest.fixture(scope="module")
def said(served: Applications) -> dict[str, str]:
    """Give what a client finds by the base of the API alone."""
    address = f"{served.base}/fhir/.well-known/smart-configuration"
    found: dict[str, str] = requests.get(address, timeout=30).json()
    return found


def keyed(served: Applications, client_id: str, endpoint: str) -> OAuth2Session:
    """Return a client that shows its key; an assertion is for one use."""
    claims = {"exp": int(served.now.timestamp()) + 200}
    method = PrivateKeyJWT(endpoint, claims, {"kid": KEYS[ALGORITHM].kid}, ALGORITHM)
    session = OAuth2Session(
        client_id, KEYS[ALGORITHM], token_endpoint_auth_method=method.name
    )
    session.register_client_auth_method(method)
    return session


def test_a_backend_of_others_gets_a_token(
    served: Applications, said: dict[str, str]
) -> None:
    """By its key; the API takes it, and 401 without it."""
    endpoint = said["token_endpoint"]
    address = f"{served.base}/fhir/Patient?identifier=urn:x|1"
    with keyed(served, served.backend.id, endpoint) as session:
        token = session.fetch_token(
            endpoint, grant_type="client_credentials", scope="system/*.rs"
        )
        answer = session.get(address, timeout=30)
    assert token["expires_in"] == 300
    assert (answer.status_code, answer.json()["total"]) == (200, 0)
    assert requests.get(address, timeout=30).status_code == 401


def test_an_application_of_others_is_let_in(
    served: Applications, said: dict[str, str]
) -> None:
    """PKCE, state and issuer as Authlib does them; refreshed, then given back."""
    with OAuth2Session(
        served.public.id,
        token_endpoint_auth_method="none",
        scope="launch/patient offline_access patient/*.rs",
        redirect_uri=CALLBACK,
        code_challenge_method="S256",
        leeway=0,
    ) as session:
        back, state = let_in(served, session, said["authorization_endpoint"])
        token = session.fetch_token(
            said["token_endpoint"],
            authorization_response=back,
            state=state,
            code_verifier=VERIFIER,
        )
        read = f"{served.base}/fhir/Patient/{token['patient']}"
        assert session.get(read, timeout=30).status_code == 200
        renewed = session.refresh_token(said["token_endpoint"])
        assert renewed["refresh_token"] != token["refresh_token"]
        assert session.get(read, timeout=30).status_code == 200
        given_back = renewed["refresh_token"]
        gone = session.revoke_token(said["revocation_endpoint"], given_back)
        assert gone.status_code == 200
        assert session.get(read, timeout=30).status_code == 401


def let_in(
    served: Applications, session: OAuth2Session, endpoint: str
) -> tuple[str, str]:
    """Have a person say yes to a request; return where the browser goes, and the state."""
    address, state = session.create_authorization_url(
        endpoint, code_verifier=VERIFIER, aud=f"{served.base}/fhir"
    )
    asked = authorising.requested(served.services, brought(address).items())
    assert isinstance(asked, authorising.Authorisation)
    somebody = person(Software(served.services), "corentine")
    back = authorising.granted(served.services, asked, somebody, asked.scopes)
    return back, str(state)


def test_a_key_asks_about_its_token(served: Applications, said: dict[str, str]) -> None:
    """Introspection by Authlib, with an assertion for the token endpoint."""
    endpoint = said["token_endpoint"]
    with keyed(served, served.backend.id, endpoint) as session:
        token = session.fetch_token(
            endpoint, grant_type="client_credentials", scope="system/List.s"
        )
    with keyed(served, served.backend.id, endpoint) as session:
        found = session.introspect_token(
            said["introspection_endpoint"], token["access_token"]
        )
    assert found.json()["scope"] == "system/List.s"


def test_a_page_stands_where_the_person_is_sent(
    served: Applications, said: dict[str, str]
) -> None:
    """The authorisation endpoint answers a browser, and a wrong request is no redirect."""
    pairs = served.request(served.public)
    answer = requests.get(said["authorization_endpoint"], pairs, timeout=30)
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (
        200,
        "text/html",
    )
    pairs["redirect_uri"] = "https://evil.example/"
    answer = requests.get(said["authorization_endpoint"], pairs, timeout=30)
    assert answer.status_code == 400
    assert "evil.example" not in answer.text
