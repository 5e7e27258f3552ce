"""A fact that a reader may not see answers as if it had never been written.

Two worlds: in one the document says something more, in the other it never did. What the
dentist and the pharmacist of the care team observe is the same, byte for byte, but for
the ids that chance gave.
"""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.demo.world.load import load
from tests.gateway.test_deposit import send
from tests.gateway.world import Software, seeded

WORLD = load()
VISIT = next(each for each in WORLD.deposits if each.name == "sore-throat-visit")
OID = WORLD.documents()["sore-throat-visit"].identifier.removeprefix("urn:oid:")
NEW = "2.25.246813579"
CURSOR = re.compile(r"page=[\w-]+")
AT = datetime(2026, 11, 22, 9, tzinfo=UTC)

SENTENCE = (
    b"Tympans normaux.",
    b"Tympans normaux. S\xc3\xa9rologie VIH positive en 2019.",
)
ITEM = (
    b'<list>\n              <item>\n                <content ID="s3-1">',
    (
        b"<list>\n              <item>Infection par le VIH, suivie</item>\n"
        b'              <item>\n                <content ID="s3-1">'
    ),
)
PARAGRAPH = (
    b"<paragraph>Temp\xc3\xa9rature",
    b"<paragraph>Traitement par Biktarvy.</paragraph><paragraph>Temp\xc3\xa9rature",
)
ENTRY = (
    b'<content ID="s3-1">Pharyngite aigu\xc3\xab</content>\n              </item>',
    (
        b'<content ID="s3-1">Pharyngite aigu\xc3\xab</content>\n              </item>'
        b'<item><content ID="s3-2">Interruption volontaire de grossesse</content></item>'
    ),
)
FACTS = {"sentence": SENTENCE, "item": ITEM, "paragraph": PARAGRAPH, "linked": ENTRY}
PROBES = (
    "",
    "&_count=1",
    "&_sort=date",
    "&_summary=count",
    "&type=11488-4",
    "&status=current",
    f"&identifier=urn:oid:{NEW}",
    "&event=B24",
    "&format=urn:ihe:pcc:xphr:2007",
)


class Stopped:
    """A clock that stands still: two worlds are made at the same instant."""

    def now(self) -> datetime:
        """Tell the one time there is."""
        return AT


def observed(tmp: Path, body: bytes) -> list[str]:
    """Deposit the visit in a world of its own; return all that the team observes."""
    software = Software(replace(seeded(tmp), clock=Stopped()))
    # On a day of its own: what is dated the same is in the order of ids, which is chance.
    new = body.replace(OID.encode(), NEW.encode()).replace(b"20260914", b"20260915")
    answer = send(software, VISIT, new)
    assert answer.status_code == 201, answer.get_data(as_text=True)
    public_id = answer.headers["Location"].rpartition("/")[2]
    paths = [f"/fhir/{kind}/{public_id}" for kind in ("DocumentReference", "Binary")]
    seen = []
    for reader in ("dentist", "pharmacist"):
        asked = [software.search(reader, "solene", more) for more in PROBES]
        for path in paths:
            asked += [
                software.ask(reader, path, headers=headers)
                for headers in (
                    {},
                    {"Accept": "text/xml"},
                    {"If-None-Match": 'W/"1"'},
                    {"Range": "bytes=0-9"},
                )
            ]
            asked.append(software.ask(reader, path, "HEAD"))
        seen += [
            (each.status, list(each.headers.items()), each.get_data(as_text=True))
            for each in asked
        ]
    # Ids are drawn at random, and a cursor is sealed with a random nonce.
    return [
        CURSOR.sub("page=PAGE", repr(each)).replace(public_id, "ID") for each in seen
    ]


@pytest.mark.parametrize("fact", FACTS)
def test_a_document_with_a_hidden_fact_is_the_one_without(
    fact: str, tmp_path: Path
) -> None:
    """Search, count, order, read, Binary, conditional and ranged: nothing differs."""
    before, after = FACTS[fact]
    assert VISIT.body.count(before) == 1
    told = observed(tmp_path / "told", VISIT.body.replace(before, after))
    never = observed(tmp_path / "never", VISIT.body)
    assert told == never
