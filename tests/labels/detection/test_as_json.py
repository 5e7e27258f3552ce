"""The fixed shape of ``paravent label FILE``."""

from dataclasses import dataclass

from labels.detection.as_json import document_json
from labels.detection.service import label


@dataclass(frozen=True)
class Place:
    """A place of a document."""

    place: str
    text: str
    codes: tuple[()] = ()
    opaque: bool = False


@dataclass(frozen=True)
class Issue:
    """A remark of a mapping."""

    severity: str = "warning"
    code: str = "value"
    expression: str = "/a"
    text: str = "doubtful"


def test_document_places_and_issues() -> None:
    """A labelled document is printed with its level, its places and the issues."""
    found = document_json(label([Place("/a", "VIH")]), [Issue()])
    assert found["document"] == {
        "confidentiality": "R",
        "categories": ["hiv"],
        "opaque": False,
    }
    evidence = {"rule": "hiv/term/virus", "what": "VIH"}
    place = found["places"][0]
    assert (place["place"], place["categories"]) == ("/a", ["hiv"])
    assert evidence.items() <= place["evidence"][0].items()
    assert found["issues"] == [
        {"severity": "warning", "code": "value", "expression": "/a", "text": "doubtful"}
    ]


def test_an_opaque_document_says_so() -> None:
    """What could not be read is true under ``opaque``."""
    found = document_json(label([Place("/a", "", opaque=True)]), [])
    assert found["document"]["opaque"] is True
    assert found["places"] == [{"place": "/a", "categories": [], "evidence": []}]
