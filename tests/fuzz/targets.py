"""What is fuzzed: each target turns bytes into one request; the first byte says to where.

A target raises nothing but :class:`FoundError`: a refusal is an answer like any other.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from joserfc import jws
from joserfc.errors import JoseError

from gateway.fhir.routes import ROUTES
from gateway.smart.assertions import TYPE
from tests.fuzz import seeds
from tests.fuzz.house import House

JSON, XML = "application/fhir+json", "application/fhir+xml"
PATCH = "application/json-patch+json"
FORM = "application/x-www-form-urlencoded"
MULTIPART = f"multipart/form-data; boundary={seeds.BOUNDARY}"

BODIES = tuple(
    route
    for route in ROUTES
    if route.method in ("POST", "PUT")
    and route.path.startswith("/fhir")
    and not route.path.endswith(("_search", "$erase"))
)
"""Every route that takes JSON, in the order of the routes; what is erased stays erased."""
ASKED = tuple(route for route in ROUTES if route.method == "GET")
SEARCHED = tuple(route for route in ROUTES if route.path.endswith("_search"))
OURS = {"Sec-Fetch-Site": "same-origin"}
WHO = ("gp", "tristan", "infectiologist", "solene", "dpi")
READERS = ("gp", "tristan", "pharmacist")


@dataclass(frozen=True, slots=True)
class Target:
    """A way from bytes to a request, and bytes to begin with."""

    run: Callable[[House, bytes], None]
    seeds: Callable[[House], Sequence[bytes]]


def _split(data: bytes) -> tuple[int, bytes]:
    return (data[0], data[1:]) if data else (0, b"")


def _address(house: House, path: str) -> str:
    """Return the address of a route with an id that is there."""
    return path.replace("<resource_id>", house.document).replace("<version_id>", "1")


def bodies(house: House, data: bytes) -> None:
    """Send a body as JSON to any route that takes one."""
    which, body = _split(data)
    route = BODIES[which % len(BODIES)]
    reader = WHO[which // len(BODIES) % len(WHO)]
    path = _address(house, route.path)
    house.ask(reader, path, route.method, data=body, content_type=JSON)


def markup(house: House, data: bytes) -> None:
    """Send a body as CDA, or as FHIR in XML."""
    which, body = _split(data)
    if which % 3 == 0:
        house.ask("gp", "/cda", "POST", data=body, content_type="text/xml")
        return
    path = "/fhir" if which % 3 == 1 else "/fhir/DocumentReference"
    house.ask("gp", path, "POST", data=body, content_type=XML)


def searches(house: House, data: bytes) -> None:
    """Ask any GET route with a query, or any search by a form."""
    which, query = _split(data)
    reader = READERS[len(query) % len(READERS)]
    if which % 4 == 0:
        route = SEARCHED[which // 4 % len(SEARCHED)]
        house.ask(reader, route.path, "POST", data=query, content_type=FORM)
        return
    path = _address(house, ASKED[which % len(ASKED)].path)
    given = {"QUERY_STRING": query.decode("latin-1")}
    house.ask(reader, path, "GET", environ_overrides=given)


def patches(house: House, data: bytes) -> None:
    """Send a PATCH in one of its forms, or one of the operations on labels."""
    which, body = _split(data)
    path = f"/fhir/DocumentReference/{house.document}"
    media = (PATCH, JSON, XML)[which % 3]
    if which % 8 in (3, 4):
        name = "add" if which % 8 == 3 else "delete"
        house.ask(
            "tristan", f"{path}/$meta-{name}", "POST", data=body, content_type=JSON
        )
        return
    house.ask("tristan", path, "PATCH", data=body, content_type=media)


def tokens(house: House, data: bytes) -> None:
    """Bring a token: raw bytes, or claims signed by the right key; as bearer or assertion."""
    which, said = _split(data)
    issuer = house.software.issuer.key
    if which % 4 == 0:
        bearer = said.decode("latin-1")
    elif which % 4 == 1:
        bearer = _signed({"alg": "ES256", "kid": str(issuer.kid)}, said, issuer)
    else:
        own = which % 4 == 2
        header = {"alg": "ES384", "kid": str(house.key.kid)}
        token = _signed(header, said, house.key) if own else said.decode("latin-1")
        form = {"grant_type": "client_credentials", "scope": "system/*.rs"}
        proof = {"client_assertion_type": TYPE, "client_assertion": token}
        house.bare("/token", data=form | proof)
        return
    given = {"HTTP_AUTHORIZATION": f"Bearer {bearer}"}
    house.bare("/fhir/DocumentReference", "GET", environ_overrides=given)


def _signed(header: dict[str, str], payload: bytes, key: object) -> str:
    try:
        return str(jws.serialize_compact(header, payload, key, list(header.values())))  # type: ignore[arg-type]
    except JoseError:
        return "a.b.c"


def parcels(house: House, data: bytes) -> None:
    """Send a zip (XDM), the index of one, or a form in parts."""
    which, body = _split(data)
    if which % 3 == 0:
        media = "application/zip"
        house.ask("gp", "/xdm", "POST", data=body, content_type=media)
    elif which % 3 == 1:
        packed = seeds.packed(body)
        house.ask("gp", "/xdm", "POST", data=packed, content_type="application/zip")
    elif which % 2:
        house.page("/entree", data=body, content_type=MULTIPART, headers=OURS)
    else:
        house.bare("/token", data=body, content_type=MULTIPART)


TARGETS: dict[str, Target] = {
    "json": Target(bodies, lambda _: seeds.bodies(BODIES)),
    "xml": Target(markup, lambda _: seeds.markup()),
    "search": Target(searches, lambda house: seeds.searches(house.document)),
    "patch": Target(patches, lambda _: seeds.patches()),
    "jwt": Target(tokens, seeds.tokens),
    "zip": Target(parcels, lambda _: seeds.parcels()),
}
"""The targets by name."""
