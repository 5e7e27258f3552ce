"""Where an issue about the FHIR form of a medium stands in the medium itself."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mappings.mapped import Issue
from mappings.submission import Traits
from mappings.xdm import schemes

_ENTRY = re.compile(r"Bundle\.entry\[(\d+)\](?:\.resource)?(.*)", re.DOTALL)
_INDEX = re.compile(r"\[\d+\]")


def _slot(name: str) -> str:
    return f"/rim:Slot[@name='{name}']"


def _class(scheme: str) -> str:
    return f"/rim:Classification[@classificationScheme='{scheme}']"


def _named(scheme: str) -> str:
    return f"/rim:ExternalIdentifier[@identificationScheme='{scheme}']"


_CONTENT_TYPE = ".content.attachment.contentType"
_DOCUMENT = {
    ".masterIdentifier": _named(schemes.DOCUMENT_UNIQUE),
    ".identifier": "/@id",
    ".status": "/@status",
    ".type": _class(schemes.TYPE),
    ".category": _class(schemes.CLASS),
    ".subject": _named(schemes.DOCUMENT_PATIENT),
    ".date": _slot("creationTime"),
    ".author": _class(schemes.DOCUMENT_AUTHOR),
    ".authenticator": _slot("legalAuthenticator"),
    ".description": "/rim:Description",
    ".securityLabel": _class(schemes.CONFIDENTIALITY),
    _CONTENT_TYPE: "/@mimeType",
    ".content.attachment.language": _slot("languageCode"),
    ".content.attachment.size": _slot("size"),
    ".content.attachment.hash": _slot("hash"),
    ".content.attachment.title": "/rim:Name",
    ".content.attachment.creation": _slot("creationTime"),
    ".content.attachment": _slot("URI"),
    ".content.format": _class(schemes.FORMAT),
    ".context.event": _class(schemes.EVENT),
    ".context.period": _slot("serviceStartTime"),
    ".context.facilityType": _class(schemes.FACILITY),
    ".context.practiceSetting": _class(schemes.SETTING),
    ".context.sourcePatientInfo": _slot("sourcePatientInfo"),
    ".contained": _slot("sourcePatientInfo"),
}
_SET = {
    ".extension": _class(schemes.SET_CONTENT),
    ".identifier": _named(schemes.SET_UNIQUE),
    ".title": "/rim:Name",
    ".subject": _named(schemes.SET_PATIENT),
    ".date": _slot("submissionTime"),
    ".source": _class(schemes.SET_AUTHOR),
    ".note": "/rim:Description",
}


@dataclass(frozen=True, slots=True)
class Places:
    """The places of what a Bundle was made of, in the order of its entries.

    First the submission set, then each document's metadata, then each one's file.
    """

    the_set: str
    documents: Sequence[str]
    files: Sequence[str]

    def moved(self, issue: Issue) -> Issue:
        """Return the issue with its place in the medium instead of in the Bundle."""
        return replace(issue, expression=self._moved(issue.expression))

    def of_patient(self, who: Traits) -> Traits:
        """Return the patient with the places where the medium tells of them.

        Traits that a document itself gives keep their place in that document.
        """
        told = who.place.startswith("Bundle.")
        return replace(
            who,
            place=self._moved(who.place) if told else who.place,
            identifiers_place=self.documents[0] + _DOCUMENT[".subject"],
        )

    def _moved(self, expression: str) -> str:
        found = _ENTRY.match(expression)
        if found is None:
            return self.the_set
        number, element = int(found[1]), _INDEX.sub("", found[2])
        if number == 0:
            return self.the_set + _below(element, _SET)
        number -= 1
        if number < len(self.documents):
            return self.documents[number] + _below(element, _DOCUMENT)
        number -= len(self.documents)
        if element == ".contentType":
            return self.documents[number] + _DOCUMENT[_CONTENT_TYPE]
        return self.files[number]


def _below(element: str, known: dict[str, str]) -> str:
    """Return the step of the longest known element that ``element`` is, or is inside of."""
    while element:
        if element in known:
            return known[element]
        element = element.rpartition(".")[0]
    return ""
