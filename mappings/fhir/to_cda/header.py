"""The header of a CDA (CI-SIS minimal structure, standards-fr 8.3) from FHIR metadata."""

from collections.abc import Iterator

from mappings.fhir.elements import child, children, codings, string
from mappings.fhir.references import Found
from mappings.fhir.to_cda.bundle import Source
from mappings.fhir.to_cda.datatypes import (
    concept,
    identifier,
    identifiers,
    interval,
    required,
    stamp,
)
from mappings.fhir.to_cda.people import author, entity, organization, patient
from mappings.fhir.to_cda.tag import Tag, some, tag
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import reverse

_LEVELS = {"U": "Unrestricted", "L": "Low", "M": "Moderate", "N": "Normal"} | {
    "R": "Restricted",
    "V": "Very restricted",
}
_TEMPLATES = ("2.16.840.1.113883.2.8.2.1", "1.2.250.1.213.1.1.1.1")
"""HL7 France, and the minimal structure of CI-SIS."""


def header(bundle: JsonObject, composition: Found, source: Source) -> Iterator[Tag]:
    """Yield the elements before the body, in the order of the schema."""
    found = composition.resource
    own = identifier(child(bundle, "identifier")) or identifier(
        child(found, "identifier")
    )
    own = own or tag("id", nullFlavor="UNK")
    level = string(found, "confidentiality") or "N"
    yield tag("realmCode", code="FR")
    yield tag("typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    yield from (tag("templateId", root=root) for root in _TEMPLATES)
    yield own
    yield required("code", child(found, "type"))
    yield tag("title", string(found, "title"))
    yield _time(string(found, "date"))
    yield tag(
        "confidentialityCode",
        code=level,
        codeSystem="2.16.840.1.113883.5.25",
        displayName=_LEVELS.get(level, ""),
    )
    yield tag("languageCode", code=string(found, "language") or "fr-FR")
    series = identifier(child(found, "identifier"))
    yield tag("setId", **dict((series or own).attributes))
    yield tag("versionNumber", value="1")
    yield from _people(composition, source)
    yield from _related(found)
    yield from _encounter(composition, source)


def _time(value: str) -> Tag:
    moment = stamp(value)
    known = {"value": moment} if moment else {"nullFlavor": "UNK"}
    return tag("effectiveTime", **known)


def _people(composition: Found, source: Source) -> Iterator[Tag]:
    found = composition.resource
    yield patient(source.resource(child(found, "subject"), composition))
    written = string(found, "date")
    for who in children(found, "author") or ({},):
        yield author("author", who, written, source, composition)
    keeper = source.resource(child(found, "custodian"), composition)
    keeper = keeper or _first_structure(composition, source)
    kept = organization("representedCustodianOrganization", keeper)
    yield tag("custodian", tag("assignedCustodian", kept))
    yield from _attesters(composition, source)
    yield from _events(composition, source)


def _first_structure(composition: Found, source: Source) -> JsonObject:
    """Return whom the first author writes for: a CDA without custodian is invalid."""
    for who in children(composition.resource, "author"):
        found = source.find(who, composition)
        role = found.resource if found else {}
        keeper = source.resource(child(role, "organization"), found or composition)
        if keeper:
            return keeper
    return {}


def _attesters(composition: Found, source: Source) -> Iterator[Tag]:
    for mode, name in (
        ("legal", "legalAuthenticator"),
        ("professional", "authenticator"),
    ):
        for one in children(composition.resource, "attester"):
            if string(one, "mode") == mode:
                moment = stamp(string(one, "time"))
                yield tag(
                    name,
                    tag("time", value=moment)
                    if moment
                    else tag("time", nullFlavor="UNK"),
                    tag("signatureCode", code="S"),
                    entity("assignedEntity", child(one, "party"), source, composition),
                )


def _events(composition: Found, source: Source) -> Iterator[Tag]:
    """Yield the acts documented; CI-SIS demands one, with a performer."""
    who = next(iter(children(composition.resource, "author")), {})
    performer = tag(
        "performer", entity("assignedEntity", who, source, composition), typeCode="PRF"
    )
    for event in children(composition.resource, "event") or ({},):
        period = child(event, "period")
        yield tag(
            "documentationOf",
            tag(
                "serviceEvent",
                concept("code", next(iter(children(event, "code")), {})),
                interval(
                    "effectiveTime", string(period, "start"), string(period, "end")
                ),
                performer,
            ),
        )


def _related(found: JsonObject) -> Iterator[Tag]:
    for link in children(found, "relatesTo"):
        kind = reverse("act-relationship-document", string(link, "code"))
        target = identifier(child(link, "targetIdentifier"))
        if kind and target:
            yield tag("relatedDocument", tag("parentDocument", target), typeCode=kind)


def _encounter(composition: Found, source: Source) -> Iterator[Tag]:
    encounter = source.find(child(composition.resource, "encounter"), composition)
    if encounter is None:
        return
    found = encounter.resource
    period, kind = child(found, "period"), child(found, "class")
    place = next(iter(children(found, "location")), {})
    facility = source.resource(child(place, "location"), encounter)
    code = next(iter(children(found, "type")), {}) or {"coding": [kind] if kind else []}
    spent = interval("effectiveTime", string(period, "start"), string(period, "end"))
    yield tag(
        "componentOf",
        tag(
            "encompassingEncounter",
            identifiers(found),
            concept("code", code) if list(codings(code)) else None,
            spent or tag("effectiveTime", nullFlavor="UNK"),
            _facility(facility),
        ),
    )


def _facility(found: JsonObject) -> Tag | None:
    code = concept("code", next(iter(children(found, "type")), {}))
    inside = some("healthCareFacility", identifiers(found), code)
    return tag("location", inside) if inside else None
