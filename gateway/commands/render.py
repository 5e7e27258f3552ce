"""``paravent render``: a document as a reader sees it from whom some categories are hidden."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from gateway import sandbox
from gateway.clock import SystemClock
from gateway.commands.label import labels_in
from gateway.labelling import NOBODY
from gateway.patient import words
from labels.codes import Category, Mark
from labels.detection.service import Labels
from mappings.cda.document import clinical_document
from mappings.cda.patient import traits
from mappings.cda.rendition.rendition import rendition as cda_rendition
from mappings.cda.to_fhir.document import bundle as from_cda
from mappings.fhir.elements import child, items, string
from mappings.fhir.identity import traits_of
from mappings.fhir.parse import dump, parse_json
from mappings.fhir.references import Found
from mappings.fhir.to_cda import to_cda
from mappings.former import stated
from mappings.html import html
from mappings.mapped import Issue, Refused, refuse
from mappings.rendition import resource_rendition
from mappings.submission import JsonObject, Traits

NOTHING_LEFT = 1
UNREADABLE = 2
_CDA, _FHIR, _HTML = "cda", "fhir", "html"
_AS_STATED = (
    "Nom, sexe et INS sont ceux que le fichier énonce : --identity dit qui est la personne "
    "aujourd'hui. / Name, sex and INS are those FILE states: --identity says who the person "
    "is now."
)
_STILL = {
    "fr": "Ce qui reste parle encore de :",
    "en": "What is left still speaks of:",
}
_TYPES = {_CDA: "text/xml", _FHIR: "application/fhir+json"}


class Categories(click.ParamType[frozenset[Category]]):
    """A list of categories with commas between."""

    name = "categories"

    def convert(
        self,
        value: str | frozenset[Category],
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> frozenset[Category]:
        """Return the categories named; fails on a name that is none, and lists them."""
        if not isinstance(value, str):
            return value
        known = {str(one): one for one in Category}
        asked = [word.strip() for word in value.split(",") if word.strip()]
        for word in asked:
            if word not in known:
                self.fail(f"the categories are: {', '.join(known)}", param, ctx)
        return frozenset(known[word] for word in asked)


@click.command("render")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--hide", type=Categories(), required=True, help="hiv,abortion,...")
@click.option("--to", "wanted", type=click.Choice([_CDA, _FHIR, _HTML]))
@click.option(
    "--identity",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A FHIR Patient in JSON: who the person is now.",
)
@click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True
)
def command(
    file: Path,
    hide: frozenset[Category],
    wanted: str | None,
    identity: Path | None,
    lang: str,
) -> None:
    """Print FILE, CDA or FHIR, without what tells the categories to hide.

    What cannot be read (a scan) is left out too: it may be about anything.

    A rendition shows who the person is now, and that is not in FILE: the gateway takes it
    from the record. Without --identity the header keeps names, sex and INS as FILE states
    them, also former ones. A former first name is a name of the Patient with use old.

    Which other categories the rest speaks of is said on standard error.

    In its own format, or as --to says. Exit code 1: nothing is left to show; 2: FILE
    cannot be read. What a change of format loses is said on standard error.
    """
    data = file.read_bytes()
    try:
        who = None if identity is None else _person(identity.read_bytes())
        kind, found = rendered(data, hide, who)
        if found is None:
            click.echo(
                "Il ne reste rien à montrer. / Nothing is left to show.", err=True
            )
            sys.exit(NOTHING_LEFT)
        out, issues = converted(found, kind, wanted or kind, lang)
    except Refused as refused:
        _say(refused.issues)
        sys.exit(UNREADABLE)
    click.echo(out)
    if who is None and Category.GENDER_IDENTITY in hide:
        click.echo(_AS_STATED, err=True)
    _say(issues)
    still = still_told(found, who or NOBODY)
    if still:
        click.echo(about(still, lang), err=True)


def still_told(document: bytes, who: Traits) -> tuple[Category, ...]:
    """Return the categories that a rendition speaks of, as it is labelled anew."""
    told = labels_in(document, who)[0].document.categories
    return tuple(each for each in Category if each in told)


def about(categories: tuple[Category, ...], lang: str) -> str:
    """Return what a rendition still speaks of, in one line of ``fr`` or ``en``."""
    language = words.load()[lang]
    return f"{_STILL[lang]} {', '.join(map(language.category, categories))}."


def _person(data: bytes) -> Traits:
    """Return who a FHIR Patient is; raises Refused for anything else."""
    resource = parse_json(data)
    if string(resource, "resourceType") != "Patient":
        raise refuse(
            400,
            "invalid",
            "--identity",
            "A FHIR Patient in JSON is needed.",
            "Il faut une ressource FHIR Patient en JSON.",
        )
    return traits_of(Found(resource, "Patient"))


def rendered(
    data: bytes, hide: frozenset[Category], who: Traits | None = None
) -> tuple[str, bytes | None]:
    """Return the format of a document and its rendition, None when nothing is left.

    ``who`` is the person now; without it, who the document states: there is no record
    here. Raises Refused for bytes that are neither CDA nor FHIR.
    """
    hidden = hidden_places(labels_in(data, who or NOBODY)[0], hide)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        said = traits(clinical_document(data).root)
        former = stated(said, who or said)
        made = cda_rendition(data, hidden, who or said, sandbox.pdf, former)
        return _CDA, made.body if made else None
    resource = parse_json(data)
    now = who or stated_identity(resource)
    found = resource_rendition(resource, hidden, now, sandbox.pdf)
    return _FHIR, dump(found) if found else None


def hidden_places(labels: Labels, hide: frozenset[Category]) -> frozenset[str]:
    """Return the places that tell one of the categories, and those nobody could read."""
    return frozenset(
        place
        for place, label in labels.places
        if label.categories & hide or Mark.OPAQUE in label.marks
    )


def stated_identity(resource: JsonObject) -> Traits:
    """Return who the patient is as a FHIR resource says: its first Patient."""
    resources = [resource, *(child(e, "resource") for _, e in items(resource, "entry"))]
    patients = (one for one in resources if string(one, "resourceType") == "Patient")
    found = next(patients, None)
    return traits_of(Found(found, "Patient")) if found else Traits(())


def converted(
    document: bytes, kind: str, wanted: str, language: str
) -> tuple[bytes | str, tuple[Issue, ...]]:
    """Return a document in another format, and what the change loses."""
    if wanted == _HTML:
        return html(document, _TYPES[kind], language), ()
    if wanted == kind:
        return document, ()
    if wanted == _FHIR:
        now = SystemClock().now().isoformat(timespec="seconds")
        mapped = from_cda(document, now)
        return dump(mapped.value), mapped.issues
    other = to_cda(parse_json(document))
    return other.value, other.issues


def _say(issues: tuple[Issue, ...]) -> None:
    for issue in issues:
        click.echo(json.dumps(asdict(issue), ensure_ascii=False), err=True)
