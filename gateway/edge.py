"""Towards the network: how much one request, one minute may ask; whose pages; which proxy."""

from dataclasses import asdict, dataclass
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from mappings.cda.xml import DEPTH_AT_MOST
from mappings.fhir.parse import DEEPEST

MAX_BODY = 50 * 1024 * 1024
"""Bytes a request body may have."""
LONGEST = 30
"""Seconds a request may take once it has arrived."""
WINDOW = 60
"""Seconds for which requests are counted together."""
MOST = 1_000_000_000
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for; over a limit the answer is a 413, a 400 for depth.

    ``body`` in bytes, ``entries`` of a batch or transaction, ``places`` of one document
    (a paragraph, a cell, a coded statement: what is labelled by itself), and how deep the
    objects and lists of JSON and the elements of XML may nest: no setting is above what
    the parsers allow. ``seconds`` of work, after which a request is given up (503).
    """

    body: int = MAX_BODY
    entries: int = 500
    places: int = 100_000
    json_depth: int = DEEPEST
    xml_depth: int = DEPTH_AT_MOST
    seconds: int = LONGEST


@dataclass(frozen=True, slots=True)
class Rates:
    """Requests a minute of one reader, of one reader about one record, of one address.

    An address is counted for what it asks without a token that could be verified, and
    apart for the steps of signing in and for the applications that it sends: few enough
    that one address cannot push out what waits for others.
    ``shared`` is the address of a storage that several processes count in
    (``redis://...``); by default each counts for itself.
    """

    reader: int = 6000
    record: int = 1200
    address: int = 1200
    entrance: int = 120
    shared: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """What stands between the gateway and the network.

    ``origins`` are the web pages whose scripts may read answers (CORS); ``proxy`` is the
    address of the one proxy whose word on a client's address is believed.
    """

    rates: Rates = Rates()
    origins: frozenset[str] = frozenset()
    proxy: str = ""


KEYS = frozenset({"limits", "rates", "cors_origins", "trusted_proxy"})
"""The settings that are read here."""


def of(held: dict[str, Any]) -> Edge:
    """Read the settings; raises ``ValueError`` with the name of the one that is wrong."""
    return Edge(_rates(held), _origins(held), _proxy(held))


def limits(held: dict[str, Any]) -> Limits:
    """Return the limits; they can be set lower than the built-in ones, never higher.

    Raises ``ValueError`` with the name of the one that is wrong.
    """
    named, most = held.get("limits", {}), asdict(Limits())
    if not isinstance(named, dict):
        raise ValueError("limits: write [limits]")  # noqa: TRY004 - a setting is wrong
    for name, value in named.items():
        if name not in most:
            raise ValueError(f"limits: unknown setting {name}")
        if type(value) is not int or not 0 < value <= most[name]:
            raise ValueError(f"limits.{name}: a number from 1 to {most[name]}")
    return Limits(**named)


def _rates(held: dict[str, Any]) -> Rates:
    named = held.get("rates", {})
    if not isinstance(named, dict):
        raise ValueError("rates: write [rates]")  # noqa: TRY004 - a setting is wrong
    for name, value in named.items():
        if name not in Rates.__dataclass_fields__:
            raise ValueError(f"rates: unknown setting {name}")
        if name == "shared" and (not isinstance(value, str) or not value):
            raise ValueError("rates.shared: the address of a storage is needed")
        if name != "shared" and (type(value) is not int or not 0 < value <= MOST):
            raise ValueError(f"rates.{name}: a number from 1 to {MOST}")
    return Rates(**named)


def _origins(held: dict[str, Any]) -> frozenset[str]:
    named = held.get("cors_origins", [])
    if not isinstance(named, list) or not all(map(_is_origin, named)):
        raise ValueError("cors_origins: a list of origins, https://host, is needed")
    return frozenset(named)


def _is_origin(value: object) -> bool:
    """Whether a text is an origin as a browser writes it: exact, safe, no wildcard."""
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts is None or value != f"{parts.scheme}://{parts.netloc}".lower():
        return False
    if "*" in parts.netloc or "@" in parts.netloc or not parts.netloc:
        return False
    near = parts.netloc.rpartition(":")[0] or parts.netloc
    return parts.scheme == "https" or (parts.scheme == "http" and near in LOOPBACK)


def _proxy(held: dict[str, Any]) -> str:
    if "trusted_proxy" not in held:
        return ""
    try:
        return str(ip_address(str(held["trusted_proxy"])))
    except ValueError:
        raise ValueError("trusted_proxy: the address of a proxy is needed") from None
