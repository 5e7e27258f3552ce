"""Tokens of Pro Santé Connect's shape, from a real provider, before the FHIR API.

A practice's software signs its user in, gets a JWT access token for our audience, and
calls us; we verify it by the provider's key set.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from werkzeug.test import Client, TestResponse

from gateway.clock import FixedClock
from gateway.demo.world.load import load
from gateway.fhir.app import create_app
from gateway.identity.keys import KeySource
from gateway.identity.tokens import PROFESSIONALS, Issuer
from gateway.services import Services
from tests.gateway.world import seeded
from tests.oidc.provider import AUDIENCE, OTHER, SECRET, SOFTWARE, Running

CLIENT = "psc-practice"
VERIFIER = "v" * 64
WORLD = load()


def token(op: Running, person: str, audience: str = AUDIENCE) -> dict[str, Any]:
    """Return the tokens that the software of a practice gets for its user."""
    asked = {
        "client_id": CLIENT,
        "response_type": "code",
        "redirect_uri": SOFTWARE,
        "scope": "openid scope_all",
        "resource": audience,
        "acr_values": "eidas1",
        "state": "s",
        "nonce": "n",
        "code_challenge": create_s256_code_challenge(VERIFIER),
        "code_challenge_method": "S256",
    }
    came_back = op.walk(f"{op.issuer}/auth?{urlencode(asked)}", person, SOFTWARE)
    form = {
        "grant_type": "authorization_code",
        "code": came_back["code"],
        "redirect_uri": SOFTWARE,
        "code_verifier": VERIFIER,
        "resource": audience,
    }
    answer = requests.post(
        f"{op.issuer}/token", data=form, auth=(CLIENT, SECRET), timeout=30
    )
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def before(services: Services, op: Running, audience: str = AUDIENCE) -> Services:
    """Return a gateway that believes the provider of professionals, for one audience."""
    keys = KeySource(f"{op.issuer}/jwks")
    issuer = Issuer(op.issuer, audience, ("RS256",), keys, frozenset({PROFESSIONALS}))
    return replace(services, settings=replace(services.settings, issuers=(issuer,)))


def ask(services: Services, bearer: str, method: str = "GET") -> TestResponse:
    """Search the documents of a person, or ask for an emergency access."""
    person = WORLD.patients["solene"].identifier
    headers = {"Authorization": f"Bearer {bearer}"}
    http = Client(create_app(services))
    if method == "GET":
        asked = urlencode({"patient.identifier": str(person)})
        return http.get(f"/fhir/DocumentReference?{asked}", headers=headers)
    parameters = [
        {"name": "patient", "valueIdentifier": vars_of(person.system, person.value)},
        {"name": "purpose", "valueCode": "BTG"},
        {"name": "reason", "valueCode": "unconscious"},
        {"name": "words", "valueString": "found unconscious here"},
    ]
    body = {"resourceType": "Parameters", "parameter": parameters}
    return http.post("/fhir/Consent/$break-glass", json=body, headers=headers)


def vars_of(system: str, value: str) -> dict[str, str]:
    """Return an identifier as FHIR writes it."""
    return {"system": system, "value": value}


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Give a world that these tests share: nobody decides anything in it."""
    return seeded(tmp_path_factory.mktemp("professionals"))


def test_a_professional_reads_with_the_provider_s_token(
    services: Services, op: Running
) -> None:
    """The dentist finds four documents and the treating doctor seven, as in the demo."""
    here = before(services, op)
    for person, total in (("psc-dentist", 4), ("psc-gp", 7)):
        answer = ask(here, token(op, person)["access_token"])
        assert answer.status_code == 200, answer.get_data(as_text=True)
        assert answer.get_json(force=True)["total"] == total


def test_two_roles_are_refused(services: Services, op: Running) -> None:
    """Who has two activities has to choose one before asking: neither is guessed."""
    answer = ask(before(services, op), token(op, "psc-two-roles")["access_token"])
    assert answer.status_code == 401


def test_a_weak_sign_in_opens_no_emergency(services: Services, op: Running) -> None:
    """Emergency access wants eidas2; the same person known by eidas1 is refused it."""
    here = before(services, op)
    assert ask(here, token(op, "psc-weak")["access_token"], "POST").status_code == 403
    strong = ask(here, token(op, "psc-strong")["access_token"], "POST")
    assert strong.status_code in {200, 201}, strong.get_data(as_text=True)


def test_a_token_for_another_audience_is_refused(
    services: Services, op: Running
) -> None:
    """What was issued for another server is worth nothing here."""
    here = before(services, op)
    assert ask(here, token(op, "psc-gp", OTHER)["access_token"]).status_code == 401


def test_an_id_token_is_no_access_token(services: Services, op: Running) -> None:
    """It is for the software that signed its user in, not for us."""
    assert ask(before(services, op), token(op, "psc-gp")["id_token"]).status_code == 401


def test_an_expired_token_is_refused(services: Services, op: Running) -> None:
    """Two minutes of life, a minute of tolerance, and then no more."""
    bearer = token(op, "psc-gp")["access_token"]
    for seconds, status in ((0, 200), (600, 401)):
        instant = services.clock.now() + timedelta(seconds=seconds)
        here = replace(before(services, op), clock=FixedClock(instant))
        assert ask(here, bearer).status_code == status


def test_tokens_of_rotated_keys_are_read_with_the_new_keys(
    services: Services, op: Running
) -> None:
    """After a rotation new tokens are believed, and those of the old keys are not."""
    old = token(op, "psc-gp")["access_token"]
    assert ask(before(services, op), old).status_code == 200
    op.rotate()
    here = before(services, op)
    assert ask(here, token(op, "psc-gp")["access_token"]).status_code == 200
    assert ask(here, old).status_code == 401


def test_a_provider_of_professionals_makes_nobody_a_patient(
    services: Services, op: Running
) -> None:
    """An INS in the token of an issuer that vouches for professionals is refused."""
    bearer = token(op, "apcv-solene")["access_token"]
    assert ask(before(services, op), bearer).status_code == 401
