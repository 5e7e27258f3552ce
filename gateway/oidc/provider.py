"""An OpenID provider at which people sign in, as the deployment's settings name it."""

from dataclasses import dataclass, field

from joserfc.jwk import Key

LEVELS = ("eidas1", "eidas2", "eidas3")
"""The ``acr`` of French providers, from weak to high (eIDAS low, substantial, high)."""

JWE = ("RSA-OAEP-256", "ECDH-ES", "ECDH-ES+A256KW", "A256GCM", "A128GCM")
"""How an answer may be encrypted to us; never RSA1_5 (RFC 8725 3.2)."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Whom we send a person to, who we are there, and what we believe of the answer.

    ``key`` names it in our addresses, ``name`` to people. We prove who we are by
    ``secret`` or by ``signing`` (private_key_jwt), and read encrypted answers with
    ``decryption``. ``algorithms`` are the only signatures taken, ``level`` the least
    ``acr``. ``vouches_for_ins``: believed when it names the person's INS; of another
    provider that claim is not read. ``gives_name_in_use``: its ``preferred_username`` is
    the name in use (FranceConnect), elsewhere a login that people choose; not read then.
    ``discovery`` is where its metadata are.
    """

    key: str
    name: str
    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    signing: Key | None = field(default=None, repr=False)
    decryption: Key | None = field(default=None, repr=False)
    scopes: tuple[str, ...] = ("openid",)
    algorithms: tuple[str, ...] = ("ES256",)
    level: str = "eidas1"
    vouches_for_ins: bool = False
    discovery: str = ""
    gives_name_in_use: bool = False

    @property
    def metadata_address(self) -> str:
        """Where its metadata are (OpenID Connect Discovery 4)."""
        usual = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        return self.discovery or usual


def reaches(level: str, least: str) -> bool:
    """Whether an ``acr`` is at least another; one we do not know reaches nothing."""
    if level not in LEVELS:
        return False
    return LEVELS.index(level) >= LEVELS.index(least)
