"""``paravent label --explain``: a document's labels as a person reads them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.commands.explaining import explained
from labels.codes import Category, Confidentiality
from labels.detection.service import Labels
from labels.label import Evidence, Label
from mappings.mapped import Issue

DOCUMENTS = Path(__file__).parents[2] / "gateway/demo/world/documents"


def explain(path: Path, *options: str) -> Result:
    """Run the command on a file."""
    return CliRunner().invoke(main, ["label", "--explain", str(path), *options])


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", ("Ce document : restreint (R).", "Il parle de : VIH", "- vu : « ")),
        ("en", ("This document: restricted (R).", "It is about: HIV", "- seen: “")),
    ],
)
def test_each_subject_comes_with_its_reasons(lang: str, words: tuple[str, ...]) -> None:
    """Level and subjects in plain words, then what was seen, where, by which rule."""
    answer = explain(DOCUMENTS / "hiv-prescription.xml", "--lang", lang)
    assert answer.exit_code == 0
    for said in (*words, "BIKTARVY", "hiv/term/brands", "/h:ClinicalDocument/"):
        assert said in answer.output
    assert "source" in answer.output
    assert "{" not in answer.output


def test_an_ordinary_document_and_an_unreadable_one(tmp_path: Path) -> None:
    """Nothing found is said; what could not be read is not called ordinary."""
    ordinary, opaque = tmp_path / "note.txt", tmp_path / "scan.pdf"
    ordinary.write_text("Mal de gorge depuis trois jours.", "utf-8")
    opaque.write_bytes(b"%PDF-1.4 not a PDF")
    assert explain(ordinary).output.splitlines()[1:] == [
        "Rien de sensible n'a été trouvé."
    ]
    said = explain(opaque).output
    assert "n'a pas pu être lue" in said
    assert "Rien de sensible" not in said


def test_what_cannot_be_read_is_refused_as_without_explaining(tmp_path: Path) -> None:
    """Exit 2 with the error as JSON, whatever the form of the answer."""
    broken = tmp_path / "broken.xml"
    broken.write_text("<a><b></a>", "utf-8")
    for options in ((), ("--explain",)):
        answer = CliRunner().invoke(main, ["label", str(broken), *options])
        assert answer.exit_code == 2
        assert '"issues"' in answer.stderr


def test_a_reason_is_told_once_with_its_first_places() -> None:
    """Five places of one word are three lines and a count; parts of a CDA are named."""
    root = "/h:ClinicalDocument"
    body = f"{root}/h:component/h:structuredBody/h:component/h:section"
    places = (
        f"{root}/h:title",
        f"{body}/h:text/h:paragraph",
        f"{body}/h:entry/h:act",
        f"{body}/h:title",
        "/description",
    )
    evidence = tuple(
        Evidence("hiv/term/virus", "nowhere", place, "VIH") for place in places
    )
    hiv = Label(Confidentiality.R, frozenset({Category.HIV}), evidence=evidence)
    remark = Issue("warning", "value", "x", "Odd.", "Bizarre.")
    text = explained(Labels((), hiv), [remark], "fr")
    assert text.count("« VIH »") == 1
    for said in (
        f"où : en-tête, {places[0]}",
        f"où : texte, {places[1]}",
        f"où : donnée codée, {places[2]}",
        "et à 2 autres endroits",
        "source : nowhere",
        "Remarque sur x : Bizarre.",
    ):
        assert said in text
    assert "Odd." in explained(Labels((), hiv), [remark], "en")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("fr", "où : texte, phrase des caractères 56 à 79, /h:ClinicalDocument"),
        ("en", "where: text, sentence of characters 56 to 79, /h:ClinicalDocument"),
    ],
)
def test_a_sentence_is_named_by_its_characters(lang: str, words: str) -> None:
    """A person is told which sentence of a paragraph it is, not how a path says it."""
    place = "/h:ClinicalDocument/h:structuredBody/h:section/h:text/text()[1]#char=56,79"
    evidence = Evidence("hiv/term/virus", "terms", place, "VIH")
    label = Label(Confidentiality.R, frozenset({Category.HIV}), evidence=(evidence,))
    said = explained(Labels((), label), (), lang)
    assert words in said
    assert "#char" not in said
