"""With SMART scopes too, two worlds answer alike: a filter is one more condition, not less."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from joserfc import jwt

from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, claims_of
from tests.noninterference.bench import Bench
from tests.noninterference.documents import world
from tests.noninterference.pair import Gateway
from tests.noninterference.running import bench, example, twin
from tests.noninterference.story import START

MINUTE = START + timedelta(minutes=1)
"""When the steps of an example are taken."""
NARROWED = (
    (("solene", "dentist"), "user/DocumentReference.rs?status=current user/List.rs"),
    (("octave", "octave"), "patient/*.rs patient/DocumentReference.u"),
    (("tristan", "dpi"), "system/DocumentReference.rs?type=11488-4 system/List.s"),
)
STEPS = 24


@pytest.fixture(scope="module")
def opened() -> Iterator[Bench]:
    """Give two gateways."""
    with bench() as made:
        yield made


def scoped(gateway: Gateway, reader: str, scope: str) -> str:
    """Return a token of a persona with scopes."""
    now = int(MINUTE.timestamp())
    claims = {"iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + 3600}
    claims |= {"jti": uuid4().hex, "scope": scope} | claims_of(world().readers[reader])
    header = {"alg": ALGORITHM, "kid": gateway.issuer.key.kid}
    return jwt.encode(header, claims, gateway.issuer.key)


@pytest.mark.parametrize("number", range(len(NARROWED)))
def test_hidden_is_unobservable_with_scopes(opened: Bench, number: int) -> None:
    """Status, headers, bytes, logs and work, of whatever is asked with such a token."""
    sight, scope = NARROWED[number]
    made = twin(opened, number, sight)
    tokens = opened.pair.left.tokens
    before = opened.figures.statuses["403"]
    tokens[sight[1], MINUTE] = scoped(opened.pair.left, sight[1], scope)
    example(opened, made, f"scopes {number}", number, STEPS)
    del tokens[sight[1], MINUTE]
    assert opened.figures.statuses["403"] > before
