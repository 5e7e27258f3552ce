"""What an observation holds is said of it, and what says nothing is no finding."""

from mappings.cda.to_fhir.scope import Scope
from tests.mappings.cda.to_fhir.entries import clinical

_LOINC = 'codeSystem="2.16.840.1.113883.6.1"'
_SOURCE = f"""<entryRelationship typeCode="REFR"><observation>
<code code="48766-0" {_LOINC}/><value xsi:type="ST">Dr X</value>
</observation></entryRelationship>"""
_EGGS = """<participant typeCode="CSM"><participantRole><playingEntity>
<name>Eggs</name></playingEntity></participantRole></participant>"""


def _section(code: str, entry: str, text: str = "") -> Scope:
    body = f'<code code="{code}" {_LOINC}/><text>{text}</text><entry>{entry}</entry>'
    return clinical.mapped(clinical.document(f"<section>{body}</section>"))[0]


def _kinds(scope: Scope) -> list[str]:
    return sorted(one.resource["resourceType"] for one in scope.derived)


def test_who_told_of_an_allergy_is_no_allergy() -> None:
    """An observation without template inside an allergy is not one of the section."""
    entry = f"<observation>{_EGGS}{_SOURCE}</observation>"
    scope = _section("48765-2", entry)
    assert _kinds(scope) == ["AllergyIntolerance", "Observation"]
    assert clinical.only(scope, "Observation")["valueString"] == "Dr X"


def test_an_observation_in_an_act_is_one_of_the_section() -> None:
    """A concern only follows what it holds: there the section still decides."""
    entry = f"""<act><entryRelationship typeCode="SUBJ"><observation>{_EGGS}
    </observation></entryRelationship></act>"""
    assert _kinds(_section("48765-2", entry)) == ["AllergyIntolerance"]


def test_a_prognosis_among_problems_is_an_observation() -> None:
    """What is expected of a problem is no second problem."""
    entry = f"""<observation><templateId root="2.16.840.1.113883.10.20.22.4.113"/>
    <code code="75328-5" {_LOINC}/><value xsi:type="ST">good</value></observation>"""
    assert _kinds(_section("11450-4", entry)) == ["Observation"]


def test_an_indication_without_code_or_words_is_told_as_lost() -> None:
    """A number alone affirms no condition."""
    indication = """<entryRelationship typeCode="RSON"><act>
    <templateId root="2.16.840.1.113883.10.20.22.4.19"/>
    <id root="2.999.1" extension="7"/><code nullFlavor="UNK"/></act>
    </entryRelationship>"""
    scope = _section("48765-2", f"<observation>{_EGGS}{indication}</observation>")
    assert _kinds(scope) == ["AllergyIntolerance"]


def test_a_concern_whose_text_is_the_date_says_what_stands_beside_it() -> None:
    """The reference leads to the first cell of a row: the words are in the next."""
    concern = """<act><templateId root="2.16.840.1.113883.10.20.22.4.132"/>
    <text><reference value="#{}"/></text></act>"""
    row = '<tr><td ID="a">2011-10-05</td><td ID="b">Asthma</td><td/></tr>'
    for pointed in ("a", "b"):
        scope = _section("75310-3", concern.format(pointed), f"<table>{row}</table>")
        found = clinical.only(scope, "Condition")
        assert found["code"] == {"text": "Asthma"}
        assert ">Asthma<" in found["text"]["div"]


def test_a_concern_that_says_only_a_date_keeps_it() -> None:
    """Where nothing stands beside the date, the date is what is said."""
    concern = """<act><templateId root="2.16.840.1.113883.10.20.22.4.132"/>
    <text><reference value="#a"/></text></act>"""
    row = '<tr><td ID="a">2011-10-05</td><td/></tr>'
    found = clinical.only(
        _section("75310-3", concern, f"<table>{row}</table>"), "Condition"
    )
    assert found["code"] == {"text": "2011-10-05"}
