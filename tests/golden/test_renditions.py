"""One document before and after, to be opened side by side.

The expected file is reviewed and never written by the test: a change of the one form
changes the identifier of every rendition, so it has to be meant.
"""

from pathlib import Path

from mappings import pdf
from mappings.cda.rendition.rendition import rendition
from mappings.submission import Identifier, Traits

FOLDER = Path(__file__).parent / "renditions"
TOP = "/h:ClinicalDocument"
TEXT = f"{TOP}/h:component/h:structuredBody/h:component/h:section/h:text"
EVENT = f"{TOP}/h:documentationOf/h:serviceEvent/h:performer/h:assignedEntity"
ENCOUNTER = f"{TOP}/h:componentOf/h:encompassingEncounter/h:location"
HIDDEN = (
    f"{TOP}/h:title/text()[1]",
    f"{TOP}/h:author/h:assignedAuthor/h:representedOrganization/h:name/text()[1]",
    f"{EVENT}/h:representedOrganization/h:standardIndustryClassCode/@code",
    f"{ENCOUNTER}/h:healthCareFacility/h:code/@code",
    f"{TEXT}/h:paragraph/text()[1]#char=21,55",
    f"{TEXT}/h:table/h:tbody/h:tr[2]/h:td[1]/h:content/text()[1]",
)
WHO = Traits(
    (Identifier("urn:oid:1.2.250.1.213.1.4.10", "171113306321256"),),
    family="ORMEAU",
    given=("ALIX", "MARIE"),
    birth_date="1971-11-04",
    gender="male",
)


def test_the_rendition_is_the_reviewed_one() -> None:
    """Title, structure, setting, sentence, row and result are gone; the rest is there."""
    found = rendition((FOLDER / "before.xml").read_bytes(), HIDDEN, WHO, pdf.unread)
    assert found is not None
    assert (FOLDER / "after.xml").read_bytes().rstrip() == found.body
