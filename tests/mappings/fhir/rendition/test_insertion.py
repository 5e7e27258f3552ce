"""THE property: a hidden fact leaves the document as if it had never been written."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.fhir.elements import child, children, string
from mappings.fhir.parse import parse_json
from mappings.fhir.rendition import rendition
from mappings.submission import JsonObject
from tests.mappings.fhir.rendition.documents import WHO, document
from tests.mappings.fhir.rendition.insertions import SECRET, insertions
from tests.shared_material import SHARED

TAKEN = 12
"""Entries of a Synthea record that a made document has."""

EXAMPLES = 840
"""For our own document; fewer for those that are shared, which are long."""

REAL_EXAMPLES = 170


def rendered(resource: JsonObject, hidden: set[str]) -> str:
    """Return a rendition as text, names in order, numbers as written."""
    return json.dumps(
        rendition(resource, hidden, WHO), default=lambda number: number.text
    )


def compare(untouched: str, inserted: tuple[JsonObject, set[str]]) -> None:
    """Assert that the fact is in the document and in no way in its rendition."""
    with_fact, hidden = inserted
    found = rendered(with_fact, hidden)
    assert SECRET.lower() not in found.lower()
    assert found == untouched


DOCUMENT = document()
UNTOUCHED = rendered(DOCUMENT, set())


@settings(max_examples=EXAMPLES)
@given(st.data())
def test_a_hidden_fact_was_never_written(data: st.DataObject) -> None:
    """Byte for byte, the rendition is that of the document without the fact."""
    compare(UNTOUCHED, insertions(data.draw, DOCUMENT))


def shared_documents() -> Iterator[JsonObject]:
    """Yield the FHIR documents that are shared, and one made of each Synthea record."""
    folder = SHARED / "samples"
    for path in sorted(
        [*folder.glob("fhir/*.json"), *folder.glob("authored/fhir*.json")]
    ):
        found = parse_json(path.read_bytes())
        if string(found, "type") == "document":
            yield found
        elif (
            path.name.startswith("smart-generated")
            and len(children(found, "entry")) < 200
        ):
            yield made_document(found)


def made_document(bundle: JsonObject) -> JsonObject:
    """Return a document with a section for each kind of resource of a bundle."""
    by_kind: dict[str, list[str]] = {}
    for entry in children(bundle, "entry")[:TAKEN]:
        kind = string(child(entry, "resource"), "resourceType")
        by_kind.setdefault(kind, []).append(string(entry, "fullUrl"))
    sections: list[dict[str, Any]] = [
        {
            "title": kind,
            "text": {"status": "generated", "div": _list(len(urls))},
            "entry": [{"reference": url} for url in urls],
        }
        for kind, urls in by_kind.items()
    ]
    composition = {
        "resourceType": "Composition",
        "title": "Dossier",
        "section": sections,
    }
    return bundle | {
        "type": "document",
        "identifier": {"value": "made"},
        "entry": [
            {"fullUrl": "urn:uuid:made", "resource": composition},
            *children(bundle, "entry")[:TAKEN],
        ],
    }


def _list(number: int) -> str:
    return f"<div><ul>{'<li>ligne</li>' * number}</ul><p>Vu. Rien de plus.</p></div>"


SHARED_DOCUMENTS = list(shared_documents())


@cache
def _rendered_once(number: int) -> str:
    return rendered(SHARED_DOCUMENTS[number], set())


@pytest.mark.corpus
@pytest.mark.skipif(
    not SHARED_DOCUMENTS, reason="../shared is not beside this repository"
)
@settings(max_examples=REAL_EXAMPLES)
@given(st.data())
def test_a_hidden_fact_was_never_written_in_real_documents(data: st.DataObject) -> None:
    """The same over the documents that are shared."""
    number = data.draw(st.integers(0, len(SHARED_DOCUMENTS) - 1))
    source = SHARED_DOCUMENTS[number]
    compare(_rendered_once(number), insertions(data.draw, source))


def test_a_rendition_is_its_own_rendition() -> None:
    """Rendering twice changes nothing but the name of the document."""
    once = rendition(document(), set(), WHO)
    assert once
    twice = rendition(once, set(), WHO)
    assert twice
    assert _without_names(twice) == _without_names(once)


def _without_names(found: JsonObject) -> str:
    """Return a document with its ids replaced by their order, without its identifiers."""
    composition = found["entry"][0]["resource"]
    for element in ("identifier", "relatesTo"):
        del composition[element]
    text = json.dumps(found["entry"], default=str)
    for number, entry in enumerate(found["entry"]):
        text = text.replace(entry["resource"]["id"], f"n{number}")
    return text
