"""kill -9 in the middle of deposits: nothing acknowledged is lost, nothing is half done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import requests
from sqlalchemy import func, select

from gateway.clock import SystemClock
from gateway.demo.environment import open_demo, settings_in
from gateway.demo.issuer import open_issuer
from gateway.demo.world.load import load
from gateway.repository.tables import blob, identifier_index, item, search_token
from gateway.services import Services
from tests.faults.server import serving

DEPOSITS = 200
KILL_AFTER = 90
CLIENTS = 8

WORLD = load()
DEPOSIT = next(each for each in WORLD.deposits if each.name == "ankle-visit")
OID = DEPOSIT.documents[0].identifier.removeprefix("urn:oid:")


@dataclass
class Tally:
    """What the clients were told, and when to pull the plug."""

    acknowledged: dict[str, bytes] = field(default_factory=dict)
    reached: threading.Event = field(default_factory=threading.Event)

    def add(self, location: str, body: bytes) -> None:
        """Note a 201; at the agreed number, let the plug be pulled."""
        self.acknowledged[location] = body
        if len(self.acknowledged) >= KILL_AFTER:
            self.reached.set()


def body_of(number: int) -> bytes:
    """Return the document with an identifier of its own."""
    return DEPOSIT.body.replace(OID.encode(), f"2.25.{number + 1}".encode())


def deposit(base: str, token: str, number: int, tally: Tally) -> None:
    """Deposit one document; a broken connection is what this test is about."""
    try:
        answer = requests.post(
            f"{base}{DEPOSIT.path}",
            data=body_of(number),
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": DEPOSIT.content_type,
            },
            timeout=60,
        )
    except requests.RequestException:
        return
    assert answer.status_code == 201, answer.text
    tally.add(answer.headers["Location"].rpartition("/")[2], body_of(number))


def counted(services: Services) -> tuple[int, int, int]:
    """Return how many documents, originals and documents with tokens there are."""
    with services.store.unit() as connection:
        patients = select(identifier_index.c.patient_id)
        document = item.c.kind == "DocumentReference"
        items = connection.scalar(
            select(func.count()).where(item.c.patient_id.in_(patients), document)
        )
        blobs = connection.scalar(
            select(func.count()).where(blob.c.patient_id.in_(patients))
        )
        tokens = connection.scalar(
            select(func.count(func.distinct(search_token.c.item_id))).where(
                search_token.c.patient_id.in_(patients), search_token.c.param == "type"
            )
        )
    return int(items or 0), int(blobs or 0), int(tokens or 0)


def test_no_acknowledged_deposit_is_lost_and_none_is_half_done(tmp_path: Path) -> None:
    """After SIGKILL amid 200 deposits, each 201 is there whole, and no part of others."""
    data, tally = tmp_path / "data", Tally()
    with serving(data) as server:
        token = open_issuer(data).token(
            WORLD.readers[DEPOSIT.depositor], SystemClock().now()
        )
        with ThreadPoolExecutor(CLIENTS) as pool:
            for number in range(DEPOSITS):
                pool.submit(deposit, server.base, token, number, tally)
            assert tally.reached.wait(timeout=240)
            server.kill()
    assert KILL_AFTER <= len(tally.acknowledged) < DEPOSITS
    services, _ = open_demo(settings_in(data))
    documents, originals, indexed = counted(services)
    assert documents == originals == indexed
    services.store.engine.dispose()
    with serving(data) as server:
        for document_id, body in tally.acknowledged.items():
            answer = requests.get(
                f"{server.base}/fhir/Binary/{document_id}",
                headers={"Authorization": f"Bearer {token}", "Accept": "text/xml"},
                timeout=60,
            )
            assert (200, body) == (answer.status_code, answer.content)
