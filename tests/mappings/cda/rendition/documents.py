"""A document for the tests of renditions, and a short way to render it."""

from mappings import pdf
from mappings.cda import submission
from mappings.cda.rendition.rendition import Rendition, rendition
from mappings.former import NO_ONE, Former
from mappings.pdf import PdfReader
from mappings.submission import Identifier, Traits
from tests.mappings.cda.documents import CONTEXT, HEADER, STAFF, cda

WHO = Traits(
    (Identifier("urn:oid:1.2.250.1.213.1.4.10", "171113306321256"),),
    family="ORMEAU",
    given=("ALIX", "MARIE"),
    used_family="TREMBLE",
    used_given="SASHA",
    birth_date="1971-11-04",
    gender="female",
)
SECTION = "/h:ClinicalDocument/h:component/h:structuredBody/h:component/h:section"
TEXT = f"{SECTION}/h:text"
HEADED = f'{HEADER}<setId root="1.2.250.1.999.1" extension="SET-1"/><versionNumber value="2"/>'


def structured(
    text: str, entries: str = "", *, title: str = "Suivi", **parts: str
) -> bytes:
    """Return a document with one section that has this text and these entries."""
    code = (
        '<code code="11450-4" codeSystem="2.16.840.1.113883.6.1"'
        ' displayName="Liste des problèmes"/>'
    )
    section = (
        f"<section>{code}<title>{title}</title><text>{text}</text>{entries}</section>"
    )
    inside = f"<structuredBody><component>{section}</component></structuredBody>"
    body = f"<component>{inside}</component>"
    return cda(
        **{"header": HEADED, "staff": STAFF, "context": CONTEXT, **parts, "body": body}
    )


def render(
    document: bytes,
    *hidden: str,
    former: Former = NO_ONE,
    who: Traits = WHO,
    reader: PdfReader = pdf.unread,
) -> Rendition | None:
    """Render for the current identity of the tests."""
    return rendition(document, hidden, who, reader, former)


def shown(document: bytes, *hidden: str, former: Former = NO_ONE) -> str:
    """Return what a reader gets, who gets something, as one string."""
    found = render(document, *hidden, former=former)
    assert found is not None
    submission.read(found.body, pdf.unread)  # reads again
    return found.body.decode()
