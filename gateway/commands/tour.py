"""``paravent tour``: seven stories, told while they are really played, each claim checked."""

import logging
import tempfile
from pathlib import Path

import click

from gateway.commands.outbox import handlers
from gateway.commands.starting import plainly
from gateway.demo.tour.programme import SCENES, Scene, play
from gateway.demo.tour.stage import prepare
from gateway.demo.tour.telling import LANGUAGES, ClaimError, Tale

CHECKED = {
    "fr": "{claims} affirmations vérifiées",
    "en": "{claims} claims checked",
}
FAILED = {"fr": "ne tient pas", "en": "does not hold"}


@click.command("tour")
@click.argument("scene", type=click.Choice(list(SCENES)), required=False)
@click.option("--lang", type=click.Choice(LANGUAGES), default="fr", show_default=True)
@click.option("--list", "listed", is_flag=True, help="Print the titles and stop.")
def command(scene: str | None, lang: str, *, listed: bool) -> None:
    """Play SCENE, or all seven, in a world of their own; nothing is kept.

    Each thing that is told is asked of the real applications and checked; the first
    claim that does not hold stops the tour, with exit code 1.
    """
    if listed:
        for name, each in SCENES.items():
            click.echo(f"{name:11} {each.title.within(lang)}")
        return
    logging.getLogger().setLevel(logging.WARNING)
    with plainly(), tempfile.TemporaryDirectory(prefix="paravent-tour-") as folder:
        prepared = prepare(Path(folder) / "world")
        for name in [scene] if scene else SCENES:
            told(name, SCENES[name], prepared, Path(folder) / name, lang)


def told(name: str, scene: Scene, prepared: Path, folder: Path, lang: str) -> None:
    """Play and print one scene; raises ``ClickException`` for a claim that fails."""
    tale = Tale(lang, click.echo)
    click.secho(scene.title.within(lang), bold=True)
    try:
        play(scene, prepared, folder, tale, handlers)
    except ClaimError as error:
        raise click.ClickException(f"{name}: {FAILED[lang]}: {error}") from None
    click.echo(f"  {CHECKED[lang].format(claims=tale.claims)}\n")
