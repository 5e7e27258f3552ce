"""What a provider says is believed only as the standards have it (RFC 8725, OIDC Core).

AUT-01 to AUT-04 for id_tokens; those of bearer tokens are in ``tests/gateway``.
"""

import json
from base64 import urlsafe_b64encode
from hmac import digest
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwe, jwt
from joserfc.jwk import ECKey, RSAKey

from gateway.identity.keys import KeySource
from gateway.oidc import reading
from gateway.oidc.provider import Provider, reaches
from gateway.oidc.reading import UnbelievableError

ISSUER = "https://provider.example"
NOW = 1_795_000_000
KEY = ECKey.generate_key("P-256", {"kid": "theirs"})
OURS = RSAKey.generate_key(2048)
EXPECTED = {"nonce": "n" * 43, "access_token": "at"}

Json = dict[str, Any]


@pytest.fixture
def keys(tmp_path: Path) -> KeySource:
    """Give the provider's key set, in a file."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    return KeySource(str(path))


@pytest.fixture
def provider() -> Provider:
    """Give a provider that signs with ES256 and may encrypt to us."""
    return Provider("p", "P", ISSUER, "us", "secret", decryption=OURS)


def claims(**other: object) -> Json:
    """Return the claims of an id_token as it should be; None leaves one out."""
    said = {
        "iss": ISSUER,
        "sub": "somebody",
        "aud": "us",
        "iat": NOW,
        "exp": NOW + 60,
        "nonce": EXPECTED["nonce"],
        "acr": "eidas2",
    }
    return {name: value for name, value in (said | other).items() if value is not None}


def signed(said: Json, **header: object) -> str:
    """Return an id_token with these claims, signed by the provider."""
    return jwt.encode({"alg": "ES256", "kid": "theirs"} | header, said, KEY)


def read(text: str, provider: Provider, keys: KeySource) -> Json:
    """Read an id_token at one instant."""
    return reading.id_token(text, provider, keys, EXPECTED, NOW)


def test_an_id_token_as_it_should_be_is_read(
    provider: Provider, keys: KeySource
) -> None:
    """Plain, or encrypted to us with the claims repeated in its header."""
    text = signed(claims())
    assert read(text, provider, keys)["sub"] == "somebody"
    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "cty": "JWT"}
    sealed = jwe.encrypt_compact(
        header, text, OURS, algorithms=["RSA-OAEP-256", "A256GCM"]
    )
    assert read(sealed, provider, keys)["sub"] == "somebody"


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"aud": "somebody else"},
        {"aud": ["us", "somebody else"]},
        {"aud": ["us", "them"], "azp": "them"},
        {"azp": "them"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": float(NOW + 60)},
        {"exp": True},
        {"iat": NOW + 600},
        {"iat": NOW - 3600, "exp": NOW + 60},
        {"iat": None},
        {"nbf": NOW + 600},
        {"at_hash": "of-another-token"},
    ],
)
def test_an_id_token_with_a_wrong_claim_is_refused(
    provider: Provider, keys: KeySource, wrong: Json
) -> None:
    """Issuer, subject, audience, party, nonce, times, the hash of the access token."""
    with pytest.raises(UnbelievableError):
        read(signed(claims(**wrong)), provider, keys)


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "unknown"},
        {"jku": "https://evil.example/jwks"},
        {"jwk": KEY.as_dict(private=False)},
        {"x5u": "https://evil.example/x"},
        {"b64": True},
    ],
)
def test_a_header_that_points_elsewhere_is_refused(
    provider: Provider, keys: KeySource, header: Json
) -> None:
    """The key is that of the provider's own set, and no other."""
    header_text = _part({"alg": "ES256", "kid": "theirs"} | header)
    text = signed(claims())
    forged = ".".join([header_text, *text.split(".")[1:]])
    with pytest.raises(UnbelievableError):
        read(forged, provider, keys)


def test_unsigned_and_secretly_signed_tokens_are_refused(
    provider: Provider, keys: KeySource
) -> None:
    """Neither ``none`` nor an HMAC under the public key (RFC 8725 2.1)."""
    none = f"{_part({'alg': 'none'})}.{_part(claims())}."
    start = f"{_part({'alg': 'HS256', 'kid': 'theirs'})}.{_part(claims())}"
    public = KEY.as_pem(private=False)
    mac = urlsafe_b64encode(digest(public, start.encode(), "sha256")).decode()
    hmac = f"{start}.{mac.rstrip('=')}"
    for text in (none, hmac, "", "a.b", "x" * 70_000, signed(claims())[:-4] + "AAAA"):
        with pytest.raises(UnbelievableError):
            read(text, provider, keys)


def test_what_is_encrypted_to_somebody_else_is_refused(keys: KeySource) -> None:
    """Also when we have no key at all, and by an algorithm that leaks (RSA1_5)."""
    bare = Provider("p", "P", ISSUER, "us", "secret")
    ours = Provider("p", "P", ISSUER, "us", "secret", decryption=OURS)
    other = RSAKey.generate_key(2048)
    algorithms = ["RSA-OAEP-256", "A256GCM"]
    header = {"alg": "RSA-OAEP-256", "enc": "A256GCM"}
    sealed = [
        jwe.encrypt_compact(header, signed(claims()), key, algorithms=algorithms)
        for key in (OURS, other)
    ]
    weaker = _part(header | {"alg": "RSA1_5"}) + sealed[0][sealed[0].index(".") :]
    for provider, text in ((bare, sealed[0]), (ours, sealed[1]), (ours, weaker)):
        with pytest.raises(UnbelievableError):
            read(text, provider, keys)


def test_levels_have_an_order() -> None:
    """eidas1 under eidas2 under eidas3; what we do not know is under all of them."""
    assert reaches("eidas3", "eidas2")
    assert reaches("eidas2", "eidas2")
    assert not reaches("eidas1", "eidas2")
    assert not reaches("", "eidas1")
    assert not reaches("https://refeds.org/assurance", "eidas1")


def _part(held: Json) -> str:
    return urlsafe_b64encode(json.dumps(held).encode()).decode().rstrip("=")
