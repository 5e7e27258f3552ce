"""Words where CDA has none to show."""

import pytest

from mappings.cda.content import contents
from mappings.cda.document import clinical_document
from mappings.pdf import unread
from tests.mappings.cda.documents import HEADER, PATIENT, STAFF, cda, narrative

ADDRESS = (
    "<addr><streetAddressLine>Unité VIH</streetAddressLine><city>CONDOM</city></addr>"
)
ORGANIZATION = "<representedOrganization>"
KEEPER = "<representedCustodianOrganization>"
LINK = '<linkHtml href="https://exemple.fr/vih">a</linkHtml>'


def told(data: bytes) -> list[str]:
    """Return every text of a document."""
    return [one.text for one in contents(clinical_document(data), unread)]


@pytest.mark.parametrize("owner", [ORGANIZATION, KEEPER, "<assignedAuthor>"])
def test_the_address_of_a_structure_is_read(owner: str) -> None:
    """It may name the ward; the town, which may be a word of our rules, is not read."""
    said = told(cda(staff=STAFF.replace(owner, owner + ADDRESS)))
    assert "Unité VIH" in said
    assert not any("CONDOM" in text for text in said)


def test_where_a_person_lives_is_not_read() -> None:
    """The address and the telephone of the patient say nothing of health."""
    lives = PATIENT.replace("<addr><city>BORDEAUX</city></addr>", ADDRESS)
    lives = lives.replace("tel:0100000000", "mailto:personne@exemple.fr")
    said = " ".join(told(cda(patient=lives)))
    assert "Unité" not in said
    assert "exemple" not in said


def test_the_telecom_of_a_structure_is_read() -> None:
    """A domain may tell what a centre treats."""
    mail = '<telecom value="mailto:accueil@csapa.example"/>'
    data = cda(staff=STAFF.replace(ORGANIZATION, ORGANIZATION + mail))
    assert "accueil@csapa.example" in told(data)


@pytest.mark.parametrize("part", ["prefix", "suffix"])
def test_the_title_of_a_person_is_read(part: str) -> None:
    """What somebody is stands beside who somebody is."""
    title = f"<{part}>addictologue</{part}></name></assignedPerson>"
    data = cda(staff=STAFF.replace("</name></assignedPerson>", title))
    assert "addictologue" in told(data)
    assert "SORBIER" not in " ".join(told(data))


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (LINK, "https://exemple.fr/vih"),
        ("<content styleCode='deux mots'>a</content>", "deux mots"),
        ("<time>dit ici</time>", "dit ici"),
        ("<low>dit ici</low>", "dit ici"),
        ("<relatedPerson>dit ici</relatedPerson>", "dit ici"),
        ("<effectiveTime><low value='dit ici'/></effectiveTime>", "dit ici"),
        ("<x y:z='deux mots' xmlns:y='urn:y'/>", "deux mots"),
    ],
)
def test_words_in_odd_places_are_read(inside: str, said: str) -> None:
    """Attributes, and text in elements that have none."""
    assert said in told(narrative(f"<paragraph>{inside}</paragraph>"))


@pytest.mark.parametrize("attribute", ["unit", "value"])
def test_words_of_a_measure_are_read(attribute: str) -> None:
    """A unit or a value may be a word; a number is none."""
    entry = (
        f'<entry><observation><value {attribute}="cigarettes"/></observation></entry>'
    )
    assert "cigarettes" in told(narrative("<paragraph/>", entry))
    assert "12.5" not in told(narrative("", entry.replace("cigarettes", "12.5")))


def test_times_and_identifiers_stay_silent() -> None:
    """The header of an ordinary document gives no place of its own here."""
    said = " ".join(told(cda(header=HEADER)))
    for silent in ("POCD_HD000040", "DOC-1", "20250318", "fr-FR"):
        assert silent not in said
