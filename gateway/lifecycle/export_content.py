"""What is in an export in bulk, type by type, as who asked for it may see it now."""

from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from gateway import consent, disclosure, log, view
from gateway.inquiry import Inquiry
from gateway.lifecycle import unseen
from gateway.lifecycle.export_job import Job
from gateway.lifecycle.exporting import visible
from gateway.rendering import Shown
from gateway.repository import finding, keeping
from gateway.repository.items import DOCUMENT, MEMBER, REPLACES, SUBMISSION_SET, Stored
from gateway.search import definitions, provenances, resources
from gateway.search.labelled import facts

Json = dict[str, Any]

PERSON, BODY, CONSENT, EVENT = "Patient", "Binary", "Consent", "AuditEvent"
TYPES = (
    *(PERSON, DOCUMENT, BODY, SUBMISSION_SET, CONSENT, EVENT),
    *sorted(definitions.load()),
    provenances.KIND,
)
"""All that can be in an export, in the order of its manifest."""


def listed(
    asked: Inquiry, job: Job, base_url: str, only: str = ""
) -> dict[str, list[Json]]:
    """Return every resource of an export by its type; of Binary, the id alone.

    Types of which there is nothing are left out: what is hidden and what never was are
    the same. With ``only``, no other type is looked at.
    """
    wanted = {each for each in job.types if only in ("", each)}
    every: dict[str, list[Json]] = {}
    if PERSON in wanted:
        every[PERSON] = [view.patient(asked.record)]
    if wanted & {DOCUMENT, BODY}:
        every |= _documents(asked, job)
    if SUBMISSION_SET in wanted:
        every[SUBMISSION_SET] = list(_sets(asked, job))
    if CONSENT in wanted:
        every[CONSENT] = list(_consents(asked, job))
    if EVENT in wanted:
        every[EVENT] = list(_events(asked, job, base_url))
    if wanted & set(definitions.load()):
        every |= _derived(asked, job)
    if provenances.KIND in wanted:
        every[provenances.KIND] = list(_provenances(asked, job))
    return {kind: every[kind] for kind in TYPES if kind in wanted and every[kind]}


def body(asked: Inquiry, stored: Stored) -> Json | None:
    """Return the Binary of a document as it is given to who asks; None for none."""
    given = disclosure.given_to(asked, [stored])
    for shown, data in given:
        attachment = shown.content["content"][0]["attachment"]
        return {
            "resourceType": BODY,
            "id": view.public_id(asked.record, stored.id),
            "contentType": attachment["contentType"],
            "data": b64encode(data).decode(),
        }
    return None


def _documents(asked: Inquiry, job: Job) -> dict[str, list[Json]]:
    seen = visible(asked, DOCUMENT)
    given = disclosure.as_given(asked, disclosure.as_it_stands(asked, seen))
    ids = [each.stored.id for each in given]
    replaced = finding.targets(*asked.place, asked.clearance, REPLACES, ids)
    made = [_document(asked, each, replaced[each.stored.id]) for each in given]
    found = [each for each in made if job.holds(_updated(each))]
    return {DOCUMENT: found, BODY: [{"id": each["id"]} for each in found]}


def _document(asked: Inquiry, given: Shown, replaced: list[str]) -> Json:
    return view.document(asked.record, given, replaced, to_patient=asked.by_patient)


def _sets(asked: Inquiry, job: Job) -> Iterator[Json]:
    sets = visible(asked, SUBMISSION_SET)
    ids = [each.id for each in sets]
    members = finding.targets(*asked.place, asked.clearance, MEMBER, ids)
    for each in sets:
        if members[each.id]:
            made = view.submission_set(asked.record, each, members[each.id])
            if job.holds(_updated(made)):
                yield made


def _consents(asked: Inquiry, job: Job) -> Iterator[Json]:
    """Yield the Consents that who asks reads, less what may not be named.

    Only what they name is looked up, so that the work depends on them alone.
    """
    here = {s.id for kind in (DOCUMENT, SUBMISSION_SET) for s in visible(asked, kind)}
    found = [each.resource for each in consent.present(asked)]
    elsewhere = unseen.named(found) - here
    hidden = frozenset(s.id for s in keeping.named(*asked.place, elsewhere))
    told = unseen.without(found, hidden)
    yield from (each for each in told if job.holds(_updated(each)))


def _events(asked: Inquiry, job: Job, base_url: str) -> Iterator[Json]:
    """Yield what the log tells who asks, until the export was asked for."""
    for each in log.told(asked, base_url):
        if job.holds(each.recorded) and each.recorded < job.at:
            yield each.resource


def _derived(asked: Inquiry, job: Job) -> dict[str, list[Json]]:
    found: dict[str, list[Json]] = {kind: [] for kind in definitions.load()}
    for each in facts(asked, resources.current(asked)):
        kind = each.resource["resourceType"]
        if kind in found and job.holds(each.recorded):
            found[kind].append(each.resource)
    return found


def _provenances(asked: Inquiry, job: Job) -> Iterator[Json]:
    """Yield where what is in an export comes from, in an order that tells nothing."""
    found = (e.resource for e in provenances.every(asked) if job.holds(e.recorded))
    yield from sorted(found, key=lambda each: str(each["id"]))


def _updated(resource: Json) -> datetime:
    return datetime.fromisoformat(resource["meta"]["lastUpdated"])
