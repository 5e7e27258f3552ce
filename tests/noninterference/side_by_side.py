"""Two worlds asked the same thing at one instant, as a client asks it."""

import json
from datetime import timedelta
from typing import Any

from gateway.consents import relations
from gateway.consents.relations import HeldRelation
from gateway.repository import records
from labels.policy.question import Relation
from tests.noninterference.documents import Paper, clinical, lot, sheet, world
from tests.noninterference.draws import drawn_by
from tests.noninterference.pair import Gateway, Pair, Seen
from tests.noninterference.playing import FHIR

Json = dict[str, Any]


def ask(
    gateway: Gateway,
    reader: str,
    path: str,
    body: Json | None = None,
    scope: str = "",
    *,
    method: str = "",
    **named: str,
) -> Seen:
    """Read as a persona, or with a ``body`` send it; ``scope`` narrows the token.

    ``named`` are further headers, with ``_`` for ``-``.
    """
    at = gateway.clock.now()
    headers = {
        "Authorization": f"Bearer {gateway.token(reader, at, scope)}",
        "X-Request-Id": "00000000-test",
    }
    headers |= {name.replace("_", "-"): text for name, text in named.items()}
    sent = {} if body is None else {"data": json.dumps(body), "content_type": FHIR}
    method = method or ("GET" if body is None else "POST")
    with drawn_by(f"{reader} {method} {path} {body} {at}"):
        return Seen.of(
            gateway.client.open(path, method=method, headers=headers, **sent)  # type: ignore[arg-type]
        )


def alike(
    both: Pair, reader: str, path: str, body: Json | None = None, scope: str = ""
) -> Seen:
    """Return the one answer of both worlds; a difference fails the test."""
    left, right = (ask(each, reader, path, body, scope) for each in both.both)
    assert left == right, path
    return left


def by_person(patient: str) -> str:
    """Return the parameter that names the record of a persona."""
    who = world().patients[patient].identifier
    return f"patient.identifier={who.system}|{who.value}"


def let_in(gateway: Gateway, reader: str, patient: str, when: str = "") -> None:
    """Have the person let a professional in, as a code does."""
    store, who = gateway.services.store, world().patients[patient].identifier
    with store.unit() as connection, drawn_by(f"let in {reader} {when}"):
        record = records.by_identifiers(connection, store.keys, who)
        held = HeldRelation(Relation.AUTHORISED, world().readers[reader].id)
        relations.declare(connection, record, held)


def later(both: Pair, **time: float) -> None:
    """Let time go on in both worlds."""
    for gateway in both.both:
        gateway.clock.instant += timedelta(**time)


def deposit(
    gateway: Gateway, patient: str, author: str, paper: Paper, *marks: str
) -> str:
    """Deposit a document about a persona, in a set that states marks; return its id."""
    who, by = world().patients[patient], world().readers[author]
    one = (paper, sheet(paper, who, by, marks))
    path, body, kind = "/fhir", lot(f"l{paper.oid}", [one], who, by), FHIR
    if not marks:
        path, body, kind = "/cda", clinical(paper, who, by), "application/xml"
    token = gateway.token(author, gateway.clock.now())
    headers = {"Authorization": f"Bearer {token}", "X-Request-Id": "00000000-test"}
    with drawn_by(f"deposit of {paper.oid}"):
        answer = gateway.client.post(
            path, data=body, content_type=kind, headers=headers
        )
    assert answer.status_code in (200, 201), answer.get_data(as_text=True)
    if not marks:
        return str(answer.headers["Location"].rpartition("/")[2])
    made = answer.get_json(force=True)["entry"]
    named = [each["response"].get("location", "") for each in made]
    documents = (n for n in named if n.startswith("DocumentReference/"))
    return str(next(documents).split("/")[1])
