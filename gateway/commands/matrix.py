"""``paravent matrix``: who may read which type of document, and on what ground."""

from collections.abc import Iterator

import click

from labels.policy import editions
from labels.policy.editions import Change, Editions, difference
from labels.policy.matrix import ASSUMED, Cell, Matrix

SAID = {
    "fr": {
        "edition": "matrice {version}, en vigueur depuis le {day} ({source})",
        "signs": "x oui, . non ; supposé : + oui, - non ; (colonne) pas en vigueur",
        "counts": "cases : {counts}",
        "cited yes": "oui cités : {number}",
        "cited no": "non cités : {number}",
        "assumed": "supposées : {number}",
        "professions": "professions absentes de la table, donc supposées non :",
        "colon": " :",
        "types": "types absents de la table, donc supposés non :",
        "difference": "de {before} à {after} : {number} cases changent",
        None: "absente",
        True: "oui",
        False: "non",
    },
    "en": {
        "edition": "matrix {version}, in force since {day} ({source})",
        "signs": "x yes, . no; assumed: + yes, - no; (column) not in force",
        "counts": "cells: {counts}",
        "cited yes": "{number} cited yes",
        "cited no": "{number} cited no",
        "assumed": "{number} assumed",
        "professions": "professions that the table lacks, hence assumed no:",
        "colon": ":",
        "types": "types that the table lacks, hence assumed no:",
        "difference": "from {before} to {after}: {number} cells change",
        None: "absent",
        True: "yes",
        False: "no",
    },
}

FRENCH = {
    "the table excludes it; L.1111-17 IV asks for an express consent of its own": (
        "la table l'exclut ; L.1111-17 IV demande un consentement exprès à part"
    ),
    "counted in the dentist's team, in no column": (
        "compté dans l'équipe du dentiste, dans aucune colonne"
    ),
    "in no column": "dans aucune colonne",
    "a role column that is not in force": (
        "une colonne de rôle qui n'est pas en vigueur"
    ),
    "the column names infirmiers; code 69 is not said": (
        "la colonne nomme les infirmiers ; le code 69 n'est pas dit"
    ),
    "no health profession of the table": "aucune profession de santé de la table",
    "asks for a doctor, whose own account reads; a role column that is not in force": (
        "demande pour un médecin, qui lit de son propre compte ; une colonne de rôle "
        "qui n'est pas en vigueur"
    ),
    "in J07 and not in the table": "dans J07 et pas dans la table",
    "no document about care": "pas un document de soins",
    "says nothing of what the document is": "ne dit rien de ce qu'est le document",
}
"""In French, the reasons that the editions give in English."""


@click.command("matrix")
@click.option(
    "--edition", default="", help="The version of an edition; the last one by default."
)
@click.option("--since", default="", help="Print what changed since another edition.")
@click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", show_default=True
)
def command(edition: str, since: str, lang: str) -> None:
    """Print who may read which type of document, by profession, and on what ground."""
    known = editions.load()
    table = _named(known, edition) if edition else known.editions[-1]
    if since:
        before = _named(known, since)
        lines = _changes(before, table, difference(before, table), lang)
    else:
        lines = _table(table, lang)
    click.echo("\n".join(lines))


def _named(known: Editions, version: str) -> Matrix:
    """Return the edition of a version, or the only one that begins so (2023)."""
    versions = sorted(each.version for each in known.editions)
    meant = [each for each in versions if each.startswith(version)]
    if len(meant) != 1:
        text = f"no edition is {version}; the editions are: {', '.join(versions)}"
        raise click.ClickException(text)
    return known.named(meant[0])


def _table(table: Matrix, lang: str) -> Iterator[str]:
    said = SAID[lang]
    day = table.effective.date()
    yield said["edition"].format(version=table.version, day=day, source=table.source)
    yield said["signs"]
    for number, column in enumerate(table.columns, 1):
        name = column.fr if lang == "fr" else column.en
        yield f"  {number:>2} {name if column.in_force else f'({name})'}"
    yield ""
    yield " ".join(f"{number:>2}" for number in range(1, len(table.columns) + 1))
    for row in table.types:
        cells = (table.cells[row.code, column.id] for column in table.columns)
        signs = " ".join(f" {_sign(cell)}" for cell in cells)
        yield f"{signs}  {row.code} {row.label}"
    yield ""
    yield from _grounds(table, lang)


def _sign(cell: Cell) -> str:
    if cell.status == ASSUMED:
        return "+" if cell.readable else "-"
    return "x" if cell.readable else "."


def _grounds(table: Matrix, lang: str) -> Iterator[str]:
    """Say how many cells stand on what ground, and what the table lacks."""
    said = SAID[lang]
    numbers = table.counts().items()
    counts = (said[status].format(number=number) for status, number in numbers)
    yield said["counts"].format(counts=", ".join(sorted(counts)))
    for key, lacking in (
        ("professions", table.professions_lacking),
        ("types", table.types_lacking),
    ):
        yield said[key]
        for each in lacking:
            reason = FRENCH[each.reason] if lang == "fr" else each.reason
            yield f"  {each.code} {each.label}{said['colon']} {reason}"


def _changes(
    before: Matrix, after: Matrix, changes: tuple[Change, ...], lang: str
) -> Iterator[str]:
    said = SAID[lang]
    versions = {"before": before.version, "after": after.version}
    yield said["difference"].format(**versions, number=len(changes))
    labels = {row.code: row.label for row in (*before.types, *after.types)}
    for each in changes:
        old, new = said[each.before], said[each.after]
        what = f"{each.type} {labels[each.type]}, {each.column}{said['colon']}"
        yield f"  {what} {old} -> {new}"
