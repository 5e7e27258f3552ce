"""Nothing is sent but to whom the deployment allows, over the wire it allows."""

import socket
from collections.abc import Iterator
from ipaddress import IPv4Address
from threading import Event, Thread

import pytest

from gateway.outbox import webhook
from gateway.outbox.errand import Outcome
from gateway.outbox.origin import AddressError, origin, reachable, target
from gateway.outbox.webhook import Message, outcome, send
from gateway.settings import SettingsError, load
from tests.gateway.subscribing.hearing import Listener

PLAIN = target("https://ehr.example/in")
HERE = target("http://127.0.0.1:9/in")
METADATA = "http://169.254.169.254/latest/meta-data/"

CROOKED = [
    "",
    "ehr.example/in",
    "//ehr.example/in",
    "ftp://ehr.example/",
    "file:///etc/passwd",
    "gopher://ehr.example/",
    "http://ehr.example/",
    "http://localhost/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://[::ffff:169.254.169.254]/",
    METADATA,
    "https://me@ehr.example/",
    "https://me:secret@ehr.example/",
    "https://ehr.example@evil.test/",
    "https://ehr.example\\@evil.test/",
    "https://ehr.example/#fragment",
    "https://ehr.example/in\r\nHost: evil.test",
    "https://ehr.example/a b",
    "https://ehr.example:0x1bb/",
    "https://ehr.example:99999/",
    "https://ehr。example/",
    "https://éhr.example/",
    "https://[::1/",
    "https://[fe80::1%25eth0]/",
    "https:///in",
    "https://-ehr.example/",
]
INSIDE = [
    *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1"),
    *(
        "169.254.169.254",
        "100.64.0.1",
        str(IPv4Address(0)),
        "255.255.255.255",
        "224.0.0.1",
    ),
    *("198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1"),
    *("ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:10.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "::7f00:1", "no"),
    *("2001:0:7f00:1::", "192.0.0.8", "192.88.99.1", "fec0::1", "3fff::1"),
]


@pytest.mark.parametrize("address", CROOKED)
def test_what_is_not_plainly_an_address_is_refused(address: str) -> None:
    """Before it is compared with any list, and without looking anything up."""
    with pytest.raises(AddressError):
        target(address)


def test_origins_are_compared_whole() -> None:
    """Scheme, host and port, in one form; nothing begins like an origin."""
    assert target("https://EHR.example:443/a?b").origin == "https://ehr.example"
    assert target("https://ehr.example:8443").origin == "https://ehr.example:8443"
    assert target("https://ehr.example.evil.test/").origin != "https://ehr.example"
    assert target("http://[::1]:8/x").origin == "http://[::1]:8"
    assert origin("https://EHR.example") == "https://ehr.example"
    for more in ("https://ehr.example/", "https://ehr.example/in", "https://x?y"):
        with pytest.raises(AddressError):
            origin(more)


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_that_is_not_public_is_not_connected_to(address: str) -> None:
    """Of this machine, this network, a provider; in either version, one in the other."""
    assert not reachable(PLAIN, address)


def test_public_addresses_and_those_of_this_machine() -> None:
    """The first for every host; the second only where the origin is written so."""
    assert reachable(PLAIN, "93.184.215.14")
    assert reachable(PLAIN, "2606:2800:21f:cb07:6820:80da:af6b:8b2c")
    assert reachable(HERE, "127.0.0.1")
    assert not reachable(HERE, "93.184.215.14")
    assert not reachable(HERE, "10.0.0.1")


class Names:
    """A resolver that answers with one address after another, and counts."""

    def __init__(self, *addresses: str) -> None:
        """Answer with these in turn; the last one stays."""
        self.left = list(addresses)
        self.asked = 0

    def __call__(self, _host: str, port: int, **_: object) -> list[object]:
        """Answer like ``getaddrinfo``."""
        self.asked += 1
        address = self.left.pop(0) if len(self.left) > 1 else self.left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


def message(address: str) -> Message:
    """Return something to send."""
    return Message(address, (("Content-Type", "application/fhir+json"),), b"{}")


def test_a_name_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads inside is given up for good; a second look-up is never made."""
    names = Names("10.0.0.1", "93.184.215.14")
    connected: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket, "create_connection", lambda to, _: connected.append(to))
    allowed = frozenset({"https://ehr.example"})
    assert send(allowed, message("https://ehr.example/in")) is Outcome.NEVER
    assert (names.asked, connected) == (1, [])


def test_the_address_that_was_judged_is_connected_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By number, so that a name that leads elsewhere a moment later leads nowhere."""
    names = Names("93.184.215.14", "169.254.169.254")
    connected: list[object] = []

    def connect(to: object, _: float) -> socket.socket:
        connected.append(to)
        raise OSError("no such network")

    monkeypatch.setattr(socket, "getaddrinfo", names)
    monkeypatch.setattr(socket, "create_connection", connect)
    allowed = frozenset({"https://ehr.example"})
    assert send(allowed, message("https://ehr.example/in")) is Outcome.LATER
    assert (names.asked, connected) == (1, [("93.184.215.14", 443)])


def test_no_proxy_of_the_environment_is_used(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is sent goes where it was judged to go."""
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    allowed = frozenset({listener.address})
    assert send(allowed, message(f"{listener.address}/in")) is Outcome.DONE
    assert listener.heard[0].path == "/in"


def test_a_redirect_is_not_followed(listener: Listener) -> None:
    """Not to the metadata of a provider, not to itself."""
    for location in (METADATA, f"{listener.address}/again", "file:///etc/passwd"):
        listener.location, listener.answers, listener.heard = location, [302], []
        allowed = frozenset({listener.address})
        assert send(allowed, message(f"{listener.address}/in")) is Outcome.NEVER
        assert [each.path for each in listener.heard] == ["/in"]


def test_who_is_not_on_the_list_is_not_connected_to(listener: Listener) -> None:
    """Not even when everything else is in order."""
    assert send(frozenset(), message(f"{listener.address}/in")) is Outcome.NEVER
    assert listener.heard == []


@pytest.fixture
def dripping() -> Iterator[tuple[str, list[bytes]]]:
    """Give the address of a peer that answers with what it is told, drop by drop."""
    answer: list[bytes] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(5)

    def serve() -> None:
        opened, _ = server.accept()
        with opened:
            opened.settimeout(5)
            try:
                while True:
                    opened.sendall(answer[0])
            except OSError:
                return

    thread = Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}", answer
    server.close()
    thread.join()


def test_an_answer_without_end_is_not_read(
    dripping: tuple[str, list[bytes]],
) -> None:
    """A first line that never ends is no answer."""
    address, answer = dripping
    answer.append(b"x" * 512)
    assert send(frozenset({address}), message(address)) is Outcome.LATER


def test_a_silent_peer_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """After so long for everything together."""
    monkeypatch.setattr(webhook, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        assert send(frozenset({address}), message(address)) is Outcome.LATER


def test_a_look_up_that_takes_too_long_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The ten seconds begin with it: whoever answers for a name holds up nothing more."""
    asked = Event()
    monkeypatch.setattr(webhook, "SECONDS", 0.2)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: asked.wait(5) and [])
    allowed = frozenset({"https://ehr.example"})
    assert send(allowed, message("https://ehr.example/in")) is Outcome.LATER
    assert not asked.is_set()
    asked.set()


def test_what_a_status_means() -> None:
    """Taken, to be tried again, refused for good."""
    assert {outcome(each) for each in (200, 201, 202, 204)} == {Outcome.DONE}
    assert {outcome(e) for e in (408, 425, 429, 500, 503)} == {Outcome.LATER}
    assert {outcome(e) for e in (101, 301, 304, 400, 404, 410)} == {Outcome.NEVER}


@pytest.mark.parametrize(
    "held",
    [
        'webhooks = "https://ehr.example"',
        "[webhooks]\nallowed = []",
        '[webhooks]\nallowed = ["http://ehr.example"]',
        '[webhooks]\nallowed = ["https://ehr.example/in"]',
        '[webhooks]\nallowed = ["https://*.example"]',
        '[webhooks]\nallowed = ["https://ehr.example"]\nall = true',
    ],
)
def test_a_list_that_is_half_right_stops_the_start(
    held: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """An origin is written whole, and https but for this machine."""
    path = tmp_path_factory.mktemp("settings") / "paravent.toml"
    path.write_text(f'data = "{path.parent}"\n{held}\n')
    with pytest.raises(SettingsError, match=r"webhooks|allowed"):
        load(path)
    path.write_text(
        f'data = "{path.parent}"\n[webhooks]\nallowed = ["https://EHR.example:443"]\n'
    )
    assert load(path).webhooks == {"https://ehr.example"}
