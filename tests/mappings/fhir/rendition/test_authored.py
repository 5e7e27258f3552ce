"""Authored FHIR documents: what must vanish with a category, and what must survive."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from labels.detection.service import Context, label
from mappings import pdf
from mappings.fhir.content import contents
from mappings.fhir.parse import dump, parse_json
from mappings.fhir.rendition import rendition
from mappings.submission import Identifier, JsonObject, Traits
from tests.shared_material import shared

SEX = {"male": "M", "female": "F"}


def traits(patient: dict[str, Any]) -> Traits:
    """Return who the patient of a truth file is today."""
    return Traits(
        (Identifier(f"urn:oid:{patient['ins_root']}", patient["ins"]),),
        family=patient["birth_family"],
        given=tuple(patient["birth_givens"].split()),
        used_given=patient["used_given"] or "",
        gender=patient["administrative_gender"],
        birth_date=patient["birth_date"],
    )


def truths() -> list[tuple[Path, dict[str, Any]]]:
    """Return each authored FHIR document that is no transaction, with its truth."""
    folder = shared("samples", "authored")
    found = []
    for sidecar in sorted(folder.glob("fhir-*.truth.yaml")):
        truth = yaml.safe_load(sidecar.read_text("utf-8"))
        found.append((folder / truth["file"], truth))
    return found


def hidden(resource: JsonObject, who: Traits, category: str) -> set[str]:
    """Return the places that the labelling service finds for a category."""
    known = Context(sex=SEX.get(who.gender, ""), age=40)
    places = label(contents(resource, pdf.read), known).places
    return {
        place for place, one in places if category in {str(c) for c in one.categories}
    }


@pytest.mark.corpus
def test_what_must_vanish_vanishes_and_what_must_survive_survives() -> None:
    """Text, codes, displays, titles: nothing of the category is left, all else is."""
    checked = 0
    for path, truth in truths():
        resource, who = parse_json(path.read_bytes()), traits(truth["patient"])
        for category, words in truth["must_vanish"].items():
            left = rendition(resource, hidden(resource, who, category), who)
            found = dump(left or {}).decode()
            assert [w for w in words if w.casefold() in found.casefold()] == [], (
                path.name
            )
            assert [w for w in truth["must_survive"] if w not in found] == [], path.name
            checked += 1
    assert checked == 3
