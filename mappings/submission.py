"""What practice software hands in, whatever the standard it came in."""

from dataclasses import dataclass
from typing import Any

from mappings.content import Content

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Identifier:
    """A business identifier; ``system`` is a URI (``urn:oid:...``)."""

    system: str
    value: str

    def __str__(self) -> str:
        """Return ``system|value``, the form of a FHIR token."""
        return f"{self.system}|{self.value}"


@dataclass(frozen=True, slots=True)
class Traits:
    """Who the patient is, as the document says.

    ``family`` is the birth name, ``given`` the birth first names; ``used_family``
    and ``used_given`` the names in use, ``former_given`` first names the person had and
    that nobody is to read; ``birth_date`` ISO 8601 as precise as given; ``gender`` a
    FHIR AdministrativeGender code or empty.
    ``place`` and ``identifiers_place`` (XPath or FHIRPath) are what errors about the
    traits and about the identifiers name.
    """

    identifiers: tuple[Identifier, ...]
    family: str = ""
    given: tuple[str, ...] = ()
    used_family: str = ""
    used_given: str = ""
    birth_date: str = ""
    gender: str = ""
    place: str = ""
    identifiers_place: str = ""
    former_given: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One document with its metadata.

    ``reference`` is a FHIR R4 DocumentReference without id and without
    ``attachment.url``/``data``: type, category, masterIdentifier, author, custodian,
    securityLabel as submitted, content.attachment (contentType, language, size, hash,
    title, creation), context. ``body`` holds the bytes exactly as received.
    ``contents`` are the places of metadata and body; the first ``described`` of them are
    of the metadata (none, where the metadata were made from the body). ``authors`` and
    ``organizations`` are ``system|value`` strings of whoever wrote it, for whom;
    ``custodians`` of who keeps it.
    ``replaces`` is the reference or identifier of the document it replaces, or empty;
    ``must_replace`` whether the deposit makes no sense without it (ITI-65 says so by an
    entry of its own, a CDA header only tells of its history).
    """

    reference: JsonObject
    body: bytes
    content_type: str
    contents: tuple[Content, ...]
    authors: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    custodians: frozenset[str] = frozenset()
    replaces: str = ""
    must_replace: bool = True
    described: int = 0


@dataclass(frozen=True, slots=True)
class Submission:
    """A deposit: one patient, one or more documents, and the submission set if any.

    ``entries`` gives, for a transaction, what each entry of the request was
    (``List``, ``DocumentReference/0``, ``Binary/0``, ``Parameters``...), in order, so
    that the answer can keep number and order (ITI-65, 3.65.4.2).
    """

    patient: Traits
    documents: tuple[Document, ...]
    submission_set: JsonObject | None = None
    set_contents: tuple[Content, ...] = ()
    entries: tuple[str, ...] = ()
