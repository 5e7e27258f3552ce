"""Exports in bulk: begun, prepared, told of, read, cancelled; by the person, for the person.

Also by who acts for the person, less what may not be seen. Each act asks anew who asks;
an export is known to nobody but who began it. It survives a stop of the gateway at any
moment: what is kept is the request, and the row of the outbox that prepares it.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from gateway import log
from gateway.audit.events import Interaction
from gateway.identity.principal import Principal
from gateway.inquiry import Inquiry, before, by_id, inquire
from gateway.lifecycle import export_content, export_job
from gateway.lifecycle.export_content import BODY
from gateway.lifecycle.export_job import ROW, Job
from gateway.outbox.errand import Again, Decision, Errand, Handlers
from gateway.references import Reference
from gateway.repository import finding
from gateway.repository.items import DOCUMENT
from gateway.repository.records import OPEN
from gateway.services import Services
from mappings.fhir.parse import dump
from mappings.mapped import Refused, refuse

Json = dict[str, Any]

BEGUN, READ, CANCELLED = "bulk-export", "bulk-export-read", "bulk-export-cancelled"
"""What the trail calls each act."""
ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Output:
    """One file of an export: the type of what is in it, its id, how many lines."""

    kind: str
    id: Reference
    count: int


@dataclass(frozen=True, slots=True)
class Told:
    """An export as who began it is told of it; ``outputs`` is None until it is ready."""

    job: Job
    outputs: tuple[Output, ...] | None


def begin(
    services: Services,
    principal: Principal,
    patient_id: str,
    wanted: Job,
    request_id: str = "",
) -> Reference | None:
    """Keep the request of an export and return its id; ``wanted.at`` is set here.

    None to who may not have it, as without a record. Raises ``Refused``: 403 to who is no
    person, 429 to who has too many of them already.
    """
    with _opened(services, principal, patient_id, request_id, hold=True) as asked:
        may = log.may(asked)
        own = [job for _, job in _own(asked)] if may else []
        granted = may and len(own) < export_job.MOST
        asked.trace(Interaction.OPERATION, granted=granted, reason=BEGUN)
        if not may:
            return None
        if granted:
            job = replace(wanted, by=principal, at=asked.at)
            made = export_job.begin(*asked.place, job)
            return Reference(asked.record.patient_id, made)
    raise _too_many()


def tell(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Told | None:
    """Return how far an export is, and its files; None when who asks has no such one."""
    target = Reference.parse(public_id)
    with _opened(services, principal, target.patient_id, request_id) as asked:
        job = _mine(asked, target.item_id)
        asked.trace(Interaction.OPERATION, granted=job is not None, reason=READ)
        if job is None:
            return None
        if not job.ready:
            return Told(job, None)
        found = export_content.listed(asked, job, services.settings.base_url)
        made = [
            Output(kind, _file(asked, target.item_id, kind), len(each))
            for kind, each in found.items()
        ]
    return Told(job, tuple(made))


def read(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> Iterator[bytes] | None:
    """Return a file of an export line by line, each a resource; None for none."""
    target = Reference.parse(public_id)
    with _opened(services, principal, target.patient_id, request_id) as asked:
        job, kind = _named(asked, target)
        base = services.settings.base_url
        every = export_content.listed(asked, job, base, kind) if job else {}
        found = every.get(kind, [])
        names = tuple(f"{kind}/{each['id']}" for each in found)
        granted = bool(found)
        asked.trace(Interaction.OPERATION, granted=granted, items=names, reason=READ)
    if not found:
        return None
    if kind == BODY:
        return _bodies(services, principal, [str(each["id"]) for each in found])
    return (dump(each) + b"\n" for each in found)


def cancel(
    services: Services, principal: Principal, public_id: str, request_id: str = ""
) -> bool:
    """Forget an export; False when who asks has no such one."""
    target = Reference.parse(public_id)
    whose = target.patient_id
    with _opened(services, principal, whose, request_id, hold=True) as asked:
        job = _mine(asked, target.item_id)
        asked.trace(Interaction.OPERATION, granted=job is not None, reason=CANCELLED)
        if job is not None:
            export_job.forget(*asked.place, target.item_id, job)
        return job is not None


def handlers(services: Services) -> Handlers:
    """Return what the outbox does with the rows of exports."""
    return {ROW: partial(_due, services)}


def _due(services: Services, errand: Errand) -> Decision:
    """Make what an export needs and is kept for its asker; forget it when it is over."""
    if errand.record.state != OPEN:
        return None
    job_id = str(errand.row.held["export"])
    job = export_job.find(*errand.place, job_id)
    if job is None:
        return None
    asked = before(services, job.by, errand.place, errand.at)
    if errand.at >= job.expires or not log.may(asked):
        export_job.forget(*errand.place, job_id, job)
        return None
    if not job.ready:
        export_content.listed(asked, job, services.settings.base_url)
        export_job.keep(*errand.place, job_id, replace(job, ready=True))
    return Again(job.expires)


def _opened(
    services: Services,
    principal: Principal,
    patient_id: str,
    request_id: str,
    *,
    hold: bool = False,
) -> AbstractContextManager[Inquiry]:
    if not principal.patient:
        raise _for_a_person()
    find = by_id(services, patient_id)
    return inquire(services, principal, find, request_id, hold=hold)


def _own(asked: Inquiry) -> list[tuple[str, Job]]:
    every = export_job.of_record(*asked.place, asked.at)
    return [(job_id, job) for job_id, job in every if job.is_of(asked.principal)]


def _mine(asked: Inquiry, job_id: str) -> Job | None:
    return dict(_own(asked)).get(job_id) if log.may(asked) else None


def _named(asked: Inquiry, target: Reference) -> tuple[Job | None, str]:
    """Return the export and the type of the file that an id names."""
    for job_id, job in _own(asked) if log.may(asked) else []:
        for kind in job.types:
            if job.ready and _file(asked, job_id, kind) == target:
                return job, kind
    return None, ""


def _file(asked: Inquiry, job_id: str, kind: str) -> Reference:
    """Return the id of a file: it names the export and the type to nobody else."""
    token = asked.record.keys.token("export-file", f"{job_id}|{kind}")
    return Reference(asked.record.patient_id, token[:ID_LENGTH])


def _bodies(
    services: Services, principal: Principal, public_ids: list[str]
) -> Iterator[bytes]:
    """Yield documents one by one, each judged again: one that is hidden by now is left out."""
    for each in public_ids:
        target = Reference.parse(each)
        with _opened(services, principal, target.patient_id, "") as asked:
            place = (*asked.place, asked.clearance)
            stored = finding.find(*place, target.item_id, DOCUMENT)
            made = export_content.body(asked, stored) if stored else None
        if made is not None:
            yield dump(made) + b"\n"


def _for_a_person() -> Refused:
    return refuse(
        403,
        "forbidden",
        "",
        "An export is for the person of the record, or who acts for that person.",
        "Un export est pour la personne du dossier, ou pour qui agit pour elle.",
    )


def _too_many() -> Refused:
    return refuse(
        429,
        "throttled",
        "",
        f"You have {export_job.MOST} exports of this record; cancel one first.",
        f"Vous avez {export_job.MOST} exports de ce dossier ; annulez-en un d'abord.",
    )
