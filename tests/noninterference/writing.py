"""What a reader writes in both worlds: deposits of his own, words about other items."""

import json
from dataclasses import replace
from random import Random
from uuid import UUID

from tests.gateway.consenting import about, consent
from tests.noninterference.bodies import FHIR, Writes
from tests.noninterference.circle import contest
from tests.noninterference.documents import Paper, world
from tests.noninterference.pair import HOOK
from tests.noninterference.playing import posted
from tests.noninterference.stories import DAYS, TYPES
from tests.noninterference.story import Deposit, Story
from tests.noninterference.surface import Way
from tests.noninterference.values import Guesses

BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
ROUTES = {"/cda": "cda", "/fhir": "iti65", "/fhir/DocumentReference": "iti105"}


class Deposits(Writes):
    """Bodies that collide with what is hidden: its identifiers, its bytes, its ids."""

    def __init__(self, story: Story, hidden: tuple[Deposit, ...]) -> None:
        """Write for the reader of a story, who guesses well."""
        self._story = story
        self._hidden = hidden

    def body(
        self, chance: Random, way: Way, guesses: Guesses, path: str
    ) -> tuple[bytes, str]:
        """Return a deposit for the routes that take one, a Consent, or what any has."""
        reader = world().readers[self._story.reader]
        route = ROUTES.get(way.path)
        if route and reader.kind == "professional" and chance.random() < 0.9:
            _, kind, body = posted([self._deposit(chance, route)])
            return body, kind
        if way.path.startswith("/fhir/Consent") and "$" not in path:
            held = guesses.bag(chance)
            data = [about(chance.choice(held.ids or ("absent",)))]
            provision = {"type": chance.choice(("deny", "permit")), "data": data}
            said = consent(self._story.patient, provision)
            if way.arguments:
                said["id"] = path.split("/")[3]
            return json.dumps(said).encode(), FHIR
        if way.path == "/fhir/Task":
            event = chance.choice(guesses.ids(chance, "AuditEvent"))
            return json.dumps(contest(event)).encode(), FHIR
        if way.path.startswith("/fhir/Subscription") and chance.random() < 0.9:
            return self._subscription(chance, way, guesses, path), FHIR
        return super().body(chance, way, guesses, path)

    def _subscription(
        self, chance: Random, way: Way, guesses: Guesses, path: str
    ) -> bytes:
        """Ask to be told what comes to the record, or only what is like something."""
        identifier = self._story.person.identifier
        criteria = f"DocumentReference?patient.identifier={identifier.system}|"
        criteria += identifier.value
        if chance.random() < 0.3:
            held = guesses.bag(chance)
            criteria += f"&type={chance.choice(held.codes or ('11488-4',))}"
        extension = {"url": f"{BACKPORT}backport-payload-content"}
        channel: dict[str, object] = {
            "type": "rest-hook",
            "endpoint": f"{HOOK}/{self._story.reader}",
            "payload": FHIR,
            "_payload": {"extension": [{**extension, "valueCode": "id-only"}]},
        }
        said: dict[str, object] = {
            "resourceType": "Subscription",
            "status": chance.choice(("requested", "requested", "off")),
            "reason": "what comes is read here",
            "criteria": criteria,
            "channel": channel,
        }
        if way.arguments:
            said["id"] = path.split("/")[3]
        return json.dumps(said).encode()

    def _deposit(self, chance: Random, route: str) -> Deposit:
        """Return a document of the reader's own, often with something of a hidden one."""
        paper = Paper(
            oid=f"2.25.{UUID(int=chance.getrandbits(128)).int}",
            type=chance.choice(TYPES),
            title="Note",
            at=chance.choice(DAYS),
        )
        known = (*self._hidden, *self._story.deposits.values())
        if known and chance.random() < 0.7:
            other = chance.choice(self._hidden or known).paper
            same = (
                {"oid": other.oid},
                {"follows": other.oid},
                {"said": other.said, "at": other.at},
                {"oid": other.oid, "at": other.at, "type": other.type},
            )
            paper = replace(paper, **chance.choice(same))
        lot = f"lot-{paper.oid}" if route == "iti65" else ""
        story = self._story
        name = f"own-{paper.oid}"
        return Deposit(name, story.patient, story.reader, paper, route, lot=lot)
