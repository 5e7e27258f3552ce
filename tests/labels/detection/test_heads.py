"""Titles speak for their sections, heads for their columns, when they alone tell."""

import pytest

from labels.detection.heads import parts_of
from labels.detection.service import label
from tests.labels.detection.test_service import Code, Place, by_place

SECTION = "/h:ClinicalDocument/h:component/h:structuredBody/h:component[2]/h:section"
TITLE = f"{SECTION}/h:title/text()[1]"
TABLE = f"{SECTION}/h:text/h:table"


def labelled(*places: Place) -> set[str]:
    """Return the labelled places without the section they share."""
    found = by_place(label(places))
    return {place.removeprefix(SECTION) for place in found}


def paragraph(text: str, number: int = 1) -> Place:
    """Return a paragraph of the section."""
    return Place(f"{SECTION}/h:text/h:paragraph[{number}]/text()[1]", text)


def rows(*cells: str) -> list[Place]:
    """Return a table of two columns from the texts of its cells, row by row."""
    return [
        Place(f"{TABLE}/h:tbody/h:tr[{n // 2 + 1}]/h:td[{n % 2 + 1}]/text()[1]", text)
        for n, text in enumerate(cells)
    ]


def heads(*texts: str) -> list[Place]:
    """Return the heads of the columns of the table."""
    return [
        Place(f"{TABLE}/h:thead/h:tr/h:th[{n}]/text()[1]", text)
        for n, text in enumerate(texts, 1)
    ]


def test_a_title_that_alone_tells_labels_its_section() -> None:
    """What stands below *Consultation VIH* is about it, whatever its words."""
    found = labelled(Place(TITLE, "Consultation VIH"), paragraph("Bon état général."))
    assert found == {"/h:title/text()[1]", ""}


def test_so_does_the_code_of_a_section() -> None:
    """Also when its title is ordinary."""
    code = Place(f"{SECTION}/h:code/@code", codes=(Code("CIM-10", "B24"),))
    assert "" in labelled(code, Place(TITLE, "Suivi"), paragraph("Bon état général."))


def test_a_section_of_a_composition_too() -> None:
    """The JSON pointer of the section is then a place."""
    section = "/entry/0/resource/section/1"
    found = by_place(
        label(
            [
                Place(f"{section}/title", "Consultation VIH"),
                Place(f"{section}/text/div#block=1", "Bon état général."),
                Place("/entry/0/resource/section/10/text/div", "Otite"),
            ]
        )
    )
    assert set(found) == {section, f"{section}/title"}


@pytest.mark.parametrize(
    "text", ["Le VIH est stable. Tension normale.", "Sérologie VIH positive"]
)
def test_a_title_above_a_text_that_tells_it_labels_itself_only(text: str) -> None:
    """What tells can be parted from what does not; the rest may be read untitled."""
    found = labelled(
        Place(TITLE, "Consultation VIH"), paragraph(text), paragraph("Otite", 2)
    )
    assert "" not in found
    assert "/h:text/h:paragraph[2]/text()[1]" not in found


@pytest.mark.parametrize(
    "title",
    [
        "Addictions et autres problèmes",
        "VIH, diabète",
        "Antécédents",
        "Antécédents gynéco-obstétricaux",
        "Sérologies",
        "Facteurs de risque",
        "Tabac, alcool",
        "Tabac",
        "Couverture sociale",
    ],
)
def test_a_title_that_names_several_things_or_a_topic_labels_no_section(
    title: str,
) -> None:
    """Ordinary titles of templates and mixed ones do nothing to what is below."""
    assert "" not in labelled(Place(TITLE, title), paragraph("Bon état général."))


def test_a_title_that_its_section_denies_says_nothing() -> None:
    """*Toxicomanie* above *Néant* is a denial."""
    assert not labelled(Place(TITLE, "Toxicomanie"), paragraph("Néant"))
    assert labelled(Place(TITLE, "Toxicomanie"), paragraph("Bon état général."))


def test_a_head_labels_the_cells_of_its_column() -> None:
    """The other columns and the rows stay as they are."""
    found = labelled(
        *heads("Date", "Charge virale VIH"),
        *rows("2024", "<20", "2025", "45"),
    )
    body = "/h:text/h:table/h:tbody"
    assert found == {
        "/h:text/h:table/h:thead/h:tr/h:th[2]/text()[1]",
        f"{body}/h:tr[1]/h:td[2]/text()[1]",
        f"{body}/h:tr[2]/h:td[2]/text()[1]",
    }


def test_the_head_of_a_row_counts_as_its_first_column() -> None:
    """A row that begins with a head has one cell fewer of the other kind."""
    row = f"{TABLE}/h:tbody/h:tr[1]"
    found = labelled(
        *heads("Date", "Charge virale VIH", "Créatinine"),
        Place(f"{row}/h:th/text()[1]", "2024"),
        Place(f"{row}/h:td[1]/text()[1]", "<20"),
        Place(f"{row}/h:td[2]/text()[1]", "70"),
    )
    assert "/h:text/h:table/h:tbody/h:tr[1]/h:td[1]/text()[1]" in found
    assert "/h:text/h:table/h:tbody/h:tr[1]/h:td[2]/text()[1]" not in found


@pytest.mark.parametrize("second", [False, True])
def test_a_head_over_several_columns_labels_the_table(*, second: bool) -> None:
    """A spanning head or two rows of heads: which cells are meant is not known."""
    head = Place(f"{TABLE}/h:thead/h:tr{'[2]' if second else ''}/h:th/text()[1]", "VIH")
    more = heads("Date", "Mesure") if second else []
    assert "/h:text/h:table" in labelled(*more, head, *rows("2024", "<20"))


def test_a_caption_labels_its_table_when_it_alone_tells() -> None:
    """As a title does its section."""
    caption = Place(f"{TABLE}/h:caption/text()[1]", "Suivi VIH")
    assert "/h:text/h:table" in labelled(caption, *rows("2024", "<20"))
    assert "/h:text/h:table" not in labelled(caption, *rows("2024", "VIH stable"))


def test_a_column_of_denials_denies_its_head() -> None:
    """*Toxicomanie* over *non* in every row says that there is none."""
    told = heads("Date", "Toxicomanie")
    assert not labelled(*told, *rows("2024", "non", "2025", "non"))
    assert labelled(*told, *rows("2024", "non", "2025", "en cours"))


def test_reimbursement_in_a_title_stays_there() -> None:
    """The lines below such a title are ordinary."""
    title = Place(TITLE, "ALD 31")
    assert labelled(title, paragraph("Otite")) == {"/h:title/text()[1]"}


def test_the_parts_of_a_head() -> None:
    """Commas, slashes and *et* part what a head names."""
    text = "Tabac, alcool et sport / loisirs"
    assert [text[start:end] for start, end in parts_of(text)] == [
        "Tabac",
        "alcool",
        "sport",
        "loisirs",
    ]
