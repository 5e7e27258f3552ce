"""Applications for tests: registered, with keys of their own, asking over HTTP."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey
from werkzeug.test import Client as Http
from werkzeug.test import TestResponse

from gateway.demo.issuer import claims_of
from gateway.fhir.app import create_app
from gateway.identity.claims import principal
from gateway.identity.principal import Principal
from gateway.services import Services
from gateway.smart import authorising, clients
from gateway.smart.assertions import TYPE
from gateway.smart.authorising import Authorisation
from gateway.smart.clients import BACKEND, PATIENT, Client, Registration

Json = dict[str, Any]

CALLBACK = "https://app.example/callback"
VERIFIER = "v" * 43
ASKED = ("launch/patient", "offline_access", "patient/*.rs")
KEYS: dict[str, Key] = {
    "ES384": ECKey.generate_key("P-384", {"kid": "ec"}),
    "RS384": RSAKey.generate_key(2048, {"kid": "rsa"}),
}


def jwks(*keys: Key) -> str:
    """Return the public halves as a key set."""
    return json.dumps({"keys": [each.as_dict(private=False) for each in keys]})


def challenge(verifier: str = VERIFIER) -> str:
    """Return the S256 challenge of a verifier."""
    digest = sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


class Applications:
    """A gateway with two applications of patients and a backend, asked over HTTP."""

    def __init__(self, services: Services) -> None:
        """Register them: a public one, one with keys, and software of a structure."""
        self.services = services
        self.http = Http(create_app(services))
        self.base = services.settings.base_url
        self.public = self.register(scopes=(*ASKED, "patient/*.cruds"))
        self.confidential = self.register(jwks=jwks(*KEYS.values()))
        self.backend = clients.register(
            services,
            Registration(
                "Dental software",
                BACKEND,
                ("system/*.rs", "system/DocumentReference.c"),
                jwks(*KEYS.values()),
                structure="urn:test:structure|1",
            ),
        )

    def register(self, **said: Any) -> Client:  # noqa: ANN401 - whatever is registered
        """Register an application of patients."""
        given = {
            "scopes": ASKED,
            "redirect_uris": (CALLBACK,),
            "owner": "Diary SAS",
            **said,
        }
        return clients.register(self.services, Registration("Diary", PATIENT, **given))

    @property
    def now(self) -> datetime:
        """The instant of the gateway."""
        return self.services.clock.now()

    def claims(self, client: Client, **more: object) -> Json:
        """Return the claims of an assertion as it should be."""
        said = {
            "iss": client.id,
            "sub": client.id,
            "aud": f"{self.base}/token",
            "exp": int(self.now.timestamp()) + 240,
            "jti": uuid4().hex,
        }
        return {n: v for n, v in (said | more).items() if v is not None}

    def assertion(
        self,
        client: Client,
        algorithm: str = "ES384",
        header: Json | None = None,
        **more: object,
    ) -> str:
        """Return an assertion, signed."""
        key = KEYS[algorithm]
        held = {"alg": algorithm, "kid": key.kid, "typ": "JWT"} | (header or {})
        return jwt.encode(held, self.claims(client, **more), key, [algorithm])

    def proof(self, client: Client, **more: object) -> Json:
        """Return the parameters by which an application shows who it is."""
        if client.kind == "public":
            return {"client_id": client.id}
        assertion = self.assertion(client, **more)  # type: ignore[arg-type]
        return {"client_assertion_type": TYPE, "client_assertion": assertion}

    def post(self, path: str, form: Json) -> TestResponse:
        """Send a form."""
        return self.http.post(path, data=form)

    def own(self, scope: str = "system/*.rs", **more: object) -> TestResponse:
        """Ask for a token of the backend."""
        form = {"grant_type": "client_credentials", "scope": scope}
        return self.post("/token", form | self.proof(self.backend, **more))

    def request(self, client: Client, **more: str | None) -> dict[str, str]:
        """Return the parameters of an authorisation request as it should be."""
        said = {
            "response_type": "code",
            "client_id": client.id,
            "redirect_uri": CALLBACK,
            "scope": " ".join(ASKED),
            "state": "s1",
            "aud": f"{self.base}/fhir",
            "code_challenge": challenge(),
            "code_challenge_method": "S256",
        } | more
        return {name: value for name, value in said.items() if value is not None}

    def asked(self, client: Client, **more: str | None) -> Authorisation:
        """Return a request that may be put to the person."""
        pairs = self.request(client, **more).items()
        found = authorising.requested(self.services, pairs)
        assert isinstance(found, Authorisation)
        return found

    def let_in(
        self,
        client: Client,
        person: Principal,
        left: Iterable[str] | None = None,
        **more: str | None,
    ) -> dict[str, str]:
        """Have the person say yes; returns what the browser brings to the application."""
        asked = self.asked(client, **more)
        chosen = asked.scopes if left is None else left
        return brought(authorising.granted(self.services, asked, person, chosen))

    def redeem(self, client: Client, code: str, **more: str) -> TestResponse:
        """Send a code to the token endpoint."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return self.post("/token", self.proof(client) | form | more)

    def refresh(self, client: Client, token: str, **more: str) -> TestResponse:
        """Send a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": token}
        return self.post("/token", self.proof(client) | form | more)

    def launched(
        self, client: Client, person: Principal, scope: str | None = None
    ) -> Json:
        """Return the token answer of a whole launch."""
        more = {} if scope is None else {"scope": scope}
        answer = self.redeem(client, self.let_in(client, person, **more)["code"])
        assert answer.status_code == 200, answer.get_data()
        found: Json = answer.get_json()
        return found

    def ask(
        self, token: str, path: str, method: str = "GET", **more: object
    ) -> TestResponse:
        """Ask the API with a token."""
        headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "fixed"}
        return self.http.open(path, method=method, headers=headers, **more)  # type: ignore[arg-type]


def brought(address: str) -> dict[str, str]:
    """Return what an answer brings back to the application."""
    return dict(parse_qsl(urlsplit(address).query))


def person(software: Any, key: str) -> Principal:  # noqa: ANN401 - Software
    """Return a persona as the pages know them once they have signed in."""
    return principal(claims_of(software.world.readers[key]))
