"""A gateway that holds one record for each worked case, made of what the case says."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from sqlalchemy import Connection
from werkzeug.test import Client, TestResponse

from gateway.clock import FixedClock
from gateway.consents import asking, directives, emergencies, relations
from gateway.consents.emergencies import Grant
from gateway.consents.relations import HeldRelation
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import ALGORITHM, AUDIENCE, LIFE, NAME, ROLES, DemoIssuer
from gateway.fhir.app import create_app
from gateway.identity.claims import PERSON_SYSTEM, STRUCTURE_SYSTEM, principal
from gateway.repository import items, records
from gateway.repository.held_label import HeldLabel
from gateway.repository.items import DOCUMENT, NewItem
from gateway.repository.records import Record
from gateway.services import Services
from gateway.view import public_id
from labels.codes import Mark, Purpose
from labels.consent import Audience, AudienceKind, Directive
from labels.emergency import EmergencyChoices
from labels.item import LONG_AGO, NEVER, Item
from labels.label import Label, join
from labels.policy import editions
from labels.policy.matrix import Capacity
from labels.policy.question import LATEST, URGENT, Question, Relation
from mappings import ins
from mappings.submission import Identifier, Traits
from tests.labels.policy.worked import Case

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SYSTEMS = {
    "rpps": PERSON_SYSTEM,
    "adeli": PERSON_SYSTEM,
    "finess": STRUCTURE_SYSTEM,
    "ins": ins.NIR_TEST,
    "software": NAME,
}
OUTSIDE = {Capacity.OCCUPATIONAL: ("10", "SM25"), Capacity.ADMINISTRATIVE: ("331", "")}
AGES = {(False, False): 40, (True, False): 16, (True, True): 10}
PERSONS = {Purpose.PATRQT, Purpose.FAMRQT}
PARENT = f"{ins.NIR_TEST}|parent"
_INTRODUCED = Relation.INTRODUCED


@dataclass(frozen=True)
class Seeded:
    """A case with its record, its item and who asks."""

    case: Case
    number: int
    patient_id: str
    item_id: str
    claims: dict[str, Any]

    @property
    def at(self) -> datetime:
        """The instant of the question; the present where the case names none."""
        return NOW if self.case.question.at == LATEST else self.case.question.at

    @property
    def patient(self) -> Identifier:
        """The INS of the person of the record."""
        return _ins(self.number)


class CaseWorld:
    """All cases, each with a record of its own, behind the FHIR API."""

    def __init__(self, folder: Path, cases: list[Case]) -> None:
        """Seed the records in one transaction."""
        services, issuer = open_demo(settings_in(folder))
        self.services: Services = services
        self.issuer: DemoIssuer = issuer
        self._clients: dict[datetime, Client] = {}
        with services.store.unit() as connection:
            self.seeded = {
                case.ask: _seed(connection, services, number, case)
                for number, case in enumerate(cases)
            }

    def asks(self, seeded: Seeded, path: str) -> TestResponse:
        """Send a request as the reader of the case, at the instant of the case."""
        at = seeded.at
        if at not in self._clients:
            services = replace(self.services, clock=FixedClock(at))
            self._clients[at] = Client(create_app(services))
        headers = {"Authorization": f"Bearer {self._token(seeded, at)}"}
        headers["X-Request-Id"] = "00000000-test"
        return self._clients[at].get(path, headers=headers)

    def read(self, seeded: Seeded, item_id: str = "") -> TestResponse:
        """Read the document of the case, or another id of the same record."""
        with self.services.store.unit() as connection:
            record = records.by_id(
                connection, self.services.store.keys, seeded.patient_id
            )
        target = public_id(record, item_id or seeded.item_id)
        return self.asks(seeded, f"/fhir/{DOCUMENT}/{target}")

    def total(self, seeded: Seeded) -> int:
        """Return how many documents of the record the reader finds."""
        who = f"{seeded.patient.system}|{seeded.patient.value}"
        found = self.asks(seeded, f"/fhir/{DOCUMENT}?patient.identifier={who}")
        return int(found.get_json(force=True)["total"])

    def question(self, seeded: Seeded) -> Question:
        """Return the question that the gateway asks policy for this reader."""
        asker = principal(seeded.claims)
        with self.services.store.unit() as connection:
            record = records.by_id(
                connection, self.services.store.keys, seeded.patient_id
            )
            return asking.question(connection, asker, record, seeded.at)

    def _token(self, seeded: Seeded, at: datetime) -> str:
        now = int(at.timestamp())
        header = {"alg": ALGORITHM, "kid": self.issuer.key.kid, "typ": "JWT"}
        claims = seeded.claims | {
            "iss": NAME,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + LIFE,
            "jti": uuid4().hex,
        }
        return str(jwt.encode(header, claims, self.issuer.key))


def expected(seeded: Seeded) -> Question:
    """Return the question of the case in the identifiers of its record.

    A professional who was granted no emergency asks for care, whatever the purpose said.
    """
    asked = seeded.case.question
    if asked.purpose in URGENT and not asked.urgent:
        asked = replace(asked, purpose=Purpose.TREAT)
    return replace(
        asked,
        reader=_named(asked.reader, seeded.number),
        organization=_named(asked.organization, seeded.number),
        directives=tuple(_directive(d, seeded) for d in asked.directives),
        at=seeded.at,
    )


def _seed(
    connection: Connection, services: Services, number: int, case: Case
) -> Seeded:
    asked = case.question
    store = services.store
    at = NOW if asked.at == LATEST else asked.at
    born = at.replace(year=at.year - AGES[asked.minor, asked.under_15])
    traits = Traits((_ins(number),), birth_date=born.date().isoformat())
    patient_id = records.open_record(connection, store.keys, traits, asked.preset)
    record = records.by_id(connection, store.keys, patient_id)
    if asked.deceased:
        records.keep(connection, replace(record, died=at.date().isoformat()))
    seeded = Seeded(case, number, patient_id, uuid4().hex, _claims(asked, number))
    _relate(connection, record, seeded, at)
    for each in case.directives:
        directives.decide(connection, record, _directive(each, seeded))
    _deposit(connection, record, seeded, at)
    return seeded


def _relate(
    connection: Connection, record: Record, seeded: Seeded, at: datetime
) -> None:
    """Declare the relations; an emergency is a grant, and its choices are the person's.

    A grant makes every question about care urgent: where a case asks for ordinary care
    all the same, it is a relation like another.
    """
    asked, who = (
        seeded.case.question,
        _named(seeded.case.question.reader, seeded.number),
    )
    if asked.masks_open:
        emergencies.choose(connection, record, EmergencyChoices(masked=True))
    introduced = _INTRODUCED in asked.relations
    spoken = any(each.said_by for each in seeded.case.directives)
    parent = _parent(connection, record, asked) if introduced or spoken else ""
    lets = parent if introduced else ""
    for kind in asked.relations - {Relation.SELF, _INTRODUCED}:
        if kind is Relation.EMERGENCY and asked.purpose in URGENT:
            structure = _named(asked.organization, seeded.number)
            given = Grant(who, structure, asked.purpose, at, at)
            emergencies.grant(connection, record, given)
        else:
            held = HeldRelation(kind, who, declared_by=lets)
            relations.declare(connection, record, held)


def _parent(connection: Connection, record: Record, asked: Question) -> str:
    """Have somebody represent the person, who speaks and lets in; return who it is."""
    kind = Relation.REPRESENTATIVE if asked.minor else Relation.GUARDIAN
    relations.declare(connection, record, HeldRelation(kind, PARENT))
    return PARENT


def _deposit(
    connection: Connection, record: Record, seeded: Seeded, at: datetime
) -> None:
    item = seeded.case.item
    dated = at if item.dated == LONG_AGO else item.dated
    facts = Item(
        seeded.item_id,
        item.type,
        author=_named(item.author, seeded.number),
        organization=_named(item.organization, seeded.number),
        dated=dated,
    )
    attachment = {"contentType": "text/plain", "title": "A document"}
    content = {
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:2.25.1"},
        "content": [{"attachment": attachment}],
    }
    new = NewItem(
        DOCUMENT,
        facts,
        _label(item),
        content,
        unique=f"case {seeded.number}",
        digest=f"case {seeded.number}",
        dated=dated,
        recorded=at,
        announced=None if item.announced == NEVER else item.announced,
        original=b"A document.",
    )
    items.add(connection, record, new)


def _label(item: Item) -> HeldLabel:
    """Return the label; what is told in parts that a rendition leaves out stands apart."""
    own = Label(item.confidentiality, item.categories, item.marks)
    if not item.told and not item.unread:
        return HeldLabel(computed=own)
    unread = frozenset({Mark.OPAQUE}) if item.unread else frozenset()
    told = Label(item.confidentiality, item.told, unread)
    return HeldLabel(computed=join(own, told), fixed=own)


def _directive(each: Directive, seeded: Seeded) -> Directive:
    """Return the directive in the identifiers of the record; its id does not matter."""
    number, audience = seeded.number, each.audience
    named = audience.kind in (AudienceKind.PERSON, AudienceKind.ORGANIZATION)
    value = _named(audience.value, number) if named else audience.value
    names = {seeded.case.item.id: seeded.item_id}
    return replace(
        each,
        id="",
        audience=Audience(audience.kind, value),
        items=frozenset(names.get(item, item) for item in each.items),
        places=frozenset((names.get(item, item), path) for item, path in each.places),
        authors=frozenset(_named(author, number) for author in each.authors),
        said_by=PARENT if each.said_by else "",
    )


def _claims(asked: Question, number: int) -> dict[str, Any]:
    kind, _, name = asked.reader.partition("|")
    if kind == "ins":
        system, value = _named(asked.reader, number).split("|")
        return {"sub": name, "ins": {"system": system, "value": value}}
    claims: dict[str, Any] = {"iss": NAME, "sub": name}
    claims["purpose_of_use"] = asked.purpose.value
    claims["SubjectOrganizationID"] = asked.organization.partition("|")[2]
    if kind == "software":
        return claims
    profession, skill = _profession(asked)
    exercise = {"codeProfession": profession, "codeSavoirFaire": skill}
    return claims | {
        "SubjectNameID": name,
        "SubjectRole": [f"{profession}^{ROLES}"],
        "SubjectRefPro": {"exercices": [exercise]},
    }


def _profession(asked: Question) -> tuple[str, str]:
    """Return a code of the column; a psychologist's, which has none, for no column."""
    if asked.capacity in OUTSIDE:
        return OUTSIDE[asked.capacity]
    columns = editions.load().at(LATEST).columns
    found = [min(c.professions) for c in columns if c.id == asked.profession]
    return (found or ["93"])[0], ""


def _named(who: str, number: int) -> str:
    kind, _, name = who.partition("|")
    if who == "ins|patient":
        return str(_ins(number))
    return f"{SYSTEMS[kind]}|{name}" if who else ""


def _ins(number: int) -> Identifier:
    return ins.identifier(ins.NIR_TEST, f"1800199999{number:03d}")
