"""What an attacker found left over a hidden fact: each told world equals its untold one."""

import pytest

from mappings.cda.rendition.sentences import around
from tests.mappings.cda.documents import CONTEXT, STAFF
from tests.mappings.cda.rendition.documents import (
    HEADED,
    SECTION,
    TEXT,
    render,
    shown,
    structured,
)
from tests.mappings.cda.rendition.structure import faults

TOP = "/h:ClinicalDocument"
P = "<paragraph>P</paragraph>"
TOLD = f"{SECTION}/h:entry[1]/h:observation/h:code/@code"
FIRST = '<entry><observation><id root="2.25.9"/><code code="a"/></observation></entry>'


def host(inside: str = "") -> str:
    """Return an entry with an observation that holds this."""
    return f'<entry><observation><code code="h"/>{inside}</observation></entry>'


def relation(statement: str, kind: str = "REFR") -> str:
    """Return a relation to a statement."""
    return f'<entryRelationship typeCode="{kind}">{statement}</entryRelationship>'


POINTERS = (
    relation('<act><id root="2.25.9"/><code nullFlavor="NA"/></act>'),
    relation('<observation><id root="2.25.9"/><code code="a"/></observation>', "RSON"),
    relation(
        '<act><templateId root="2.16.840.1.113883.10.20.22.4.122"/>'
        '<id root="2.25.9"/><code code="other"/></act>'
    ),
    '<reference typeCode="REFR"><externalAct><id root="2.25.9"/></externalAct></reference>',
    relation(
        '<act><code code="CONC"/>'
        + relation('<act><id root="2.25.9"/><code nullFlavor="NA"/></act>', "SUBJ")
        + "</act>"
    ),
)


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_relation_goes_with_what_it_points_to(pointer: str) -> None:
    """Whatever its form: nothing is left of it, and nothing empty."""
    told = shown(structured(P, FIRST + host(pointer)), TOLD)
    assert told == shown(structured(P, host()))


def test_what_points_to_what_pointed_goes_too() -> None:
    """A frame of which nothing is left may be pointed to itself."""
    frame = (
        '<entry><act><id root="2.25.8"/><code code="CONC"/>'
        + relation('<act><id root="2.25.9"/><code nullFlavor="NA"/></act>', "SUBJ")
        + "</act></entry>"
    )
    last = host(relation('<act><id root="2.25.8"/><code nullFlavor="NA"/></act>'))
    told = shown(structured(P, FIRST + frame + last), TOLD)
    assert told == shown(structured(P, host()))


def test_a_chain_without_end_shows_nothing() -> None:
    """Nobody writes a hundred statements each of which only points to the one before."""
    frame = (
        '<entry><act><id root="2.25.{0}"/><code code="CONC"/>'
        + relation('<act><id root="2.25.{1}"/><code nullFlavor="NA"/></act>', "SUBJ")
        + "</act></entry>"
    )
    chain = [frame.format(n, n - 1) for n in range(10, 110)]
    assert render(structured(P, "".join([FIRST, *chain])), TOLD) is None


def test_a_statement_of_its_own_is_no_pointer() -> None:
    """A careless sender gives one identifier to several statements: the others stay."""
    other = '<observation><id root="2.25.9"/><code code="b"/></observation>'
    valued = '<observation><id root="2.25.9"/><code code="a"/><value code="x"/></observation>'
    for statement in (other, valued):
        kept = structured(P, host(relation(statement)))
        assert shown(structured(P, FIRST + host(relation(statement))), TOLD) == shown(
            kept
        )


SPECIMEN = '<procedure><code code="33747-0" displayName="Prélèvement"/></procedure>'
RESULT = '<observation><code code="r"/></observation>'


def battery(*statements: str) -> str:
    """Return a battery of these statements."""
    inside = "".join(f"<component>{one}</component>" for one in statements)
    return f'<organizer classCode="BATTERY"><code code="b"/>{inside}</organizer>'


def test_a_battery_goes_when_only_its_specimen_is_left() -> None:
    """What was taken for a result that goes would tell of it."""
    outer = battery(battery(SPECIMEN, RESULT), RESULT)
    place = f"{SECTION}/h:entry/h:organizer/h:component[1]/h:organizer/h:component[2]"
    told = shown(structured(P, f"<entry>{outer}</entry>"), place)
    assert told == shown(structured(P, f"<entry>{battery(RESULT)}</entry>"))
    alone = structured(P, host() + f"<entry>{battery(SPECIMEN)}</entry>")
    assert shown(alone) == shown(structured(P, host()))


def test_the_laboratory_entry_goes_with_its_last_battery() -> None:
    """The act around specimen and results says nothing without a result."""
    act = '<act><templateId root="1.3.6.1.4.1.19376.1.3.1"/><code code="18719-5"/>{}</act>'
    parts = relation(SPECIMEN, "COMP"), relation(battery(RESULT), "COMP")
    entry = f"<entry>{act.format(''.join(parts))}</entry>"
    place = (
        f"{SECTION}/h:entry[2]/h:act/h:entryRelationship[2]/h:organizer/h:code/@code"
    )
    assert shown(structured(P, host() + entry), place) == shown(structured(P, host()))


@pytest.mark.parametrize(
    ("told", "place", "never"),
    [
        (
            "<list><item>A</item><item>Divers :<list><item>X</item></list></item></list>",
            "h:list/h:item[2]/h:list/h:item",
            "<list><item>A</item></list>",
        ),
        (
            "<list><item>Divers :<list><item>X</item></list></item><item>A</item></list>",
            "h:list/h:item[1]/h:list/h:item",
            "<list><item>A</item></list>",
        ),
        (
            (
                "<list><item>D :<list><item>E :<list><item>X</item></list></item></list></item>"
                "<item>A</item></list>"
            ),
            "h:list/h:item[1]/h:list/h:item/h:list/h:item",
            "<list><item>A</item></list>",
        ),
        (
            "<paragraph>Divers :</paragraph><list><item>X</item></list><paragraph>A</paragraph>",
            "h:list/h:item",
            "<paragraph>A</paragraph>",
        ),
        (
            (
                "<paragraph>D :</paragraph><table><tbody><tr><td>X</td></tr></tbody></table>"
                "<list><item>A</item></list>"
            ),
            "h:table/h:tbody/h:tr",
            "<paragraph>D :</paragraph><list><item>A</item></list>",
        ),
        (
            "<list><item>A</item><item>Divers :</item><item>X</item></list>",
            "h:list/h:item[3]",
            "<list><item>A</item></list>",
        ),
        (
            (
                "<table><tbody><tr><td>B :<list><item>X</item></list></td></tr>"
                "<tr><td>A</td></tr></tbody></table>"
            ),
            "h:table/h:tbody/h:tr[1]/h:td/h:list/h:item",
            "<table><tbody><tr><td>A</td></tr></tbody></table>",
        ),
    ],
)
def test_an_introduction_goes_with_its_list(told: str, place: str, never: str) -> None:
    """Words that end with a colon introduce what follows, at any depth."""
    assert shown(structured(told), f"{TEXT}/{place}") == shown(structured(never))


def test_a_picture_of_two_files_keeps_the_other() -> None:
    """Only the file that is hidden goes from it."""
    media = (
        '<entry><observationMedia ID="{0}"><value mediaType="text/plain">{0}</value>'
        "</observationMedia></entry>"
    )
    both = P + '<renderMultiMedia referencedObject="m1 m2"/>'
    one = P + '<renderMultiMedia referencedObject="m2"/>'
    told = structured(both, media.format("m1") + media.format("m2"))
    place = f"{SECTION}/h:entry[1]/h:observationMedia/h:value"
    assert shown(told, place) == shown(structured(one, media.format("m2")))


SECOND = """<author><time value="2020"/><assignedAuthor><id root="1.2"/>
 <representedOrganization><id root="1.9" extension="77"/><name>X</name>
 </representedOrganization></assignedAuthor></author>"""


def test_a_second_author_is_no_bare_number() -> None:
    """Who is only known by what is hidden is not there at all."""
    staff = STAFF.replace("<custodian>", f"{SECOND}<custodian>")
    name = "h:assignedAuthor/h:representedOrganization/h:name/text()[1]"
    told = structured(P, staff=staff)
    assert shown(told, f"{TOP}/h:author[2]/{name}") == shown(structured(P))


def test_the_only_author_is_not_left_a_bare_number() -> None:
    """A document whose only author may not be known is not shown."""
    a, b = STAFF.index("<author>"), STAFF.index("<custodian>")
    told = structured(P, staff=STAFF[:a] + SECOND + STAFF[b:])
    name = "h:assignedAuthor/h:representedOrganization/h:name/text()[1]"
    assert render(told, f"{TOP}/h:author/{name}") is None


def test_a_second_act_goes_with_its_only_performer() -> None:
    """An act of which only a number was left is no act; the first keeps its performer."""
    act = """<documentationOf><serviceEvent><performer><assignedEntity><id root="1.2"/>
     <representedOrganization><name>X</name></representedOrganization>
     </assignedEntity></performer></serviceEvent></documentationOf>"""
    context = CONTEXT.replace("<componentOf>", f"{act}<componentOf>")
    name = (
        "h:serviceEvent/h:performer/h:assignedEntity/h:representedOrganization/h:name"
    )
    told = structured(P, context=context)
    assert shown(told, f"{TOP}/h:documentationOf[2]/{name}") == shown(structured(P))


def test_a_translation_of_the_type_goes_alone() -> None:
    """The type itself says what it said."""
    told = HEADED.replace(
        'displayName="CR de consultation"/>',
        'displayName="CR de consultation"><translation code="X" displayName="VIH"/></code>',
    )
    place = f"{TOP}/h:code/h:translation/@displayName"
    assert shown(structured(P, header=told), place) == shown(structured(P))


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ("<code code='a'", "<code code='a' codeSystemName='Nomenclature ZZZ'"),
        (
            "<code code='a'",
            "<code xmlns:s='urn:hl7-org:sdtc' s:valueSet='ZZZ' code='a'",
        ),
        ("<paragraph", "<paragraph styleCode='xZZZ'"),
        ("<paragraph", "<paragraph ID='ZZZ'"),
    ],
)
def test_attributes_hold_no_words_of_their_own(plain: str, written: str) -> None:
    """Names of unknown code systems, value sets and styles are shown to nobody."""
    entry = "<entry><observation><code code='a'/></observation></entry>"
    document = structured(P, entry)
    told = document.replace(plain.encode(), written.encode(), 1)
    assert told != document
    assert shown(told) == shown(document)


def test_identifiers_hold_no_words() -> None:
    """Wherever they stand; numbers of the directories, and the original's name, stay."""
    context = CONTEXT.replace(
        "<encompassingEncounter>",
        '<encompassingEncounter><id root="1.2" extension="ZZZ-22"/>',
    )
    header = HEADED.replace(
        '<templateId root="1.2.250.1.213.1.1.1.13"/>',
        '<templateId root="1.2.250.1.213.1.1.1.13" extension="ZZZ"/>',
    )
    entry = """<entry><observation><code code="a"/><performer><assignedEntity>
     <id root="1.3" extension="ZZZ-7"/></assignedEntity></performer></observation></entry>"""
    found = shown(structured(P, entry, header=header, context=context))
    assert "ZZZ" not in found
    assert 'extension="810000009999"' in found
    assert 'extension="DOC-1"' in found


def test_what_is_left_is_a_document() -> None:
    """Every told world above keeps the minimal structure that its source had."""
    inherent = set(faults(shown(structured(P)).encode()))
    staff = STAFF.replace("<custodian>", f"{SECOND}<custodian>")
    name = "h:assignedAuthor/h:representedOrganization/h:name/text()[1]"
    document = structured(P, FIRST + host(POINTERS[0]), staff=staff)
    found = shown(document, TOLD, f"{TOP}/h:author[2]/{name}")
    assert set(faults(found.encode())) <= inherent


@pytest.mark.parametrize("unit", ["1. ", ". ", "M. ", "a. ", "1.", "…"])
def test_a_hostile_text_costs_no_more_than_its_length(unit: str) -> None:
    """A hundred thousand marks are read at once: a quadratic search would hang here."""
    text = unit * 100_000
    start, end = around(text, len(text) // 2, len(text) // 2 + 3)
    assert 0 <= start <= end <= len(text)
