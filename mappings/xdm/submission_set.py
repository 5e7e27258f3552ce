"""The RegistryPackage of a submission set as the FHIR List of ITI-65 (IHE MHD)."""

from collections.abc import Iterator

from mappings.fhir.issues import information
from mappings.mapped import Issue
from mappings.submission import Identifier, JsonObject
from mappings.xdm import hl7v2, people, refusals, schemes
from mappings.xdm.document_entry import concept, unknown
from mappings.xdm.ebrim import Registry, RegistryObject
from mappings.xdm.people import Contained

MHD = "https://profiles.ihe.net/ITI/MHD/"
_SLOTS = frozenset({"submissionTime"})
_SCHEMES = frozenset({schemes.SET_AUTHOR, schemes.SET_CONTENT})


def the_set(registry: Registry) -> RegistryObject:
    """Return the one submission set of a medium.

    Raises :class:`~mappings.mapped.Refused` (422) for a folder, and for none or two.
    """
    for package in registry.packages:
        if not package.marked(schemes.SUBMISSION_SET):
            raise refusals.not_supported(package.place)
    if len(registry.packages) != 1:
        raise refusals.required("//rim:RegistryPackage")
    return registry.packages[0]


def submission_list(package: RegistryObject, members: list[str]) -> JsonObject:
    """Return the List that names ``members``, the addresses of its documents."""
    kept = Contained()
    patient = hl7v2.patient_identifier(package.identifier(schemes.SET_PATIENT))
    writers = people.authors(package.classified(schemes.SET_AUTHOR), kept)
    made: JsonObject = {
        "contained": kept.of(writers[:1]),
        "extension": _extensions(package),
        "identifier": _identifiers(package),
        "status": "current",
        "mode": "working",
        "title": package.said("Name"),
        "code": {
            "coding": [
                {"system": f"{MHD}CodeSystem/MHDlistTypes", "code": "submissionset"}
            ]
        },
        "subject": {"identifier": _fhir(patient)} if patient else None,
        "date": hl7v2.date_time(package.value("submissionTime")),
        "source": next(iter(writers), None),
        "note": [{"text": text}] if (text := package.said("Description")) else [],
        "entry": [{"item": {"reference": url}} for url in members],
    }
    return {"resourceType": "List", **{k: v for k, v in made.items() if v}}


def left_out(package: RegistryObject) -> Iterator[Issue]:
    """Yield an issue for each slot or class of the set that no element stands for."""
    yield from unknown(package, _SLOTS, _SCHEMES)
    if len(package.classified(schemes.SET_AUTHOR)) > 1:
        yield information(
            "informational",
            f"{package.place}/rim:Classification",
            "A submission set has one source: only its first author is kept.",
            "Un lot de soumission a une source : seul son premier auteur est conservé.",
        )


def _extensions(package: RegistryObject) -> list[JsonObject]:
    kinds = [
        c for one in package.classified(schemes.SET_CONTENT) if (c := concept(one))
    ]
    source = hl7v2.unique_identifier(package.identifier(schemes.SET_SOURCE))
    found: list[JsonObject] = [
        {"url": _url("designationType"), "valueCodeableConcept": kind} for kind in kinds
    ]
    if source:
        found.append({"url": _url("sourceId"), "valueIdentifier": _fhir(source)})
    return found


def _url(name: str) -> str:
    return f"{MHD}StructureDefinition/ihe-{name}"


def _identifiers(package: RegistryObject) -> list[JsonObject]:
    unique = hl7v2.unique_identifier(package.identifier(schemes.SET_UNIQUE))
    entry = hl7v2.entry_uuid(package.id)
    return [
        {"use": use, **_fhir(found)}
        for use, found in (("usual", unique), ("official", entry))
        if found
    ]


def _fhir(found: Identifier) -> JsonObject:
    return {"system": found.system, "value": found.value}
