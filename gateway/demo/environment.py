"""The demo's settings: everything in one folder, test identities, its own issuer."""

from dataclasses import replace
from pathlib import Path

from gateway.demo.issuer import DemoIssuer, open_issuer
from gateway.services import Services, start
from gateway.settings import Settings, sqlite_url
from mappings import ins


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
        demo=True,
    )


def open_demo(settings: Settings) -> tuple[Services, DemoIssuer]:
    """Return the running parts of a demo and its issuer of tokens."""
    issuer = open_issuer(settings.data)
    return start(replace(settings, issuers=(issuer.issuer,))), issuer
