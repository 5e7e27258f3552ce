"""A real OpenID provider, started by the tests: people, clients, and a walk through it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
import requests
from joserfc.jwk import ECKey, RSAKey

from gateway.demo.issuer import claims_of
from gateway.demo.world.load import load
from tests.faults.server import free_port
from tests.shared_material import REPOSITORY

FOLDER = Path(sys.prefix) / "validators"
SCRIPT = REPOSITORY / "tests" / "oidc" / "provider.mjs"
HOME = "http://127.0.0.1:8080"
CALLBACK = f"{HOME}/entree/retour"
SOFTWARE = "http://127.0.0.1:9/back"
"""Where the provider sends a practice's software; nobody listens there."""
AUDIENCE = "https://records.example/fhir"
OTHER = "https://elsewhere.example/fhir"
SECRET = "a secret of the tests, long enough"
MOST_STEPS = 12
ACTION = re.compile(r'action="(/interaction/[^"]+)"')

Json = dict[str, Any]


def pivot(key: str, **other: str) -> Json:
    """Return the pivot identity of a person of the demo, as FranceConnect writes it."""
    traits = load().patients[key].traits
    return {
        "given_name": " ".join(traits.given),
        "family_name": traits.family,
        "preferred_username": traits.used_family,
        "birthdate": traits.birth_date,
        "gender": traits.gender,
        "birthplace": "99999",
        "birthcountry": "99100",
        **other,
    }


def professional(key: str, **other: object) -> Json:
    """Return the user info of Pro Santé Connect for a professional of the demo."""
    claims = claims_of(load().readers[key])
    left_out = {"sub", "acr"}
    return {k: v for k, v in claims.items() if k not in left_out} | {
        "Secteur_Activite": "SA07^1.2.250.1.71.4.2.4",
        "otherIds": [{"origine": "RPPS", "qualite": 1}],
        **other,
    }


def people() -> dict[str, Json]:
    """Return who has an account at the provider, by the provider's word for them."""
    solene = load().patients["solene"].identifier
    two = ["10^1.2.250.1.213.1.1.5.5", "21^1.2.250.1.213.1.1.5.5"]
    found = {
        "fc-solene": ("eidas2", pivot("solene")),
        "fc-tristan": ("eidas2", pivot("tristan")),
        "fc-weak": ("eidas1", pivot("solene")),
        "fc-husband": ("eidas2", pivot("melisande", birthdate="1979-01-02")),
        "apcv-solene": (
            "eidas2",
            pivot("solene") | {"ins": {"system": solene.system, "value": solene.value}},
        ),
        "psc-dentist": ("eidas2", professional("dentist")),
        "psc-gp": ("eidas2", professional("gp")),
        "psc-two-roles": ("eidas2", professional("gp", SubjectRole=two)),
        "psc-weak": ("eidas1", professional("psychiatrist")),
        "psc-strong": ("eidas2", professional("psychiatrist")),
    }
    return {sub: {"acr": acr, "claims": held} for sub, (acr, held) in found.items()}


@dataclass(frozen=True, slots=True)
class Running:
    """The provider: its process, its issuer, and our keys as its clients."""

    process: subprocess.Popen[str]
    issuer: str
    signing: ECKey
    decryption: RSAKey
    steps: list[str] = field(default_factory=list)

    def walk(self, address: str, person: str, until: str = CALLBACK) -> dict[str, str]:
        """Go through the provider's pages as a person; what it sends back to ``until``.

        Without a person, the one who stops the sign-in.
        """
        with requests.Session() as browser:
            for _ in range(MOST_STEPS):
                if address.startswith(until):
                    return dict(parse_qsl(urlsplit(address).query))
                answer = browser.get(address, allow_redirects=False, timeout=30)
                if answer.status_code == 200:
                    form = ACTION.search(answer.text)
                    assert form, answer.text
                    answer = browser.post(
                        urljoin(address, form[1]),
                        data={"person": person},
                        allow_redirects=False,
                        timeout=30,
                    )
                assert answer.is_redirect, answer.text
                address = urljoin(address, answer.headers["Location"])
        raise AssertionError("the provider leads nowhere")

    def rotate(self) -> None:
        """Have the provider sign with new keys from now on."""
        asked, answered = self.process.stdin, self.process.stdout
        assert asked is not None
        assert answered is not None
        asked.write('{"rotate": true}\n')
        asked.flush()
        assert json.loads(answered.readline()) == {"rotated": True}


def clients(signing: ECKey, decryption: RSAKey, home: str = HOME) -> list[Json]:
    """Return who we are at the provider: one client for each way of being one."""
    public = {**decryption.as_dict(private=False), "use": "enc", "alg": "RSA-OAEP-256"}
    ours = {**signing.as_dict(private=False), "use": "sig", "alg": "ES256"}
    app = {
        "redirect_uris": [f"{home}/entree/retour"],
        "post_logout_redirect_uris": [f"{home}/"],
        "client_secret": SECRET,
        "id_token_signed_response_alg": "ES256",
    }
    sealed = {
        "userinfo_signed_response_alg": "ES256",
        "userinfo_encrypted_response_alg": "RSA-OAEP-256",
        "userinfo_encrypted_response_enc": "A256GCM",
        "jwks": {"keys": [public]},
        "token_endpoint_auth_method": "client_secret_post",
    }
    keyed = {
        "token_endpoint_auth_method": "private_key_jwt",
        "token_endpoint_auth_signing_alg": "ES256",
        "id_token_encrypted_response_alg": "RSA-OAEP-256",
        "id_token_encrypted_response_enc": "A256GCM",
        "jwks": {"keys": [public, ours]},
    }
    psc = {
        "redirect_uris": [SOFTWARE],
        "client_secret": SECRET,
        "id_token_signed_response_alg": "RS256",
    }
    return [
        {"client_id": "france-connect", **app, **sealed},
        {"client_id": "plain", **app, "id_token_signed_response_alg": "RS256"},
        {"client_id": "keyed", **app, **keyed, "client_secret": None},
        {"client_id": "psc-practice", **psc},
    ]


@contextmanager
def running(home: str = HOME, host: str = "127.0.0.1") -> Iterator[Running]:
    """Start the provider; skip the test, with the reason, where it is not installed.

    ``home`` is where our pages are; with another ``host`` the two are different sites.
    """
    node = shutil.which("node")
    if node is None or not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        reason = "the OpenID provider is not installed: Node and `make validators`"
        if "CI" in os.environ:
            pytest.fail(reason)
        pytest.skip(reason)
    signing = ECKey.generate_key("P-256", {"kid": "ours"})
    decryption = RSAKey.generate_key(2048, {"kid": "sealed"})
    said = {
        "host": host,
        "port": free_port(),
        "clients": [
            {name: value for name, value in each.items() if value is not None}
            for each in clients(signing, decryption, home)
        ],
        "people": people(),
        "audience": [AUDIENCE, OTHER],
    }
    with subprocess.Popen(
        [node, SCRIPT, FOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"NODE_NO_WARNINGS": "1"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{json.dumps(said)}\n")
        process.stdin.flush()
        ready = json.loads(process.stdout.readline())
        try:
            yield Running(process, ready["ready"], signing, decryption)
        finally:
            process.kill()
