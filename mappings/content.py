"""What a document says, place by place: the input of labelling and of redaction."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its canonical system URI (``urn:oid:...`` where none is known)."""

    system: str
    code: str
    display: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """One place of a document: where it is, the codes and the text found there.

    ``place`` is an XPath with the prefixes of :mod:`mappings.cda.document` (``h:``
    for urn:hl7-org:v3) or a JSON pointer; an embedded PDF adds ``#page=n``.
    ``opaque`` says that what is there could not be read (image, encrypted, unknown);
    ``negated`` that the statement it is part of says it is not so (negationInd).
    """

    place: str
    codes: tuple[Code, ...] = ()
    text: str = ""
    opaque: bool = False
    negated: bool = False
