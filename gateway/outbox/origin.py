"""Where something may be sent: origins of an allow-list, compared whole.

An address is never looked up, followed or guessed here: it is taken apart, strictly, and
what is not plainly one of ours is refused.
"""

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

PORTS = {"https": 443, "http": 80}
LONGEST = 2048
HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\]")
PLAIN = re.compile(r"[!-~]+")
"""Printable ASCII without a space: no line end, no other alphabet."""

SPECIAL = (
    IPv4Network("192.0.0.0/24"),  # protocol assignments (RFC 6890)
    IPv4Network("192.88.99.0/24"),  # relays to IPv6, given up (RFC 7526)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)
"""What Python's table of special addresses leaves out, or counts as global."""


class AddressError(ValueError):
    """An address is not plainly one that something can be sent to."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: the origin, as it is written in the settings, and the rest."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """The origin (RFC 6454) in its one form: without the port that goes without saying."""
        shown = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == PORTS[self.scheme]
        return f"{self.scheme}://{shown}" + ("" if usual else f":{self.port}")

    @property
    def loopback(self) -> bool:
        """Whether the host is written as an address of this machine."""
        found = literal(self.host)
        return found is not None and found.is_loopback


def target(address: str) -> Target:
    """Take an address apart; raises ``AddressError`` for any that is not plain.

    Refused: another scheme, user information, a fragment, a host in other letters than
    ASCII ones, a backslash, and http to any host but this machine.
    """
    if len(address) > LONGEST or not PLAIN.fullmatch(address) or "\\" in address:
        raise AddressError
    try:
        parts = urlsplit(address)
        authority, port = parts.netloc.lower(), parts.port
    except ValueError:
        raise AddressError from None
    host = authority.removesuffix(f":{port}") if port is not None else authority
    if parts.scheme not in PORTS or "#" in address or not HOST.fullmatch(host):
        raise AddressError
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    named = host.strip("[]")
    found = Target(parts.scheme, named, port or PORTS[parts.scheme], path)
    if host.startswith("[") and literal(named) is None:
        raise AddressError
    if found.scheme == "http" and not found.loopback:
        raise AddressError
    return found


def origin(text: str) -> str:
    """Return an origin of the allow-list in its one form; ``AddressError`` for more or less."""
    found = target(text)
    if found.path != "/" or text.endswith(("/", "?")):
        raise AddressError
    return found.origin


def literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, or None for a name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


def reachable(found: Target, address: str) -> bool:
    """Whether an address that a host leads to may be connected to.

    Those of the wide Internet only, also behind an address of version 6 that holds one of
    version 4; those of this machine only for an origin that is written as one.
    """
    ip = literal(address.partition("%")[0])
    if ip is None:
        return False
    every = (ip, *_within(ip))
    if found.loopback:
        return all(each.is_loopback for each in every)
    return all(each.is_global and not _special(each) for each in every)


def _within(ip: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    """Return the addresses of version 4 that one of version 6 stands for."""
    if isinstance(ip, IPv4Address):
        return ()
    held = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    packed = ip.packed
    if packed[:4] == b"\x00\x64\xff\x9b" or packed[:12] == bytes(12):
        held.append(IPv4Address(packed[12:]))  # NAT64, and the old compatible form
    return tuple(each for each in held if each is not None)


def _special(ip: IPv4Address | IPv6Address) -> bool:
    """Whether an address that may count as global leads to no host of the Internet."""
    if isinstance(ip, IPv6Address) and ip.is_site_local:  # RFC 3879: private, once
        return True
    known = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local
    return known or any(ip in each for each in SPECIAL if each.version == ip.version)
