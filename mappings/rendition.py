"""A document rebuilt without given places, whatever its format: the one door to it.

What can be taken apart is a CDA with a structured body and a FHIR document; any other is
seen whole or not at all (DESIGN 8). A former first name or sex marker that the document
states of the patient is replaced by the current one, or hidden where that is not safe.
"""

from collections.abc import Collection
from dataclasses import dataclass

from mappings.cda.document import clinical_document
from mappings.cda.patient import traits
from mappings.cda.rendition.rendition import rendition as cda_rendition
from mappings.fhir import parse
from mappings.fhir.elements import child, items
from mappings.fhir.identity import traits_of
from mappings.fhir.references import Found
from mappings.fhir.rendition import former
from mappings.fhir.rendition import rendition as fhir_rendition
from mappings.fhir.rendition.identity import is_the_patient
from mappings.format import readings
from mappings.former import Renaming, stated
from mappings.mapped import Refused
from mappings.pdf import PdfReader
from mappings.submission import Identifier, JsonObject, Traits

VERSION = "4"
"""Changes with any change of what a rendition looks like: older ones are made again."""

URI = "urn:ietf:rfc:3986"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A document for one kind of readers: its bytes, its title, its own identifier."""

    body: bytes
    title: str
    identifier: Identifier


def divisible(body: bytes, content_type: str) -> bool:
    """Tell whether places can be left out of the document; never raises.

    What can also be read as a text or a page cannot: nobody knows how it is shown.
    """
    try:
        match readings(body, content_type):
            case ("xml",):
                root = clinical_document(body).root
                return root.find("{*}component/{*}structuredBody") is not None
            case ("json",):
                return _is_document(parse.parse_json(body))
            case _:
                return False
    except Refused:
        return False


def rendition(
    body: bytes,
    content_type: str,
    hidden: Collection[str],
    identity: Traits,
    pdf: PdfReader,
) -> Rendition | None:
    """Return the document without the places, or None when nothing is left to show.

    ``hidden`` are places as :func:`mappings.body.contents` names them; ``identity`` is the
    person's now. Raises :class:`~mappings.mapped.Refused` for what cannot be read.
    """
    if readings(body, content_type) == ("json",):
        return _fhir(parse.parse_json(body), hidden, identity, pdf)
    known = stated(traits(clinical_document(body).root), identity)
    made = cda_rendition(body, hidden, identity, pdf, known)
    if made is None:
        return None
    identifier = Identifier(URI, f"urn:uuid:{made.identifier}")
    return Rendition(made.body, made.title, identifier)


def resource_rendition(
    source: JsonObject, hidden: Collection[str], identity: Traits, pdf: PdfReader
) -> JsonObject | None:
    """Return a FHIR resource without the places and without a former identity.

    None when nothing is left to show, or when a former first name would be left where no
    place can be hidden.
    """
    renaming = Renaming.of(stated(_patient(source, identity), identity), identity)
    if renaming is not None:
        source, hidden = former.settled(source, hidden, renaming, pdf)
    made = fhir_rendition(source, hidden, identity)
    if made and renaming and former.tells_former(made, renaming):
        return None
    return made


def _fhir(
    bundle: JsonObject, hidden: Collection[str], identity: Traits, pdf: PdfReader
) -> Rendition | None:
    made = resource_rendition(_plainly_titled(bundle), hidden, identity, pdf)
    if made is None:
        return None
    composition = made["entry"][0]["resource"]
    identifier = made["identifier"]
    return Rendition(
        parse.dump(made),
        str(composition.get("title", "")),
        Identifier(str(identifier["system"]), str(identifier["value"])),
    )


def _patient(source: JsonObject, identity: Traits) -> Traits:
    """Return what a resource says of the person: of its own Patient, else the first."""
    inner = (child(entry, "resource") for _, entry in items(source, "entry"))
    found = [r for r in (source, *inner) if r.get("resourceType") == "Patient"]
    own = [one for one in found if is_the_patient(one, identity)]
    return next((traits_of(Found(one, "Patient")) for one in own or found), Traits(()))


def _plainly_titled(bundle: JsonObject) -> JsonObject:
    """Return the Bundle without what extends the title of its Composition.

    The title is said anew; an extension of it would go on saying the old one.
    """
    first, *others = bundle["entry"]
    resource = {k: v for k, v in first["resource"].items() if k != "_title"}
    return bundle | {"entry": [first | {"resource": resource}, *others]}


def _is_document(resource: JsonObject) -> bool:
    bundle = resource.get("resourceType") == "Bundle"
    return bundle and resource.get("type") == "document"
