"""What the README shows of other people's clients works as it is written there."""

import os
import re
import shutil
import subprocess
import sys

import pytest

from tests.clients.node import FOLDER
from tests.clients.running import Paravent
from tests.shared_material import REPOSITORY

README = (REPOSITORY / "README.md").read_text("utf-8")
SECTION = README.partition("## From your software\n")[2].partition("\n## ")[0]
SHOWN = re.findall(r"```(python|js)\n(.*?)```", SECTION, re.DOTALL)
MOST_LINES = 10
PATIENCE = 120
COMMANDS = {
    "python": [sys.executable, "-"],
    "js": ["node", "--experimental-websocket", "--input-type=module", "-"],
}
"""How each language is run from its text; Node 20 has WebSocket behind a flag."""


def test_the_four_clients_are_shown() -> None:
    """Each in a few lines."""
    assert [language for language, _ in SHOWN] == ["python", "python", "js", "js"]
    assert all(len(text.splitlines()) <= MOST_LINES for _, text in SHOWN)


@pytest.mark.parametrize(("language", "text"), SHOWN)
def test_what_is_shown_finds_the_documents(
    paravent: Paravent, language: str, text: str
) -> None:
    """Every title that the GP's search gives, for the demo's token and person."""
    if language == "js" and not (shutil.which("node") and FOLDER.is_dir()):
        pytest.skip("there is no Node, or its clients are not installed")
    person = re.search(r"PERSON='(.*?)'", SECTION)
    assert person is not None
    found = dict(os.environ, TOKEN=paravent.token("gp"), PERSON=person[1])
    done = subprocess.run(
        COMMANDS[language],
        input=text.replace(
            "http://127.0.0.1:8080", paravent.services.settings.base_url
        ),
        cwd=FOLDER if language == "js" else None,
        env=found,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "Volet de synthèse médicale" in done.stdout.splitlines()
