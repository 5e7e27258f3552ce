"""Everything in a record, for its patient: FHIR, originals and the log, as one zip.

First, in one transaction: what there is, the trace, the FHIR parts. Then, document after
document, each in a transaction of its own and judged again: no more than one is in
memory. Names tell nothing and depend on nothing but the order of dates. What waits for
an announcement is nowhere in it: not among the documents, the sets, the decisions, the
log.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from io import RawIOBase
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from gateway import disclosure, log, rendering, view
from gateway.audit.events import Interaction
from gateway.consents import registry
from gateway.identification import only_the_patient
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, by_identifier, inquire
from gateway.lifecycle import unseen
from gateway.notify import preferences
from gateway.repository import entries, finding, items, keeping
from gateway.repository.items import (
    DOCUMENT,
    MEMBER,
    REPLACES,
    SUBMISSION_SET,
    Stored,
)
from gateway.services import Services

Json = dict[str, Any]

NAME = "paravent-export.zip"
EXPORT = "record-export"
"""What the trail calls it."""

SUFFIXES = {
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/fhir+json": ".json",
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "text/plain": ".txt",
}
KINDS = (
    *(entries.RELATION, entries.DIRECTIVE, entries.WORD, entries.INTAKE),
    *(entries.EMERGENCY_CHOICES, entries.EMERGENCY_ASKED, entries.NOTICE),
    *(entries.CONTEST, entries.LIFE, entries.JOINT),
)
"""What is kept beside the documents and told to the patient; codes are secrets even so.
How others wish to be told is theirs: of that the person's own alone is given."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the export before its bytes: a document by its id."""

    name: str
    item_id: str


def export(
    services: Services, principal: Principal, request_id: str = ""
) -> Iterator[bytes] | None:
    """Return the zip of all that is in the patient's own record, piece by piece.

    None when there is no open record. Raises ``Refused`` (403) to anybody but a person,
    and to a person through an application.
    """
    if not principal.patient or principal.client:
        raise only_the_patient()
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find, request_id) as asked:
        seen = visible(asked, DOCUMENT) if asked.by_patient else []
        names = tuple(f"{DOCUMENT}/{view.public_id(asked.record, s.id)}" for s in seen)
        granted = asked.by_patient and not asked.question.deceased
        asked.trace(Interaction.OPERATION, granted=granted, items=names, reason=EXPORT)
        if not granted:
            return None
        parts = [Part(_name(n, each), each.id) for n, each in enumerate(seen, 1)]
        files = _files(asked, seen, parts, services.settings.base_url)
    return _zipped(services, principal, files, parts)


def visible(asked: Inquiry, kind: str) -> list[Stored]:
    """Return all of a kind that who asks may see, the oldest first."""
    every = finding.every(*asked.place, asked.clearance, kind)
    found = disclosure.guarded(asked, list(every))
    return sorted(found, key=lambda each: (each.dated, each.id))


def _files(
    asked: Inquiry, seen: list[Stored], parts: list[Part], base_url: str
) -> list[tuple[str, bytes]]:
    """Return the FHIR parts: what there is, what was decided, what happened."""
    names = {each.item_id: each.name for each in parts}
    sets = visible(asked, SUBMISSION_SET)
    said, kept = _consents(asked), _record(asked)
    here = {each.id for each in (*seen, *sets)}
    elsewhere = unseen.named([said, kept]) - here
    hidden = frozenset(s.id for s in keeping.named(*asked.place, elsewhere))
    resources = [
        view.patient(asked.record),
        *_documents(asked, seen, names),
        *_sets(asked, sets),
        *unseen.without(said, hidden),
    ]
    told = [each.resource for each in log.told(asked, base_url)]
    return [
        ("bundle.json", _json(_bundle(resources))),
        ("log.json", _json(_bundle(told))),
        ("record.json", _json(unseen.without(kept, hidden))),
    ]


def _documents(
    asked: Inquiry, seen: list[Stored], names: dict[str, str]
) -> Iterator[Json]:
    replaced = finding.targets(*asked.place, asked.clearance, REPLACES, names)
    for given in rendering.shown(asked, items.as_it_stands(*asked.place, seen)):
        item_id = given.stored.id
        made = view.document(asked.record, given, replaced[item_id], to_patient=True)
        made["content"][0]["attachment"]["url"] = names[item_id]
        yield made


def _sets(asked: Inquiry, sets: list[Stored]) -> Iterator[Json]:
    ids = [each.id for each in sets]
    members = finding.targets(*asked.place, asked.clearance, MEMBER, ids)
    for each in sets:
        if members[each.id]:
            yield view.submission_set(asked.record, each, members[each.id])


def _consents(asked: Inquiry) -> list[Json]:
    kept = registry.of_record(*asked.place)
    return [versions[-1].resource for _, versions in sorted(kept.items()) if versions]


def _record(asked: Inquiry) -> Json:
    """Return what is kept of the record beside its items, by kind."""
    record = asked.record
    kept = {
        kind: [
            held for _, held in entries.of_record(*asked.place[:1], kind, record.keys)
        ]
        for kind in KINDS
    }
    own = [asdict(preferences.of(*asked.place))]
    return {"preset": record.preset, "zone": record.zone, "notice_settings": own} | kept


def _bundle(resources: Iterable[Json]) -> Json:
    entry = [{"resource": each} for each in resources]
    whole: Json = {"resourceType": "Bundle", "type": "collection"}
    return whole | ({"entry": entry} if entry else {})


def _json(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, default=str).encode()


def _name(number: int, stored: Stored) -> str:
    kind = stored.content["content"][0]["attachment"].get("contentType", "")
    return f"documents/{number:05d}{SUFFIXES.get(kind.split(';')[0], '.bin')}"


class _Sink(RawIOBase):
    """Where the zip is written, and taken from as it grows; it cannot be gone back in."""

    def __init__(self) -> None:
        self.held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - any buffer
        self.held += data
        return len(data)

    def taken(self) -> bytes:
        taken, self.held = bytes(self.held), bytearray()
        return taken


def _zipped(
    services: Services,
    principal: Principal,
    files: list[tuple[str, bytes]],
    parts: list[Part],
) -> Iterator[bytes]:
    sink = _Sink()
    with ZipFile(sink, "w", ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(_dateless(name), data)
            yield sink.taken()
        for part in parts:
            original = _original(services, principal, part)
            if original is not None:
                archive.writestr(_dateless(part.name), original)
                yield sink.taken()
    yield sink.taken()


def _original(services: Services, principal: Principal, part: Part) -> bytes | None:
    """Return a document's bytes, unless it may be seen no more; traced beforehand."""
    find = by_identifier(services, principal.patient[0])
    with inquire(services, principal, find) as asked:
        place = (*asked.place, asked.clearance)
        stored = finding.find(*place, part.item_id) if asked.by_patient else None
        given = rendering.shown(asked, [stored] if stored else [])
        return rendering.body(asked, given[0]) if given else None


def _dateless(name: str) -> ZipInfo:
    """Return an entry whose date tells nothing, so that the same gives the same bytes."""
    made = ZipInfo(name)
    made.compress_type = ZIP_DEFLATED
    made.external_attr = 0o600 << 16
    return made
