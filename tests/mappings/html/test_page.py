"""The page of a document: what it shows, for whom, and what it never lets through."""

import json
import re
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.rendition import rendition
from mappings.html import html
from tests.mappings.cda.documents import cda, narrative, unstructured
from tests.mappings.fhir.rendition.documents import WHO, document
from tests.mappings.html.reading import Page, page
from tests.shared_material import SHARED

TAGS = frozenset(
    "html head meta title link body header main section h1 h2 h3 h4 h5 h6 dl dt dd div p ul"
    " ol li table caption thead tbody tfoot tr td th pre blockquote strong em sub sup u br"
    " small abbr code kbd q samp".split()
)
ATTRIBUTES = frozenset(
    "lang charset name content rel href class id role tabindex aria-label aria-labelledby"
    " scope colspan rowspan".split()
)
CLASSES = frozenset({"narrative", "wide", "heading", "nothing", "message"})

FRAGMENTS = (
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    "<a href='javascript:alert(1)'>x</a>",
    '"><svg onload=alert(1)>',
    "]]><b>",
    "<!-- -->",
    "<?x y?>",
    "&lt;script&gt;",
    "\u202e</p>",
    '<p style="x" onclick="y" class="z" id="w">q</p>',
    "<base href='//evil.example'>",
    "<table><tr><th onmouseover='x'>t</th></tr></table>",
    "<form action='//evil.example'><input name=a></form>",
)


def check(found: str) -> Page:
    """Assert that a page has our tags and attributes only, and return it."""
    seen = page(found)
    assert {name for name, _ in seen.tags} <= TAGS
    assert {key for _, said in seen.tags for key in said} <= ATTRIBUTES
    assert seen.others == []
    for _, said in seen.tags:
        assert said.get("class", "wide") in CLASSES
        assert re.fullmatch(r"s\d+", said.get("id", "s1"))
    assert [one["href"] for one in seen.named("link")] == ["view.css"]
    assert not any("href" in said for name, said in seen.tags if name != "link")
    return seen


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=8), max_size=6))
def test_hostile_markup_never_gets_through(pieces: list[str]) -> None:
    """Whatever a document holds, the page has our tags and our attributes only."""
    hostile = "".join(pieces)
    found = document()
    composition = found["entry"][0]["resource"]
    composition["title"] = composition["language"] = hostile
    composition["section"][0]["title"] = hostile
    composition["section"][0]["text"]["div"] = f"<div>{hostile}</div>"
    composition["section"][1]["text"] = {"div": hostile}
    found["entry"][1]["resource"]["name"][0]["family"] = hostile
    for body, kind in (
        (json.dumps(found).encode(), "application/fhir+json"),
        (hostile.encode("utf-8", "replace"), "text/plain"),
        (f"<html><body>{hostile}".encode("utf-8", "replace"), "text/html"),
        (f"<ClinicalDocument>{hostile}".encode("utf-8", "replace"), "text/xml"),
    ):
        check(html(body, kind, "fr"))


@given(st.sampled_from(FRAGMENTS))
def test_hostile_narratives_of_cda_never_get_through(hostile: str) -> None:
    """The narrative of a CDA is escaped like any other."""
    check(html(narrative(f"<paragraph>{hostile}</paragraph>"), "text/xml", "en"))


def test_a_cda_shows_its_header_and_its_sections() -> None:
    """Patient by the names in use, type, author; each section under its heading."""
    seen = check(html(cda(), "text/xml", "fr"))
    assert "SASHA TREMBLE" in seen.text
    assert "ORMEAU" not in seen.text
    assert "Né(e) le 04/11/1971" in seen.text
    assert "18/03/2025 à 10:15" in seen.text
    assert "Entorse de la cheville" in seen.text
    assert [said["id"] for said in seen.named("h2")] == ["s1"]


def test_a_fhir_document_shows_its_sections() -> None:
    """Sections in sections have headings one level lower; titles become no heading."""
    seen = check(html(json.dumps(document()).encode(), "application/fhir+json", "en"))
    levels = [int(name[1]) for name, _ in seen.tags if re.fullmatch("h[1-6]", name)]
    assert levels == [1, 2, 2, 2, 3]
    assert "Tension équilibrée" in seen.text
    assert {said["scope"] for said in seen.named("th")} == {"col"}
    assert all(said["tabindex"] == "0" for said in seen.named("div") if "role" in said)


def test_headings_never_skip_a_level() -> None:
    """A screen reader finds every level; headings of narratives are words."""
    found = document()
    section = found["entry"][0]["resource"]["section"][0]
    section["text"]["div"] = "<div><h5>Titre</h5><p>Texte</p></div>"
    seen = check(html(json.dumps(found).encode(), "application/fhir+json", "fr"))
    levels = [int(name[1]) for name, _ in seen.tags if re.fullmatch("h[1-6]", name)]
    assert all(b - a <= 1 for a, b in pairwise(levels))
    assert "heading" in {said.get("class") for said in seen.named("p")}


def test_a_page_has_landmarks_and_languages() -> None:
    """One main, one header; the page in its own language, the document in its own."""
    seen = check(html(cda(), "text/xml", "en"))
    assert [len(seen.named(name)) for name in ("main", "header", "h1")] == [1, 1, 1]
    assert seen.named("html") == [{"lang": "en"}]
    assert seen.named("main") == [{"lang": "fr-FR"}]


def test_a_text_is_shown_as_it_is() -> None:
    """A plain text keeps its lines."""
    seen = check(html(b"Une ligne\n<b>deux</b>", "text/plain", "fr"))
    assert "".join(seen.words).count("<b>deux</b>") == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.4 x", "application/pdf"),
        (
            unstructured(
                '<text mediaType="application/pdf" representation="B64">JVBE</text>'
            ),
            "text/xml",
        ),
        (b"\x00\x01", "image/png"),
        (b"{", "application/fhir+json"),
        (b"<x/>", "text/xml"),
        (b"", "text/plain"),
    ],
)
def test_what_cannot_be_shown_says_so(body: bytes, kind: str) -> None:
    """Files and broken documents give a page with one sentence, never an error."""
    seen = check(html(body, kind, "en"))
    assert "attached file" in seen.text or "cannot be displayed" in seen.text
    assert "original" not in seen.text


def test_resources_without_composition_are_listed() -> None:
    """A collection shows what each resource is about, with its value."""
    found = document() | {"type": "collection"}
    found["entry"] = found["entry"][1:]
    seen = check(html(json.dumps(found).encode(), "application/fhir+json", "fr"))
    assert "Sodium : 140 mmol/L" in seen.text
    for words in ("Informations de santé", "Problèmes de santé", "Observations et"):
        assert words in seen.text
    assert "Bundle" not in seen.text
    assert "Condition" not in seen.text


def test_a_kind_of_resource_without_a_name_is_told_by_its_own() -> None:
    """What the page has no words for keeps the word of FHIR."""
    found = {"resourceType": "Basic", "code": {"text": "Carte"}}
    seen = check(html(json.dumps(found).encode(), "application/fhir+json", "fr"))
    assert "Basic" in seen.text
    assert "Carte" in seen.text


def test_pictures_and_files_that_are_left_out_are_told() -> None:
    """One sentence, only where the document given holds some."""
    sentence = "images ou des fichiers joints"
    picture = narrative(
        "<renderMultiMedia referencedObject='m'><caption>Radio</caption></renderMultiMedia>"
    )
    assert sentence in html(picture, "text/xml", "fr")
    assert sentence not in html(narrative("<paragraph>P</paragraph>"), "text/xml", "fr")
    report = document()
    report["entry"].append(
        {"resource": {"resourceType": "Media", "content": {"url": "x"}}}
    )
    body = json.dumps(report).encode()
    assert sentence in html(body, "application/fhir+json", "fr")


def test_heads_of_several_columns_and_empty_corners() -> None:
    """A head over columns is of a group; a head without words is no head."""
    table = (
        "<table><thead><tr><th colspan='2'>Bilan</th></tr><tr><th/><th>Valeur</th></tr>"
        "</thead><tbody><tr><td>Sodium</td><td>140</td></tr></tbody></table>"
    )
    seen = check(html(narrative(table), "text/xml", "fr"))
    assert [each["scope"] for each in seen.named("th")] == ["colgroup", "col"]
    assert len(seen.named("td")) == 3


def test_line_breaks_that_only_make_room_are_left_out() -> None:
    """One between two lines stays."""
    found = html(
        narrative("<paragraph><br/>A<br/><br/>B<br/></paragraph>"), "text/xml", "fr"
    )
    assert found.count("<br>") == 1


def test_a_doctor_is_named_by_the_title_of_exercise() -> None:
    """CI-SIS keeps it as a suffix; people say it first, in place of the civility."""
    source = narrative("<paragraph>P</paragraph>")
    name = re.search(rb"<assignedPerson>.*?</assignedPerson>", source, re.DOTALL)
    assert name
    told = (
        b"<assignedPerson><name><prefix>M</prefix><given>Jean</given>"
        b"<family>SORBIER</family><suffix>DR</suffix></name></assignedPerson>"
    )
    assert "DR Jean SORBIER" in html(source.replace(name[0], told), "text/xml", "fr")


def test_an_empty_section_says_so() -> None:
    """A section without words is no blank space."""
    found = document()
    found["entry"][0]["resource"]["section"][0] = {"title": "Vide"}
    seen = check(html(json.dumps(found).encode(), "application/fhir+json", "fr"))
    assert "Rien n'est écrit dans cette section." in seen.text


def test_another_language_is_an_error_of_the_caller() -> None:
    """The page speaks French and English."""
    with pytest.raises(ValueError, match="fr and en"):
        html(b"", "text/plain", "de")


def test_the_page_of_a_rendition_is_that_of_the_document() -> None:
    """A rendition is a document like any other."""
    made = rendition(document(), (), WHO)
    seen = check(html(json.dumps(made).encode(), "application/fhir+json", "fr"))
    assert "Marche quotidienne" in seen.text


def test_the_style_sheet_is_in_the_package() -> None:
    """It loads nothing from elsewhere."""
    style = files("mappings.html").joinpath("view.css").read_text("utf-8")
    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.corpus
@pytest.mark.skipif(
    not SHARED.exists(), reason="../shared is not beside this repository"
)
def test_every_shared_document_has_a_page() -> None:
    """All documents, CDA and FHIR, real and authored, in both languages."""
    folder = SHARED / "samples"
    paths = [p for p in folder.glob("*/*") if p.suffix.lower() in {".xml", ".json"}]
    assert len(paths) > 100
    for number, path in enumerate(paths):
        kind = "text/xml" if path.suffix.lower() == ".xml" else "application/fhir+json"
        check(html(path.read_bytes(), kind, ("fr", "en")[number % 2]))
