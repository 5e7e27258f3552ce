"""What a resource says, place by place."""

import base64

from hypothesis import given
from hypothesis import strategies as st

from mappings.content import Code, Content
from mappings.fhir.content import contents
from mappings.fhir.parse import dump
from mappings.pdf import PdfText, unread
from mappings.submission import JsonObject
from tests.mappings.fhir.deposits import narrative


def said(resource: JsonObject) -> dict[str, Content]:
    """Return the contents of a resource by place."""
    return {c.place: c for c in contents(resource, unread)}


CONDITION: JsonObject = {
    "resourceType": "Condition",
    "id": "entorse",
    "meta": {"profile": ["http://entorse"], "tag": [{"system": "urn:x", "code": "T"}]},
    "text": narrative("<p>Entorse</p><p>Repos</p>"),
    "identifier": [
        {"system": "urn:x", "value": "entorse-1", "assigner": {"display": "CSAPA"}}
    ],
    "code": {
        "coding": [
            {
                "system": "urn:oid:2.16.840.1.113883.6.3",
                "code": "S93.4",
                "display": "Entorse",
            }
        ],
        "text": "Entorse de la cheville",
    },
    "subject": {"reference": "Patient/entorse", "display": "Sasha"},
    "onsetDateTime": "2026-03-01T10:00:00+01:00",
    "note": [{"text": "Sport", "authorString": "moi"}],
    "extension": [{"url": "urn:entorse", "valueString": "Chute"}],
}


def test_codes_texts_and_narratives_each_have_their_place() -> None:
    """Places are JSON pointers; a coding gives its code and its display."""
    found = said(CONDITION)
    code = Code("http://hl7.org/fhir/sid/icd-10", "S93.4", "Entorse")
    assert found["/code/coding/0/code"].codes == (code,)
    assert found["/code/coding/0/display"].text == "Entorse"
    assert found["/code/text"].text == "Entorse de la cheville"
    assert found["/text/div#block=2"].text == "Repos"
    assert found["/note/0/text"].text == "Sport"
    assert found["/extension/0/valueString"].text == "Chute"
    assert found["/subject/display"].text == "Sasha"
    assert found["/identifier/0/assigner/display"].text == "CSAPA"
    assert found["/meta/tag/0/code"].codes == (Code("urn:x", "T"),)


def test_links_and_dates_are_not_words() -> None:
    """What cannot hold words about the person is not read; an identifier can."""
    worded = [place for place, c in said(CONDITION).items() if "entorse" in c.text]
    assert worded == ["/identifier/0/value"]
    assert not [place for place in said(CONDITION) if "onset" in place]


def test_words_in_identifiers_and_links_are_read() -> None:
    """Numbers, OIDs and UUIDs are not words, nor is an ordinary id."""
    told = said(
        {
            "id": "basic-1",
            "identifier": [
                {"value": "centre VIH"},
                {"value": "urn:oid:1.2.3"},
                {"value": "0a1b2c3d-aaaa-bbbb-cccc-0123456789ab"},
                {"value": "12"},
            ],
            "extension": [
                {"url": "urn:x", "valueUri": "http://vih.example/"},
                {"url": "urn:x", "valueUrl": "http://vih.example/"},
                {"url": "urn:x", "valueId": "vih-positif"},
            ],
            "contained": [{"resourceType": "Basic", "id": "pas un id"}],
        }
    )
    assert set(told) == {
        "/identifier/0/value",
        "/extension/0/valueUri",
        "/extension/1/valueUrl",
        "/extension/2/valueId",
        "/contained/0/id",
    }


def test_an_organization_tells_where_and_how_a_professional_what() -> None:
    """Addresses and telecoms of structures, titles of persons; no town, no family name."""
    place = {"line": ["Unité VIH"], "city": "CONDOM"}
    told = said(
        {
            "contained": [
                {
                    "resourceType": "Organization",
                    "address": [place],
                    "telecom": [{"system": "url", "value": "http://csapa.example"}],
                },
                {
                    "resourceType": "Practitioner",
                    "name": [
                        {
                            "text": "Dr X, CSAPA",
                            "family": "X",
                            "suffix": ["addictologue"],
                        }
                    ],
                    "address": [place],
                },
                {"resourceType": "Patient", "address": [place]},
            ]
        }
    )
    assert set(told) == {
        "/contained/0/address/0/line/0",
        "/contained/0/telecom/0/value",
        "/contained/1/name/0/text",
        "/contained/1/name/0/suffix/0",
    }


def test_a_narrative_of_one_block_has_the_place_of_its_div() -> None:
    """The place is a plain JSON pointer when there is nothing to tell apart."""
    assert said({"text": narrative("<p>Entorse</p>")})["/text/div"].text == "Entorse"


def test_the_names_of_a_patient_are_places() -> None:
    """A former first name is found where it stands; a professional's name is not read."""
    found = said(
        {"resourceType": "Patient", "name": [{"given": ["ALIX"], "family": "ORMEAU"}]}
    )
    assert found["/name/0/given/0"].text == "ALIX"
    assert said({"resourceType": "Practitioner", "name": [{"family": "X"}]}) == {}


def test_measures_and_addresses_are_not_codes() -> None:
    """A unit is no finding, an address no text; a coded answer is a code."""
    found = said(
        {
            "valueQuantity": {"value": 3, "unit": "g", "system": "urn:u", "code": "g"},
            "address": [{"city": "BORDEAUX"}],
            "telecom": [{"value": "05"}],
            "relatesTo": [{"code": "replaces"}],
            "valueCoding": {"code": "X"},
        }
    )
    assert set(found) == {
        "/valueQuantity/code",
        "/valueQuantity/unit",
        "/relatesTo/0/code",
        "/valueCoding/code",
    }
    assert [p for p, c in found.items() if c.codes] == ["/valueCoding/code"]


def attached(body: bytes, kind: str, **more: str) -> JsonObject:
    """Build a resource with this attachment."""
    data = base64.b64encode(body).decode()
    return {"presentedForm": [{"contentType": kind, "data": data, **more}]}


def test_attachments_are_read() -> None:
    """Text inside base64 is text; what cannot be read is opaque."""
    place = "/presentedForm/0/data"
    assert said(attached(b"Entorse", "text/plain"))[place].text == "Entorse"
    assert said(attached(b"\x89PNG", "image/png", title="Radio"))[place].opaque
    assert said({"content": {"data": "%%%", "contentType": "text/plain"}})[
        "/content/data"
    ].opaque


def test_pages_of_an_attached_pdf_are_places() -> None:
    """The PDF reader that is handed in reads them."""
    pages = PdfText(("Entorse", "Repos"), opaque=False)
    found = contents(attached(b"%PDF-1.4", "application/pdf"), lambda _: pages)
    assert [(c.place, c.text) for c in found] == [
        ("/presentedForm/0/data#page=1", "Entorse"),
        ("/presentedForm/0/data#page=2", "Repos"),
    ]


def test_sampled_data_are_no_document() -> None:
    """A series of measures is not an attachment."""
    assert said({"valueSampledData": {"origin": {"value": 0}, "data": "1 2 E"}}) == {}


def test_resources_nested_without_end_are_opaque() -> None:
    """Documents inside documents end as opaque, not as a crash."""
    body = b'{"resourceType":"Basic","description":"Entorse"}'
    for _ in range(20):
        inner: JsonObject = {
            "data": base64.b64encode(body).decode(),
            "contentType": "application/fhir+json",
        }
        for _ in range(28):
            inner = {"part": [inner]}
        body = dump({"resourceType": "Basic", **inner})
    found = contents({"data": base64.b64encode(body).decode()}, unread)
    assert found[0].opaque


def test_an_object_too_deep_to_follow_is_opaque() -> None:
    """Built in memory, without the limit of the parser: still an answer."""
    deep: JsonObject = {}
    for _ in range(5000):
        deep = {"part": deep}
    assert contents(deep, unread, "/x") == (Content("/x", opaque=True),)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "resourceType code system display data div text name meta".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.dictionaries(st.sampled_from(["entry", "code", "contained", "coding"]), JSON))
def test_any_object_has_contents(value: JsonObject) -> None:
    """Reading what a resource says never fails, whatever its shape."""
    assert isinstance(contents(value, unread), tuple)
