"""What every way is made of: something sent to both worlds and compared, something read."""

import json
from typing import TYPE_CHECKING, Any

from tests.gateway.consenting import about, consent, to_person
from tests.noninterference import acts
from tests.noninterference.grammar import Probe
from tests.noninterference.playing import FHIR
from tests.noninterference.story import Deposit

if TYPE_CHECKING:
    from tests.noninterference.comparing import Example
    from tests.noninterference.pair import Seen

Json = dict[str, Any]


def get(
    example: "Example", path: str, query: tuple[tuple[str, str], ...] = ()
) -> "Seen":
    """Read in both worlds."""
    return example.compare(Probe("GET", path, query))


def told(example: "Example", kind: str) -> None:
    """Search a kind of what is told of the record; Consents are those in force."""
    query = (("patient.identifier", acts.person(example)),)
    status = (("status", "active"),) if kind == "Consent" else ()
    get(example, f"/fhir/{kind}", (*query, *status))


def send(example: "Example", path: str, body: Json) -> "Seen":
    """Send in both worlds."""
    sent = json.dumps(body).encode()
    return example.compare(Probe("POST", path, body=sent, kind=FHIR))


def made(answer: "Seen") -> str:
    """Return the type and id of what was made; nothing, when it was refused."""
    place = dict(answer.headers).get("Location", "").partition("/fhir/")[2]
    return "/".join(place.split("/")[:2])


def oid(example: "Example") -> str:
    """Return an identifier that no document has yet."""
    return f"2.25.{example.chance.getrandbits(100)}"


def masking(example: "Example", item_id: str, place: str = "") -> Json:
    """Return a Consent that keeps a document, or a place of it, from a pharmacist."""
    data = [about(item_id, place)]
    actor = [to_person("pharmacist")]
    provision = {"type": "deny", "actor": actor, "data": data}
    return consent(example.twin.story.patient, provision)


def masked(example: "Example", document: Deposit, place: str = "") -> Json:
    """Return such a Consent on a document of the story."""
    return masking(example, example.ids[document.name], place)


def again(example: "Example", named: str, said: Json) -> None:
    """Read a Consent, its versions, and change it from the first."""
    for each in ("", "/_history/1", "/_history/2"):
        get(example, f"/fhir/{named}{each}")
    body = json.dumps(said | {"id": named.partition("/")[2]}).encode()
    stated = (("If-Match", 'W/"1"'),)
    path = f"/fhir/{named}"
    example.compare(Probe("PUT", path, headers=stated, body=body, kind=FHIR))
