"""`paravent demo`, as it is started: its pages offer the people of the demo world."""

from pathlib import Path

import requests

from gateway.demo.world.load import load
from tests.faults.server import serving
from tests.gateway.patient.browser import LINK, people
from tests.gateway.world import seeded

WORLD = load()


def test_the_demo_offers_its_people_and_lets_one_in(tmp_path: Path) -> None:
    """Every account has its button on the first page, and a click leads to documents."""
    services = seeded(tmp_path)
    services.store.engine.dispose()
    with serving(services.settings.data) as server, requests.Session() as browser:
        first = browser.get(f"{server.base}/", timeout=30).text
        accounts = people(WORLD).accounts
        assert accounts
        for account in accounts:
            assert f'value="{account.key}"' in first
        answer = browser.post(
            f"{server.base}/entree",
            data={"account": "tristan", "csrf": ""},
            headers={"Origin": server.base},
            timeout=30,
        )
        assert answer.url == f"{server.base}/documents"
        assert LINK.findall(answer.text)
