"""The demo's settings: everything in one folder, test identities, its own issuer."""

import json
from dataclasses import replace
from pathlib import Path

from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, DemoIssuer, open_issuer
from gateway.services import Services, start
from gateway.settings import Settings, sqlite_url
from mappings import ins

WEBHOOK = "http://127.0.0.1:9009"
"""The one origin that subscribers of a demo may have notified: on this machine."""


def settings_in(data: Path, port: int = 8080, database_url: str = "") -> Settings:
    """Return settings that keep everything in ``data`` and listen on loopback only."""
    return Settings(
        data=data,
        database_url=database_url or sqlite_url(data),
        key_file=data / "paravent.key",
        base_url=f"http://127.0.0.1:{port}",
        port=port,
        issuers=(open_issuer(data).issuer,),
        domains=ins.SYSTEMS,
        webhooks=frozenset({WEBHOOK}),
        demo=True,
    )


def open_demo(settings: Settings) -> tuple[Services, DemoIssuer]:
    """Return the running parts of a demo and its issuer of tokens."""
    issuer = open_issuer(settings.data)
    return start(replace(settings, issuers=(issuer.issuer,))), issuer


def write_settings(settings: Settings) -> Path:
    """Write ``demo.toml``, with which an operator's commands speak of this demo."""
    folder = settings.data.resolve()
    path = settings.data / "demo.toml"
    lines = [
        "# Written at each start of the demo; for commands: --settings",
        f"data = {_quoted(folder)}",
        f"port = {settings.port}",
        "test_identities = true",
        "",
        "[[issuers]]",
        f"name = {_quoted(NAME)}",
        f"audience = {_quoted(AUDIENCE)}",
        f"algorithms = [{_quoted(ALGORITHM)}]",
        'vouches_for = ["professionals", "patients"]',
        f"jwks = {_quoted(folder / 'demo-issuer.jwks.json')}",
        "",
        "[webhooks]",
        f"allowed = [{_quoted(WEBHOOK)}]",
    ]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def _quoted(value: object) -> str:
    """Return a basic string of TOML: what JSON escapes is escaped alike there."""
    return json.dumps(str(value))
