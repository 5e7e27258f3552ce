"""What a CDA statement says is not so: negationInd, and a Boolean value that is false."""

from bench.material import cda
from mappings.cda.content import contents
from mappings.cda.document import clinical_document
from mappings.pdf import unread

SYSTEM = 'codeSystem="2.16.840.1.113883.6.3"'
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def negated(entry: str) -> dict[str, bool]:
    """Return the codes of an entry, and whether each is negated."""
    document = clinical_document(cda("", f"<entry>{entry}</entry>"))
    return {
        code.code: one.negated
        for one in contents(document, unread)
        for code in one.codes
    }


def test_a_negated_statement_negates_its_own_codes_only() -> None:
    """The reason of what was not done is a statement of its own."""
    found = negated(
        f'<procedure negationInd="true"><code code="JNJD002" {SYSTEM}/>'
        f'<entryRelationship><observation><value code="O04" {SYSTEM}/></observation>'
        "</entryRelationship></procedure>"
    )
    assert found == {"JNJD002": True, "O04": False}


def test_a_statement_within_may_be_the_negated_one() -> None:
    """Negation goes down, never up."""
    found = negated(
        f'<act><code code="Z00" {SYSTEM}/><entryRelationship>'
        f'<observation negationInd="1"><value code="F10" {SYSTEM}/></observation>'
        "</entryRelationship></act>"
    )
    assert found == {"Z00": False, "F10": True}


def test_a_boolean_that_is_false_negates_what_it_answers() -> None:
    """A criterion answered by ``false`` is no finding; by ``true`` it is one."""
    for value, denied in (("false", True), ("true", False)):
        entry = (
            f'<observation {XSI}><code code="F17" {SYSTEM}/>'
            f'<value xsi:type="BL" value="{value}"/></observation>'
        )
        assert negated(entry) == {"F17": denied}


def test_without_a_sign_nothing_is_negated() -> None:
    """``negationInd="false"`` says what leaving it out says."""
    entry = (
        f'<observation negationInd="false"><code code="F17" {SYSTEM}/></observation>'
    )
    assert negated(entry) == {"F17": False}
