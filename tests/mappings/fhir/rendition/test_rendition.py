"""What goes with a hidden fact, what stays, and the form of what is left."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.fhir.content import contents
from mappings.fhir.parse import dump
from mappings.fhir.rendition import rendition
from mappings.fhir.shape import check
from mappings.pdf import unread
from mappings.submission import JsonObject
from tests.mappings.fhir.rendition.documents import LOINC, WHO, concept, document, entry

HTA, NA, K, TA, TTT = (f"/entry/{n}/resource" for n in (3, 5, 6, 7, 9))


def shown(*hidden: str, source: JsonObject | None = None) -> JsonObject:
    """Return the rendition of our document, which must not be None."""
    found = rendition(source or document(), set(hidden), WHO)
    assert found is not None
    return found


def text(*hidden: str) -> str:
    """Return the rendition as text."""
    return dump(shown(*hidden)).decode()


def kinds(found: JsonObject) -> list[str]:
    """Return the types of the resources in a Bundle."""
    return [one["resource"]["resourceType"] for one in found["entry"]]


def first(found: JsonObject, kind: str) -> Any:  # noqa: ANN401 - a resource
    """Return the first resource of a type."""
    return next(
        e["resource"] for e in found["entry"] if e["resource"]["resourceType"] == kind
    )


def test_a_hidden_entry_goes_with_every_reference_to_it() -> None:
    """From sections, results, reasons; its number and its display are nowhere."""
    found = shown(HTA)
    assert kinds(found).count("Condition") == 1
    assert len(first(found, "Composition")["section"][0]["entry"]) == 1
    assert "reasonReference" not in first(found, "MedicationRequest")
    assert "HTA" not in json.dumps(found)


def test_a_report_without_results_goes_when_it_says_nothing_else() -> None:
    """A shell would tell that something was in it; with a conclusion it stays."""
    bare = document()
    del bare["entry"][8]["resource"]["conclusion"]
    assert "DiagnosticReport" not in kinds(shown(NA, K, source=bare))
    assert "DiagnosticReport" in kinds(shown(NA, K))


def test_a_mandatory_element_takes_its_resource() -> None:
    """An Observation without status, or without what it is about, is none."""
    assert "Sodium" not in text(f"{NA}/status")
    assert "Sodium" not in text(f"{NA}/code/coding/0/display")
    assert "Sodium" not in text(f"{NA}/valueQuantity/unit")


def test_a_component_goes_alone() -> None:
    """By its path, its code or its value; the others stay."""
    for place in ("", "/code/coding/0/code", "/valueQuantity/value"):
        found = text(f"{TA}/component/0{place}")
        assert "Systolique" not in found
        assert "Diastolique" in found


def test_a_coding_goes_alone_where_others_are_left() -> None:
    """One of several codings is a translation; the last one takes what it codes."""
    source = document()
    source["entry"][5]["resource"]["code"]["coding"].append(
        {"system": LOINC, "code": "0-0"}
    )
    found = shown(f"{NA}/code/coding/1/code", source=source)
    assert "0-0" not in json.dumps(found)
    assert "Sodium" in json.dumps(found)


def test_a_contained_resource_takes_what_it_was_for() -> None:
    """The medicine of a prescription is the prescription."""
    assert "MedicationRequest" not in kinds(
        shown(f"{TTT}/contained/0/code/coding/0/code")
    )
    found = first(shown(f"{TA}/contained/0/name"), "Observation")
    assert "performer" not in first(shown(f"{TA}/contained/0"), "Observation") or found


def test_the_words_of_a_hidden_fact_are_not_repeated() -> None:
    """Narratives, notes and conclusions that name it lose the sentence or the row."""
    source = document()
    section = source["entry"][0]["resource"]["section"][0]
    section["text"]["div"] = (
        "<div><p>Va bien. Hypertension artérielle traitée. À revoir.</p>"
        "<ul><li>HYPERTENSION ARTERIELLE</li><li>Asthme</li></ul></div>"
    )
    source["entry"][8]["resource"]["conclusion"] = (
        "Bilan d'hypertension artérielle. Normal."
    )
    found = json.dumps(shown(HTA, source=source), ensure_ascii=False).lower()
    assert "hypertension" not in found
    assert "va bien. à revoir." in found
    assert "asthme" in found
    assert '"conclusion": "normal."' in found


def test_words_that_something_visible_says_too_stay() -> None:
    """They tell nothing that is hidden."""
    source = document()
    source["entry"][4]["resource"]["code"]["text"] = "Hypertension artérielle"
    assert "Hypertension artérielle" in json.dumps(
        shown(HTA, source=source), ensure_ascii=False
    )


def test_a_section_whose_title_tells_goes_with_what_only_it_led_to() -> None:
    """Entries of the Bundle that nothing leads to any more go too."""
    found = shown("/entry/0/resource/section/1/title")
    assert "DiagnosticReport" not in kinds(found)
    assert "Sodium" not in json.dumps(found)
    assert len(first(found, "Composition")["section"]) == 2


def test_a_title_that_tells_becomes_the_class_of_the_document() -> None:
    """The title is mandatory, and a Composition without it would be invalid."""
    assert (
        first(shown("/entry/0/resource/title"), "Composition")["title"]
        == "Compte rendu"
    )


@pytest.mark.parametrize(
    "hidden",
    [
        [""],
        ["/entry/0"],
        ["/entry/0/resource/type/coding/0/code"],
        [f"/entry/0/resource/section/{n}/title" for n in range(3)],
    ],
)
def test_nothing_is_left(hidden: list[str]) -> None:
    """None, when the document, its type or all its sections are hidden."""
    assert rendition(document(), hidden, WHO) is None


def test_an_attached_file_goes_whole() -> None:
    """A page of a PDF, or a place in an attached document, hides the file."""
    source = document()
    form = {"contentType": "application/pdf", "data": "JVBERi0=", "title": "Bilan"}
    source["entry"][8]["resource"]["presentedForm"] = [form, form | {"title": "Autre"}]
    place = "/entry/8/resource/presentedForm/0/data"
    for fragment in ("", "#page=2", "#about", "#/h:ClinicalDocument/h:title"):
        found = first(shown(f"{place}{fragment}", source=source), "DiagnosticReport")
        assert [one["title"] for one in found["presentedForm"]] == ["Autre"]


def test_sentences_of_plain_texts_go_alone() -> None:
    """Offsets are those of the text (RFC 5147)."""
    found = shown(f"{HTA}/note/0/text#char=0,21")
    assert first(found, "Condition")["note"] == [{"text": "Stable."}]


def test_an_extension_of_several_parts_goes_whole() -> None:
    """A date beside a hidden value would tell that one was hidden."""
    source = document()
    parts = [{"url": "a", "valueString": "b c d"}, {"url": "e", "valueDate": "2012"}]
    source["entry"][5]["resource"]["extension"] = [
        {"url": "http://x", "extension": parts},
        {"url": "http://y", "valueString": "kept"},
    ]
    place = f"{NA}/extension/0/extension/0/valueString"
    found = first(shown(place, source=source), "Observation")
    assert found["extension"] == [{"url": "http://y", "valueString": "kept"}]


def test_a_modifier_that_goes_takes_what_it_modifies() -> None:
    """Without it the rest would say something else."""
    source = document()
    source["entry"][5]["resource"]["modifierExtension"] = [
        {"url": "http://x", "valueString": "b c d"},
        {"url": "http://y", "valueBoolean": True},
    ]
    found = shown(f"{NA}/modifierExtension/0/valueString", source=source)
    assert found == shown(NA)


def test_what_is_outside_goes_with_its_name() -> None:
    """A reference out of the document is known by its display; one inside is not."""
    source = document()
    source["entry"][5]["resource"]["hasMember"] = [
        {"reference": "http://x/Observation/9", "display": "Zorglub"},
        {"reference": "https://ehr.example/Observation/k", "display": "Zorglub"},
    ]
    places = [f"{NA}/hasMember/{n}/display" for n in range(2)]
    left = first(shown(*places, source=source), "Observation")["hasMember"]
    assert [list(one) for one in left] == [["reference"]]
    assert left[0]["reference"].startswith("urn:uuid:")


def test_an_event_goes_with_its_code() -> None:
    """When something took place says that something did."""
    source = document()
    event = {"code": [{"text": "Zorglub"}], "period": {"start": "2026"}}
    source["entry"][0]["resource"]["event"] = [event]
    place = "/entry/0/resource/event/0/code/0/text"
    assert shown(place, source=source) == shown()


def test_the_patient_stays_whatever_is_hidden_of_him() -> None:
    """The rest of the document is still about the patient."""
    source, bare = document(), document()
    for one in (source, bare):
        one["entry"][1]["resource"] = {"resourceType": "Patient", "id": "p"}
    source["entry"][1]["resource"]["generalPractitioner"] = [{"display": "Zorglub"}]
    place = "/entry/1/resource/generalPractitioner/0/display"
    assert shown(place, source=source) == shown(source=bare)


def test_ids_and_addresses_are_numbered() -> None:
    """By position: an entry that is gone leaves no gap, and all links lead somewhere."""
    found = shown(HTA)
    addresses = [one["fullUrl"] for one in found["entry"]]
    ids = [f"urn:uuid:{one['resource']['id']}" for one in found["entry"]]
    assert addresses == ids
    references = {
        part for part in json.dumps(found).split('"') if part.startswith("urn:uuid:")
    }
    family = first(found, "Composition")["identifier"]["value"]
    assert references - {*addresses, found["identifier"]["value"], family} == set()
    assert "ehr.example" not in json.dumps(found)


def test_nothing_technical_is_left() -> None:
    """Versions, dates of update, labels, profiles, signatures, generated narratives."""
    source = document()
    source["signature"] = {"data": "x"}
    for one in source["entry"]:
        one["resource"]["meta"] = {"versionId": "3", "profile": ["http://vih"]}
    found = shown(source=source)
    assert not {"meta", "signature"} & found.keys()
    assert not [one for one in found["entry"] if "meta" in one["resource"]]
    assert "text" not in first(found, "Condition")


def test_the_identifier_names_what_is_shown() -> None:
    """Two renditions that differ share no identifier and no address; equal ones do."""
    one, other, again = shown(), shown(HTA, f"{TA}/component/0"), shown("/nowhere")
    assert one == again
    assert one["identifier"] != other["identifier"] != document()["identifier"]
    addresses = [{each["fullUrl"] for each in made["entry"]} for made in (one, other)]
    assert addresses[0].isdisjoint(addresses[1])
    assert one["timestamp"] == other["timestamp"] == document()["timestamp"]


def test_the_composition_is_known_as_one_in_all_its_versions() -> None:
    """Its identifier is one for all renditions; what they were made of is told."""
    one, other = (
        first(made, "Composition")
        for made in (shown(), shown(HTA, f"{TA}/component/0"))
    )
    assert one["identifier"] == other["identifier"] != document()["identifier"]
    assert one["relatesTo"] == [
        {"code": "transforms", "targetIdentifier": document()["identifier"]}
    ]


def test_numbers_of_statements_have_no_order() -> None:
    """A missing number would tell that something is missing; people keep theirs."""
    source = document()
    for number, one in enumerate(source["entry"]):
        if one["resource"]["resourceType"] != "Patient":
            one["resource"]["identifier"] = [
                {"system": "urn:x", "value": f"N-{number}"}
            ]
    source["entry"][9]["resource"]["dosageInstruction"] = [
        {"text": "un", "sequence": 1},
        {"text": "deux", "sequence": 2},
        {"text": "trois", "sequence": 3},
    ]
    found = shown(f"{TTT}/dosageInstruction/1", source=source)
    numbers = [
        one["sequence"]
        for one in first(found, "MedicationRequest")["dosageInstruction"]
    ]
    assert numbers == [1, 2]
    assert "N-5" not in json.dumps(found)
    made = first(found, "MedicationRequest")["identifier"][0]
    assert made["system"] == "urn:ietf:rfc:3986"
    assert first(found, "Practitioner")["identifier"][0]["value"] == "N-2"


def test_the_patient_is_who_the_record_says() -> None:
    """A former first name of the source is nowhere, the name in use is."""
    source = document()
    source["entry"][1]["resource"]["telecom"] = [
        {"value": "alix.ormeau@example.org"},
        {"value": "0100000000"},
    ]
    who = replace(WHO, used_given="SASHA", gender="male")
    found = rendition(source, (), who)
    patient = first(found or {}, "Patient")
    assert patient["name"] == [{"use": "usual", "family": "ORMEAU", "given": ["SASHA"]}]
    assert patient["gender"] == "male"
    assert "telecom" not in patient
    assert "ALIX" not in json.dumps(found).upper()


def test_a_usual_name_that_is_no_former_one_stands_beside_the_official_one() -> None:
    """A married name tells nothing."""
    who = replace(WHO, used_family="TREMBLE", used_given="ALIX")
    names = first(rendition(document(), (), who) or {}, "Patient")["name"]
    assert [(one["use"], one["family"]) for one in names] == [
        ("official", "ORMEAU"),
        ("usual", "TREMBLE"),
    ]


def test_another_patient_in_the_document_is_not_renamed() -> None:
    """A mother in the document of a newborn stays who she is."""
    source = document()
    mother = {
        "resourceType": "Patient",
        "identifier": [{"value": "2"}],
        "name": [{"family": "M"}],
    }
    source["entry"].append(entry("mother", mother))
    found = [e["resource"].get("name") for e in shown(source=source)["entry"]]
    assert [{"family": "M"}] in found


def test_one_resource_has_a_rendition() -> None:
    """As derived from a document: elements, contained resources, notes."""
    source: JsonObject = document()["entry"][7]["resource"]
    found = rendition(source, ["/component/1"], WHO)
    assert found is not None
    assert found["id"] == "ta"
    assert [one["code"]["coding"][0]["display"] for one in found["component"]] == [
        "Systolique"
    ]
    assert found["performer"] == [{"reference": "#c1"}]
    assert rendition(source, ["/code/coding/0/code"], WHO) is None
    assert (rendition(document()["entry"][1]["resource"], ["/name"], WHO) or {})["name"]


def test_a_hidden_code_of_one_resource_takes_its_copies() -> None:
    """The words of the code are not repeated in a note of the same resource."""
    other = concept("urn:x", "b", "Autre chose")["coding"][0]
    source = {
        "resourceType": "Procedure",
        "code": {
            "coding": [concept("urn:x", "a", "Cure radicale")["coding"][0], other]
        },
        "note": [{"text": "Va bien. Après cure radicale. Revoir."}],
    }
    assert rendition(source, ["/code/coding/0/code"], WHO) == {
        "resourceType": "Procedure",
        "code": {"coding": [other]},
        "note": [{"text": "Va bien. Revoir."}],
    }


def test_the_source_is_not_changed() -> None:
    """Rendering is a function of its arguments."""
    source = document()
    rendition(source, [HTA, "/entry/0/resource/section/0/text/div#block=1"], WHO)
    assert source == document()


def test_what_is_left_is_fhir() -> None:
    """The shape check of intake has nothing against a rendition."""
    for hidden in (
        [],
        [HTA],
        [f"{TA}/component/0", "/entry/0/resource/title"],
        [NA, K],
    ):
        found = shown(*hidden)
        errors = [one for one in check(found, "Bundle") if one.severity == "error"]
        assert errors == []


PLACES = sorted(
    {one.place for one in contents(document(), unread) if one.place != "/type"}
)


@given(st.sets(st.sampled_from(PLACES), max_size=8))
def test_whatever_is_hidden_is_gone(hidden: set[str]) -> None:
    """Any choice of places: the words said there and nowhere else are not in what is left."""
    said = {one.place: one.text for one in contents(document(), unread) if one.text}
    others = " ".join(text for place, text in said.items() if place not in hidden)
    left = rendition(document(), hidden, WHO)
    found = json.dumps(left, ensure_ascii=False, default=str) if left else ""
    identity = "/entry/1/resource"
    for place in hidden & said.keys():
        if said[place] not in others and not place.startswith(identity):
            assert said[place] not in found


ODD: tuple[Any, ...] = (
    "",
    0,
    True,
    None,
    [],
    {},
    [None],
    [[]],
    {"reference": 3},
    "<div>",
)


@given(st.data())
def test_no_document_raises(data: st.DataObject) -> None:
    """Odd values in odd places: a rendition or none, never an error."""
    source = copy.deepcopy(document())
    hidden = data.draw(
        st.sets(st.sampled_from(PLACES) | st.text("/#0ae", max_size=9), max_size=5)
    )
    for _ in range(data.draw(st.integers(1, 5))):
        spoil(source, data)
    rendition(source, hidden, WHO)


def spoil(owner: Any, data: st.DataObject) -> None:  # noqa: ANN401 - any JSON
    """Replace one value somewhere below."""
    while True:
        keys = list(owner) if isinstance(owner, dict) else list(range(len(owner)))
        key = data.draw(st.sampled_from(keys))
        inner = owner[key]
        if isinstance(inner, dict | list) and inner and data.draw(st.integers(0, 5)):
            owner = inner
            continue
        owner[key] = copy.deepcopy(data.draw(st.sampled_from(ODD)))
        return
