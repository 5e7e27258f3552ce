"""Who asks is known from a token of a configured issuer, and from nothing else."""

import base64
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey

from gateway.clock import SystemClock
from gateway.demo.issuer import (
    ALGORITHM,
    AUDIENCE,
    NAME,
    DemoIssuer,
    claims_of,
    open_issuer,
)
from gateway.demo.world.load import load
from gateway.identity import keys
from gateway.identity.claims import ClaimsError, principal
from gateway.identity.keys import KeySource
from gateway.identity.tokens import TokenError, verify
from tests.gateway.world import Software

Claims = dict[str, Any]

GP = load().readers["gp"]


@pytest.fixture
def issuer(tmp_path: Path) -> DemoIssuer:
    """Give an issuer with a key of its own."""
    return open_issuer(tmp_path)


def claims(**changed: object) -> Claims:
    """Return the GP's claims, with some changed; None takes one away."""
    now = int(time.time())
    whole = {
        "iss": NAME,
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + 300,
        "jti": "a",
        **claims_of(GP),
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not None}


def signed(issuer: DemoIssuer, held: Claims, **header: object) -> str:
    """Return a token signed with the issuer's key."""
    whole = {"alg": ALGORITHM, "kid": issuer.key.kid} | header
    return str(jwt.encode(whole, held, issuer.key))


def part(value: object) -> str:
    """Return a value as a part of a token."""
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def check(issuer: DemoIssuer, token: str) -> str:
    """Return the subject a token is good for."""
    return verify(token, (issuer.issuer,), SystemClock().now()).subject


def test_a_good_token_says_who_asks(issuer: DemoIssuer) -> None:
    """The claims of Pro Santé Connect become the principal's facts."""
    found = verify(signed(issuer, claims()), (issuer.issuer,), SystemClock().now())
    assert (GP.id, GP.organization, "10", "SM26") == (
        found.subject,
        found.organization,
        found.profession,
        found.skill,
    )


WRONG: dict[str, Callable[[], Claims]] = {
    "another issuer": lambda: claims(iss="https://issuer.demo.invalid.evil"),
    "a part of the issuer": lambda: claims(iss="https://issuer"),
    "no issuer": lambda: claims(iss=None),
    "another audience": lambda: claims(aud="other"),
    "one audience more": lambda: claims(aud=[AUDIENCE, "other"]),
    "no audience": lambda: claims(aud=None),
    "expired": lambda: claims(iat=int(time.time()) - 900, exp=int(time.time()) - 61),
    "not yet": lambda: claims(nbf=int(time.time()) + 120),
    "issued in the future": lambda: claims(iat=int(time.time()) + 3600),
    "no end": lambda: claims(exp=None),
    "a text as end": lambda: claims(exp="4102444800"),
    "a fraction as end": lambda: claims(exp=4102444800.5),
    "a life too long": lambda: claims(exp=int(time.time()) + 7 * 86400),
    "no subject": lambda: claims(sub=None),
    "two activities": lambda: claims(SubjectRole=["10^a", "40^a"]),
    "an unknown purpose": lambda: claims(purpose_of_use="CURIOSITY"),
    "a patient's purpose": lambda: claims(purpose_of_use="PATRQT"),
    "an INS that is a text": lambda: claims(ins="179"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_claims_are_refused(issuer: DemoIssuer, case: str) -> None:
    """A signed token with wrong claims is worth nothing."""
    with pytest.raises(TokenError):
        check(issuer, signed(issuer, WRONG[case]()))


def good(issuer: DemoIssuer, token: str) -> bool:
    """Return whether a token is taken."""
    try:
        return bool(check(issuer, token))
    except TokenError:
        return False


def forged(issuer: DemoIssuer) -> dict[str, str]:
    """Return tokens that the issuer did not sign, or not so."""
    body = part(claims())
    public = issuer.key.as_dict(private=False)
    secret = OctKey.import_key(json.dumps(public).encode())
    kid = str(issuer.key.kid)
    stranger = ECKey.generate_key("P-256", {"kid": kid})
    rsa = RSAKey.generate_key(2048, {"kid": kid})
    good = signed(issuer, claims())
    return {
        "nothing": "",
        "no parts": "abc",
        "alg none": f"{part({'alg': 'none'})}.{body}.",
        "alg nOnE": f"{part({'alg': 'nOnE', 'kid': issuer.key.kid})}.{body}.",
        "HMAC with the public key": str(
            jwt.encode({"alg": "HS256", "kid": issuer.key.kid}, claims(), secret)
        ),
        "a stranger's key": str(
            jwt.encode({"alg": ALGORITHM, "kid": issuer.key.kid}, claims(), stranger)
        ),
        "another algorithm": str(
            jwt.encode({"alg": "RS256", "kid": issuer.key.kid}, claims(), rsa)
        ),
        "an unknown key id": signed(issuer, claims(), kid="../../dev/null"),
        "no signature": good.rpartition(".")[0] + ".",
        "a zero signature": good.rpartition(".")[0] + "." + "A" * 86,
        "a changed body": ".".join(
            [good.split(".")[0], part(claims(sub="x")), good.split(".")[2]]
        ),
        "a key of its own": signed(issuer, claims(), jwk=public),
        "keys elsewhere": signed(issuer, claims(), jku="https://example.invalid/keys"),
        "too long": good + "A" * 20_000,
        "deep": f"{part({'alg': ALGORITHM})}.{base64.urlsafe_b64encode(b'[' * 9000).decode()}.",
    }


def test_forged_tokens_are_refused(issuer: DemoIssuer) -> None:
    """No token that the issuer did not sign with a pinned algorithm is taken."""
    believed = [case for case, token in forged(issuer).items() if good(issuer, token)]
    assert believed == []


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x.y.z", "Basic YTpi", "Bearer a b"]
)
def test_without_a_good_token_every_route_answers_one_401(
    software: Software, header: str | None
) -> None:
    """Each route, whatever is named, gives the same refusal."""
    headers = {} if header is None else {"Authorization": header}
    headers["X-Request-Id"] = "1"
    asked = [
        ("GET", "/fhir/DocumentReference?patient=1"),
        ("GET", "/fhir/DocumentReference/1"),
        ("PATCH", "/fhir/DocumentReference/1"),
        ("GET", "/fhir/Binary/" + software.id_of("ankle-visit")),
        ("GET", "/fhir/List"),
        ("GET", "/fhir/Patient?identifier=a|b"),
        ("POST", "/fhir"),
        ("POST", "/fhir/DocumentReference"),
        ("POST", "/cda"),
        ("POST", "/xdm"),
    ]
    answers = {
        (each.status, each.get_data(), str(each.headers))
        for method, path in asked
        for each in [software.client.open(path, method=method, headers=headers)]
    }
    assert [int(status[:3]) for status, _, _ in answers] == [401]


def test_an_address_of_keys_must_be_protected() -> None:
    """Keys are read from a file or over https; plain http is for loopback only."""
    with pytest.raises(ValueError, match="https"):
        KeySource("http://issuer.invalid/keys")


def test_a_fetch_keeps_nobody_waiting_whose_key_is_known(
    issuer: DemoIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown key has the set fetched, and a set that does not come holds up no other."""
    monkeypatch.setattr(keys, "PAUSE", -1)
    told = json.dumps({"keys": [issuer.key.as_dict(private=False)]})
    path = tmp_path / "told.json"
    path.write_text(told)
    source = KeySource(str(path))
    known = str(issuer.key.kid)
    assert source.find(known) is not None
    path.unlink()
    os.mkfifo(path)
    with ThreadPoolExecutor(2) as pool:
        fetching = pool.submit(source.find, "unknown")
        with path.open("w") as pipe:  # open as soon as somebody reads
            try:
                found = pool.submit(source.find, known).result(timeout=30)
            finally:
                pipe.write(told)
        assert found is not None
        assert fetching.result() is None


def test_claims_without_a_subject_are_nobody() -> None:
    """The mapping names the claim that is wrong, not its value."""
    with pytest.raises(ClaimsError, match="sub"):
        principal({"sub": 7})


def test_an_issuer_is_believed_only_of_whom_it_vouches_for(issuer: DemoIssuer) -> None:
    """An issuer for professionals makes nobody a patient, and the other way round."""
    ins = {"ins": {"system": "urn:oid:1.2.250.1.213.1.4.10", "value": "1"}}
    for vouches_for, wrong in (("professionals", ins), ("patients", {})):
        only = replace(issuer.issuer, vouches_for=frozenset({vouches_for}))
        with pytest.raises(TokenError, match="vouches_for"):
            verify(signed(issuer, claims(**wrong)), (only,), SystemClock().now())


def test_the_software_of_two_issuers_is_never_the_same() -> None:
    """A client id says who asks only together with the issuer that gave it."""
    subjects = {
        principal({"iss": name, "sub": "client"}).subject
        for name in ("https://a", "https://b")
    }
    assert len(subjects) == 2


def test_who_has_no_structure_deposits_for_himself() -> None:
    """Two professionals without a structure share no identifiers."""
    found = [
        principal({"iss": "a", "sub": "x", "SubjectNameID": each}).depositor
        for each in "12"
    ]
    assert found[0] != found[1]


def test_no_person_can_be_a_professional(issuer: DemoIssuer) -> None:
    """A claim that gives a patient a doctor's number is refused."""
    held = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": GP.identifier.value}
    with pytest.raises(TokenError, match="ins"):
        check(issuer, signed(issuer, claims(ins=held)))
