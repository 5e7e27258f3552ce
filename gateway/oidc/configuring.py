"""``[[sign_in]]`` of the settings file: one provider, refused when half right."""

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, RSAKey, import_key

from gateway.oidc.fetching import is_protected
from gateway.oidc.provider import LEVELS, Provider

KEYS = frozenset(
    {
        *("key", "name", "issuer", "client_id", "client_secret_file"),
        *("private_key_file", "decryption_key_file", "scopes", "algorithms"),
        *("acr", "kind", "vouches_for_ins", "discovery"),
        "gives_name_in_use",
    }
)
PATIENTS = "patients"
ALGORITHMS = frozenset({"ES256", "ES384", "ES512", "PS256", "PS384", "RS256", "RS384"})
SHAPE = re.compile(r"[a-z0-9-]{1,32}")
TEXTS = ("key", "name", "issuer", "client_id")


class SignInSettingError(ValueError):
    """A setting of a provider is missing or unsafe; the message names it."""


def providers(rows: object) -> tuple[Provider, ...]:
    """Return the providers of the settings, each with a key of its own.

    Raises :class:`SignInSettingError`.
    """
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise SignInSettingError("write [[sign_in]] for each provider")
    found = tuple(provider(each) for each in rows)
    if len({each.key for each in found}) < len(found):
        raise SignInSettingError("key: two providers have the same")
    return found


def provider(held: dict[str, Any]) -> Provider:
    """Return the provider a table describes; its files are read now.

    Raises :class:`SignInSettingError`, naming the setting and never its value.
    """
    unknown = sorted(set(held) - KEYS)
    if unknown:
        raise SignInSettingError(f"unknown setting {unknown[0]}")
    if held.get("kind", PATIENTS) != PATIENTS:
        raise SignInSettingError(
            "kind: patients only; the software of professionals sends the tokens of "
            "their provider, which [[issuers]] names"
        )
    key, name, issuer, client_id = (_text(held, each) for each in TEXTS)
    if not SHAPE.fullmatch(key):
        raise SignInSettingError("key: 1 to 32 of a-z, 0-9 and -")
    _check_addresses(issuer, held.get("discovery", issuer))
    secret, signing = _secret(held), _private(held, "private_key_file")
    if bool(secret) == bool(signing):
        raise SignInSettingError(
            "client_secret_file or private_key_file: one of the two"
        )
    return Provider(
        key,
        name,
        issuer,
        client_id,
        secret,
        signing,
        _private(held, "decryption_key_file"),
        _scopes(held),
        _among(held, "algorithms", ALGORITHMS),
        _level(held),
        held.get("vouches_for_ins") is True,
        str(held.get("discovery", "")),
        held.get("gives_name_in_use") is True,
    )


def _check_addresses(*addresses: object) -> None:
    if not all(isinstance(each, str) and is_protected(each) for each in addresses):
        raise SignInSettingError("issuer, discovery: an https (or loopback) address")


def _text(held: dict[str, Any], name: str) -> str:
    value = held.get(name)
    if not isinstance(value, str) or not value:
        raise SignInSettingError(f"{name}: a text is needed")
    return value


def _level(held: dict[str, Any]) -> str:
    level = held.get("acr", "eidas1")
    if level not in LEVELS:
        raise SignInSettingError(f"acr: one of {', '.join(LEVELS)}")
    return str(level)


def _scopes(held: dict[str, Any]) -> tuple[str, ...]:
    named = held.get("scopes", ["openid", "identite_pivot"])
    if not isinstance(named, list) or "openid" not in named:
        raise SignInSettingError("scopes: a list with openid in it")
    return tuple(map(str, named))


def _among(held: dict[str, Any], name: str, known: frozenset[str]) -> tuple[str, ...]:
    named = held.get(name, ["ES256"])
    if not isinstance(named, list) or not named or not set(map(str, named)) <= known:
        raise SignInSettingError(f"{name}: of {', '.join(sorted(known))}")
    return tuple(map(str, named))


def _secret(held: dict[str, Any]) -> str:
    if "client_secret_file" not in held:
        return ""
    return _file(held, "client_secret_file").strip()


def _private(held: dict[str, Any], name: str) -> Key | None:
    """Return a private key, PEM or JWK, of a kind that signs or decrypts."""
    if name not in held:
        return None
    text = _file(held, name).strip()
    try:
        found = _imported(text)
    except (JoseError, ValueError, TypeError):
        raise SignInSettingError(f"{name}: not a key (PEM or JWK)") from None
    if not isinstance(found, RSAKey | ECKey) or not found.is_private:
        raise SignInSettingError(f"{name}: a private RSA or EC key is needed")
    return found


def _imported(text: str) -> Key:
    """Return the key of a text: a JWK, or a PEM of either kind."""
    if text.startswith("{"):
        return import_key(json.loads(text))
    with suppress(JoseError, ValueError, TypeError):
        return RSAKey.import_key(text)
    return ECKey.import_key(text)


def _file(held: dict[str, Any], name: str) -> str:
    try:
        text = Path(_text(held, name)).read_text("utf-8")
    except (OSError, ValueError) as error:
        raise SignInSettingError(f"{name}: {type(error).__name__}") from None
    if not text.strip():
        raise SignInSettingError(f"{name}: empty")
    return text
