"""AUT: tokens, assertions and applications, over HTTP."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from joserfc.jwk import ECKey
from werkzeug.test import Client, TestResponse

from gateway.clock import FixedClock
from gateway.demo.environment import open_demo
from gateway.demo.issuer import AUDIENCE, NAME
from gateway.fhir.app import create_app
from gateway.fhir.routes import ROUTES
from gateway.identity.keys import KeySource, KeysUnavailableError
from gateway.identity.tokens import Issuer
from gateway.smart import authorising
from gateway.smart.authorising import Authorisation
from tests.gateway.smart.applications import Applications, person
from tests.gateway.test_tokens import claims, forged, signed
from tests.gateway.world import Software, seeded

SEARCH = "/fhir/Patient"
FORM = {"grant_type": "client_credentials", "scope": "system/*.rs"}


@pytest.fixture(scope="module")
def apps(tmp_path_factory: pytest.TempPathFactory) -> Applications:
    """Give applications that are registered, before a clock that stands."""
    clock = FixedClock(datetime.now(UTC) + timedelta(minutes=1))
    return Applications(replace(seeded(tmp_path_factory.mktemp("apps")), clock=clock))


def bearing(software: Software, token: str, path: str = SEARCH) -> TestResponse:
    """Ask with a token."""
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "attack-0"}
    return software.client.get(path, headers=headers)


FORGERIES = (
    *("alg none", "alg nOnE", "HMAC with the public key", "a stranger's key"),
    *("another algorithm", "a zero signature", "no signature", "a changed body"),
)


def test_aut_01_no_forged_signature_is_believed(still: Software) -> None:
    """None, HMAC with the public key, zeros, another algorithm: one 401 for all."""
    made = forged(still.issuer)
    answers = [bearing(still, made[name]) for name in FORGERIES]
    assert {each.status_code for each in answers} == {401}
    assert len({each.get_data() for each in answers}) == 1


HEADERS: dict[str, dict[str, object]] = {
    "a path": {"kid": "../../dev/null"},
    "a quote": {"kid": "' OR '1'='1"},
    "unknown": {"kid": "nobody"},
    "keys elsewhere": {"jku": "http://127.0.0.1:9/keys"},
    "certificate elsewhere": {"x5u": "http://127.0.0.1:9/cert"},
    "its own key": {"jwk": ECKey.generate_key("P-256").as_dict(private=False)},
    "its own certificate": {"x5c": ["MIIB"]},
    "critical": {"crit": ["kid"]},
    "another critical": {"crit": ["b64"], "b64": False},
}


@pytest.mark.parametrize("name", HEADERS)
def test_aut_02_a_header_leads_to_no_other_key(still: Software, name: str) -> None:
    """Keys come from the issuer that is configured; what a header names is refused."""
    token = signed(still.issuer, claims(), **HEADERS[name])
    assert bearing(still, token).status_code == 401


CLAIMS: dict[str, Callable[[], dict[str, object]]] = {
    "no audience": lambda: {"aud": None},
    "another": lambda: {"aud": "https://other.example"},
    "one more": lambda: {"aud": [AUDIENCE, "other"]},
    "a part": lambda: {"iss": NAME[:-3]},
    "longer": lambda: {"iss": NAME + ".evil"},
    "no subject": lambda: {"sub": None},
    "ended": lambda: {"iat": int(time.time()) - 900, "exp": int(time.time()) - 61},
    "not yet": lambda: {"nbf": int(time.time()) + 120},
    "of 2040": lambda: {"iat": 2_208_988_800},
    "words": lambda: {"exp": "4102444800"},
    "a fraction": lambda: {"exp": time.time() + 60.5},
    "endless": lambda: {"exp": int(time.time()) + 40 * 86400},
}


@pytest.mark.parametrize("name", list(CLAIMS)[:6])
def test_aut_03_for_another_or_by_another_is_nobody(still: Software, name: str) -> None:
    """Issuer and audience are compared whole: 401."""
    token = signed(still.issuer, claims(**CLAIMS[name]()))
    assert bearing(still, token).status_code == 401


@pytest.mark.parametrize("name", list(CLAIMS)[6:])
def test_aut_04_a_token_out_of_its_time_is_nobody(still: Software, name: str) -> None:
    """Past, future, endless, or a time that is no whole number: 401."""
    token = signed(still.issuer, claims(**CLAIMS[name]()))
    assert bearing(still, token).status_code == 401


def test_aut_05_an_assertion_holds_once(apps: Applications) -> None:
    """The same jti again is refused, by the next process too; a huge one at once."""
    proof = FORM | apps.proof(apps.backend)
    assert apps.post("/token", proof).status_code == 200
    assert apps.post("/token", proof).status_code == 401
    restarted, _ = open_demo(apps.services.settings)
    again = Client(create_app(replace(restarted, clock=apps.services.clock)))
    assert again.post("/token", data=proof).status_code == 401
    restarted.store.engine.dispose()
    huge = FORM | apps.proof(apps.backend, jti="x" * 100_000)
    assert apps.post("/token", huge).status_code in (401, 413)


def test_aut_06_without_fresh_keys_nobody_is_known(
    tmp_path: Path, software: Software
) -> None:
    """Keys that cannot be had: 503 for all. One attempt in a while, whatever is asked."""
    nowhere = KeySource("http://127.0.0.1:9/keys")
    for kid in ("a", "b"):
        with pytest.raises(KeysUnavailableError):
            nowhere.find(kid)
    page = tmp_path / "keys.html"
    page.write_text("<html>maintenance</html>")
    with pytest.raises(KeysUnavailableError):
        KeySource(str(page)).find("a")
    issuer = Issuer(NAME, AUDIENCE, ("ES256",), nowhere)
    settings = replace(software.services.settings, issuers=(issuer,))
    client = Client(create_app(replace(software.services, settings=settings)))
    headers = {"Authorization": f"Bearer {signed(software.issuer, claims())}"}
    assert client.get(SEARCH, headers=headers).status_code == 503


def test_aut_07_a_token_for_one_record_opens_no_other(
    apps: Applications, still: Software
) -> None:
    """An application of one person gets of another's record what never existed."""
    apps.services.clock.instant += timedelta(seconds=1)  # type: ignore[attr-defined]
    found = apps.launched(apps.public, person(still, "corentine"))
    software = Software(apps.services)
    other = software.id_of("ankle-visit")
    never = "0" * 64
    for path in (
        *("DocumentReference/%s", "Binary/%s", "DocumentReference/%s/_history"),
        *("Patient/%.32s", "Patient/%.32s/$everything", "Patient/%.32s/$export"),
        *("CareTeam/%s", "AuditEvent/%s", "DocumentReference/%s/$meta"),
    ):
        one, none = (
            apps.ask(found["access_token"], f"/fhir/{path % each}")
            for each in (other, never)
        )
        assert (one.status_code, one.get_data()) == (none.status_code, none.get_data())
        assert one.status_code in (400, 403, 404), path


def test_aut_08_every_route_asks_for_a_token(still: Software) -> None:
    """No route of ours answers who brings none, or one that is over; scopes are asked too."""
    over = signed(
        still.issuer, claims(iat=int(time.time()) - 900, exp=int(time.time()) - 300)
    )
    for token in ("", over):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        for route in ROUTES[:: 5 if token else 1]:
            path = route.path.replace("<", "").replace(">", "")
            answer = still.client.open(path, method=route.method, headers=headers)
            assert answer.status_code == 401, (route.method, route.path)


def test_aut_09_nobody_speaks_for_another_unsigned(still: Software) -> None:
    """Headers and parameters that name somebody, or an emergency, change no answer."""
    path = f"/fhir/DocumentReference/{still.id_of('contraception-visit')}"
    plain = still.ask("dpi", path)
    doctor = still.world.readers["gp"].id
    for headers in (
        {"X-On-Behalf-Of": doctor, "X-User": doctor, "From": doctor},
        {"X-Purpose-Of-Use": "BTG", "purpose_of_use": "BTG"},
        {"X-Forwarded-User": doctor, "X-Remote-User": doctor},
    ):
        answer = still.ask("dpi", path, headers=headers)
        assert (answer.status_code, answer.get_data()) == (404, plain.get_data())


def test_aut_12_what_is_used_twice_ends_all(
    apps: Applications, still: Software
) -> None:
    """A code or a refresh token again ends what they gave; plain PKCE, other addresses fail."""
    who = person(still, "corentine")
    code = apps.let_in(apps.public, who)["code"]
    first = apps.redeem(apps.public, code).get_json()
    assert apps.redeem(apps.public, code).status_code == 400
    path = f"/fhir/Patient/{first['patient']}"
    assert apps.ask(first["access_token"], path).status_code == 401
    second = apps.launched(apps.public, who)
    renewed = apps.refresh(apps.public, second["refresh_token"]).get_json()
    assert apps.refresh(apps.public, second["refresh_token"]).status_code == 400
    assert apps.ask(renewed["access_token"], path).status_code == 401
    for wrong in (
        {"code_challenge_method": "plain"},
        {"redirect_uri": "https://app.example/callback.evil"},
        {"redirect_uri": "https://app.example@evil.example/callback"},
        {"redirect_uri": "https://app.example/callback#x"},
        {"state": None},
    ):
        asked = apps.request(apps.public, **wrong).items()
        found = authorising.requested(apps.services, asked)
        assert not isinstance(found, Authorisation), wrong
