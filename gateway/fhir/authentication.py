"""The bearer token of a request, verified (RFC 6750)."""

import logging

from flask import Request

from gateway.identity.keys import KeysUnavailableError
from gateway.identity.principal import Principal
from gateway.identity.tokens import TokenError, verify
from gateway.services import Services
from gateway.smart import bearer

SCHEME = "bearer"

_log = logging.getLogger("paravent.identity")


class UnauthenticatedError(Exception):
    """No token, or one that cannot be trusted: 401, without saying which check failed."""


class UnavailableError(Exception):
    """The issuer's keys cannot be had now: 503."""


def principal(services: Services, request: Request) -> Principal:
    """Return who asks; raises :class:`UnauthenticatedError` when it cannot be known."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not token:
        raise UnauthenticatedError
    if bearer.is_ours(token.strip()):
        return _ours(services, token.strip())
    try:
        return verify(token.strip(), services.settings.issuers, services.clock.now())
    except TokenError as error:
        # The name of the check that failed, for the operator; never of the token.
        _log.info("token refused: %s", error.args[0])
        raise UnauthenticatedError from None
    except KeysUnavailableError:
        _log.error("the keys of an issuer cannot be had")
        raise UnavailableError from None


def _ours(services: Services, token: str) -> Principal:
    """Return who asks with a token that we gave out, through which application."""
    found = bearer.principal(services, token)
    if found is None:
        _log.info("token refused: not one of ours that holds")
        raise UnauthenticatedError
    return found
