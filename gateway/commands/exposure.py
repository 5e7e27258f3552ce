"""``paravent exposure RECORD --as READER``: what the rest gives away, and to whom."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from gateway.commands.demo import data_option, folder_of
from gateway.commands.naming import coded, seen_by
from gateway.demo import table
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.world.load import load
from gateway.exposure import Sight, exposures, sight
from gateway.identity.principal import Principal
from gateway.inquiry import by_id, inquire
from gateway.patient import papers, words
from gateway.patient.record import every
from gateway.patient.words import Words
from gateway.repository import records
from gateway.repository.items import Stored
from gateway.repository.records import Record
from gateway.services import Services
from labels.codes import Category
from labels.exposure import Exposure
from labels.exposure_words import STRENGTHS, sentence
from labels.told import Reason

OPERATOR = Principal("urn:operator|paravent exposure", name="paravent exposure")
"""Whom the trail names: an operator, who looks under the patient's own clearance."""

_WORDS = {
    "fr": {
        "none": "Rien n'est caché à ce lecteur : donnez --category.",
        "head": "{name} : ce que ce lecteur voit et qui le révèle encore",
        "quiet": "  rien",
        "hide": "  à cacher aussi, pour que rien ne reste certain ni probable",
        "enough": "  rien de plus à cacher : rien de certain ni de probable",
        "exact": "le plus petit ensemble",
        "greedy": "un ensemble suffisant, dont rien n'est de trop",
        "colon": " :",
    },
    "en": {
        "none": "Nothing is hidden from this reader: say --category.",
        "head": "{name}: what this reader sees that still reveals it",
        "quiet": "  nothing",
        "hide": "  to hide too, so that nothing is certain or likely any more",
        "enough": "  nothing more to hide: nothing certain or likely",
        "exact": "the smallest set",
        "greedy": "a sufficient set, none of which is too much",
        "colon": ":",
    },
}


@click.command("exposure")
@click.argument("record")
@click.option("--as", "reader", required=True, help="A persona.")
@click.option(
    "--category", type=click.Choice([each.value for each in Category]), default=None
)
@click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True
)
@data_option
def command(
    record: str, reader: str, category: str | None, lang: str, data: Path | None
) -> None:
    """Print what READER still sees in RECORD that reveals what is hidden there.

    RECORD is a patient of the demo or the id of a record. Without a category, those of
    the documents that are hidden from READER. Traced in the record.
    """
    world = load()
    if reader not in world.readers:
        raise click.ClickException(f"the readers are: {', '.join(world.readers)}")
    services, _ = open_demo(settings_in(folder_of(data)))
    principal = table.principal_of(world.readers[reader])
    wanted = None if category is None else Category(category)
    said = written(services, _found(services, record), principal, wanted, lang)
    if said is None:
        raise click.ClickException("there is no such record")
    click.echo(said)


def written(
    services: Services,
    record: Record,
    reader: Principal,
    wanted: Category | None,
    lang: str,
) -> str | None:
    """Return what is printed, or None for the record of nobody."""
    if not record.known:
        return None
    own = record.identity.identifiers
    person = Principal(str(own[0]), patient=own)
    find = by_id(services, record.patient_id)
    with inquire(services, person, find) as opened:
        # The clearance is the patient's; the trail names who really looks.
        asked = replace(opened, principal=OPERATOR)
        found = sight(asked, every(asked), reader, services)
        categories = found.hidden_categories if wanted is None else (wanted,)
        told = exposures(asked, found, categories, services)
    language = words.load()[lang]
    blocks = ["\n".join(_block(each, found, language)) for each in told]
    return "\n\n".join(blocks) or _WORDS[lang]["none"]


def _found(services: Services, name: str) -> Record:
    """Return the record of a demo patient by key; anything else is an id."""
    patient = load().patients.get(name)
    store = services.store
    with store.unit() as connection:
        if patient is None:
            return records.by_id(connection, store.keys, name)
        return records.by_identifiers(connection, store.keys, patient.identifier)


def _block(told: Exposure, found: Sight, language: Words) -> Iterator[str]:
    """Yield the lines about one category."""
    said, lang = _WORDS[language.lang], language.lang
    name = language.category(told.category)
    yield said["head"].format(name=f"{name[0].upper()}{name[1:]}")
    documents = {each.id: each for each in found.seen}
    for each in told.revealing:
        title = _title(documents[each.item], language)
        yield f"  {STRENGTHS[lang][each.strength]:9} {title}"
        lines = (sentence(one, lang, _names(one, language)) for one in each.reasons)
        yield from (f"{'':12}{line}" for line in dict.fromkeys(lines))
    if not told.revealing:
        yield said["quiet"]
        return
    yield from _to_hide(told, documents, language)


def _names(reason: Reason, language: Words) -> dict[str, str]:
    """Return what each code of a reason is called; words are their own name."""
    fitting = {what: seen_by(reason.rules, what) for what in reason.what}
    return {
        what: coded(rule, system, what, language)
        for what, (rule, system) in fitting.items()
        if system
    }


def _to_hide(
    told: Exposure, documents: dict[str, Stored], language: Words
) -> Iterator[str]:
    said, closure = _WORDS[language.lang], told.closure
    if not closure.items:
        yield said["enough"]
        return
    yield f"{said['hide']} ({said['exact' if closure.exact else 'greedy']}){said['colon']}"
    yield from (f"    {_title(documents[each], language)}" for each in closure.items)


def _title(stored: Stored, language: Words) -> str:
    title = papers.title_of(stored) or papers.type_of(stored)
    return f"{title}, {language.day(papers.day_of(stored))}"
