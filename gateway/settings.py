"""The settings: one frozen value, from a TOML file; refused when half right."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from gateway import edge
from gateway.edge import Edge, Limits
from gateway.identity.keys import KeySource
from gateway.identity.tokens import PATIENTS, PROFESSIONALS, Issuer
from gateway.notify.preferences import is_address
from gateway.notify.smtp import MailServer, Security
from gateway.oidc.configuring import SignInSettingError, providers
from gateway.oidc.provider import Provider
from gateway.outbox.origin import origin
from mappings import ins

T = TypeVar("T")
ALGORITHMS = {"ES256", "ES384", "ES512", "EdDSA", "PS256", "PS384", "RS256", "RS384"}
"""Signatures we believe: asymmetric ones only."""

REAL_INS = frozenset({ins.NIR, ins.NIA})
"""The systems of real persons; the test and demo ranges are never real."""


class SettingsError(Exception):
    """A setting is unknown, missing or unsafe; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a deployment decides.

    ``base_url`` is the public address without a final slash. ``domains`` are the
    systems (URIs) of patient identifiers that lead to a record: the INS ones are
    checked for their key. ``demo`` allows test identities and ``paravent token``.
    ``limits`` bound a request, ``edge`` how many there are and from where; ``mail`` is
    where notices leave, ``samu`` the structures (``system|value``) whose doctors regulate
    calls, ``webhooks`` the origins that subscribers may have notified. ``sign_in`` are
    the OpenID providers at which people sign in to their pages.
    """

    data: Path
    database_url: str
    key_file: Path
    base_url: str = "http://127.0.0.1:8080"
    host: str = "127.0.0.1"
    port: int = 8080
    issuers: tuple[Issuer, ...] = ()
    domains: frozenset[str] = frozenset()
    demo: bool = False
    mail: MailServer | None = None
    samu: frozenset[str] = frozenset()
    webhooks: frozenset[str] = frozenset()
    limits: Limits = field(default_factory=Limits)
    edge: Edge = field(default_factory=Edge)
    sign_in: tuple[Provider, ...] = ()

    @property
    def vault(self) -> Path:
        """The folder of the records' secrets, beside the key file: ``paravent.records``."""
        return self.key_file.with_suffix(".records")

    def with_domains(self, *systems: str) -> "Settings":
        """Return the same settings with more domains of patient identifiers."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return Settings(**values | {"domains": self.domains | set(systems)})


ISSUER_KEYS = {"name", "audience", "algorithms", "jwks", "vouches_for"}
VOUCHED = {PROFESSIONALS, PATIENTS}
KEYS = {
    "data",
    "database_url",
    "key_file",
    "base_url",
    "host",
    "port",
    "issuers",
    "patient_domains",
    "test_identities",
    "mail",
    "samu",
    "webhooks",
    *edge.KEYS,
    "sign_in",
}
MAIL_KEYS = {
    *("host", "port", "sender", "security", "user", "password_file", "directory")
}


def load(path: Path) -> Settings:
    """Read the settings; raises :class:`SettingsError` for anything not understood."""
    try:
        held = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        message = f"{path}: {error.strerror}; another file is named with --settings"
        raise SettingsError(message) from error
    except ValueError as error:
        raise SettingsError(f"{path.name}: {type(error).__name__}") from error
    _only(held, KEYS, path.name)
    data = Path(_required(held, "data", str))
    host, port = _optional(held, "host", "127.0.0.1"), _port(held)
    return Settings(
        data=data,
        database_url=_optional(held, "database_url", sqlite_url(data)),
        key_file=Path(_optional(held, "key_file", str(data / "paravent.key"))),
        base_url=_optional(held, "base_url", f"http://{host}:{port}").rstrip("/"),
        host=host,
        port=port,
        issuers=_issuers(held),
        domains=_domains(held),
        mail=_mail(held),
        samu=_samu(held),
        webhooks=_webhooks(held),
        limits=_towards(held, edge.limits),
        edge=_towards(held, edge.of),
        sign_in=_sign_in(held),
    )


def sqlite_url(data: Path) -> str:
    """Return the address of the database that needs no server."""
    return f"sqlite:///{data / 'paravent.db'}"


def _domains(held: dict[str, Any]) -> frozenset[str]:
    others = held.get("patient_domains", [])
    if not isinstance(others, list) or not all(
        isinstance(each, str) for each in others
    ):
        raise SettingsError("patient_domains: a list of URIs is needed")
    known = ins.SYSTEMS if held.get("test_identities") is True else REAL_INS
    return known | frozenset(others)


def _issuers(held: dict[str, Any]) -> tuple[Issuer, ...]:
    """Return the issuers; keys in a file must be there now, not at the first request."""
    rows = held.get("issuers", [])
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise SettingsError("issuers: write [[issuers]] for each of them")
    issuers = tuple(_issuer(each) for each in rows)
    for each in issuers:
        try:
            each.keys.check()
        except (OSError, ValueError) as error:
            raise SettingsError(f"issuers.jwks: {type(error).__name__}") from error
    return issuers


def _issuer(held: dict[str, Any]) -> Issuer:
    _only(held, ISSUER_KEYS, "issuers")
    algorithms = tuple(_required(held, "algorithms", list))
    if not set(map(str, algorithms)) <= ALGORITHMS:
        raise SettingsError(f"issuers.algorithms: of {', '.join(sorted(ALGORITHMS))}")
    try:
        keys = KeySource(_required(held, "jwks", str))
    except ValueError as error:
        raise SettingsError(f"issuers.jwks: {error}") from error
    name, audience = _required(held, "name", str), _required(held, "audience", str)
    return Issuer(name, audience, algorithms, keys, _vouches_for(held))


def _vouches_for(held: dict[str, Any]) -> frozenset[str]:
    """Return of whom the issuer is believed; it has to be said."""
    named = _required(held, "vouches_for", list)
    if not set(map(str, named)) <= VOUCHED:
        raise SettingsError("issuers.vouches_for: professionals, patients, or both")
    return frozenset(named)


def _sign_in(held: dict[str, Any]) -> tuple[Provider, ...]:
    try:
        return providers(held.get("sign_in", []))
    except SignInSettingError as error:
        raise SettingsError(f"sign_in: {error}") from None


def _samu(held: dict[str, Any]) -> frozenset[str]:
    named = held.get("samu", [])
    if not isinstance(named, list) or not all("|" in str(each) for each in named):
        raise SettingsError("samu: a list of structures, system|value, is needed")
    return frozenset(map(str, named))


def _webhooks(held: dict[str, Any]) -> frozenset[str]:
    """Return the origins that may be notified; none unless they are named."""
    if "webhooks" not in held:
        return frozenset()
    named = _required(held, "webhooks", dict)
    _only(named, {"allowed"}, "webhooks")
    try:
        return frozenset(origin(str(e)) for e in _required(named, "allowed", list))
    except ValueError:
        raise SettingsError(
            "webhooks.allowed: origins, https://host or https://host:port"
        ) from None


def _towards(held: dict[str, Any], read: Callable[[dict[str, Any]], T]) -> T:
    """Return what stands towards the network, as ``gateway/edge.py`` reads it."""
    try:
        return read(held)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _mail(held: dict[str, Any]) -> MailServer | None:
    """Return where notices leave; None when no mail server is named."""
    if "mail" not in held:
        return None
    mail = _required(held, "mail", dict)
    _only(mail, MAIL_KEYS, "mail")
    sender = _required(mail, "sender", str)
    if not is_address(sender):
        raise SettingsError("mail.sender: an e-mail address is needed")
    password = _text(mail, "password_file")
    try:
        return MailServer(
            host=_required(mail, "host", str),
            port=_port({"port": 587} | mail),
            sender=sender,
            security=Security(mail.get("security", Security.STARTTLS)),
            user=_text(mail, "user"),
            password_file=Path(password) if password else None,
            directory=_directory(_text(mail, "directory")),
        )
    except ValueError as error:
        raise SettingsError(f"mail: {error}") from None


def _directory(name: str) -> tuple[tuple[str, str], ...]:
    """Return the addresses of professionals: a line for each, ``system|value`` TAB address."""
    if not name:
        return ()
    try:
        lines = Path(name).read_text("utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsError(f"mail.directory: {type(error).__name__}") from error
    rows = [line.partition("\t") for line in lines if line.strip()]
    wrong = [
        n
        for n, (who, _, to) in enumerate(rows, 1)
        if "|" not in who or not is_address(to)
    ]
    if wrong:
        raise SettingsError(
            f"mail.directory: line {wrong[0]}: system|value, tab, address"
        )
    return tuple((who, to) for who, _, to in rows)


def _text(held: dict[str, Any], name: str) -> str:
    return _optional(held, name, "-") if name in held else ""


def _port(held: dict[str, Any]) -> int:
    port = held.get("port", 8080)
    if type(port) is not int or not 0 < port < 1 << 16:
        raise SettingsError("port: a number from 1 to 65535 is needed")
    return port


def _required(held: dict[str, Any], name: str, kind: type) -> Any:  # noqa: ANN401
    value = held.get(name)
    if not isinstance(value, kind) or not value:
        raise SettingsError(f"{name}: missing, or not a {kind.__name__}")
    return value


def _optional(held: dict[str, Any], name: str, otherwise: str) -> str:
    value = held.get(name, otherwise)
    if not isinstance(value, str) or not value:
        raise SettingsError(f"{name}: a text is needed")
    return value


def _only(held: dict[str, Any], known: set[str], where: str) -> None:
    for name in sorted(set(held) - known):
        raise SettingsError(f"{where}: unknown setting {name}")
