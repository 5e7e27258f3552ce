"""The demo's own issuer of tokens: a key of its own, never trusted outside the demo."""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey

from gateway.demo.world.people import Reader
from gateway.identity.keys import KeySource
from gateway.identity.tokens import Issuer

NAME = "https://issuer.demo.invalid"
AUDIENCE = "paravent-demo"
ALGORITHM = "ES256"
LIFE = 8 * 3600
ROLES = "1.2.250.1.213.1.1.5.5"


@dataclass(frozen=True, slots=True, repr=False)
class DemoIssuer:
    """Issues tokens for the personas, with the claims of Pro Santé Connect."""

    key: ECKey
    issuer: Issuer

    def token(self, reader: Reader, at: datetime) -> str:
        """Return a bearer token that speaks for the persona, for some hours."""
        now = int(at.timestamp())
        claims = {
            "iss": NAME,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + LIFE,
            "jti": uuid4().hex,
            **claims_of(reader),
        }
        header = {"alg": ALGORITHM, "kid": self.key.kid, "typ": "JWT"}
        return str(jwt.encode(header, claims, self.key))


def open_issuer(data: Path) -> DemoIssuer:
    """Return the issuer whose key is in ``data``, made (mode 0600) when not there."""
    private, public = data / "demo-issuer.json", data / "demo-issuer.jwks.json"
    if not private.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write(private, ECKey.generate_key("P-256", {"kid": uuid4().hex}))
    key = ECKey.import_key(json.loads(private.read_text("utf-8")))
    public.write_text(json.dumps({"keys": [key.as_dict(private=False)]}), "utf-8")
    return DemoIssuer(key, Issuer(NAME, AUDIENCE, (ALGORITHM,), KeySource(str(public))))


def _write(path: Path, key: ECKey) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(key.as_dict(private=True), file)


def claims_of(reader: Reader) -> dict[str, Any]:
    """Return the claims that say who the persona is."""
    names = {"given_name": reader.given, "family_name": reader.family}
    if reader.kind == "patient":
        names["acr"] = "eidas2"  # FranceConnect+, carte Vitale app
        system, value = reader.identifier.system, reader.identifier.value
        return names | {"sub": reader.key, "ins": {"system": system, "value": value}}
    claims: dict[str, Any] = names | {"sub": reader.identifier.value}
    if reader.structure is not None:
        claims["SubjectOrganizationID"] = reader.structure.identifier.value
        claims["SubjectOrganization"] = reader.structure.name
    if reader.kind == "professional":
        claims["SubjectNameID"] = reader.identifier.value
        claims["acr"] = "eidas2"
        claims["SubjectRole"] = [f"{reader.profession}^{ROLES}"]
        exercise = {
            "codeProfession": reader.profession,
            "codeSavoirFaire": reader.skill,
        }
        claims["SubjectRefPro"] = {"exercices": [exercise]}
    return claims
