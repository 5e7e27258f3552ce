"""``paravent label --explain``: a document's labels as a person reads them."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import main
from gateway.commands.explaining import explained
from gateway.commands.whereabouts import Whereabouts
from labels.codes import Category, Confidentiality
from labels.detection.service import Labels
from labels.label import Evidence, Label
from mappings.content import Content
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
    for each in (*words, "BIKTARVY", "hiv/term/brands", "J05AR20"):
        assert each in answer.output
    assert "Médicaments prescrits" in answer.output
    assert "source" in answer.output
    for path in ("{", "/h:", "@code", "text()"):
        assert path not in answer.output


def test_a_code_is_told_in_words_and_a_source_by_its_language() -> None:
    """What kind of code it is and what its list calls it; lists and sources are French."""
    said = explain(DOCUMENTS / "hiv-prescription.xml", "--lang", "en").output
    assert "a code for a medicine, J05AR20 (in French: BIKTARVY" in said
    assert "source (in French): " in said
    said = explain(DOCUMENTS / "hiv-prescription.xml", "--lang", "fr").output
    assert "un code de médicament, J05AR20 (BIKTARVY" in said


def test_a_word_is_told_once_by_all_its_rules() -> None:
    """Two rules that see the same word are one line; so are its places."""
    seen = [
        Evidence(rule, "terms", place, what)
        for rule, what in (("hiv/term/virus", "VIH"), ("hiv/term/spaced", "vih"))
        for place in ("/description", "/description")
    ]
    label = Label(Confidentiality.R, frozenset({Category.HIV}), evidence=tuple(seen))
    lines = explained(Labels((), label), (), "fr").splitlines()
    assert sum("VIH »" in line for line in lines) == 1
    assert "  règle : hiv/term/virus, hiv/term/spaced" in lines
    assert sum("où :" in line for line in lines) == 1


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


ROOT = "/h:ClinicalDocument"
SECTION = f"{ROOT}/h:component/h:structuredBody/h:component[2]/h:section"


@pytest.mark.parametrize(
    ("place", "fr", "en"),
    [
        (f"{ROOT}/h:title", "titre du document", "title of the document"),
        (f"{ROOT}/h:code/@code", "type du document", "type of the document"),
        (f"{ROOT}/h:relatedDocument", "en-tête", "header"),
        (f"{ROOT}/h:author/h:x", "en-tête, auteur", "header, author"),
        (f"{SECTION}/h:title", "section « Suivi », titre", "section “Suivi”, title"),
        (f"{SECTION}/h:entry/h:act", "section « Suivi », donnée codée", ""),
        (
            f"{SECTION}/h:text/h:table[2]/h:tbody/h:tr[3]/h:td[1]/text()[1]",
            "section « Suivi », texte, ligne 3 du tableau 2",
            "section “Suivi”, text, row 3 of table 2",
        ),
        (f"{SECTION}/h:text/h:table/h:thead/h:tr/h:th", "en-tête du tableau", ""),
        (f"{SECTION}/h:text/h:list/h:item[4]", "texte, élément 4 de la liste", ""),
        (
            f"{SECTION}/h:text/h:paragraph#char=56,79",
            "texte, paragraphe 1, phrase des caractères 56 à 79",
            "sentence of characters 56 to 79",
        ),
        (
            f"{SECTION.replace('[2]', '[3]')}/h:text/text()[1]",
            "section 3, texte",
            "section 3, text",
        ),
        (
            "/entry/2/resource/note/0/text",
            "ressource Condition (entrée 3), élément note",
            "",
        ),
        (
            "/entry/0/resource/section/1/text/div#block=4",
            "section « Bilan », texte, passage 4",
            "",
        ),
        (
            f"{ROOT}/h:component/h:nonXMLBody/h:text#page=1",
            "fichier joint, page 1",
            "attached file, page 1",
        ),
        ("/description", "élément description", "element description"),
        ("#page=2", "page 2", "page 2"),
        ("#about", "propriétés du fichier", "properties of the file"),
        ("/content/0/attachment/data#x", "élément content, fichier joint", ""),
        ("", "le document", "the document"),
        (f"{ROOT}/h:component/h:structuredBody", "texte", "text"),
    ],
)
def test_a_place_is_told_in_words(place: str, fr: str, en: str) -> None:
    """Which part, under which title, which row, item, passage or page; never a path."""
    titles = {SECTION: "Suivi", "/entry/0/resource/section/1": "Bilan"}
    kinds = {"/entry/0/resource": "Composition", "/entry/2/resource": "Condition"}
    for lang, words in (("fr", fr), ("en", en)):
        said = Whereabouts(lang, titles, kinds).say(place)
        assert words in said
        assert "/h:" not in said
        assert "#" not in said


def test_titles_are_those_of_the_document() -> None:
    """Of sections, in both formats; other texts are no titles."""
    contents = [
        Content(f"{SECTION}/h:title/text()[1]", text=" Suivi "),
        Content(f"{SECTION}/h:text/text()[1]", text="Rien"),
        Content("/entry/0/resource/section/1/title", text="Bilan"),
    ]
    assert Whereabouts.of(contents, {}, "fr").titles == {
        SECTION: "Suivi",
        "/entry/0/resource/section/1": "Bilan",
    }


def test_a_reason_is_told_with_its_first_places() -> None:
    """Four places of one word are three lines and a count; remarks are said."""
    places = (f"{ROOT}/h:title", f"{SECTION}/h:title", "/description", "#page=2")
    evidence = tuple(
        Evidence("hiv/term/virus", "nowhere", place, "VIH") for place in places
    )
    hiv = Label(Confidentiality.R, frozenset({Category.HIV}), evidence=evidence)
    remark = Issue("warning", "value", "x", "Odd.", "Bizarre.")
    text = explained(Labels((), hiv), [remark], "fr")
    assert text.count("« VIH »") == 1
    for said in (
        "où : titre du document",
        "et ailleurs : 1 fois de plus",
        "source : nowhere",
        "Remarque sur x : Bizarre.",
    ):
        assert said in text
    assert "Odd." in explained(Labels((), hiv), [remark], "en")


def test_a_remark_on_a_part_of_the_header_reads_as_people_speak() -> None:
    """French has an article before it, English too."""
    remark = Issue("warning", "value", f"{ROOT}/h:author", "Odd.", "Bizarre.")
    nothing = Label(Confidentiality.N)
    french = explained(Labels((), nothing), [remark], "fr")
    assert "Remarque sur l'en-tête, auteur : Bizarre." in french
    english = explained(Labels((), nothing), [remark], "en")
    assert "Remark on the header, author: Odd." in english


def test_words_that_count_only_beside_others_say_so() -> None:
    """A word known to rules of context alone is no reason by itself."""
    seen = [
        Evidence("hiv/context/companions", "paravent", "#page=1", "bilan"),
        Evidence("hiv/term/virus", "paravent", "#page=1", "VIH"),
    ]
    hiv = Label(Confidentiality.R, frozenset({Category.HIV}), evidence=tuple(seen))
    said = explained(Labels((), hiv), [], "fr")
    assert said.count("ne compte qu'à côté d'autres mots") == 1
