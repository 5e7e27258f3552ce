"""Family history: FamilyMemberHistory, one for each relative.

A condition that is negated is not one of the relative's: FHIR R4 has no place for it, and
it is told as lost.
"""

from mappings.cda.datatypes import attribute, date_time, find, text
from mappings.cda.to_fhir import clinical_types
from mappings.cda.to_fhir.entries.parts import onset_age, parts_of
from mappings.cda.to_fhir.entries.statement import Statement, compact
from mappings.cda.xml import Element
from mappings.submission import JsonObject
from mappings.terminology.concept_maps import translate

_GENDER = "http://hl7.org/fhir/administrative-gender"
_SDTC = "{urn:hl7-org:sdtc}"
_FAMILY = {
    "coding": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode",
            "code": "FAMMEMB",
        }
    ]
}


def family(statement: Statement) -> str:
    """Map the history of one relative and return its reference."""
    parts = parts_of(statement)
    resource = _relative(statement) | {"note": parts.notes()}
    taken = parts.take("family-condition", "condition", "observation")
    found = [one for one in (_condition(item.statement) for item in taken) if one]
    resource["condition"] = found
    parts.rest()
    return statement.keep(resource)


def family_condition(statement: Statement) -> str:
    """Map a condition of a relative that no organizer holds: its own history."""
    found = _condition(statement)
    resource = _relative(statement) | {"condition": [found] if found else []}
    return statement.keep(resource)


def _relative(statement: Statement) -> JsonObject:
    """Return what is said of the relative; the relationship is demanded by FHIR."""
    related = statement.first("subject", "relatedSubject")
    person = find(related, "subject")
    said = statement.concept("code")
    relationship = clinical_types.concept(find(related, "code"), statement.scope)
    date = clinical_types.start(statement.first("effectiveTime"), statement.scope)
    return statement.base("FamilyMemberHistory") | {
        "status": "completed",
        "patient": statement.scope.subject,
        "date": date or statement.authored(),
        "name": text(find(person, "name")),
        "relationship": relationship or (said if related is None and said else _FAMILY),
        "sex": _sex(person),
        **_life(person),
    }


def _sex(person: Element | None) -> JsonObject | None:
    code = attribute(find(person, "administrativeGenderCode"), "code")
    gender = translate("administrative-gender", code)
    return {"coding": [{"system": _GENDER, "code": gender}]} if gender else None


def _life(person: Element | None) -> JsonObject:
    """Return birth and death, as far as they are said."""
    born = date_time(attribute(find(person, "birthTime"), "value"))
    answer: JsonObject = {"bornDate": born[:10]} if born else {}
    if person is None:
        return answer
    died = date_time(attribute(person.find(f"{_SDTC}deceasedTime"), "value"))
    dead = attribute(person.find(f"{_SDTC}deceasedInd"), "value")
    if died:
        return answer | {"deceasedDate": died[:10]}
    return answer | ({"deceasedBoolean": dead == "true"} if dead else {})


def _condition(statement: Statement) -> JsonObject | None:
    if statement.negated:
        statement.scope.lost(statement.element, "negated-part")
        return None
    parts = parts_of(statement)
    words = statement.words()
    code = statement.concept("value") or ({"text": words} if words else None)
    ages = [onset_age(one.statement) for one in parts.take("age")]
    death = [one.statement for one in parts.take("death")]
    answer = {
        "code": code or statement.concept("code"),
        "contributedToDeath": True if any(not one.negated for one in death) else None,
        **_onset(statement, next((one for one in ages if one), None)),
        "note": parts.notes(),
    }
    parts.rest()
    return compact(answer) if answer["code"] else None


def _onset(statement: Statement, age: JsonObject | None) -> JsonObject:
    """Return the onset: an age, else a period; FHIR has no date of onset here."""
    if age:
        return {"onsetAge": age}
    found = clinical_types.when(
        statement.first("effectiveTime"), statement.scope, "onset"
    )
    if "onsetDateTime" in found:
        return {"onsetString": found["onsetDateTime"]}
    return found
