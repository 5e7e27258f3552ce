"""One gateway for all histories: each opens a record of its own and speaks real HTTP."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from joserfc import jwt
from werkzeug.test import Client, TestResponse

from gateway.audit import reading, trail
from gateway.clock import FixedClock
from gateway.commands.outbox import handlers
from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import ALGORITHM, AUDIENCE, NAME, DemoIssuer, claims_of
from gateway.demo.world.build import document_reference
from gateway.demo.world.load import load
from gateway.demo.world.people import Patient, Reader
from gateway.demo.world.reference import Sheet
from gateway.fhir.app import create_app
from gateway.outbox.delivery import deliver
from gateway.repository import records
from gateway.services import Services
from labels.consent import Effect
from labels.fhir_consent import terms
from labels.policy.question import Relation
from mappings import ins
from mappings.submission import Identifier, Traits
from tests.gateway.consenting import ROLE, consent
from tests.properties.lives import PARIS, Kind

Json = dict[str, Any]

START = datetime(2026, 11, 23, 8, tzinfo=UTC)
FHIR = "application/fhir+json"
NUMBERS = count()
PROFESSIONALS = {
    key: each for key, each in load().readers.items() if each.kind == "professional"
}


@dataclass(frozen=True, slots=True)
class House:
    """The running parts, shared by every history of this process."""

    services: Services
    issuer: DemoIssuer
    clock: FixedClock
    client: Client


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the trail: who asked what, about which documents, and got an answer."""

    who: str
    what: str
    granted: bool
    about: frozenset[str]


@cache
def house() -> House:
    """Open the gateway once: an empty database in a temporary folder."""
    clock = FixedClock(START)
    opened, issuer = open_demo(settings_in(Path(mkdtemp(prefix="paravent-lives-"))))
    services = replace(opened, clock=clock)
    return House(services, issuer, clock, Client(create_app(services)))


class Practice:
    """One record among the others, and the people who ask about it."""

    def __init__(self, born: date, preset: str) -> None:
        """Open a record at the start of time, with its parent, its doctor and its team."""
        self.house = house()
        self.house.clock.instant = START
        number = next(NUMBERS)
        self.readers = {
            key: replace(each, identifier=_renumbered(each, number))
            for key, each in PROFESSIONALS.items()
        }
        for key, sex in (("patient", "2"), ("parent", "1")):
            body = f"{sex}{number // 999 % 100:02}1199999{number % 999 + 1:03}"
            held = ins.identifier(ins.NIR_TEST, body)
            self.readers[key] = Reader(key, "patient", held, key, key, "PARAVY", "Alix")
        traits = Traits(
            (self.readers["patient"].identifier,),
            "PARAVY",
            ("ALIX",),
            "PARAVY",
            "Alix",
            born.isoformat(),
            "female",
        )
        self.patient = Patient(
            "patient", traits, ("99999", "VALOMBRE"), preset, (), (), "", ""
        )
        self.patient_id = self._open(preset)
        self.sent: dict[str, bytes] = {}

    @property
    def identifier(self) -> Json:
        """The INS of the record, as the API takes it."""
        found = self.patient.identifier
        return {"system": found.system, "value": found.value}

    def ask(
        self, who: str, method: str, path: str, body: Json | bytes | None = None
    ) -> TestResponse:
        """Send a request as somebody."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        return self.house.client.open(
            path,
            method=method,
            data=data,
            content_type=None if data is None else FHIR,
            headers={
                "Authorization": f"Bearer {self._token(self.readers[who])}",
                "X-Request-Id": "history",
            },
        )

    def operate(self, who: str, path: str, /, **values: tuple[str, object]) -> Json:
        """Call an operation that must succeed; each value comes with its type."""
        parameters = [{"name": name, kind: v} for name, (kind, v) in values.items()]
        body: Json = {"resourceType": "Parameters", "parameter": parameters}
        answer = self.ask(who, "POST", f"/fhir/{path}", body)
        assert answer.status_code == 200, (path, answer.status, answer.get_data())
        found: Json = answer.get_json(force=True)
        return found

    def deposit(self, who: str, kind: Kind, mark: str) -> str:
        """Hand a document in and return the id it got: 201, or it is a failure."""
        number = next(NUMBERS)
        at = self.house.clock.now().astimezone(PARIS)
        words = f"{kind.words} Note {number}.".encode()
        marks = (mark,) if mark else ()
        sheet = Sheet(
            f"history-{number}",
            f"2.25.{10**30 + number}",
            kind.type,
            "10",
            "Note",
            at.isoformat(),
            "urn:ihe:iti:xds:2017:mimeTypeSufficient",
            "text/plain",
            words,
            marks,
        )
        body = document_reference(sheet, self.patient, self.readers[who])
        answer = self.ask(who, "POST", "/fhir/DocumentReference", body)
        assert answer.status_code == 201, (answer.status, answer.get_data())
        public_id = answer.headers["Location"].rpartition("/")[2]
        self.sent[public_id] = words
        return public_id

    def say(self, effect: Effect, who: str, **speaks: object) -> None:
        """Send a Consent of the patient, to one person or, with no name, to everyone."""
        kind = "permit" if effect is Effect.SHOW else "deny"
        provision: Json = {"type": kind, **speaks}
        if who:
            named = terms.logical("Practitioner", who)
            provision["actor"] = [{"role": ROLE, "reference": named}]
        of = {"identifier": self.identifier}
        body = consent("solene", provision, patient=of, performer=[of])
        answer = self.ask("patient", "POST", "/fhir/Consent", body)
        assert answer.status_code == 201, answer.get_data()

    def relate(self, who: Reader, kind: Relation, until: datetime | None) -> None:
        """Let the patient declare a professional, until a day or for good."""
        member = {"system": who.identifier.system, "value": who.identifier.value}
        role = {"coding": [{"system": "urn:paravent:relation", "code": kind.value}]}
        participant: Json = {"role": [role], "member": {"identifier": member}}
        participant |= {"period": {"end": until.isoformat()}} if until else {}
        team = {
            "resourceType": "CareTeam",
            "subject": {"identifier": self.identifier},
            "participant": [participant],
        }
        answer = self.ask("patient", "POST", "/fhir/CareTeam", team)
        assert answer.status_code == 201, answer.get_data()

    def shut_out(self, who: Reader, how: str) -> None:
        """Let the patient block somebody, or lift the block."""
        held = {"system": who.identifier.system, "value": who.identifier.value}
        self.operate("patient", f"Consent/{how}", who=("valueIdentifier", held))

    def new_code(self, hours: int) -> str:
        """Return a code that the patient has just made."""
        path = "Consent/$new-code"
        made = self.operate("patient", path, hours=("valueInteger", hours))
        parts = made["parameter"][0]["part"]
        return str(next(p["valueString"] for p in parts if p["name"] == "value"))

    def present(self, who: str, code: str) -> TestResponse:
        """Present a code as somebody."""
        body: Json = {
            "resourceType": "Parameters",
            "parameter": [
                {"name": "patient", "valueIdentifier": self.identifier},
                {"name": "code", "valueString": code},
            ],
        }
        return self.ask(who, "POST", "/fhir/Consent/$present-code", body)

    def found(self, who: str) -> tuple[int, set[str], str]:
        """Return what a search of the documents tells: total, ids, and all of its text."""
        system, value = self.identifier["system"], self.identifier["value"]
        path = f"/fhir/DocumentReference?patient.identifier={system}|{value}&_count=200"
        answer = self.ask(who, "GET", path)
        assert answer.status_code == 200, (who, answer.status)
        bundle = answer.get_json(force=True)
        ids = {each["resource"]["id"] for each in bundle.get("entry", [])}
        return bundle["total"], ids, answer.get_data(as_text=True)

    def read(self, who: str, public_id: str) -> tuple[str, bytes]:
        """Return all that a read by id tells, less the id itself."""
        answer = self.ask(who, "GET", f"/fhir/DocumentReference/{public_id}")
        return answer.status, answer.get_data().replace(public_id.encode(), b"")

    def body(self, who: str, public_id: str) -> bytes:
        """Return the bytes of a document."""
        return self.ask(who, "GET", f"/fhir/Binary/{public_id}").get_data()

    def events(self, since: datetime) -> list[Event]:
        """Return the trail of the record from an instant on."""
        store = self.house.services.store
        own = self.patient.identifier
        with store.unit() as connection:
            record = records.by_identifiers(connection, store.keys, own)
            return [_read(each) for each in trail.since(connection, record, since)]

    def deliver(self) -> None:
        """Do all that is due, in every record."""
        services = self.house.services
        deliver(services.store, self.house.clock, handlers(services))

    def _open(self, preset: str) -> str:
        store = self.house.services.store
        around = (
            (Relation.REPRESENTATIVE, "parent"),
            (Relation.TREATING_DOCTOR, "gp"),
            (Relation.CARE_TEAM, "dentist"),
            (Relation.CARE_TEAM, "pharmacist"),
        )
        with store.unit() as connection:
            patient_id = records.open_record(
                connection, store.keys, self.patient.traits, preset
            )
            record = records.by_id(connection, store.keys, patient_id)
            for kind, key in around:
                held = HeldRelation(kind, self.readers[key].id)
                relations.declare(connection, record, held)
        return patient_id

    def _token(self, reader: Reader) -> str:
        now = int(self.house.clock.now().timestamp())
        dated = {"iss": NAME, "aud": AUDIENCE, "iat": now, "exp": now + 600}
        claims = dated | {"jti": "history", "acr": "eidas2"} | claims_of(reader)
        key = self.house.issuer.key
        return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "JWT"}, claims, key)


def _renumbered(reader: Reader, number: int) -> Identifier:
    """Return a number for this history alone: who asks too often is counted by person."""
    known = reader.identifier
    return Identifier(known.system, f"{known.value[:4]}{number:04}{known.value[-4:]}")


def _read(event: Json) -> Event:
    named = (each.partition("/") for each in reading.references(event))
    return Event(
        reading.agent(event),
        reading.interaction(event),
        event["outcome"] == "0",
        frozenset(key for kind, _, key in named if kind == "DocumentReference"),
    )
