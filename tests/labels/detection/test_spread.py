"""One fact in several places: rows, entries, resources, and what refers to them."""

import pytest

from labels.detection.service import label
from labels.detection.structure import Places
from tests.labels.detection.test_service import Code, Place, by_place

BODY = "/h:ClinicalDocument/h:component/h:structuredBody/h:component/h:section"
ROWS = f"{BODY}/h:text/h:table/h:tbody"
ENTRY = f"{BODY}/h:entry[2]"
RESOURCE = "/entry/3/resource"


def labelled(*places: Place) -> dict[str, set[str]]:
    """Return the labelled places without the beginning they share."""
    found = by_place(label(places))
    return {place.removeprefix(BODY): names for place, names in found.items()}


def test_the_cells_of_a_row_are_one_fact() -> None:
    """The result beside a test tells it; the next row does not."""
    found = labelled(
        Place(f"{ROWS}/h:tr[1]/h:td[1]/h:content/text()[1]", "Sérologie VIH"),
        Place(f"{ROWS}/h:tr[1]/h:td[2]/text()[1]", "Négatif"),
        Place(f"{ROWS}/h:tr[2]/h:td[1]/text()[1]", "Glycémie"),
        Place(f"{ROWS}/h:tr[2]/h:td[2]/text()[1]", "5 mmol/L"),
    )
    row = "/h:text/h:table/h:tbody/h:tr[1]"
    assert set(found) == {
        f"{row}/h:td[1]/h:content/text()[1]",
        f"{row}/h:td[2]/text()[1]",
        row,
    }


@pytest.mark.parametrize(
    "cell",
    ["/h:td[2]/h:table/h:tr/h:td/text()[1]", "/h:td[2]/text()[1]"],
)
def test_a_row_used_as_a_layout_is_no_fact(cell: str) -> None:
    """A nested table or a very long row does not share its labels."""
    rows = [
        Place(f"{ROWS}/h:tr/h:td[1]/text()[1]", "Sérologie VIH"),
        Place(f"{ROWS}/h:tr{cell}", "Otite. " * 100),
    ]
    assert len(labelled(*rows)) == 1


def test_the_head_of_a_table_is_no_fact() -> None:
    """The name of one column says nothing of the other columns."""
    head = f"{BODY}/h:text/h:table/h:thead/h:tr"
    found = labelled(
        Place(f"{head}/h:th[1]/text()[1]", "Sérologie VIH"),
        Place(f"{head}/h:th[2]/text()[1]", "Date"),
    )
    assert len(found) == 1


def test_an_item_of_a_list_is_a_fact_and_the_list_is_not() -> None:
    """Two blocks of one item share their labels."""
    items = f"{BODY}/h:text/h:list"
    found = labelled(
        Place(f"{items}/h:item[1]/h:paragraph[1]/text()[1]", "Syphilis traitée"),
        Place(f"{items}/h:item[1]/h:paragraph[2]/text()[1]", "Contrôle à 6 mois"),
        Place(f"{items}/h:item[2]/text()[1]", "Asthme"),
    )
    assert {place for place in found if "item[2]" in place} == set()
    assert len(found) == 3


def test_the_parts_of_an_entry_are_one_fact_each() -> None:
    """A labelled code labels its value; the observation beside it stays as it is."""
    group = f"{ENTRY}/h:act/h:entryRelationship"
    found = labelled(
        Place(f"{group}[1]/h:observation/h:code/@code", codes=(Code("X", "1", "VIH"),)),
        Place(f"{group}[1]/h:observation/h:value/text()[1]", "Non détecté"),
        Place(f"{group}[2]/h:observation/h:value/text()[1]", "Non détecté"),
    )
    one = "/h:entry[2]/h:act/h:entryRelationship[1]/h:observation"
    assert set(found) == {
        one,
        f"{one}/h:code/@code",
        f"{one}/h:code/@displayName",
        f"{one}/h:value/text()[1]",
    }


def test_an_entry_labels_the_row_it_refers_to() -> None:
    """The words are harmless, the code is not: the row in the narrative is the same fact."""
    observation = f"{ENTRY}/h:observation"
    found = labelled(
        Place(f"{ROWS}/h:tr[1]/h:td[1]/text()[1]", "Affection suivie"),
        Place(f"{ROWS}/h:tr[1]/h:td[2]/text()[1]", "depuis 2019"),
        Place(f"{ROWS}/h:tr[2]/h:td[1]/text()[1]", "Autre"),
        Place(f"{observation}/h:text/h:reference/@value", "Affection suivie"),
        Place(f"{observation}/h:value/@code", codes=(Code("CIM-10", "B24"),)),
    )
    row = "/h:text/h:table/h:tbody/h:tr[1]"
    assert {row, f"{row}/h:td[1]/text()[1]", f"{row}/h:td[2]/text()[1]"} <= set(found)
    assert not [place for place in found if "h:tr[2]" in place]


def test_an_entry_may_refer_to_a_whole_row() -> None:
    """The reference then says the words of all its cells."""
    observation = f"{ENTRY}/h:observation"
    found = labelled(
        Place(f"{ROWS}/h:tr/h:td[1]/text()[1]", "Affection suivie"),
        Place(f"{ROWS}/h:tr/h:td[2]/text()[1]", "depuis 2019"),
        Place(
            f"{observation}/h:text/h:reference/@value", "Affection suivie depuis 2019"
        ),
        Place(f"{observation}/h:value/@code", codes=(Code("CIM-10", "B24"),)),
    )
    assert "/h:text/h:table/h:tbody/h:tr/h:td[2]/text()[1]" in found


def test_words_said_twice_are_no_link() -> None:
    """*Négatif* stands in many rows: a reference to it names none."""
    observation = f"{ENTRY}/h:observation"
    found = labelled(
        Place(f"{ROWS}/h:tr[1]/h:td[2]/text()[1]", "Négatif"),
        Place(f"{ROWS}/h:tr[2]/h:td[2]/text()[1]", "Négatif"),
        Place(f"{observation}/h:value/h:originalText/h:reference/@value", "Négatif"),
        Place(f"{observation}/h:code/@code", codes=(Code("LOINC", "7918-6"),)),
    )
    assert not [place for place in found if "/h:tr" in place]


def test_a_clinical_resource_is_one_fact() -> None:
    """The value and the dose belong to what the resource is about."""
    found = labelled(
        Place(f"{RESOURCE}/code/text", "Lymphocytes CD4"),
        Place(f"{RESOURCE}/code/coding/0/code", codes=(Code("LOINC", "24467-3"),)),
        Place(f"{RESOURCE}/valueString", "612/mm3"),
        Place("/entry/4/resource/valueString", "612"),
    )
    assert {RESOURCE, f"{RESOURCE}/valueString"} <= set(found)
    assert "/entry/4/resource/valueString" not in found


def test_a_list_or_a_component_is_not_the_whole_resource() -> None:
    """A note of a List does not label the List; a component stands for itself."""
    found = labelled(
        Place("/entry/0/resource/mode", "working"),
        Place("/entry/0/resource/code/coding/0/code", codes=(Code("X", "list"),)),
        Place("/entry/0/resource/note/0/text", "VIH"),
        Place(f"{RESOURCE}/code/coding/0/code", codes=(Code("X", "panel"),)),
        Place(f"{RESOURCE}/component/1/code/text", "VIH"),
        Place(f"{RESOURCE}/component/1/valueString", "négatif"),
        Place(f"{RESOURCE}/component/2/valueString", "négatif"),
    )
    assert set(found) == {
        "/entry/0/resource/note/0/text",
        f"{RESOURCE}/component/1",
        f"{RESOURCE}/component/1/code/text",
        f"{RESOURCE}/component/1/valueString",
    }


def test_evidence_keeps_the_place_where_the_thing_was_seen() -> None:
    """The label of *Négatif* says that *VIH* stood in the next cell."""
    first, second = (f"{ROWS}/h:tr/h:td[{n}]/text()[1]" for n in (1, 2))
    found = dict(label([Place(first, "VIH"), Place(second, "Négatif")]).places)
    assert [(e.place, e.what) for e in found[second].evidence] == [(first, "VIH")]


def test_a_reimbursement_does_not_label_its_date() -> None:
    """The motive is told by its own cell; the amount may be shown."""
    cells = [
        Place(f"{ROWS}/h:tr/h:td[1]/text()[1]", "ALD 31"),
        Place(f"{ROWS}/h:tr/h:td[2]/text()[1]", "Polyarthrite"),
    ]
    assert len(labelled(*cells)) == 1


@pytest.mark.parametrize(
    ("path", "fact"),
    [
        (f"{ENTRY}/h:act/h:code/@code", f"{ENTRY}/h:act"),
        (f"{ENTRY}/h:substanceAdministration/h:entryRelationship/h:act/h:code/@code",
         f"{ENTRY}/h:substanceAdministration"),
        (f"{ENTRY}/h:sequence/@code", f"{ENTRY}/h:sequence/@code"),
        ("/h:ClinicalDocument/h:code/@code", "/h:ClinicalDocument/h:code/@code"),
        ("/text", "/text"),
        ("", ""),
        ("/entry/1/resource/title", "/entry/1/resource/title"),
    ],
)  # fmt: skip
def test_fact_of_a_place(path: str, fact: str) -> None:
    """The fact is the outermost clinical statement; other places stand alone."""
    assert fact == Places({path: "x"}).fact(path)
