"""``paravent serve``: the gateway with its settings, behind waitress."""

import gc
import socket
from pathlib import Path
from typing import Any

import click

from gateway.app import create_app
from gateway.commands import web_server
from gateway.commands.outbox import delivering
from gateway.commands.starting import plainly, settings_option
from gateway.edge import MAX_BODY, Edge
from gateway.outbox.courier import Courier
from gateway.patient.personas import People
from gateway.services import Services, start
from gateway.settings import Settings, load

THREADS = 8
CONNECTIONS = 200
SILENCE = 30
"""Seconds after which a client that sends nothing is left; a proxy should stand before."""
LOOK = 10
"""Seconds between looks for such clients."""


@click.command("serve")
@settings_option
@click.option("--only", type=click.Choice(["fhir", "patient"]), default=None)
def command(path: Path, only: str | None) -> None:
    """Serve the gateway; refuses to start when a setting is unknown or unsafe."""
    with plainly():
        services = start(load(path))
        listen(services, only or "")


def options(settings: Settings) -> dict[str, Any]:
    """Return how the web server listens: where, for how many, and how long."""
    return {
        "host": settings.host,
        "port": settings.port,
        "threads": THREADS,
        "ident": None,
        # The application refuses large bodies itself, with an OperationOutcome; nothing
        # of a request or an answer is ever spilled to a temporary file.
        "max_request_body_size": MAX_BODY + 1024 * 1024,
        "connection_limit": CONNECTIONS,
        "channel_timeout": SILENCE,
        "cleanup_interval": LOOK,
        "inbuf_overflow": 2 * MAX_BODY,
        "outbuf_overflow": 2 * MAX_BODY,
        "outbuf_high_watermark": 2 * MAX_BODY,  # no thread waits for a slow reader
        "clear_untrusted_proxy_headers": True,
        **_proxy(settings.edge),
    }


def _proxy(edge: Edge) -> dict[str, Any]:
    """Return whose word on a client's address is believed; nobody's by default."""
    if not edge.proxy:
        return {}
    return {"trusted_proxy": edge.proxy, "trusted_proxy_headers": {"x-forwarded-for"}}


def check_free(host: str, port: int) -> None:
    """Raise ``OSError`` when somebody listens there already, before any work is done."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise OSError(error.errno, error.strerror, f"{host}:{port}") from None


def listen(services: Services, only: str = "", people: People | None = None) -> None:
    """Answer requests, and let leave what is due, until told to stop."""
    settings = services.settings
    courier = Courier(delivering(services))
    courier.start()
    application = create_app(services, only, people)
    gc.freeze()  # rules and routes stay for good: no need to look through them ever again
    try:
        web_server.serve(application, **options(settings))
    finally:
        courier.stop()
