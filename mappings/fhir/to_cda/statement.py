"""What the entries of CDA have in common: templates, comments, reasons, small parts."""

from dataclasses import dataclass

from mappings.fhir.elements import child, children, string
from mappings.fhir.references import Found
from mappings.fhir.to_cda.bundle import Source, references
from mappings.fhir.to_cda.datatypes import concept, identifier, identifiers
from mappings.fhir.to_cda.people import author, performer
from mappings.fhir.to_cda.tag import Tag, tag
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import reverse, rows

PCC = "1.3.6.1.4.1.19376.1.5.3.1.4"
_LOINC, _SNOMED = "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.96"
LOINC, SNOMED = _LOINC, _SNOMED


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource that becomes an entry, and the Bundle it stands in."""

    found: Found
    source: Source

    @property
    def json(self) -> JsonObject:
        """The resource itself."""
        return self.found.resource

    @property
    def kind(self) -> str:
        """The type of the resource."""
        return string(self.json, "resourceType")

    def ids(self) -> list[Tag]:
        """Return the identifiers; CDA and IHE PCC want one, so an unknown one else."""
        return identifiers(self.json) or [tag("id", nullFlavor="UNK")]

    def authored(self, who: str, when: str) -> Tag | None:
        """Return author with its time, from two elements of the resource."""
        person, moment = child(self.json, who), string(self.json, when)
        if not person and not moment:
            return None
        return author("author", person, moment, self.source, self.found)

    def performers(self, name: str = "performer") -> list[Tag]:
        """Return the performers: References, or elements with an ``actor``."""
        listed = references(self.json, name)
        people = [child(one, "actor") or one for one in listed if one]
        return [performer(one, self.source, self.found) for one in people]

    def informant(self, name: str) -> Tag | None:
        """Return who told it, as informant."""
        who = child(self.json, name)
        if not who:
            return None
        told = performer(who, self.source, self.found)
        return tag("informant", *told.parts)

    def notes(self) -> list[Tag]:
        """Return each Annotation as a comment."""
        return [comment(string(one, "text")) for one in children(self.json, "note")]

    def reasons(self) -> list[Tag]:
        """Return the reasons: codes as problems, references by the identifier they lead to."""
        found = [_problem(one) for one in children(self.json, "reasonCode")]
        for reference in children(self.json, "reasonReference"):
            target = self.source.resource(reference, self.found)
            number = identifier(child(reference, "identifier"))
            numbers = identifiers(target) or ([number] if number else [])
            found += [_pointer(numbers[0])] if numbers else []
        return found


def templates(*roots: str) -> list[Tag]:
    """Return templateId elements."""
    return [tag("templateId", root=root) for root in roots]


def relation(
    kind: str, statement: Tag, *, inverted: bool = False, number: str = ""
) -> Tag:
    """Return an entryRelationship that holds a statement."""
    inversion = "true" if inverted else ""
    order = tag("sequenceNumber", value=number) if number else None
    return tag(
        "entryRelationship", order, statement, typeCode=kind, inversionInd=inversion
    )


def comment(text: str) -> Tag:
    """Return a comment (IHE PCC)."""
    return relation(
        "SUBJ",
        tag(
            "act",
            templates(f"{PCC}.2"),
            tag(
                "code",
                code="48767-8",
                codeSystem=_LOINC,
                displayName="Annotation comment",
            ),
            tag("text", text),
            tag("statusCode", code="completed"),
            classCode="ACT",
            moodCode="EVN",
        ),
        inverted=True,
    )


def part(
    kind: str, template: str, code: Tag, value: Tag | None, **more: str
) -> list[Tag]:
    """Return a small observation inside a statement, none without a value."""
    if value is None:
        return []
    observation = tag(
        "observation",
        templates(template),
        code,
        tag("statusCode", code="completed"),
        value,
        classCode="OBS",
        moodCode="EVN",
    )
    return [relation(kind, observation, inverted="inverted" in more)]


def loinc(code: str, display: str) -> Tag:
    """Return a code of LOINC."""
    return tag(
        "code",
        code=code,
        codeSystem=_LOINC,
        codeSystemName="LOINC",
        displayName=display,
    )


def known(table: str, target: str, *, fhir: str) -> JsonObject:
    """Return the coding that means ``target``: of SNOMED CT by the table, else FHIR's own."""
    system, _, code = reverse(table, target).rpartition("|")
    if code and system:
        return {"coding": [{"system": system, "code": code}]}
    return {"coding": [{"system": fhir, "code": target}]} if target else {}


def act_status(kind: str, status: str, default: str) -> str:
    """Return the ActStatus that means a FHIR status of a resource."""
    for row in rows("act-status"):
        owner, _, code = row["code"].partition("/")
        if owner == kind and row["target"] == status:
            return code
    return default


def status_of(concept_: JsonObject) -> str:
    """Return the first code of a status CodeableConcept."""
    return next((string(one, "code") for one in children(concept_, "coding")), "")


def _problem(reason: JsonObject) -> Tag:
    value = concept("value", reason, kind="CD")
    return relation(
        "RSON",
        tag(
            "observation",
            templates("2.16.840.1.113883.10.20.22.4.19"),
            tag("code", code="404684003", codeSystem=_SNOMED, displayName="Finding"),
            tag("statusCode", code="completed"),
            value,
            classCode="OBS",
            moodCode="EVN",
        ),
    )


def _pointer(number: Tag) -> Tag:
    """Return a pointer to a statement elsewhere in the document (IHE PCC)."""
    act = tag(
        "act",
        templates(f"{PCC}.4.1"),
        number,
        tag("code", nullFlavor="NA"),
        classCode="ACT",
        moodCode="EVN",
    )
    return relation("RSON", act)
