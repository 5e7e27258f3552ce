"""Consents as a registry (IHE PCF ITI-108): taken, read, changed, found; by the person.

Who records for a person needs the task in the token and a code the person gave; what he
records he never reads, and it never speaks for himself. A professional finds nothing
here, like anybody about an unknown Consent: a restriction that shows tells what it hides.
A representative speaks for the person (``speaking.py``), and finds what representatives
said of documents that he sees. To all but the person a Consent is as they said it, with
versions of theirs alone: what the person made of it since is nobody else's to know.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.audit.events import Interaction
from gateway.consents import asking, history, registry, relations
from gateway.consents.registry import Version
from gateway.identity.principal import RECORDER, Principal
from gateway.inquiry import Find, Inquiry, by_id, by_identifier, inquire
from gateway.recording import taken
from gateway.references import Reference
from gateway.repository import finding
from gateway.repository.records import Record
from gateway.services import Services
from labels.policy.question import Relation
from mappings.mapped import Refused, refuse
from mappings.submission import Identifier

Json = dict[str, Any]

CONSENT = "Consent"
ACTING = frozenset({Relation.REPRESENTATIVE, Relation.GUARDIAN})
"""Who says Consents for a person without a code."""


@dataclass(frozen=True, slots=True)
class Found:
    """A Consent as it is answered, and its version."""

    resource: Json
    version: int


def create(
    services: Services, principal: Principal, resource: Json, request_id: str = ""
) -> Found:
    """Take a Consent of the person, or recorded for the person.

    Raises ``Refused``: 403, one answer for whoever may not, whatever record is named; 422
    with the FHIRPath for what cannot be kept to.
    """
    find = _find(services, principal, resource)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        granted = _speaks(asked)
        if granted:
            kept = taken(asked, resource)
            told = _told(asked, history.of_record(*asked.place)[kept.consent])
            found = _found(asked.record, told[-1] if told else kept)
            _trace(asked, Interaction.CREATE, (found,))
            return found
        _trace(asked, Interaction.CREATE, ())
    # Raised after the transaction, which keeps the trace of the refusal.
    raise _not_theirs()


def update(
    services: Services,
    principal: Principal,
    public_id: str,
    wanted: "Change",
    request_id: str = "",
) -> Found | None:
    """Put a new version in place of a Consent; the old one stays and can be read.

    None when who asks has no such Consent. Raises ``Refused``: 403 for who neither is a
    person nor records; 412 when ``wanted`` is of another version; 422 as :func:`create`.
    """
    if not _may_speak(principal):
        raise _not_theirs()
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id, hold=True) as asked:
        versions = history.of_record(*asked.place).get(target.item_id, [])
        told = _told(asked, versions)
        if not told or not _own(asked, told[-1]):
            _trace(asked, Interaction.UPDATE, ())
            return None
        wanted.check(told[-1].number)
        kept = taken(asked, wanted.resource, _standing(asked, versions, told))
        found = _found(asked.record, replace(kept, number=len(told) + 1))
        _trace(asked, Interaction.UPDATE, (found,))
        return found


@dataclass(frozen=True, slots=True)
class Change:
    """A Consent to put in place of another; ``of`` is the version it was made from, or 0."""

    resource: Json
    of: int = 0

    def check(self, number: int) -> None:
        """Refuse (412) a change that was made from another version."""
        if self.of not in (0, number):
            raise refuse(
                412,
                "conflict",
                "Consent.meta.versionId",
                "The Consent has changed in between.",
                "Le Consent a changé entre-temps.",
            )


def version(
    services: Services,
    principal: Principal,
    public_id: str,
    number: int | None = None,
    request_id: str = "",
) -> Found | None:
    """Return a Consent to its person, of a version or as it is now; None to anybody else.

    A representative gets what :func:`search` finds.
    """
    target = Reference.parse(public_id)
    find = by_id(services, target.patient_id)
    with inquire(services, principal, find, request_id) as asked:
        held = history.of_record(*asked.place).get(target.item_id, [])
        versions = _told(asked, held)
        wanted = versions[-1:] if number is None else versions
        found = [
            _found(asked.record, each)
            for each in wanted
            if _reads(asked, versions[-1]) and number in (None, each.number)
        ]
        kind = Interaction.READ if number is None else Interaction.VREAD
        _trace(asked, kind, tuple(found))
    return found[0] if found else None


def search(
    asked: Inquiry,
    matches: Callable[[Json], bool],
    query: str = "",
    *,
    following: bool = False,
) -> list[Found]:
    """Return the person's Consents that match, the last changed first; nobody else's.

    To a representative those that representatives said. ``following``: for a further page.
    """
    found = [each for each in present(asked) if matches(each.resource)]
    _trace(asked, Interaction.SEARCH, tuple(found), query, following=following)
    return found


def present(asked: Inquiry) -> list[Found]:
    """Return every Consent that who asks reads, as it is now; the caller leaves the trace."""
    held = history.of_record(*asked.place).values()
    last = [each[-1] for told in held if (each := _told(asked, told))]
    last.sort(key=lambda v: (v.at, v.consent), reverse=True)
    return [_found(asked.record, each) for each in last if _reads(asked, each)]


def _find(services: Services, principal: Principal, resource: Json) -> Find:
    """Return how to find the record that a Consent names; a person's own for no name."""
    if not _may_speak(principal):
        raise _not_theirs()
    patient = resource.get("patient")
    named = patient if isinstance(patient, dict) else {}
    reference, identifier = named.get("reference"), named.get("identifier")
    if isinstance(reference, str):
        return by_id(services, reference.removeprefix("Patient/"))
    held = identifier if isinstance(identifier, dict) else {}
    system, value = held.get("system"), held.get("value")
    if principal.patient and not (isinstance(system, str) and isinstance(value, str)):
        return by_identifier(services, principal.patient[0])
    return by_identifier(services, Identifier(str(system), str(value)))


def _may_speak(principal: Principal) -> bool:
    return bool(principal.patient) or RECORDER in principal.scopes


def _speaks(asked: Inquiry) -> bool:
    """Whether who asks may say what the person of this record decides."""
    relations = asked.question.relations
    lets = Relation.AUTHORISED in relations and Relation.BLOCKED not in relations
    recorder = RECORDER in asked.principal.scopes and not asked.principal.patient
    acts = asked.by_patient or asking.represents(asked.question)
    return acts or (recorder and lets)


def _own(asked: Inquiry, before: Version) -> bool:
    """Whether who asks may change it: the person any, a recorder what he recorded."""
    if _reads(asked, before):
        return True
    recorded = before.recorder == asked.principal.depositor
    return not asked.principal.patient and _speaks(asked) and recorded


def _reads(asked: Inquiry, said: Version) -> bool:
    """Whether who asks may read it: the person any, representatives what they said.

    Whoever of them said it, also one whom the person has suspended since: that is told to
    no other.
    """
    if asked.by_patient or not asking.represents(asked.question):
        return asked.by_patient
    held = relations.of_record(*asked.place)
    return said.recorder in {each.who for each in held if each.kind in ACTING}


def _seen(asked: Inquiry, reference: str) -> bool:
    item_id = Reference.parse(reference.rpartition("/")[2]).item_id
    return finding.find(*asked.place, asked.clearance, item_id) is not None


def _documents(part: object) -> Iterator[str]:
    """Yield the references to documents in a Consent, wherever they stand."""
    if isinstance(part, str) and part.startswith("DocumentReference/"):
        yield part
    held = part.values() if isinstance(part, dict) else part
    if isinstance(held, Iterable) and not isinstance(held, str):
        for each in held:
            yield from _documents(each)


def _told(asked: Inquiry, versions: Sequence[Version]) -> list[Version]:
    """Return the versions of a Consent as who asks counts them: the person all of them.

    Representatives those that were said for the person, a recorder his own, as if there
    were no others. Less those that name a document which a representative does not see: it
    is no document to him.
    """
    if asked.by_patient:
        return list(versions)
    said = [each for each in versions if each.recorder]
    if asking.represents(asked.question):
        said = [e for e in said if all(_seen(asked, d) for d in _documents(e.resource))]
    else:
        said = [each for each in said if each.recorder == asked.principal.depositor]
    return [replace(each, number=n) for n, each in enumerate(said, 1)]


def _standing(
    asked: Inquiry, versions: Sequence[Version], told: Sequence[Version]
) -> Version:
    """Return the version that a change takes the place of; all of it when the person asks.

    Another takes back what was said for the person, as far as he is told of it. What the
    person said since stays, as a Consent of its own; so does what names what he does not see.
    """
    last = versions[-1]
    if asked.by_patient or last == replace(told[-1], number=last.number):
        return last
    theirs = {i for each in told for i in each.directives}
    own = tuple(each for each in last.directives if each not in theirs)
    if own:
        registry.begin(*asked.place, replace(last, at=asked.at, directives=own))
    return replace(last, directives=told[-1].directives)


def _found(record: Record, held: Version) -> Found:
    meta = {"versionId": str(held.number), "lastUpdated": _instant(held.at)}
    resource = held.resource | {
        "id": str(Reference(record.patient_id, held.consent)),
        "meta": meta,
    }
    return Found(resource, held.number)


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _trace(
    asked: Inquiry,
    kind: Interaction,
    found: tuple[Found, ...],
    query: str = "",
    *,
    following: bool = False,
) -> None:
    names = tuple(f"{CONSENT}/{each.resource['id']}" for each in found)
    granted = bool(names) or kind is Interaction.SEARCH
    asked.trace(kind, granted=granted, items=names, query=query, following=following)


def _not_theirs() -> Refused:
    return refuse(
        403,
        "forbidden",
        CONSENT,
        "Only the person decides this, or who records it with a code from the person.",
        "Seule la personne en décide, ou qui le recueille avec un code de la personne.",
    )
