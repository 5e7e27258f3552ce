"""The seven scenes in their order, and how one is played in a world of its own."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.demo.tour.scenes import (
    card,
    dentist,
    emergency,
    mother,
    pharmacist,
    surgeon,
    violence,
)
from gateway.demo.tour.stage import Stage
from gateway.demo.tour.telling import Said, Tale
from gateway.outbox.errand import Handlers
from gateway.services import Services


@dataclass(frozen=True, slots=True)
class Scene:
    """One story: its title, and the function that tells it."""

    title: Said
    play: Callable[[Tale, Stage], None]


SCENES: Mapping[str, Scene] = {
    module.__name__.rpartition(".")[2]: Scene(module.TITLE, module.play)
    for module in (dentist, mother, pharmacist, surgeon, violence, emergency, card)
}
"""Every scene by its name."""


def play(
    scene: Scene,
    prepared: Path,
    folder: Path,
    tale: Tale,
    handlers: Callable[[Services], Handlers],
) -> None:
    """Play a scene in ``folder``, a copy of the prepared world, which is left behind.

    Raises ``ClaimError`` with the first claim that does not hold.
    """
    shutil.copytree(prepared, folder)
    stage = Stage(folder, tale, handlers)
    try:
        scene.play(tale, stage)
    finally:
        stage.close()
