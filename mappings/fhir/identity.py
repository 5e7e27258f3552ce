"""Who the patient is: identifiers and traits of a FHIR Patient (FR Core, INS).

Sources: FR Core fr-core-patient-ins; CI-SIS, identity of the patient. An identifier of
type NH under the system of the INS is the insured person's number, often a parent's: it
is left out, whatever its value (facts, standards-fr.md 3.3).
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from mappings.fhir.elements import child, children, codings, extension, string, strings
from mappings.fhir.issues import error
from mappings.fhir.references import Found, Scope, identifiers, logical, token
from mappings.mapped import Issue
from mappings.submission import Identifier, JsonObject, Traits

_BIRTH_NAMES = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
_INSURED = "NH"


def patient_of(
    scope: Scope, references: Iterable[JsonObject]
) -> tuple[Traits, tuple[Issue, ...]]:
    """Return the one patient that ``references`` speak of, best described first.

    Identifiers are gathered from all; traits come from the first that leads to a Patient
    of the request. Errors: no usable identifier, or two references that contradict each
    other under one system.
    """
    told = [_told(scope, reference) for reference in references if reference]
    described = next((t for t in told if t.place), Traits(()))
    known = tuple(dict.fromkeys(i for t in told for i in t.identifiers))
    traits = replace(
        described, identifiers=known, place=described.place or _subject(scope)
    )
    if not known:
        return traits, (_nobody(scope),)
    groups = [t.identifiers for t in told if t.identifiers]
    if any(contradict(groups[0], other) for other in groups[1:]):
        return traits, (_two_people(_subject(scope)),)
    return traits, ()


def contradict(one: Iterable[Identifier], other: Iterable[Identifier]) -> bool:
    """Return whether two sets of identifiers cannot be of one person.

    They cannot when both speak under one system and share no value there.
    """
    mine, theirs = set(one), set(other)
    shared = {i.system for i in mine} & {i.system for i in theirs}
    return any(
        not {i for i in mine if i.system == system} & theirs for system in shared
    )


def traits_of(patient: Found) -> Traits:
    """Return the identifiers and traits of a Patient resource."""
    resource = patient.resource
    names = children(resource, "name")
    official = _name(names, "official") or _name(names, "maiden") or _plain(names)
    used = _name(names, "usual")
    return Traits(
        identifiers=tuple(usable(identifiers(resource))),
        family=string(official, "family"),
        given=_birth_given(official),
        used_family=string(used, "family"),
        used_given=next(iter(strings(used, "given")), ""),
        birth_date=string(resource, "birthDate"),
        gender=string(resource, "gender"),
        place=patient.expression,
        former_given=tuple(
            n for one in names if _old(one) for n in strings(one, "given")
        ),
    )


def usable(found: Iterable[JsonObject]) -> Iterator[Identifier]:
    """Yield the identifiers that denote the person: neither insured person's nor old."""
    for identifier in found:
        types = {string(c, "code") for c in codings(child(identifier, "type"))}
        if _INSURED in types or string(identifier, "use") == "old":
            continue
        known = token(identifier)
        if known:
            yield known


def without_traits(resource: JsonObject) -> JsonObject:
    """Return a DocumentReference or List whose patient has identifiers and nothing else.

    A document's names and sex may be former ones (DESIGN 9), and its narrative repeats
    them: whoever shows metadata shows the current identity of the record.
    """
    found = {k: v for k, v in resource.items() if k != "text"}
    if "contained" in found:
        found["contained"] = [
            bare_patient(inner) for inner in children(found, "contained")
        ]
    if "subject" in found:
        found["subject"] = _unnamed(child(found, "subject"))
    source = child(found, "context", "sourcePatientInfo")
    if source:
        found["context"] = found["context"] | {"sourcePatientInfo": _unnamed(source)}
    return found


def bare_patient(inner: JsonObject) -> JsonObject:
    """Return a Patient with its identifiers only, any other resource as it is."""
    if string(inner, "resourceType") != "Patient":
        return inner
    return {k: v for k, v in inner.items() if k in {"resourceType", "id", "identifier"}}


def _unnamed(reference: JsonObject) -> JsonObject:
    return {k: v for k, v in reference.items() if k != "display"}


def _told(scope: Scope, reference: JsonObject) -> Traits:
    target = scope.resolve(reference)
    if target and string(target.resource, "resourceType") == "Patient":
        traits = traits_of(target)
        known = (*traits.identifiers, *usable(logical(reference)))
        return replace(traits, identifiers=known)
    return Traits(tuple(usable(logical(reference))))


def _name(names: Iterable[JsonObject], use: str) -> JsonObject:
    return next((n for n in names if string(n, "use") == use), {})


def _old(name: JsonObject) -> bool:
    return string(name, "use") == "old"


def _plain(names: Iterable[JsonObject]) -> JsonObject:
    return _name(names, "")


def _birth_given(name: JsonObject) -> tuple[str, ...]:
    listed = string(extension(name, _BIRTH_NAMES), "valueString").split()
    return tuple(listed) or strings(name, "given")


def _subject(scope: Scope) -> str:
    return f"{scope.owner.expression}.subject"


def _nobody(scope: Scope) -> Issue:
    return error(
        "required",
        _subject(scope),
        "No identifier of the patient: give the INS (an insured person's number is not "
        "one) in subject, sourcePatientInfo or a Patient of the request.",
        "Aucun identifiant du patient : indiquer l'INS (un numéro d'assuré n'en est pas "
        "un) dans subject, sourcePatientInfo ou un Patient de la requête.",
    )


def _two_people(expression: str) -> Issue:
    return error(
        "conflict",
        expression,
        "The request speaks of two different patients.",
        "La requête désigne deux patients différents.",
    )
