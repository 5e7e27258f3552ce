"""A former first name that only the record knows: found in documents of today."""

import pytest

from gateway.demo.world.load import load
from gateway.labelling import knowing, tells_former
from gateway.repository import records
from labels.detection.former_name import states_former
from labels.detection.service import Context
from mappings.body import contents
from mappings.pdf import unread
from mappings.submission import Traits
from tests.gateway.test_deposit import CDA, renamed, send
from tests.gateway.world import Software

WORLD = load()
FORMER = WORLD.patients["solene"].former_given[0]
TEXT = b"<paragraph"


def deposited(software: Software, body: bytes) -> str:
    """Deposit the ordinary visit with another body; returns the id of the document."""
    answer = send(software, CDA, body)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return answer.headers["Location"].rpartition("/")[2]


def read(software: Software, reader: str, document: str) -> str:
    """Return all that a reader is given of a document: metadata, and bytes."""
    shown = software.ask(reader, f"/fhir/DocumentReference/{document}")
    if shown.status_code != 200:
        return ""
    attachment = shown.get_json(force=True)["content"][0]["attachment"]
    headers = {"Accept": attachment["contentType"]}
    body = software.ask(reader, f"/fhir/{attachment['url']}", headers=headers)
    return shown.get_data(as_text=True) + body.get_data(as_text=True)


def saying(words: str, number: int) -> bytes:
    """Return the ordinary visit with a paragraph before its first."""
    body = renamed(CDA, f"2.25.88{number}")
    assert TEXT in body
    return body.replace(TEXT, f"<paragraph>{words}</paragraph>".encode() + TEXT, 1)


@pytest.mark.parametrize(
    "words",
    [
        f"Vu {FORMER.title()} ce jour.",
        f"Vu {' '.join(FORMER)} ce jour.",
        f"Vu {FORMER.title()} Orvanneau ce jour.",
        f"Courrier {FORMER.lower()}_orvanneau.pdf ce jour.",
        f"Pièce scan{FORMER.title()}.pdf ce jour.",
        f"Écrire à {FORMER.lower()}o@example.fr, ce jour.",
        "Monsieur Orvanneau, ce jour.",
        "Un homme de 35 ans, vu ce jour.",
    ],
)
def test_the_team_reads_the_document_without_it(software: Software, words: str) -> None:
    """The sentence is gone, the rest is there; who gets originals gets all of it."""
    document = deposited(software, saying(words, len(words)))
    told = read(software, "dentist", document)
    assert "ce jour." not in told
    assert FORMER not in told.upper()
    assert "ClinicalDocument" in told
    assert "ce jour." in read(software, "gp", document)


def test_a_title_that_says_it_is_said_anew(software: Software) -> None:
    """In the document and in what describes it."""
    body = renamed(CDA, "2.25.8871").replace(
        b"<title>", f"<title>Suivi de {FORMER.title()} ".encode(), 1
    )
    told = read(software, "dentist", deposited(software, body))
    assert told
    assert FORMER not in told.upper()


@pytest.mark.parametrize(
    ("given", "held", "told"),
    [
        (("JEAN",), Traits((), given=("JEANNE",)), True),
        (("JEAN",), Traits((), given=("JEAN", "PIERRE")), False),
        (("JEAN",), Traits((), given=("Jean-Pierre",)), False),
        (("MARIE",), Traits((), given=("MARIE", "LOUISE"), used_given="Louise"), False),
        (("AMAURY",), Traits((), given=("AMAURY",), used_given="Solène"), True),
        (("AMAURY",), Traits(()), False),
    ],
)
def test_what_a_header_may_say(
    given: tuple[str, ...], held: Traits, *, told: bool
) -> None:
    """A name that begins like another is another; a birth name not in use tells alone."""
    assert tells_former(Traits((), given=given), held) is told


def test_a_header_with_both_names_tells_nothing_more() -> None:
    """The birth name is asked for by the INS; beside the name in use it is replaced."""
    held = Traits((), given=("AMAURY",), used_given="Solène")
    assert not tells_former(Traits((), given=("AMAURY",), used_given="SOLENE"), held)


def test_a_record_keeps_what_it_knows(software: Software) -> None:
    """Sealed with the identity, and read again as it was."""
    held = WORLD.patients["solene"]
    store = software.services.store
    with store.unit() as connection:
        found = records.by_identifiers(connection, store.keys, held.identifier)
    assert found.identity.former_given == (FORMER,)


def test_a_file_of_the_former_name_is_hidden_whole() -> None:
    """What cannot be taken apart is seen whole or not at all, its header with it."""
    body = next(each for each in WORLD.deposits if each.name == "endocrine-letter").body
    known = knowing(Context(), WORLD.patients["solene"].traits)
    assert known.former == (FORMER,)
    told = body.replace("SOLÈNE".encode(), FORMER.encode())
    given = contents(told, "text/xml", unread)
    assert states_former(given, known)
