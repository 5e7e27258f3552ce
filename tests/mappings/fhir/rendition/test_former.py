"""A former first name in a FHIR document: replaced beside the family name, else hidden."""

import json
from dataclasses import replace
from typing import Any

import pytest

from mappings.fhir.parse import dump
from mappings.pdf import unread
from mappings.rendition import rendition
from mappings.submission import JsonObject, Traits
from tests.mappings.fhir.rendition.documents import WHO, document, narrative
from tests.spellings import FAMILY, NAME, SPELLINGS

NOW = replace(WHO, given=("CAMILLE",), former_given=(NAME, "Alix"))


def saying(text: str) -> JsonObject:
    """Return the document with a paragraph more in its first section."""
    found: JsonObject = document()
    section = found["entry"][0]["resource"]["section"][0]
    section["text"] = narrative(f"<p>Début.</p><p>{text}</p>")
    return found


def shown(source: JsonObject, *hidden: str, who: Traits = NOW) -> str:
    """Return what a reader gets, who gets something."""
    data = dump(source)
    made = rendition(data, "application/fhir+json", hidden, who, unread)
    assert made is not None
    return json.dumps(json.loads(made.body), ensure_ascii=False)


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_every_spelling_goes(spelled: str) -> None:
    """The block or the sentence goes; what stands beside it stays."""
    who = replace(NOW, family=FAMILY)
    told = shown(saying(f"Vu ({spelled}) hier."), who=who)
    assert "hier" not in told
    assert "Début" in told


def test_beside_the_family_name_it_is_replaced() -> None:
    """In narratives and in plain texts, with the case of what stood there."""
    source = saying("Madame Alix ORMEAU <b>dort</b>. AMAURY ORMEAU aussi.")
    source["entry"][0]["resource"]["title"] = "Suivi de Alix Ormeau"
    told = shown(source)
    assert "Camille ORMEAU <b>dort</b>. CAMILLE ORMEAU aussi." in told
    assert "Suivi de Camille Ormeau" in told


def test_one_sentence_of_several_goes() -> None:
    """The others of its paragraph stay."""
    told = shown(saying("Rien. Amaury dort. Tout va bien."))
    assert "Rien. Tout va bien." in told


def test_characters_hidden_in_a_renamed_text_hide_its_block() -> None:
    """Their numbers are those of the text as it was."""
    source = saying("Alix ORMEAU dort. Secret.")
    place = "/entry/0/resource/section/0/text/div#block=2#char=18,25"
    told = shown(source, place)
    assert "Secret" not in told
    assert "Début" in told


def notes(source: JsonObject, text: str) -> list[dict[str, Any]]:
    """Add a note to the first Condition of a document, and return its notes."""
    found = next(
        each["resource"]
        for each in source["entry"]
        if each["resource"]["resourceType"] == "Condition"
    )
    added: list[dict[str, Any]] = [{"text": text}]
    found["note"] = added
    return added


def test_notes_lose_their_sentence() -> None:
    """In resources as in narratives."""
    source = document()
    notes(source, "Bien toléré. Amaury le dit.")
    told = shown(source)
    assert "Bien toléré." in told
    assert "le dit" not in told


def related(family: str) -> JsonObject:
    """Return the document with somebody of the former first name among its persons."""
    source = document()
    name = [{"family": family, "given": ["Amaury"]}]
    found = next(
        each["resource"]
        for each in source["entry"]
        if each["resource"]["resourceType"].startswith("Practitioner")
    )
    found["name"] = name
    return source


def test_a_practitioner_of_another_family_is_somebody_else() -> None:
    """The other stays; where it may be the patient and cannot go, nothing is shown."""
    assert "SORBIER" in shown(related("SORBIER"))
    data = dump(related("ORMEAU"))
    assert rendition(data, "application/fhir+json", (), NOW, unread) is None


def test_an_address_is_no_prose() -> None:
    """A name in a link is not replaced: what holds it goes, or nothing is shown."""
    source = document()
    report = next(
        each["resource"]
        for each in source["entry"]
        if each["resource"]["resourceType"] == "DiagnosticReport"
    )
    report["presentedForm"] = [{"url": "file:///Alix_ORMEAU.pdf"}]
    data = dump(source)
    made = rendition(data, "application/fhir+json", (), NOW, unread)
    assert made is None or b"alix" not in made.body.lower()


def test_who_has_no_former_name_loses_nothing() -> None:
    """The same text of somebody else stays as it is."""
    assert "Vu Amaury hier." in shown(saying("Vu Amaury hier."), who=WHO)
