"""An access token of ours: who asks with it, whether it is good, and its end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from authlib.oauth2.rfc6749 import InvalidClientError
from sqlalchemy import Connection

from gateway.audit.events import CLIENT
from gateway.identity.principal import Principal
from gateway.repository.records import HOUSE
from gateway.services import Services
from gateway.smart import clients, exchange, grants, tickets
from gateway.smart.authorising import issuer
from gateway.smart.clients import Client
from gateway.smart.tickets import Kind, Ticket

Json = dict[str, Any]

INACTIVE: Json = {"active": False}


def is_ours(token: str) -> bool:
    """Whether a token has the form of ours: a JWT of an issuer has dots."""
    return "." not in token


def principal(services: Services, token: str) -> Principal | None:
    """Return who asks with an access token of ours; None when it is not good (any more)."""
    at, keys = services.clock.now(), services.store.keys
    with services.store.unit() as connection:
        found = tickets.find(connection, keys, Kind.ACCESS, token)
        if found is None or not found.lasts(at):
            return None
        client = clients.find_in(connection, keys, found.held["client"])
        if client is None:
            return None
        who = _asking(connection, found, client, at)
    if who is None:
        return None
    return replace(
        who,
        scopes=frozenset(found.held["scopes"]),
        issuer=issuer(services),
        token_id=found.token,
        client=client.id,
        application=client.name,
        grant=found.held.get("grant", ""),
    )


def _asking(
    connection: Connection, found: Ticket, client: Client, at: datetime
) -> Principal | None:
    """Return the person of the grant, or the structure of a backend."""
    if found.record.patient_id == HOUSE:
        subject = f"{CLIENT}|{client.id}"
        structure = client.said.structure
        return Principal(subject, organization=structure, name=client.name)
    held = grants.holding(connection, found.record, found.held["grant"], at)
    return None if held is None else grants.giver(held)


def introspected(services: Services, form: Mapping[str, str], endpoint: str) -> Json:
    """Return what a token of the application itself is (RFC 7662); else one answer.

    Raises ``InvalidClientError`` for who does not prove to be an application: a public one
    could try tokens without being known.
    """
    client = exchange.authenticated(services, form, endpoint)
    if client.kind == "public":
        raise InvalidClientError(status_code=401)
    at = services.clock.now()
    with services.store.unit() as connection:
        found = _found(connection, services, form, client)
        if found is None or "used" in found.held or not found.lasts(at):
            return INACTIVE
        held: Json = found.held
        if "grant" in held:
            granted = grants.holding(connection, found.record, held["grant"], at)
            if granted is None:
                return INACTIVE
            held = {"scopes": granted["scopes"]} | held
    said: Json = {
        "active": True,
        "client_id": client.id,
        "iss": issuer(services),
        "scope": " ".join(held["scopes"]),
        "exp": int(datetime.fromisoformat(held["until"]).timestamp()),
    }
    if found.kind is Kind.ACCESS:
        said["token_type"] = "Bearer"  # noqa: S105 - the kind, no secret
    known = found.record.patient_id != HOUSE
    return said | ({"patient": found.record.patient_id} if known else {})


def revoke(services: Services, form: Mapping[str, str], endpoint: str) -> None:
    """End a token of the application (RFC 7009); a refresh token ends its whole grant.

    Nothing happens for any other token. Raises ``InvalidClientError`` as the token endpoint.
    """
    client = exchange.authenticated(services, form, endpoint)
    at = services.clock.now()
    with services.store.unit() as connection:
        found = _found(connection, services, form, client)
        if found is None:
            return
        if found.kind is Kind.REFRESH:
            place = (connection, found.record)
            grants.stop(*place, found.held["grant"], at, grants.LEFT)
        tickets.remove(connection, found)


def _found(
    connection: Connection, services: Services, form: Mapping[str, str], client: Client
) -> Ticket | None:
    """Return the access or refresh token that a form names, if it is the application's."""
    keys, given = services.store.keys, form.get("token", "")
    for kind in (Kind.ACCESS, Kind.REFRESH):
        found = tickets.find(connection, keys, kind, given)
        if found is not None and found.held["client"] == client.id:
            return found
    return None
