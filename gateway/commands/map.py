"""``paravent map`` and ``paravent validate``: a CDA as FHIR, and what is wrong in a file."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from gateway import sandbox
from gateway.clock import SystemClock
from mappings.cda import submission
from mappings.cda.document import ClinicalDocument, clinical_document
from mappings.cda.to_fhir.document import bundle, mapped
from mappings.fhir import elements, shape
from mappings.fhir.parse import dump, parse_json
from mappings.mapped import Issue, Refused, refuse

WRONG = 1
UNREADABLE = 2
_ERRORS = frozenset({"error", "fatal"})


@click.command("map")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--at", help="The instant of the mapping, with its zone; else now.")
def command(file: Path, at: str | None) -> None:
    """Print the CDA in FILE as a FHIR document Bundle; what is lost, on standard error.

    Nothing is labelled and nothing is hidden: what is sensitive in FILE is said by
    `paravent label`, and what a reader would see of it by `paravent render`.

    Each remark is one JSON object on one line. Exit code 2: FILE is no CDA document.
    """
    try:
        found = bundle(_cda(file.read_bytes()), _instant(at))
    except Refused as refused:
        _say(refused.issues, err=True)
        sys.exit(UNREADABLE)
    click.echo(dump(found.value))
    _say(found.issues, err=True)


def _cda(data: bytes) -> bytes:
    """Return the bytes of a CDA; raises Refused for JSON, which is FHIR if anything."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return data
    raise refuse(
        400,
        "not-supported",
        "/",
        "This is JSON, not CDA: map turns a CDA into FHIR. `paravent render --to cda` turns "
        "a FHIR document into a CDA, `paravent validate` checks FHIR.",
        "C'est du JSON, pas un CDA : map convertit un CDA en FHIR. `paravent render --to "
        "cda` convertit un document FHIR en CDA, `paravent validate` vérifie du FHIR.",
    )


@click.command("validate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def validate(file: Path) -> None:
    """Print what is wrong, doubtful or not carried over in FILE, CDA or FHIR JSON.

    One JSON object a line. Exit code 0: no error; 1: errors; 2: FILE cannot be read.
    """
    try:
        issues = issues_in(file.read_bytes(), _now())
    except Refused as refused:
        _say(refused.issues)
        sys.exit(UNREADABLE)
    _say(issues)
    sys.exit(WRONG if any(one.severity in _ERRORS for one in issues) else 0)


def issues_in(data: bytes, at: str) -> tuple[Issue, ...]:
    """Return the remarks on a CDA document or a FHIR resource.

    For a CDA: could it be deposited, what would not be carried over to FHIR, and is
    that FHIR valid. Raises Refused when the bytes are neither XML nor JSON that can be
    read.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"<":
        resource = parse_json(data)
        return shape.check(resource, elements.root(resource))
    document = clinical_document(data)
    return tuple(dict.fromkeys((*_deposit(data), *_mapping(document, at))))


def _deposit(data: bytes) -> tuple[Issue, ...]:
    try:
        return submission.read(data, sandbox.pdf).issues
    except Refused as refused:
        return refused.issues


def _mapping(document: ClinicalDocument, at: str) -> tuple[Issue, ...]:
    found = mapped(document, at)
    wrong = [
        issue
        for one in found.value
        for issue in shape.check(one.resource, str(one.resource["resourceType"]))
    ]
    return (*found.issues, *wrong)


def _now() -> str:
    return SystemClock().now().isoformat(timespec="seconds")


def _instant(said: str | None) -> str:
    if said is None:
        return _now()
    try:
        when = datetime.fromisoformat(said)
    except ValueError:
        when = None
    if when is None or when.tzinfo is None:
        raise click.BadParameter("an instant such as 2026-11-22T08:00:00Z is needed")
    return said


def _say(issues: Iterable[Issue], *, err: bool = False) -> None:
    for issue in issues:
        click.echo(json.dumps(asdict(issue), ensure_ascii=False), err=err)
