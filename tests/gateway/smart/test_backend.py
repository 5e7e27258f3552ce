"""Software of a structure gets tokens by its key, and by nothing else (SMART 2.2).

The attacks AUT-01 to AUT-05 on assertions; those on bearer tokens are in test_tokens.py.
"""

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from gateway.clock import FixedClock
from gateway.demo.environment import open_demo
from gateway.smart import clients, exchange
from gateway.smart.assertions import TYPE
from gateway.smart.clients import BACKEND, Registration, RegistrationError
from tests.gateway.smart.applications import KEYS, Applications, jwks
from tests.gateway.world import Software

Forge = Callable[[Applications], str]


def part(value: object) -> str:
    """Return a part of a JWT."""
    return urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(apps: Applications) -> str:
    """Return an assertion without a signature."""
    return f"{part({'alg': 'none'})}.{part(apps.claims(apps.backend))}."


def by_public_key(apps: Applications) -> str:
    """Return an assertion under HS384, its secret the public key."""
    rsa = KEYS["RS384"]
    assert isinstance(rsa, RSAKey)
    key = rsa.as_pem(private=False)
    header = part({"alg": "HS384", "kid": "rsa"})
    text = f"{header}.{part(apps.claims(apps.backend))}"
    mac = hmac.digest(key, text.encode(), "sha384")
    return f"{text}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def by_another(apps: Applications) -> str:
    """Return an assertion signed by a key that is not the application's."""
    key = ECKey.generate_key("P-384", {"kid": "ec"})
    header = {"alg": "ES384", "kid": "ec"}
    return jwt.encode(header, apps.claims(apps.backend), key, ["ES384"])


def with_own_key(apps: Applications) -> str:
    """Return an assertion that brings the key it is signed with."""
    key = ECKey.generate_key("P-384", {"kid": "mine"})
    header = {"alg": "ES384", "kid": "mine", "jwk": key.as_dict(private=False)}
    return jwt.encode(header, apps.claims(apps.backend), key, ["ES384"])


def weaker(apps: Applications) -> str:
    """Return an assertion under RS256, which SMART does not take."""
    header = {"alg": "RS256", "kid": "rsa"}
    return jwt.encode(header, apps.claims(apps.backend), KEYS["RS384"], ["RS256"])


def with_zeros(apps: Applications) -> str:
    """Return an assertion whose signature is zero (CVE-2022-21449)."""
    text = apps.assertion(apps.backend).rpartition(".")[0]
    return f"{text}.{urlsafe_b64encode(bytes(96)).decode()}"


def said(header: dict[str, object] | None = None, **more: Any) -> Forge:  # noqa: ANN401
    """Return how to make an assertion that is well signed and says something else."""
    return lambda apps: apps.assertion(apps.backend, header=header, **more)


FORGED: dict[str, Forge] = {
    "no signature": unsigned,
    "public key as secret": by_public_key,
    "key of another": by_another,
    "key brought along": with_own_key,
    "weaker algorithm": weaker,
    "signature of zeros": with_zeros,
    "key id as path": said({"kid": "../../dev/null"}),
    "key id as SQL": said({"kid": "' OR 1=1 --"}),
    "key elsewhere": said({"jku": "https://evil.example/jwks"}),
    "certificate elsewhere": said({"x5u": "https://evil.example/cert"}),
    "unknown key": said({"kid": "other"}),
    "key of another kind": said({"kid": "rsa"}),
    "without a key id": said({"kid": ""}),
    "critical header": said({"crit": ["kid"]}),
    "another audience": said(aud="https://other.example/token"),
    "several audiences": lambda a: a.assertion(
        a.backend, aud=[f"{a.base}/token", "https://other.example"]
    ),
    "the base as audience": lambda a: a.assertion(a.backend, aud=a.base),
    "no audience": said(aud=None),
    "over": lambda a: a.assertion(a.backend, exp=int(a.now.timestamp())),
    "too long": lambda a: a.assertion(a.backend, exp=int(a.now.timestamp()) + 3600),
    "no end": said(exp=None),
    "an end in words": said(exp="2099"),
    "from tomorrow": lambda a: a.assertion(a.backend, nbf=int(a.now.timestamp()) + 90),
    "no id": said(jti=None),
    "a number as id": said(jti=7),
    "an endless id": said(jti="x" * 300),
    "issued by another": said(iss="somebody"),
    "issued by nearly the same": lambda a: a.assertion(
        a.backend, iss=a.backend.id[:-1]
    ),
    "about another": said(sub="somebody"),
    "about a public one": lambda a: a.assertion(
        a.public, iss=a.public.id, sub=a.public.id
    ),
    "nothing": lambda _: "",
    "dots": lambda _: "..",
    "long": lambda _: "a." * 9000,
    "not text": lambda _: b64encode(b"\xff" * 60).decode(),
}


@pytest.mark.parametrize("algorithm", sorted(KEYS))
def test_a_key_gives_a_token_for_the_structure(
    apps: Applications, algorithm: str
) -> None:
    """RS384 and ES384, for five minutes, and no refresh token."""
    answer = apps.own(algorithm=algorithm)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    found = answer.get_json()
    assert set(found) == {"access_token", "token_type", "expires_in", "scope"}
    assert (found["token_type"], found["expires_in"]) == ("Bearer", 300)
    assert found["scope"] == "system/*.rs"


def test_every_forgery_is_one_answer(apps: Applications) -> None:
    """401 invalid_client, byte for byte, whatever was wrong; and so is an unknown one."""
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    bodies = set()
    for name, forge in FORGED.items():
        proof = {"client_assertion_type": TYPE, "client_assertion": forge(apps)}
        answer = apps.post("/token", form | proof)
        assert answer.status_code == 401, name
        bodies.add(answer.get_data())
    for named in (uuid4().hex, apps.backend.id, apps.confidential.id, "x", ""):
        answer = apps.post("/token", form | {"client_id": named})
        assert answer.status_code == 401
        bodies.add(answer.get_data())
    assert bodies == {b'{"error":"invalid_client"}'}


def test_an_assertion_holds_once_also_after_a_restart(
    apps: Applications, clock: FixedClock
) -> None:
    """The same jti again is refused: by this process, and by the next on the same data."""
    proof = apps.proof(apps.backend)
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"} | proof
    assert apps.post("/token", form).status_code == 200
    assert apps.post("/token", form).status_code == 401
    restarted, _ = open_demo(apps.services.settings)
    again = Applications(replace(restarted, clock=clock))
    assert again.post("/token", form).status_code == 401
    other = apps.proof(apps.backend)
    assert again.post("/token", form | other).status_code == 200
    restarted.store.engine.dispose()


def test_an_id_is_each_application_s_own(apps: Applications) -> None:
    """Two applications may use the same jti."""
    other = clients.register(apps.services, replace(apps.backend.said, name="Another"))
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    for each in (apps.backend, other):
        proof = apps.proof(each, jti="the-same")
        assert apps.post("/token", form | proof).status_code == 200


def test_the_client_id_beside_an_assertion_must_agree(apps: Applications) -> None:
    """One that names another application is refused."""
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    proof = apps.proof(apps.backend)
    answer = apps.post("/token", form | proof | {"client_id": apps.public.id})
    assert answer.get_json() == {"error": "invalid_client"}


@pytest.mark.parametrize("scope", ["", "system/*.cruds", "patient/*.rs", "x", "launch"])
def test_a_scope_that_was_not_registered_is_refused(
    apps: Applications, scope: str
) -> None:
    """Nothing is given when nothing of what is asked was registered."""
    answer = apps.own(scope)
    told = answer.get_json()
    assert (answer.status_code, told["error"]) == (400, "invalid_scope")
    assert told["error_description"] == (
        exchange.NONE_LEFT if scope else exchange.NO_SCOPE
    )


def test_what_was_registered_is_given_and_no_more(apps: Applications) -> None:
    """Narrower than registered is fine; the rest is left out, and the answer says so."""
    answer = apps.own("system/Observation.r system/*.cruds system/List.s")
    assert answer.get_json()["scope"] == "system/Observation.r system/List.s"


def test_the_other_grants_are_not_for_software(apps: Applications) -> None:
    """A backend redeems no code; an application of patients asks for nobody."""
    answer = apps.redeem(apps.backend, "x")
    assert answer.get_json() == {"error": "unauthorized_client"}
    form = {"grant_type": "client_credentials", "scope": "patient/*.rs"}
    answer = apps.post("/token", form | apps.proof(apps.confidential))
    assert answer.get_json() == {"error": "unauthorized_client"}


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({}, "unsupported_grant_type"),
        ({"grant_type": ["client_credentials"] * 2}, "invalid_request"),
    ],
)
def test_what_is_no_request_is_refused(
    apps: Applications, form: dict[str, str], error: str
) -> None:
    """In OAuth's JSON, without a word of what was sent."""
    answer = apps.post("/token", form | {"secret": "c4n4ry"})
    assert (answer.status_code, answer.get_json()) == (400, {"error": error})


def test_parameters_stand_in_the_form_only(apps: Applications) -> None:
    """None in the address, where logs keep them, and no JSON."""
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    form |= apps.proof(apps.backend)
    assert apps.http.post("/token?x=1", data=form).status_code == 400
    assert apps.http.post("/token", json=form).status_code == 400
    assert apps.http.get("/token").status_code == 405


def test_a_token_ends_after_five_minutes(apps: Applications, clock: FixedClock) -> None:
    """Good before, 401 from then on."""
    token = apps.own().get_json()["access_token"]
    path = "/fhir/Patient?identifier=urn:x|1"
    before = clock.instant
    clock.instant = before + timedelta(seconds=299)
    assert apps.ask(token, path).status_code == 200
    clock.instant = before + timedelta(seconds=300)
    assert apps.ask(token, path).status_code == 401
    clock.instant = before


def test_an_application_that_is_ended_has_no_token(apps: Applications) -> None:
    """Those it holds end at once, and it gets no other."""
    said = replace(apps.backend.said, name="Short")
    short = clients.register(apps.services, said)
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    token = apps.post("/token", form | apps.proof(short)).get_json()["access_token"]
    path = "/fhir/Patient?identifier=urn:x|1"
    assert apps.ask(token, path).status_code == 200
    assert clients.end(apps.services, short.id)
    assert not clients.end(apps.services, short.id)
    assert apps.ask(token, path).status_code == 401
    assert apps.post("/token", form | apps.proof(short)).status_code == 401


def test_a_backend_asks_for_its_structure(
    apps: Applications, software: Software
) -> None:
    """It sees what that structure's software sees, and its deposits are the structure's."""
    reader = next(e for e in software.world.readers.values() if e.structure is not None)
    assert reader.structure is not None
    identifier = reader.structure.identifier
    structure = f"{identifier.system}|{identifier.value}"
    said = replace(apps.backend.said, structure=structure)
    client = clients.register(apps.services, said)
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    token = apps.post("/token", form | apps.proof(client)).get_json()["access_token"]
    patient = software.world.patients["corentine"].identifier
    path = (
        f"/fhir/DocumentReference?patient.identifier={patient.system}|{patient.value}"
    )
    assert apps.ask(token, path).status_code == 200


KEYED = {"jwks": jwks(*KEYS.values()), "structure": "urn:x|1"}


@pytest.mark.parametrize(
    "said",
    [
        {"name": " "},
        {"kind": "other"},
        {"scopes": ()},
        {"scopes": ("patient/*.rs",)},
        {"scopes": ("system/*.rsc",)},
        {"scopes": ("system/Observation.rs?nothing=1",)},
        {"scopes": ("offline_access", "system/*.rs")},
        {"jwks": ""},
        {"jwks": "{}"},
        {"jwks": '{"keys": []}'},
        {"jwks": "http://keys.example/jwks"},
        {"jwks": json.dumps({"keys": [KEYS["ES384"].as_dict(private=True)]})},
        {"jwks": json.dumps({"keys": [OctKey.generate_key(256).as_dict()]})},
        {"jwks": jwks(ECKey.generate_key("P-256", {"kid": "small"}))},
        {"jwks": jwks(ECKey.generate_key("P-384"))},
        {"structure": "no system"},
        {"redirect_uris": ("https://app.example/",)},
    ],
)
def test_what_an_operator_says_has_to_be_whole(
    apps: Applications, said: dict[str, object]
) -> None:
    """A registration that could not be kept to is refused when it is made."""
    whole = {"name": "N", "kind": BACKEND, "scopes": ("system/*.rs",), **KEYED}
    with pytest.raises(RegistrationError):
        clients.register(apps.services, Registration(**whole | said))  # type: ignore[arg-type]


def test_keys_may_be_behind_an_address(apps: Applications) -> None:
    """An https address is taken at registration; one that does not answer is a refusal."""
    said = replace(apps.backend.said, jwks="https://127.0.0.1:9/jwks")
    client = clients.register(apps.services, said)
    form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
    answer = apps.post("/token", form | apps.proof(client))
    assert answer.get_json() == {"error": "invalid_client"}
    elsewhere = apps.proof(client, header={"jku": "https://127.0.0.1:8/jwks"})
    assert apps.post("/token", form | elsewhere).status_code == 401
