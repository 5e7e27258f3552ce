"""What a document says where nobody reads it is found for whoever makes a rendition."""

import json

from mappings import residue
from tests.mappings.cda.documents import HEADER, cda

XML, JSON = "text/xml", "application/fhir+json"


def texts(body: bytes, media: str) -> set[str]:
    """Return all texts that are read."""
    return {one.text for one in residue.said(body, media)}


def test_attributes_of_a_document_are_words() -> None:
    """Identifiers, styles and names of files, split where a reader splits them."""
    header = HEADER.replace("DOC-1", "suivi_VIH-2019")
    found = texts(cda(header=header), XML)
    assert "suivi VIH 2019" in found
    assert "Consultation de suivi" in found
    assert "DOC 1" in texts(cda(), XML)


def test_numbers_and_known_words_are_left_out() -> None:
    """No UUID, no telephone, no code: they are read as places or say nothing."""
    number = "123e4567-e89b-12d3-a456-426614174000"
    found = texts(cda(header=HEADER.replace("DOC-1", number)), XML)
    assert not [text for text in found if "e89b" in text or "tel" in text]


def test_addresses_of_a_resource_are_words() -> None:
    """Of extensions, files and references; each text once, with its place."""
    url = "https://x.example/courrier-vih.pdf"
    resource = {"content": [{"attachment": {"url": url}}, {"attachment": {"url": url}}]}
    found = residue.beside(resource)
    assert [one.place for one in found] == ["/content/0/attachment/url"]
    assert found[0].text == "https x example courrier vih pdf"
    whole = {"resourceType": "Observation", "id": "vih-positif", **resource}
    assert "vih positif" in texts(json.dumps(whole).encode(), JSON)


def test_what_cannot_be_read_says_nothing() -> None:
    """Bytes that are no document are refused elsewhere."""
    assert texts(b"<ClinicalDocument", XML) == set()


def test_words_outside_places_are_read_for_labels() -> None:
    """Of carers, samples and joined names; towns and standards are none of them."""
    carer = {
        "resourceType": "Practitioner",
        "name": [{"family": "CeGIDD Lyon"}],
        "address": [{"line": ["Centre VIH"], "city": "Condom"}],
    }
    samples = {"origin": {}, "period": 1, "dimensions": 1, "data": "VIH positif"}
    resource = {
        "resourceType": "Observation",
        "contained": [carer],
        "valueSampledData": samples,
        "focus": [{"type": "SuiviVIH"}],
        "code": {"coding": [{"system": "urn:iso:std:iso:3166"}]},
    }
    found = {
        one.text for one in residue.unread_words(json.dumps(resource).encode(), JSON)
    }
    assert found >= {"CeGIDD Lyon", "Centre VIH", "VIH positif", "Suivi VIH"}
    assert not {text for text in found if "Condom" in text or "std" in text}


def test_a_cda_and_what_cannot_be_read_have_no_words_outside_places() -> None:
    """The attributes of a CDA are read as places when they hold words."""
    assert residue.unread_words(cda(), XML) == ()
    assert residue.unread_words(b"{", JSON) == ()
