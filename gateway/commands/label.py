"""``paravent label``: what is sensitive in a file, or in lines of text and codes."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from gateway import labelling, sandbox
from gateway.commands.explaining import explained
from gateway.commands.whereabouts import Whereabouts
from gateway.labelling import NOBODY
from labels.detection.as_json import document_json
from labels.detection.lines import label_line
from labels.detection.service import Context, Labels, label
from mappings.body import contents
from mappings.cda import submission as cda
from mappings.cda.document import clinical_document
from mappings.fhir import content
from mappings.fhir.elements import child, items, string
from mappings.fhir.parse import parse_json
from mappings.mapped import Issue, Refused
from mappings.pdf import unread
from mappings.submission import Submission, Traits

Json = dict[str, Any]

Read = tuple[Labels, tuple[Issue, ...]]

UNREADABLE = 2


@click.command("label")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--lines", is_flag=True, help="Read items from standard input, one a line."
)
@click.option("--explain", is_flag=True, help="Say why in words, not in JSON.")
@click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True
)
def command(file: Path | None, lang: str, *, lines: bool, explain: bool) -> None:
    """Print the labels of FILE as one JSON object; or of each line with --lines.

    FILE is a CDA, FHIR in JSON, a PDF or a text. A line is words, or a code written
    system|code|words: echo 'CIM-10|Z21|VIH' | paravent label --lines. With --explain the
    places are told in words; the JSON has their exact paths.

    Exit code 2: FILE, or a line, could not be read. A line that could not says so in its
    place, and the others are labelled all the same.
    """
    if lines:
        sys.exit(_each_line())
    if file is None:
        raise click.UsageError("FILE, or --lines, is needed")
    try:
        data = file.read_bytes()
        found, issues = labels_in(data)
        if explain:
            click.echo(explained(found, issues, lang, where_in(data, lang)))
        else:
            click.echo(json.dumps(document_json(found, issues), ensure_ascii=False))
    except Refused as refused:
        _fail({"issues": [asdict(each) for each in refused.issues]})
    except OSError as error:
        text = f"{file}: {error.strerror}"
        if "|" in str(file):
            text = "FILE is needed; a code or words are labelled with --lines"
        _fail({"issues": [{"severity": "error", "text": text}]})


def _each_line() -> int:
    """Label each line of standard input as it comes; returns the exit code."""
    code = 0
    for line in sys.stdin:
        said = label_line(line.rstrip("\n"))
        click.echo(json.dumps(said, ensure_ascii=False))
        code = UNREADABLE if "error" in said else code
    return code


def label_file(data: bytes) -> Json:
    """Return the labels of a document as ``paravent label FILE`` prints them.

    Raises ``Refused`` for what cannot be read at all.
    """
    return document_json(*labels_in(data))


def labels_in(data: bytes, who: Traits = NOBODY) -> Read:
    """Return the labels of a document, CDA, any FHIR JSON, PDF or text, and remarks.

    ``who`` is the person now: a first name they had before is found too. Raises
    ``Refused`` for what cannot be read at all.
    """
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return _clinical_document(data, who)
    if start == b"{":
        resource = parse_json(data)
        found = content.contents(resource, sandbox.pdf)
        return label(found, labelling.knowing(_context(resource), who)), ()
    known = labelling.knowing(Context(), who)
    return label(contents(data, "text/plain", sandbox.pdf), known), ()


def where_in(data: bytes, lang: str) -> Whereabouts:
    """Return who says the places of a document that can be labelled, in words."""
    start = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"<":
        return Whereabouts.of(contents(data, "text/xml", unread), {}, lang)
    if start != b"{":
        return Whereabouts(lang, {}, {})
    resource = parse_json(data)
    kinds = {
        f"/entry/{index}/resource": string(child(entry, "resource"), "resourceType")
        for index, entry in items(resource, "entry")
    }
    return Whereabouts.of(content.contents(resource, unread), kinds, lang)


def _clinical_document(data: bytes, who: Traits) -> Read:
    try:
        mapped = cda.read(data, sandbox.pdf)
    except Refused as refused:
        # A document without a patient cannot be deposited, but it can be labelled.
        clinical_document(data)
        known = labelling.knowing(Context(), who)
        found = label(contents(data, "text/xml", sandbox.pdf), known)
        return found, refused.issues
    document = mapped.value.documents[0]
    return labelling.label_places(document, mapped.value, who), mapped.issues


def _context(resource: Json) -> Context:
    """Return sex and age from the first Patient met, the age on the document's date."""
    for each in _resources(resource):
        if each.get("resourceType") == "Patient":
            traits = Traits(
                (),
                birth_date=str(each.get("birthDate", "")),
                gender=str(each.get("gender", "")),
            )
            dated = resource.get("timestamp", resource.get("date", ""))
            return labelling.context(Submission(traits, ()), str(dated))
    return Context()


def _resources(resource: Json) -> Iterator[Json]:
    """Yield the resource, those of its entries, and those contained in them."""
    yield resource
    for each in resource.get("contained", []):
        if isinstance(each, dict):
            yield each
    for entry in resource.get("entry", []):
        inner = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(inner, dict):
            yield from _resources(inner)


def _fail(error: Json) -> None:
    click.echo(json.dumps(error, ensure_ascii=False), err=True)
    sys.exit(UNREADABLE)
