"""The provider, started once for each test process, and our settings for it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.oidc.configuring import provider as configured
from gateway.oidc.provider import Provider
from tests.oidc import provider
from tests.oidc.provider import SECRET, Running

Configure = Callable[..., Provider]


@pytest.fixture(scope="session")
def op() -> Iterator[Running]:
    """Give the running provider."""
    with provider.running() as found:
        yield found


@pytest.fixture
def configure(op: Running, tmp_path: Path) -> Configure:
    """Give what turns a few settings into a provider, as the settings file would."""
    files = {
        "client_secret_file": SECRET,
        "private_key_file": json.dumps(op.signing.as_dict(private=True)),
        "decryption_key_file": str(op.decryption.as_pem(private=True), "ascii"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")

    def configure(client_id: str = "france-connect", **other: Any) -> Provider:  # noqa: ANN401
        keyed = client_id == "keyed"
        proof = "private_key_file" if keyed else "client_secret_file"
        said = {
            "key": client_id,
            "name": "FranceConnect",
            "issuer": op.issuer,
            "client_id": client_id,
            "algorithms": ["RS256"] if client_id == "plain" else ["ES256"],
            "scopes": ["openid", "identite_pivot"],
            "acr": "eidas2",
            proof: str(tmp_path / proof),
            "decryption_key_file": str(tmp_path / "decryption_key_file"),
        }
        return configured(said | other)

    return configure
