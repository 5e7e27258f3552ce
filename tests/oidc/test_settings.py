"""``[[sign_in]]`` in the settings file, and the bounds of what is asked of a provider."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from joserfc.jwk import ECKey, OctKey, RSAKey

from gateway.oidc import fetching
from gateway.oidc.fetching import UnreachableError, is_protected
from gateway.settings import SettingsError, load

RSA, EC = RSAKey.generate_key(2048), ECKey.generate_key("P-256")


def written(folder: Path, *changes: str, **files: str) -> Path:
    """Return a settings file with one provider, some of its lines changed."""
    kept = {"secret": "s" * 40} | files
    for name, text in kept.items():
        (folder / name).write_text(text, "utf-8")
    lines = {
        "key": '"fc"',
        "name": '"FranceConnect"',
        "issuer": '"https://provider.example/api/v2"',
        "client_id": '"us"',
        "client_secret_file": json.dumps(str(folder / "secret")),
        "algorithms": '["ES256"]',
        "acr": '"eidas2"',
    }
    for each in changes:
        name, _, value = each.partition("=")
        lines[name.strip()] = value.strip().replace("HERE", str(folder))
    body = "\n".join(f"{name} = {value}" for name, value in lines.items() if value)
    path = folder / "paravent.toml"
    path.write_text(f'data = "{folder}"\n[[sign_in]]\n{body}\n', "utf-8")
    return path


def test_a_provider_is_read_from_the_settings(tmp_path: Path) -> None:
    """What is not said has its default: the pivot identity, no INS believed."""
    (found,) = load(written(tmp_path)).sign_in
    assert found.name == "FranceConnect"
    assert found.secret == "s" * 40
    assert "sss" not in repr(found)
    assert found.scopes == ("openid", "identite_pivot")
    assert not found.vouches_for_ins
    assert not found.gives_name_in_use
    assert found.metadata_address == (
        "https://provider.example/api/v2/.well-known/openid-configuration"
    )


def test_a_provider_of_names_in_use_is_named_in_the_settings(tmp_path: Path) -> None:
    """FranceConnect gives the name in use where OpenID Connect has a login."""
    (found,) = load(written(tmp_path, "gives_name_in_use=true")).sign_in
    assert found.gives_name_in_use


@pytest.mark.parametrize("key", [RSA, EC])
@pytest.mark.parametrize("form", ["pem", "jwk"])
def test_our_own_key_is_a_pem_or_a_jwk(
    tmp_path: Path, key: RSAKey | ECKey, form: str
) -> None:
    """RSA or EC, for proving who we are and for reading what is encrypted to us."""
    jwk = json.dumps(key.as_dict(private=True))
    text = jwk if form == "jwk" else str(key.as_pem(private=True), "ascii")
    path = written(
        tmp_path,
        "client_secret_file=",
        'private_key_file="HERE/key"',
        'decryption_key_file="HERE/key"',
        key=text,
    )
    (found,) = load(path).sign_in
    assert found.signing is not None
    assert found.decryption is not None


@pytest.mark.parametrize(
    "change",
    [
        'issuer="http://provider.example"',
        'issuer="https://user:secret@provider.example"',
        'discovery="http://provider.example/x"',
        'key="../x"',
        'key=""',
        'acr="eidas4"',
        'algorithms=["none"]',
        'algorithms=["HS256"]',
        "algorithms=[]",
        'scopes=["profile"]',
        'kind="professionals"',
        "client_secret_file=",
        'client_secret_file="HERE/nowhere"',
        'private_key_file="HERE/secret"',
        'decryption_key_file="HERE/secret"',
        'unheard_of="x"',
    ],
)
def test_a_provider_that_is_half_right_stops_the_start(
    tmp_path: Path, change: str
) -> None:
    """One line says which setting; a value, which may be a secret, is not repeated."""
    with pytest.raises(SettingsError) as raised:
        load(written(tmp_path, change))
    assert str(raised.value).startswith("sign_in: ")
    assert "s" * 40 not in str(raised.value)


def test_a_key_that_is_public_or_shared_is_refused(tmp_path: Path) -> None:
    """What signs and decrypts for us is a private key of our own."""
    public = json.dumps(EC.as_dict(private=False))
    shared = json.dumps(OctKey.generate_key(256).as_dict(private=True))
    for text in (public, shared):
        with pytest.raises(SettingsError):
            load(written(tmp_path, 'decryption_key_file="HERE/key"', key=text))


def test_two_providers_have_two_keys(tmp_path: Path) -> None:
    """The key is part of an address: it cannot mean two."""
    path = written(tmp_path)
    text = path.read_text("utf-8")
    path.write_text(text + text.partition("\n")[2], "utf-8")
    with pytest.raises(SettingsError, match="two providers"):
        load(path)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://provider.example/x", True),
        ("http://127.0.0.1:9/x", True),
        ("http://[::1]:9/x", True),
        ("http://provider.example/x", False),
        ("http://127.0.0.1.evil.example/", False),
        ("https://a@provider.example/", False),
        ("https://provider.example/#x", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_protected_addresses_are_asked(address: str, *, expected: bool) -> None:
    """Https, or this machine: also for what the provider's metadata name."""
    assert is_protected(address) is expected


class Odd(BaseHTTPRequestHandler):
    """A provider that redirects, and one that never ends."""

    def do_GET(self) -> None:
        """Answer by the path."""
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/large")
            self.end_headers()
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"x" * (fetching.LARGEST + 8192))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def odd() -> Iterator[str]:
    """Give the address of a provider that misbehaves."""
    server = HTTPServer(("127.0.0.1", 0), Odd)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_redirects_are_not_followed_and_answers_are_bounded(odd: str) -> None:
    """A provider's answer is its own and of a size that fits in memory."""
    assert fetching.get(f"{odd}/elsewhere").status == 302
    with pytest.raises(UnreachableError):
        fetching.get(f"{odd}/large")
    with pytest.raises(UnreachableError):
        fetching.get("http://provider.example/")
