"""Where what a reader is given comes from: a Provenance for each document and each fact.

Made of what the reader is given, like the facts themselves: there is one for each target
that may be seen and for no other. Authors are those the document names to this reader;
the gateway put it together. Where in the document a fact stands is told to who gets the
original: in a rendition, places would count what was left out.
"""

from collections.abc import Iterator
from typing import Any

from gateway import disclosure, view
from gateway.audit.events import Interaction
from gateway.disclosure import Page
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_id, inquire
from gateway.rendering import Shown
from gateway.repository import finding
from gateway.repository.items import DOCUMENT, Stored
from gateway.search import resources
from gateway.search.addresses import Address
from gateway.search.labelled import Fact, facts
from gateway.search.resources import Wanted
from gateway.services import Services
from labels import fhir
from labels.label import Label

Json = dict[str, Any]

KIND = "Provenance"
TYPES = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
GATEWAY: Json = {
    "resourceType": "Device",
    "id": "gateway",
    "deviceName": [{"name": "Paravent", "type": "manufacturer-name"}],
}
ASSEMBLER: Json = {
    "type": {"coding": [{"system": TYPES, "code": "assembler"}]},
    "who": {"reference": "#gateway", "display": "Paravent"},
}


def find(asked: Inquiry, wanted: Wanted, query: str = "") -> Page:
    """Return a page of Provenances: of documents, and of facts of current ones."""
    page = resources.paged(wanted, every(asked), asked.record.patient_id)
    names = tuple(f"{KIND}/{each['id']}" for each in page.resources)
    asked.searched(names, query, wanted.after)
    return page


def every(asked: Inquiry) -> list[Fact]:
    """Return a Provenance of each document that may be seen, and of each current fact."""
    found = [*_of_facts(asked, resources.current(asked))]
    return [*found, *_of_documents(asked, resources.documents(asked))]


def read(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Json | None:
    """Return one Provenance; None when there is none of anything the reader sees."""
    address = Address.parse(public_id)
    opened = by_id(services, address.patient_id)
    with inquire(services, principal, opened, request_id) as asked:
        stored = finding.find(*asked.place, asked.clearance, address.item_id)
        held = disclosure.guarded(asked, [stored] if stored else [])
        made = [*_of_facts(asked, held), *_of_documents(asked, held)]
        found = [e.resource for e in made if e.resource["id"] == public_id]
        names = tuple(f"{KIND}/{public_id}" for _ in found)
        query = f"{KIND}/{public_id}"
        asked.trace(Interaction.READ, granted=bool(found), items=names, query=query)
    return found[0] if found else None


def _of_facts(asked: Inquiry, found: Iterator[Stored] | list[Stored]) -> Iterator[Fact]:
    held = list(found)
    given = {each.stored.id: each for each in disclosure.as_given(asked, held)}
    for each in facts(asked, held):
        resource = each.resource
        target = f"{resource['resourceType']}/{resource['id']}"
        document = f"{DOCUMENT}/{view.public_id(asked.record, each.stored.id)}"
        source: Json = {"reference": document}
        if each.whole:
            source["display"] = each.place
        shown = given[each.stored.id]
        security = resource["meta"]["security"]
        made = _provenance(asked, shown, target, source, security)
        yield Fact(made, each.label, each.stored)


def _of_documents(
    asked: Inquiry, found: Iterator[Stored] | list[Stored]
) -> Iterator[Fact]:
    for each in disclosure.as_given(asked, list(found)):
        name = view.public_id(asked.record, each.stored.id)
        label = each.stored.label.effective if asked.by_patient else each.label
        security = fhir.meta_security(label)
        source = {"reference": f"Binary/{name}"}
        made = _provenance(asked, each, f"{DOCUMENT}/{name}", source, security)
        yield Fact(made, Label(), each.stored)


def _provenance(
    asked: Inquiry, given: Shown, target: str, source: Json, security: list[Json]
) -> Json:
    record, stored = asked.record, given.stored
    token = record.keys.token("provenance", target)[:32]
    recorded = stored.recorded.isoformat(timespec="milliseconds")
    contained, agents = _authors(given.content)
    meta = {"versionId": "1", "lastUpdated": recorded, "security": security}
    made: Json = {
        "resourceType": KIND,
        "id": str(Address(record.patient_id, stored.id, token)),
        "meta": meta,
        "contained": [GATEWAY, *contained],
        "target": [{"reference": target}],
    }
    if when := given.content.get("date"):
        made["occurredDateTime"] = when
    return made | {
        "recorded": recorded,
        "agent": [*agents, ASSEMBLER],
        "entity": [{"role": "source", "what": source}],
    }


def _authors(content: Json) -> tuple[list[Json], list[Json]]:
    """Return the authors a document names, as agents, and what these refer to."""
    known = {f"#{each.get('id')}": each for each in content.get("contained", ())}
    inside: dict[str, Json] = {}
    agents = []
    for author in content.get("author", ()):
        met = list(_followed(str(author.get("reference", "")), known))
        inside |= {f"#{each['id']}": each for each in met}
        who = dict(author)
        if identifier := next(_identifiers(met), None):
            who.setdefault("identifier", identifier)
        kind = {"coding": [{"system": TYPES, "code": "author"}]}
        agents.append({"type": kind, "who": who})
    return list(inside.values()), agents


def _followed(name: str, known: dict[str, Json]) -> Iterator[Json]:
    """Yield what a reference leads to, and what that says of person and structure."""
    waiting, met = [name], set()
    while waiting:
        each = waiting.pop()
        if each not in known or each in met or known[each]["resourceType"] == "Patient":
            continue
        met.add(each)
        yield known[each]
        for link in ("organization", "practitioner", "owner"):
            held = known[each].get(link)
            if isinstance(held, dict):
                waiting.append(str(held.get("reference", "")))


def _identifiers(met: list[Json]) -> Iterator[Json]:
    """Yield the identifiers of an author: those of the person before the structure's."""
    for each in sorted(met, key=lambda one: one["resourceType"] == "Organization"):
        yield from each.get("identifier", ())
