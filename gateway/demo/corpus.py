"""``paravent demo --corpus DIR``: every document of a folder through the front door.

A record is opened for each patient that is met, with the domains of identifiers that
the documents use; each document is deposited in its author's name, and what became of
it is said.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from gateway import sandbox
from gateway.deposit import deposit
from gateway.identification import known_identifiers
from gateway.identity.principal import Principal
from gateway.labelling import label_document
from gateway.repository import records
from gateway.services import Services
from labels.codes import Category
from mappings import ins
from mappings.cda import submission as cda
from mappings.fhir.parse import parse_json
from mappings.fhir.submission import (
    read_document_bundle,
    read_document_reference,
    read_transaction,
)
from mappings.mapped import Mapped, Refused, refuse
from mappings.submission import Identifier, Submission

Json = dict[str, Any]

MOST_REASONS = 3
WIDTH = 60
ENDINGS = (".xml", ".json")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one file: its status (201, 200 or 4xx) and why."""

    name: str
    status: int
    labels: str = ""
    reasons: tuple[str, ...] = ()


def deposit_all(services: Services, folder: Path) -> Iterator[Fate]:
    """Deposit every document of the folder, in the order of names."""
    files = [
        each
        for each in folder.iterdir()
        if each.suffix.lower() in ENDINGS and each.is_file()
    ]
    for path in sorted(files):
        try:
            yield _deposit(services, path)
        except Refused as refused:
            reasons = tuple(
                f"{i.code} at {i.expression}: {i.text}" for i in refused.issues
            )
            yield Fate(path.name, refused.status, "", reasons)


def read(path: Path) -> Mapped[Submission]:
    """Read a file as what it is: CDA, ITI-65, ITI-105, FHIR document."""
    data = path.read_bytes()
    if path.suffix.lower() == ".xml":
        return cda.read(data, sandbox.pdf)
    resource = parse_json(data)
    kind = resource.get("resourceType"), resource.get("type")
    if kind == ("Bundle", "transaction"):
        return read_transaction(resource, sandbox.pdf)
    if kind == ("Bundle", "document"):
        return read_document_bundle(resource, data, sandbox.pdf)
    if kind[0] == "DocumentReference":
        return read_document_reference(resource, sandbox.pdf)
    raise refuse(
        422,
        "not-supported",
        "resourceType" if kind[0] != "Bundle" else "Bundle.type",
        "Not a deposit: a CDA, an ITI-65 transaction, a DocumentReference with its data "
        "or a FHIR document is.",
        "Ce n'est pas un dépôt.",
    )


def _deposit(services: Services, path: Path) -> Fate:
    mapped = read(path)
    submission = mapped.value
    trusted = _with_domains(services, submission)
    _open(trusted, submission)
    done = deposit(trusted, author_of(submission), submission)
    created = any(receipt.created for receipt in done.documents)
    return Fate(path.name, 201 if created else 200, labels_of(submission))


def _with_domains(services: Services, submission: Submission) -> Services:
    """Return the services with the domains this patient's identifiers are of."""
    met = [each.system for each in submission.patient.identifiers]
    settings = services.settings.with_domains(*met[:1])
    return replace(services, settings=settings)


def _open(services: Services, submission: Submission) -> None:
    """Open a record for the patient, unless there is one, or identity is wrong."""
    identifiers = known_identifiers(submission.patient, services.settings)
    right = tuple(each for each in identifiers if _right(each))
    if not right:
        return
    traits = replace(submission.patient, identifiers=right, place="")
    try:
        with services.store.unit() as connection:
            keys = services.store.keys
            if not records.by_identifiers(connection, keys, *right).known:
                records.open_record(connection, keys, traits, "discreet")
    except IntegrityError:
        # One of several identifiers leads to another person: the deposit will say so.
        return


def _right(identifier: Identifier) -> bool:
    return identifier.system not in ins.SYSTEMS or ins.valid(
        identifier.system, identifier.value
    )


def author_of(submission: Submission) -> Principal:
    """Return the author of the first document, as a depositor."""
    document = submission.documents[0]
    client = "urn:client|corpus"
    author = min(document.authors, default=client)
    structures = document.organizations or document.custodians
    return Principal(author, min(structures, default=client))


def labels_of(submission: Submission) -> str:
    """Return the categories and level of each document, for the table."""
    told = []
    for document in submission.documents:
        label = label_document(document, submission).label.effective
        names = [str(each) for each in Category if each in label.categories]
        marks = sorted(str(each) for each in label.marks)
        told.append(
            f"{label.confidentiality.name} {' '.join([*names, *marks])}".strip()
        )
    return "; ".join(told)


def written(fates: list[Fate]) -> str:
    """Return the table of what became of each file."""
    return "\n".join([*(written_one(each) for each in fates), summary(fates)])


def written_one(fate: Fate) -> str:
    """Return the line of one file, and its first reasons below it."""
    shown = [*fate.reasons[:MOST_REASONS]]
    if len(fate.reasons) > MOST_REASONS:
        shown.append(f"... and {len(fate.reasons) - MOST_REASONS} more")
    head = f"{fate.name:{WIDTH}}  {fate.status}  {fate.labels}".rstrip()
    return "\n".join([head, *(f"    {reason}" for reason in shown)])


def summary(fates: list[Fate]) -> str:
    """Return how many files there were, and how many of each status, as JSON."""
    counts = Counter(str(each.status) for each in fates)
    return json.dumps({"files": len(fates), "status": counts})
