"""Labels on sentences: a paragraph that tells one thing keeps the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.codes import Category
from labels.detection.prose import is_prose
from labels.detection.service import Context, label
from tests.labels.detection.test_service import Code, Place, by_place

SECTION = "/h:ClinicalDocument/h:component/h:structuredBody/h:component/h:section"
PARAGRAPH = f"{SECTION}/h:text/h:paragraph[1]/text()[1]"
TEXT = "Asthme ancien. Sérologie VIH négative. Tension normale."


def at(*places: Place, context: Context | None = None) -> dict[str, set[str]]:
    """Return the labelled places without the section they share."""
    found = by_place(label(places, context))
    return {place.removeprefix(SECTION): names for place, names in found.items()}


def said(place: str, text: str) -> str:
    """Return the words that a place of a sentence names."""
    start, end = place.rpartition("#char=")[2].split(",")
    return text[int(start) : int(end)]


def test_a_sentence_is_labelled_and_its_paragraph_is_not() -> None:
    """The place is that of the paragraph with its characters, end excluded (RFC 5147)."""
    (place,) = by_place(label([Place(PARAGRAPH, TEXT)]))
    assert place == f"{PARAGRAPH}#char=15,38"
    assert said(place, TEXT) == "Sérologie VIH négative."


def test_every_sentence_that_tells_is_labelled() -> None:
    """Also when the same word comes again, and what leans on one goes with it."""
    text = (
        "VIH connu. Asthme. Le VIH est stable. Il est traité. Otite. Syphilis guérie."
    )
    found = by_place(label([Place(PARAGRAPH, text)]))
    assert [(said(place, text), names) for place, names in found.items()] == [
        ("VIH connu.", {"hiv"}),
        ("Le VIH est stable.", {"hiv"}),
        ("Il est traité.", {"hiv"}),
        ("Syphilis guérie.", {"sti"}),
    ]


def test_the_document_is_labelled_as_if_the_place_were_whole() -> None:
    """Level and categories do not depend on where the label sits."""
    cut, whole = label([Place(PARAGRAPH, TEXT)]), label([Place("x", TEXT)])
    assert cut.document.categories == whole.document.categories == {Category.HIV}
    assert cut.document.confidentiality == whole.document.confidentiality


def test_evidence_names_the_sentence_that_tells() -> None:
    """A sentence that only leans on another says why it is labelled."""
    text = "VIH connu. Elle va bien. Otite."
    labels = dict(label([Place(PARAGRAPH, text)]).places)
    told = f"{PARAGRAPH}#char=0,10"
    assert {e.place for one in labels.values() for e in one.evidence} == {told}
    assert set(labels) == {told, f"{PARAGRAPH}#char=11,24"}


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (PARAGRAPH, "Sérologie VIH négative"),
        (PARAGRAPH, "VIH connu. VIH traité."),
        (PARAGRAPH, "VIH connu. Il est traité."),
        (f"{SECTION}/h:text/h:caption/text()[1]", TEXT),
        (f"{SECTION}/h:title/text()[1]", TEXT),
        (f"{SECTION}/h:text/h:table/h:thead/h:tr/h:th/text()[1]", TEXT),
        (f"{SECTION}/h:entry/h:observationMedia/h:value#page=2", TEXT),
        ("/h:ClinicalDocument/h:title/text()[1]", TEXT),
        ("/content/0/attachment/data", TEXT),
        ("line", TEXT),
    ],
)
def test_a_place_stays_whole(place: str, text: str) -> None:
    """One sentence, all of them the same, a head, a page of a PDF, a file."""
    assert place in by_place(label([Place(place, text)]))


@pytest.mark.parametrize(
    ("tail", "prose"),
    [
        ("/h:text", True),
        ("/h:text/text()[1]", True),
        ("/h:text/h:list/h:item[2]/text()[1]", True),
        ("/h:text/h:footnote/text()[1]", True),
        ("/h:text/h:table/h:tbody/h:tr/h:td/text()[1]", True),
        ("/h:text/h:table/h:tbody/h:tr/h:th[1]/text()[1]", False),
        ("/h:entry/h:act/h:text/text()[1]", False),
        ("[2]/h:text/text()[1]", True),
        ("/h:textual/text()[1]", False),
    ],
)
def test_prose_is_known_by_the_form_of_its_path(tail: str, *, prose: bool) -> None:
    """A block of narrative, neither a head nor a part of an entry."""
    assert is_prose(f"{SECTION}{tail}") is prose


@pytest.mark.parametrize(
    ("place", "prose"),
    [
        ("/entry/0/resource/section/1/text/div#block=3", True),
        ("/text/div", True),
        ("/note/0/text", True),
        ("/entry/0/resource/title", False),
        ("/content/0/attachment/data#page=1", False),
    ],
)
def test_prose_of_a_resource(place: str, *, prose: bool) -> None:
    """Narratives, notes and the texts that FHIR calls markdown."""
    assert is_prose(place) is prose


def test_a_row_and_an_entry_stay_one_fact() -> None:
    """A cell of several sentences belongs to its row, a note to its resource."""
    row = f"{SECTION}/h:text/h:table/h:tbody/h:tr"
    assert set(at(Place(f"{row}/h:td[1]/text()[1]", TEXT))) == {
        "/h:text/h:table/h:tbody/h:tr",
        "/h:text/h:table/h:tbody/h:tr/h:td[1]/text()[1]",
    }
    resource = "/entry/3/resource"
    found = at(
        Place(f"{resource}/code/text", "Otite"),
        Place(f"{resource}/note/0/text", TEXT),
    )
    assert resource in found


def test_an_item_of_several_sentences_is_prose() -> None:
    """The item is not hidden whole; one of one sentence is."""
    items = f"{SECTION}/h:text/h:list"
    found = at(
        Place(f"{items}/h:item[1]/text()[1]", TEXT),
        Place(f"{items}/h:item[2]/text()[1]", "Syphilis"),
    )
    assert set(found) == {
        "/h:text/h:list/h:item[1]/text()[1]#char=15,38",
        "/h:text/h:list/h:item[2]/text()[1]",
        "/h:text/h:list/h:item[2]",
    }


def test_an_entry_that_refers_to_a_paragraph_leaves_its_other_sentences() -> None:
    """Where the paragraph tells the category itself, what the entry says is said there."""
    entry = f"{SECTION}/h:entry/h:observation"
    reference = Place(f"{entry}/h:text/h:reference/@value", TEXT)
    coded = Place(f"{entry}/h:value/@code", codes=(Code("CIM-10", "B24"),))
    found = at(Place(PARAGRAPH, TEXT), reference, coded)
    assert "/h:text/h:paragraph[1]/text()[1]#char=15,38" in found
    assert "/h:text/h:paragraph[1]/text()[1]" not in found


def test_an_entry_that_tells_what_its_paragraph_does_not_takes_it_whole() -> None:
    """Nobody knows which of the sentences the code is about."""
    entry = f"{SECTION}/h:entry/h:observation"
    text = "Affection suivie. Tension normale."
    found = at(
        Place(PARAGRAPH, text),
        Place(f"{entry}/h:text/h:reference/@value", text),
        Place(f"{entry}/h:value/@code", codes=(Code("CIM-10", "B24"),)),
    )
    assert found["/h:text/h:paragraph[1]/text()[1]"] == {"hiv"}


def test_a_place_given_twice_or_unread_stays_whole() -> None:
    """Characters of which text? So nothing is cut."""
    twice = [Place(PARAGRAPH, TEXT), Place(PARAGRAPH, "Otite. Syphilis.")]
    assert set(by_place(label(twice))) == {PARAGRAPH}
    assert set(by_place(label([Place(PARAGRAPH, TEXT, opaque=True)]))) == {PARAGRAPH}


def test_a_combination_labels_each_sentence_it_was_seen_in() -> None:
    """Two drugs of a transition, in two sentences, and a third that has none."""
    text = "ANDROCUR le matin. Metformine. OESTRODOSE en gel."
    found = at(Place(PARAGRAPH, text), context=Context(sex="M"))
    assert [said(place, text) for place in found] == [
        "ANDROCUR le matin.",
        "OESTRODOSE en gel.",
    ]


def test_a_word_in_very_many_sentences_is_everywhere() -> None:
    """The work stays bounded: beyond forty sentences the place is labelled whole."""
    few, many = ("Sérologie VIH. Otite. " * n for n in (30, 60))
    assert len(at(Place(PARAGRAPH, few))) == 30
    assert set(by_place(label([Place(PARAGRAPH, many)]))) == {PARAGRAPH}


@pytest.mark.parametrize(
    "before", ["Cœur normal.", "\u00bd dose.", "Cafe\u0301\u200b."]
)
def test_characters_are_those_of_the_text_as_handed_over(before: str) -> None:
    """Ligatures, fractions and combining accents, which folding makes longer or shorter."""
    text = f"{before} Sérologie VIH négative. Otite."
    (place,) = by_place(label([Place(PARAGRAPH, text)]))
    assert said(place, text) == "Sérologie VIH négative."


SENTENCES = ["Sérologie VIH négative.", "Otite aiguë.", "Syphilis guérie.",
             "Elle va bien.", "Tension 12/8.", "Vu par le Dr. VIH\nTabac actif."]  # fmt: skip


@given(st.lists(st.sampled_from(SENTENCES), max_size=6), st.sampled_from(" \n"))
def test_nothing_is_lost_by_cutting(told: list[str], between: str) -> None:
    """The document has the label of its sentences; what is cut are whole sentences."""
    text = between.join(told)
    cut, whole = label([Place(PARAGRAPH, text)]), label([Place("x", text)])
    assert cut.document.categories == whole.document.categories
    assert cut.document.confidentiality == whole.document.confidentiality
    rules = {e.rule for e in cut.document.evidence}
    assert rules == {e.rule for e in whole.document.evidence}
    left = text
    for place, _ in reversed(cut.places):
        start, end = (
            map(int, place.rpartition("#char=")[2].split(","))
            if "#char=" in place
            else (0, len(text))
        )
        left = left[:start] + left[end:]
    assert not label([Place(PARAGRAPH, left)]).document.categories
